#include "gateway/worker.h"

#include <algorithm>
#include <utility>

namespace barbacane::gateway {
namespace {

/// A target in absolute form is longer than its path by the scheme and the host.
constexpr std::size_t kSchemeAndHost = 512;
/// Room for the field lines of a head when the flags ask for no more.
constexpr std::size_t kUsualFields = 128 * 1024;
/// What a field line is assumed to need when `--max-headers` asks for very many.
constexpr std::size_t kUsualField = 128;

http::ServerOptions server_options(const Options& options) {
  http::ServerOptions server;
  server.keepalive_timeout = std::max(options.keepalive_timeout, std::chrono::seconds(1));
  server.max_target = options.max_uri_length + kSchemeAndHost;
  const std::size_t fields =
      std::max({kUsualFields, options.max_header_size + 4096, options.max_headers * kUsualField});
  server.max_head = server.max_target + fields;
  return server;
}

}  // namespace

Worker::Worker(const Settings& settings, telemetry::Log& log, http::ConnectionCap& cap,
               std::shared_ptr<const Snapshot> snapshot)
    : state_(settings, log),
      pipeline_(state_),
      admin_(state_),
      server_(loop_, pipeline_, server_options(settings.options), cap) {
  state_.snapshot = SnapshotRef(std::move(snapshot));
  server_.on_connection_limit([&log](std::string peer) {
    log.event(telemetry::Level::kWarn, "barbacane::http", "connection_limit_reached",
              {{"peer", peer}});
  });
}

Worker::~Worker() {
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
}

base::Result<> Worker::listen(const boost::asio::ip::tcp::endpoint& endpoint) {
  return server_.listen(endpoint);
}

base::Result<> Worker::listen_admin(const boost::asio::ip::tcp::endpoint& endpoint,
                                    http::ConnectionCap& cap) {
  admin_server_.emplace(loop_, admin_, server_options(state_.settings.options), cap);
  auto listening = admin_server_->listen(endpoint);
  if (!listening) admin_server_.reset();
  return listening;
}

void Worker::run() {
  thread_ = std::thread([this] { loop_.run(); });
}

void Worker::use(std::shared_ptr<const Snapshot> snapshot) {
  loop_.post([this, next = std::move(snapshot)]() mutable {
    state_.snapshot = SnapshotRef(std::move(next));
  });
}

void Worker::drain() {
  loop_.post([this] {
    state_.phase = WorkerState::Phase::kDraining;
    server_.drain();
  });
}

void Worker::cut() {
  loop_.post([this] { server_.close(); });
}

}  // namespace barbacane::gateway
