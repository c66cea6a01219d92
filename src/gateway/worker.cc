#include "gateway/worker.h"

#include <algorithm>
#include <limits>
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
  server.http2_max_streams = options.http2_max_streams;
  server.http2_window = options.http2_window;
  // Clients that heed the announcement would else never use what the flags allow.
  const Options usual;
  const bool more_allowed = options.max_uri_length > usual.max_uri_length ||
                            options.max_header_size > usual.max_header_size ||
                            options.max_headers > usual.max_headers;
  if (more_allowed) {
    server.http2_header_list = static_cast<std::uint32_t>(
        std::min<std::size_t>(server.max_head, std::numeric_limits<std::int32_t>::max()));
  }
  return server;
}

}  // namespace

Worker::Worker(const Settings& settings, telemetry::Log& log, ProcessState& process,
               http::ConnectionCap& cap, std::shared_ptr<const Snapshot> snapshot)
    : state_(settings, log),
      pipeline_(state_),
      admin_(state_),
      server_(loop_, pipeline_, server_options(settings.options), cap) {
  state_.open(loop_, process);
  state_.use(std::move(snapshot));
  server_.on_connection_limit([&log](std::string peer) {
    log.event(telemetry::Level::kWarn, "barbacane::http", "connection_limit_reached",
              {{"peer", peer}});
  });
}

Worker::~Worker() {
  if (thread_.joinable()) {
    loop_.stop();
    thread_.join();
  }
  // Calls in flight go back to the pool, whose connections go back to the loop.
  loop_.abandon();
  state_.upstreams.reset();
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

void Worker::use(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<void> token) {
  loop_.post([this, next = std::move(snapshot), held = std::move(token)]() mutable {
    state_.use(std::move(next));
    held.reset();
  });
}

void Worker::set_tls(std::shared_ptr<const net::TlsServerContext> context) {
  server_.use_tls(std::move(context));
}

void Worker::use_tls(std::shared_ptr<const net::TlsServerContext> context) {
  loop_.post([this, next = std::move(context)] { server_.use_tls(next); });
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
