#include "gateway/gateway.h"

#include <future>
#include <mutex>
#include <utility>
#include <vector>

#include "base/version.h"
#include "gateway/address.h"
#include "gateway/process_state.h"
#include "gateway/server_tls.h"
#include "gateway/settings.h"
#include "gateway/snapshot.h"
#include "gateway/worker.h"
#include "net/tls_server.h"

namespace barbacane::gateway {
namespace {

using boost::asio::ip::tcp;
using std::chrono::steady_clock;
using telemetry::Level;

constexpr int kWrongFlag = 1;
constexpr int kCannotBind = 15;
constexpr std::string_view kAdminOff = "off";
/// Operators and probes; apart from the traffic's, so that a full gateway can still be asked.
constexpr std::size_t kAdminConnections = 256;

double milliseconds(steady_clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

void log_loaded(telemetry::Log& log, const Snapshot& snapshot) {
  const Facts& facts = snapshot.facts();
  log.event(Level::kInfo, "barbacane::artifact", "artifact_loaded",
            {{"artifact_hash", facts.artifact_hash},
             {"artifact_version", std::int64_t{facts.artifact_version}},
             {"compiler_version", facts.compiler_version},
             {"routes", std::uint64_t{snapshot.route_count()}},
             {"plugins", std::uint64_t{facts.plugins}},
             {"specs", std::uint64_t{facts.specs}},
             {"duration_ms", milliseconds(facts.load_time)}});
}

void log_swapped(telemetry::Log& log, const Snapshot& before, const Snapshot& now) {
  const Facts& facts = now.facts();
  log.event(Level::kInfo, "barbacane::artifact", "artifact_reloaded",
            {{"artifact_hash", facts.artifact_hash},
             {"old_artifact_hash", before.facts().artifact_hash},
             {"new_routes", std::uint64_t{now.route_count()}},
             {"old_routes", std::uint64_t{before.route_count()}},
             {"duration_ms", milliseconds(facts.load_time)}});
}

void warn_of_plugins(telemetry::Log& log, ProcessState& process) {
  for (const std::string& warning : process.plugins.take_warnings()) {
    log.text(Level::kWarn, "barbacane::plugin", warning);
  }
}

void warn_of_certificates(telemetry::Log& log, const ServerTls& tls) {
  for (const std::string& warning : tls.warnings()) {
    log.text(Level::kWarn, "barbacane::tls", warning);
  }
}

}  // namespace

struct Gateway::Impl {
  Impl(Settings settings_, telemetry::Log& log_, tcp::endpoint listen_,
       std::optional<tcp::endpoint> admin_)
      : process(log_),
        settings(std::move(settings_)),
        log(log_),
        listen(std::move(listen_)),
        admin(std::move(admin_)),
        cap(settings.options.max_connections) {}

  base::Result<> secure(Worker& worker) const;
  std::expected<void, StartError> bind_traffic(const std::shared_ptr<const Snapshot>& snapshot);
  void bind_admin();

  ProcessState process;  // first: snapshots refer to it
  Settings settings;
  telemetry::Log& log;
  tcp::endpoint listen;
  std::optional<tcp::endpoint> admin;
  std::unique_ptr<ServerTls> tls;  ///< null on a port without
  http::ConnectionCap cap;
  http::ConnectionCap admin_cap{kAdminConnections};
  std::string traffic_address;
  std::string admin_address;

  std::mutex mutex;  ///< guards the next three, except against the thread that starts and stops
  std::shared_ptr<const Snapshot> current;
  /// Replaced, but perhaps still looked at. The reference in here is the last one by intent.
  std::vector<std::shared_ptr<const Snapshot>> retired;
  std::vector<std::unique_ptr<Worker>> workers;
};

base::Result<> Gateway::Impl::secure(Worker& worker) const {
  if (!tls) return {};
  auto context = tls->make_context();
  if (!context) return std::unexpected(context.error());
  worker.set_tls(*std::move(context));
  return {};
}

std::expected<void, StartError> Gateway::Impl::bind_traffic(
    const std::shared_ptr<const Snapshot>& snapshot) {
  const auto refused = [&](const std::string& reason) {
    return std::unexpected(
        StartError{kCannotBind, "failed to bind to " + settings.options.listen + ": " + reason});
  };
  if (const std::string reason = reason_it_is_taken(listen); !reason.empty()) {
    return refused(reason);
  }
  const unsigned count = settings.options.worker_count();
  tcp::endpoint address = listen;
  for (unsigned i = 0; i < count; ++i) {
    workers.push_back(std::make_unique<Worker>(settings, log, process, cap, snapshot));
    if (auto secured = secure(*workers.back()); !secured) {
      return std::unexpected(StartError{kWrongFlag, secured.error().message});
    }
    if (auto bound = workers.back()->listen(address); !bound) return refused(bound.error().message);
    address = workers.back()->address();  // with the port, when any was asked for
  }
  traffic_address = to_text(address);
  return {};
}

void Gateway::Impl::bind_admin() {
  if (!admin) return;
  std::string reason = reason_it_is_taken(*admin);
  if (reason.empty()) {
    const auto bound = workers.front()->listen_admin(*admin, admin_cap);
    if (!bound) reason = bound.error().message;
  }
  if (!reason.empty()) {
    log.text(Level::kError, "barbacane::admin", "the admin address cannot be bound",
             {{"address", settings.options.admin_bind}, {"error", reason}});
    return;
  }
  admin_address = to_text(workers.front()->admin_address());
  if (!admin->address().is_loopback()) {
    log.event(Level::kWarn, "barbacane::admin", "admin_exposed", {{"address", admin_address}});
  }
}

Gateway::Gateway(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Gateway::~Gateway() = default;

ProcessState& Gateway::process() { return impl_->process; }

std::expected<std::unique_ptr<Gateway>, StartError> Gateway::create(Options options,
                                                                    telemetry::Log& log) {
  const auto refused = [](std::string message) {
    return std::unexpected(StartError{kWrongFlag, std::move(message)});
  };
  const auto listen = parse_address(options.listen);
  if (!listen) return refused("invalid listen address: " + options.listen);
  std::optional<tcp::endpoint> admin;
  if (options.admin_bind != kAdminOff) {
    admin = parse_address(options.admin_bind);
    if (!admin) {
      return refused("invalid --admin-bind address '" + options.admin_bind +
                     "': expected ip:port or 'off'");
    }
  }
  auto proxies = TrustedProxies::parse(options.trusted_proxies);
  if (!proxies) return refused(proxies.error().message);
  std::unique_ptr<ServerTls> tls;
  if (options.tls.enabled()) {
    auto loaded = ServerTls::load(options.tls, options.secrets_dir);
    if (!loaded) return std::unexpected(loaded.error());
    tls = *std::move(loaded);
  }
  Settings settings{std::move(options), std::move(*proxies), steady_clock::now()};
  log.event(Level::kInfo, "barbacane", "startup",
            {{"version", base::kVersion},
             {"dev", settings.development()},
             {"artifact", settings.options.artifact_path}});
  if (settings.development()) {
    log.text(Level::kWarn, "barbacane", "error documents tell clients about the specs (--dev)");
  }
  if (tls) warn_of_certificates(log, *tls);
  auto impl = std::make_unique<Impl>(std::move(settings), log, *listen, admin);
  impl->tls = std::move(tls);
  return std::unique_ptr<Gateway>(new Gateway(std::move(impl)));
}

std::expected<void, StartError> Gateway::start(std::shared_ptr<const Snapshot> snapshot) {
  log_loaded(impl_->log, *snapshot);
  warn_of_plugins(impl_->log, impl_->process);
  if (auto bound = impl_->bind_traffic(snapshot); !bound) {
    impl_->workers.clear();
    return bound;
  }
  impl_->bind_admin();
  impl_->current = std::move(snapshot);
  for (const auto& worker : impl_->workers) worker->run();
  impl_->log.event(Level::kInfo, "barbacane", "listening",
                   {{"address", impl_->traffic_address},
                    {"protocol", std::string_view(impl_->tls ? "https" : "http")},
                    {"admin_address", impl_->admin_address}});
  return {};
}

std::string Gateway::traffic_address() const { return impl_->traffic_address; }
std::string Gateway::admin_address() const { return impl_->admin_address; }
std::size_t Gateway::open_connections() const { return impl_->cap.open.load(); }

void Gateway::swap(std::shared_ptr<const Snapshot> snapshot) {
  // The workers share the promise; when the last of them lets go of it, the future is ready.
  auto token = std::make_shared<std::promise<void>>();
  const std::future<void> switched = token->get_future();
  std::shared_ptr<const Snapshot> before;
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->workers.empty()) return;
    before = std::exchange(impl_->current, snapshot);
    impl_->retired.push_back(before);
    for (const auto& worker : impl_->workers) worker->use(snapshot, token);
  }
  token.reset();
  switched.wait();
  log_swapped(impl_->log, *before, *snapshot);
  warn_of_plugins(impl_->log, impl_->process);
}

std::shared_ptr<const Snapshot> Gateway::current() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->current;
}

std::vector<std::string> Gateway::tls_files() const {
  return impl_->tls ? impl_->tls->files() : std::vector<std::string>();
}

void Gateway::reload_tls() {
  if (!impl_->tls) return;
  telemetry::Log& log = impl_->log;
  const auto failed = [&](const base::Error& error) {
    log.text(Level::kError, "barbacane::tls",
             "the certificates in use stay: new ones cannot be used", {{"error", error.message}});
  };
  const auto outcome = impl_->tls->reload();
  if (!outcome) return failed(outcome.error());
  if (*outcome == ServerTls::Outcome::kSame) return;
  warn_of_certificates(log, *impl_->tls);
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::shared_ptr<const net::TlsServerContext>> contexts;
  for (std::size_t i = 0; i < impl_->workers.size(); ++i) {
    auto context = impl_->tls->make_context();
    if (!context) return failed(context.error());
    contexts.push_back(*std::move(context));
  }
  for (std::size_t i = 0; i < contexts.size(); ++i) impl_->workers[i]->use_tls(contexts[i]);
  log.text(Level::kInfo, "barbacane::tls", "certificates reloaded",
           {{"files", std::uint64_t{impl_->tls->files().size()}}});
}

std::size_t Gateway::free_retired() {
  std::vector<std::shared_ptr<const Snapshot>> unused;  // dies after the lock
  const std::lock_guard lock(impl_->mutex);
  // Nobody but this list can make another reference, so a count of one stays one.
  std::erase_if(impl_->retired, [&](std::shared_ptr<const Snapshot>& snapshot) {
    if (snapshot.use_count() > 1) return false;
    unused.push_back(std::move(snapshot));
    return true;
  });
  return impl_->retired.size();
}

std::size_t Gateway::shutdown(const std::function<void(std::size_t open)>& progress) {
  constexpr auto kLook = std::chrono::milliseconds(5);
  constexpr auto kReport = std::chrono::milliseconds(500);
  const auto deadline = steady_clock::now() + impl_->settings.options.shutdown_timeout;
  const auto unfinished = [&] {
    return open_connections() > 0 || impl_->process.detached_calls.pending() > 0;
  };
  auto next_report = steady_clock::now() + kReport;
  for (const auto& worker : impl_->workers) worker->drain();
  while (unfinished() && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kLook);
    if (steady_clock::now() < next_report) continue;
    next_report += kReport;
    if (progress && open_connections() > 0) progress(open_connections());
  }
  const std::size_t cut = open_connections();
  if (cut > 0) {
    for (const auto& worker : impl_->workers) worker->cut();
  }
  std::vector<std::unique_ptr<Worker>> ending;
  {
    const std::lock_guard lock(impl_->mutex);
    ending.swap(impl_->workers);
  }
  ending.clear();
  return cut;
}

}  // namespace barbacane::gateway
