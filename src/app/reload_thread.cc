#include "app/reload_thread.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace barbacane::app {

namespace {

using std::chrono::milliseconds;
using Change = FileWatch::Change;
using How = Change::How;
using Clock = std::chrono::steady_clock;

/// A file that nobody has written to for so long is complete.
constexpr milliseconds kQuiet{100};
/// Files that belong together, as a certificate and its key, change one after the other.
constexpr milliseconds kTogether{500};
/// A file that is gone for so long is not just being replaced.
constexpr milliseconds kGoneForGood{1000};
/// Somebody who never stops writing is not waited for.
constexpr milliseconds kMostPatience{10'000};
constexpr milliseconds kLookForUnused{1000};

/// The last word on each file.
void add(std::vector<Change>& changes, std::vector<Change> more) {
  for (Change& change : more) {
    const auto known = std::ranges::find(changes, change.path, &Change::path);
    if (known == changes.end()) {
      changes.push_back(std::move(change));
    } else {
      known->how = change.how;
    }
  }
}

}  // namespace

std::optional<milliseconds> free_retired(gateway::Gateway& gateway) {
  if (gateway.free_retired() == 0) return std::nullopt;
  return kLookForUnused;
}

ReloadThread::ReloadThread(gateway::Gateway& gateway, FileWatch& watch,
                           std::vector<Reloadable> reloadables)
    : gateway_(gateway),
      watch_(watch),
      reloadables_(std::move(reloadables)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ReloadThread::~ReloadThread() {
  thread_.request_stop();
  watch_.wake();
  thread_.join();
}

void ReloadThread::ask() {
  asked_ = true;
  watch_.wake();
}

void ReloadThread::run(const std::stop_token& stop) {
  std::optional<milliseconds> next_look;
  while (true) {
    std::vector<Change> changes = watch_.wait(next_look);
    if (!changes.empty() && !asked_) changes = settled(std::move(changes));
    if (stop.stop_requested()) return;
    if (asked_.exchange(false)) {
      for (const Reloadable& reloadable : reloadables_) reloadable.load(Reloadable::Cause::kAsked);
    } else if (!changes.empty()) {
      load_changed(changes);
    }
    next_look = free_retired(gateway_);
  }
}

/// How long to wait for more; nothing when what there is can be loaded at once.
std::optional<milliseconds> ReloadThread::patience_with(const std::vector<Change>& changes) const {
  std::optional<milliseconds> patience;
  const auto at_least = [&](milliseconds time) {
    patience = std::max(patience.value_or(time), time);
  };
  for (const Change& change : changes) {
    if (change.how == How::kWritten) at_least(kQuiet);
    if (change.how == How::kGone) at_least(kGoneForGood);
    for (const Reloadable& reloadable : reloadables_) {
      const bool one_of_many = reloadable.files.size() > 1 &&
                               std::ranges::count(reloadable.files, change.path.native()) > 0;
      if (one_of_many) at_least(kTogether);
    }
  }
  return patience;
}

/// What has changed when nothing changes any more; sooner when somebody calls.
std::vector<Change> ReloadThread::settled(std::vector<Change> changes) {
  const auto deadline = Clock::now() + kMostPatience;
  while (Clock::now() < deadline) {
    const auto patience = patience_with(changes);
    if (!patience) break;
    std::vector<Change> more = watch_.wait(patience);
    if (more.empty()) break;
    add(changes, std::move(more));
  }
  return changes;
}

void ReloadThread::load_changed(const std::vector<Change>& changes) {
  for (const Reloadable& reloadable : reloadables_) {
    std::optional<How> worst;
    for (const Change& change : changes) {
      if (std::ranges::count(reloadable.files, change.path.native()) == 0) continue;
      worst = std::max(worst.value_or(How::kWritten), change.how);
    }
    if (!worst) continue;
    using enum Reloadable::Cause;
    reloadable.load(*worst == How::kGone ? kGone : kChanged);
  }
}

}  // namespace barbacane::app
