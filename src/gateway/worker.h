#pragma once

#include <memory>
#include <optional>
#include <thread>

#include <boost/asio/ip/tcp.hpp>

#include "gateway/admin.h"
#include "gateway/pipeline.h"
#include "gateway/worker_state.h"
#include "http/server.h"
#include "net/event_loop.h"

/// One thread that serves: its loop, its listener, its hold on the snapshot. Workers share nothing
/// but the settings, the log and the count of connections.
namespace barbacane::gateway {

class Worker {
 public:
  /// All that is passed outlives the worker. No thread runs yet.
  Worker(const Settings& settings, telemetry::Log& log, http::ConnectionCap& cap,
         std::shared_ptr<const Snapshot> snapshot);
  /// Ends the thread, cutting what is open.
  ~Worker();

  // Before `run`.
  base::Result<> listen(const boost::asio::ip::tcp::endpoint& endpoint);
  base::Result<> listen_admin(const boost::asio::ip::tcp::endpoint& endpoint,
                              http::ConnectionCap& cap);
  boost::asio::ip::tcp::endpoint address() const { return server_.local_endpoint(); }
  boost::asio::ip::tcp::endpoint admin_address() const { return admin_server_->local_endpoint(); }

  void run();

  // From any thread, while it runs.
  void use(std::shared_ptr<const Snapshot> snapshot);
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
