#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "http/exchange.h"
#include "http/h1/workspace.h"
#include "http/h2/worker_memory.h"
#include "http/server.h"
#include "net/event_loop.h"

namespace barbacane::net {
class TlsServerContext;
}

/// What a server and its connections share; one worker's thread only.
namespace barbacane::http {

struct ServerState {
  /// A connection on the server's list.
  class Member {
   public:
    virtual ~Member();
    /// Ends now if idle, after the answer otherwise.
    virtual void drain() = 0;
    /// Ends now.
    virtual void cut() = 0;

   protected:
    explicit Member(std::shared_ptr<ServerState> state);

   private:
    friend struct ServerState;
    /// Last to go: the list must be there when the member leaves it.
    std::shared_ptr<ServerState> state_;
    Member* next_ = nullptr;
    Member** link_ = nullptr;
  };

  ServerState(net::EventLoop& loop_, Handler& handler_, ServerOptions options_, ConnectionCap& cap_)
      : loop(loop_), handler(handler_), options(options_), cap(cap_) {}

  /// Calls `visit` for every member; a member may end during its visit.
  void for_each(const std::function<void(Member&)>& visit);

  net::EventLoop& loop;
  Handler& handler;
  const ServerOptions options;
  ConnectionCap& cap;
  h1::WorkspacePool workspaces{loop.timers()};
  h2::WireMemory wire;
  h2::SpareStreams<h2::StreamMemory<RequestHead>> streams;
  /// Null on a port without TLS.
  std::shared_ptr<const net::TlsServerContext> tls;
  bool draining = false;
  std::size_t members = 0;

 private:
  Member* first_ = nullptr;
};

}  // namespace barbacane::http
