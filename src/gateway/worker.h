#pragma once

#include <memory>
#include <optional>
#include <thread>

#include <boost/asio/ip/tcp.hpp>

#include "gateway/admin.h"
#include "gateway/pipeline.h"
#include "gateway/process_state.h"
#include "gateway/worker_state.h"
#include "http/server.h"
#include "net/event_loop.h"

/// One thread that serves: its loop, its listener, its hold on the snapshot. Workers share nothing
/// but the settings, the log, the state of the process and the count of connections.
namespace barbacane::gateway {

class Worker {
 public:
  /// All that is passed outlives the worker. No thread runs yet.
  Worker(const Settings& settings, telemetry::Log& log, ProcessState& process,
         http::ConnectionCap& cap, std::shared_ptr<const Snapshot> snapshot);
  /// Ends the thread, cutting what is open.
  ~Worker();

  // Before `run`.
  /// Of the traffic port; made for this worker alone.
  void set_tls(std::shared_ptr<const net::TlsServerContext> context);
  base::Result<> listen(const boost::asio::ip::tcp::endpoint& endpoint);
  base::Result<> listen_admin(const boost::asio::ip::tcp::endpoint& endpoint,
                              http::ConnectionCap& cap);
  boost::asio::ip::tcp::endpoint address() const { return server_.local_endpoint(); }
  boost::asio::ip::tcp::endpoint admin_address() const { return admin_server_->local_endpoint(); }

  void run();

  // From any thread, while it runs.
  /// Lets go of `token` when it has switched, or ends before it could.
  void use(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<void> token);
  /// For the connections that come from then on.
  void use_tls(std::shared_ptr<const net::TlsServerContext> context);
  void drain();
  void cut();

 private:
  // In this order: requests in flight die with the loop and still look at what stands above it.
  WorkerState state_;
  Pipeline pipeline_;
  Admin admin_;
  net::EventLoop loop_;
  http::Server server_;
  std::optional<http::Server> admin_server_;
  std::thread thread_;
};

}  // namespace barbacane::gateway
