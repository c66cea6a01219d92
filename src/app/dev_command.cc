#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "app/commands.h"
#include "app/dev_flags.h"
#include "app/dev_project.h"
#include "app/file_watch.h"
#include "app/progress.h"
#include "app/reload_thread.h"
#include "app/say.h"
#include "app/signals.h"
#include "gateway/gateway.h"
#include "telemetry/log.h"

/// `barbacane dev`: cli.md, section 3. One thread answers for the files: it collects changes,
/// compiles, and hands each version that works to the gateway.
namespace barbacane::app {

namespace {

using gateway::Gateway;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Change = FileWatch::Change;

/// A branch that is switched touches more files than anybody reads.
constexpr std::size_t kMostNames = 10;

std::int64_t milliseconds_since(Clock::time_point began) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - began).count();
}

int fail(std::string_view message) {
  say("barbacane dev: {}\n", message);
  return kFailure;
}

std::string text_of(const DevError& error) {
  using enum DevError::Stage;
  if (error.stage == kNoSpecs) return error.message;
  if (error.stage == kCompile) return "compile error: " + error.message;
  if (error.stage == kLoad) return "load error: " + error.message;
  return "manifest error: " + error.message;
}

std::string at_reload(const DevError& error) {
  return error.stage == DevError::Stage::kNoSpecs ? "no spec files found" : text_of(error);
}

std::string at_start(const DevError& error, const DevFlags& flags) {
  if (error.message.starts_with("manifest file not found")) {
    return "manifest not found: " + flags.manifest;
  }
  return text_of(error);
}

std::string names_of(const std::vector<Change>& changes, const DevProject& project) {
  std::vector<std::string> names;
  for (const Change& change : changes) names.push_back(project.shown(change.path));
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::size_t more = names.size() > kMostNames ? names.size() - kMostNames : 0;
  if (more > 0) {
    names.resize(kMostNames);
    names.push_back(fmt::format("{} more", more));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

/// The thread that watches.
class Watcher {
 public:
  Watcher(const DevFlags& flags, DevProject& project, FileWatch& watch, Gateway& gateway)
      : flags_(flags),
        project_(project),
        watch_(watch),
        gateway_(gateway),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}
  ~Watcher() {
    thread_.request_stop();
    watch_.wake();
    thread_.join();
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  void run(const std::stop_token& stop) {
    std::optional<milliseconds> next_look;
    while (true) {
      std::vector<Change> changes = wait(next_look);
      if (!changes.empty()) collect(changes, stop);
      if (stop.stop_requested()) return;
      if (!changes.empty()) reload(changes);
      next_look = free_retired(gateway_);
    }
  }

  std::vector<Change> wait(std::optional<milliseconds> at_most) {
    std::vector<Change> changes = watch_.wait(at_most);
    std::erase_if(changes, [&](const Change& change) { return !project_.concerns(change); });
    return changes;
  }

  /// What else happens in the window that the first change has opened.
  void collect(std::vector<Change>& changes, const std::stop_token& stop) {
    const auto end = Clock::now() + flags_.debounce;
    while (!stop.stop_requested()) {
      const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
      if (left <= milliseconds(0)) return;
      std::ranges::move(wait(left), std::back_inserter(changes));
    }
  }

  void reload(const std::vector<Change>& changes) {
    say("barbacane dev: [{}] recompiling...", names_of(changes, project_));
    const auto began = Clock::now();
    const auto version = build();
    if (!version) {
      say(" {}\n", at_reload(version.error()));
      if (version.error().stage == DevError::Stage::kCompile) say("{}", project_.diagnostics());
      say("barbacane dev: serving previous version\n");
      return;
    }
    gateway_.swap(version->snapshot);
    say(" reloaded {} route(s) in {}ms\n", version->routes, milliseconds_since(began));
    say("{}", project_.diagnostics());
  }

  /// Watches new files before they are read, so that what comes later is seen.
  std::expected<DevProject::Version, DevError> build() {
    const auto listing = project_.list();
    rewatch();
    if (!listing) return std::unexpected(listing.error());
    auto version = project_.build(gateway_.process());
    rewatch();
    return version;
  }

  void rewatch() {
    const auto watching = watch_.watch(project_.targets());
    if (!watching) say("barbacane dev: {}\n", watching.error().message);
  }

  const DevFlags& flags_;
  DevProject& project_;
  FileWatch& watch_;
  Gateway& gateway_;
  std::jthread thread_;
};

auto first_build(DevProject& project, Gateway& gateway, const Signals& signals) {
  const Signals::Deadly interruptible(signals);
  const Progress progress("compiling");
  return project.build(gateway.process());
}

void print_addresses(const Gateway& gateway) {
  say("barbacane dev: listening on http://{}\n", gateway.traffic_address());
  if (const std::string admin = gateway.admin_address(); !admin.empty()) {
    say("barbacane dev: admin API on http://{}\n", admin);
  }
}

}  // namespace

int run_dev(Arguments arguments) {
  DevFlags flags;
  if (const auto exit = parse_dev_flags(arguments, flags)) return *exit;

  const Signals signals({SIGTERM, SIGINT});
  telemetry::Log log(flags.log_level, flags.log_format);
  auto gateway = Gateway::create(flags.options, log);
  if (!gateway) return fail(gateway.error().message);
  auto watch = FileWatch::create();
  if (!watch) return fail(watch.error().message);

  DevProject project(flags);
  const auto listing = project.list();
  if (!listing) return fail(at_start(listing.error(), flags));
  say("barbacane dev: loaded {} ({} spec(s), {} plugin(s))\n", flags.manifest,
      listing->specs.size(), listing->plugins);
  // From before the first look at the specs, so that no change is missed.
  if (const auto watching = (*watch)->watch(project.targets()); !watching) {
    return fail(watching.error().message);
  }
  const auto began = Clock::now();
  auto version = first_build(project, **gateway, signals);
  say("{}", project.diagnostics());
  if (!version) return fail(at_start(version.error(), flags));
  say("barbacane dev: compiled {} route(s) in {}ms\n", version->routes, milliseconds_since(began));
  if (const auto started = (*gateway)->start(std::move(version->snapshot)); !started) {
    return fail(started.error().message);
  }
  print_addresses(**gateway);
  if (const auto watching = (*watch)->watch(project.targets()); !watching) {
    return fail(watching.error().message);
  }
  say("barbacane dev: watching {}\n", fmt::join(project.watched_paths(), ", "));
  {
    const Watcher watcher(flags, project, **watch, **gateway);
    signals.wait();
    signals.exit_on_next();
    say("barbacane dev: shutting down...\n");
    (*gateway)->shutdown({});
  }
  return kSuccess;
}

}  // namespace barbacane::app
