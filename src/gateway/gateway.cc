#include "gateway/gateway.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <sched.h>

#include "base/version.h"
#include "gateway/address.h"
#include "gateway/settings.h"
#include "gateway/snapshot.h"
#include "gateway/worker.h"

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

/// Cores this process may run on.
unsigned usable_cores() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) == 0) {
    return static_cast<unsigned>(std::max(CPU_COUNT(&cores), 1));
  }
  return std::max(std::thread::hardware_concurrency(), 1U);
}

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

}  // namespace

struct Gateway::Impl {
  Impl(Settings settings_, telemetry::Log& log_, tcp::endpoint listen_,
       std::optional<tcp::endpoint> admin_)
      : settings(std::move(settings_)),
        log(log_),
        listen(std::move(listen_)),
        admin(std::move(admin_)),
        cap(settings.options.max_connections) {}

  std::expected<void, StartError> bind_traffic(const std::shared_ptr<const Snapshot>& snapshot);
  void bind_admin();

  Settings settings;
  telemetry::Log& log;
  tcp::endpoint listen;
  std::optional<tcp::endpoint> admin;
  http::ConnectionCap cap;
  http::ConnectionCap admin_cap{kAdminConnections};
  std::string traffic_address;
  std::string admin_address;
  std::vector<std::unique_ptr<Worker>> workers;
};

std::expected<void, StartError> Gateway::Impl::bind_traffic(
    const std::shared_ptr<const Snapshot>& snapshot) {
  const auto refused = [&](const std::string& reason) {
    return std::unexpected(
        StartError{kCannotBind, "failed to bind to " + settings.options.listen + ": " + reason});
  };
  if (const std::string reason = reason_it_is_taken(listen); !reason.empty()) {
    return refused(reason);
  }
  const unsigned asked = settings.options.workers;
  const unsigned count = asked == 0 ? usable_cores() : asked;
  tcp::endpoint address = listen;
  for (unsigned i = 0; i < count; ++i) {
    workers.push_back(std::make_unique<Worker>(settings, log, cap, snapshot));
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
  Settings settings{std::move(options), std::move(*proxies), steady_clock::now()};
  log.event(Level::kInfo, "barbacane", "startup",
            {{"version", base::kVersion},
             {"dev", settings.development()},
             {"artifact", settings.options.artifact_path}});
  if (settings.development()) {
    log.text(Level::kWarn, "barbacane", "error documents tell clients about the specs (--dev)");
  }
  return std::unique_ptr<Gateway>(
      new Gateway(std::make_unique<Impl>(std::move(settings), log, *listen, admin)));
}

std::expected<void, StartError> Gateway::start(std::shared_ptr<const Snapshot> snapshot) {
  log_loaded(impl_->log, *snapshot);
  if (auto bound = impl_->bind_traffic(snapshot); !bound) {
    impl_->workers.clear();
    return bound;
  }
  impl_->bind_admin();
  for (const auto& worker : impl_->workers) worker->run();
  impl_->log.event(Level::kInfo, "barbacane", "listening",
                   {{"address", impl_->traffic_address},
                    {"protocol", std::string_view("http")},
                    {"admin_address", impl_->admin_address}});
  return {};
}

std::string Gateway::traffic_address() const { return impl_->traffic_address; }
std::string Gateway::admin_address() const { return impl_->admin_address; }
std::size_t Gateway::open_connections() const { return impl_->cap.open.load(); }

void Gateway::swap(std::shared_ptr<const Snapshot> snapshot) {
  for (const auto& worker : impl_->workers) worker->use(snapshot);
}

std::size_t Gateway::shutdown(const std::function<void(std::size_t open)>& progress) {
  constexpr auto kLook = std::chrono::milliseconds(5);
  constexpr auto kReport = std::chrono::milliseconds(500);
  const auto deadline = steady_clock::now() + impl_->settings.options.shutdown_timeout;
  auto next_report = steady_clock::now() + kReport;
  for (const auto& worker : impl_->workers) worker->drain();
  while (open_connections() > 0 && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kLook);
    if (steady_clock::now() < next_report) continue;
    next_report += kReport;
    if (progress) progress(open_connections());
  }
  const std::size_t cut = open_connections();
  if (cut > 0) {
    for (const auto& worker : impl_->workers) worker->cut();
  }
  impl_->workers.clear();
  return cut;
}

}  // namespace barbacane::gateway
