#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>

#include "gateway/plugins/instance_pool.h"
#include "gateway/snapshot.h"

/// A worker's hold on a snapshot.
///
/// Requests take and drop references by the thousand a millisecond, so they count in memory of
/// their own worker, without atomics; only the first and the last reference of a worker touch the
/// shared count. References never leave their worker's thread.
namespace barbacane::gateway {

class SnapshotRef {
 public:
  SnapshotRef() = default;
  /// `pools` are the worker's for this snapshot; null when it has no plugins.
  explicit SnapshotRef(std::shared_ptr<const Snapshot> snapshot,
                       std::shared_ptr<InstancePools> pools = nullptr)
      : held_(new Held{std::move(snapshot), 1, {}, std::move(pools)}) {}
  SnapshotRef(const SnapshotRef& other) : held_(other.held_) {
    if (held_ != nullptr) ++held_->users;
  }
  SnapshotRef(SnapshotRef&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  SnapshotRef& operator=(SnapshotRef other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~SnapshotRef() {
    if (held_ != nullptr && --held_->users == 0) delete held_;
  }

  explicit operator bool() const { return held_ != nullptr; }
  const Snapshot* operator->() const { return held_->snapshot.get(); }
  const Snapshot& operator*() const { return *held_->snapshot; }
  InstancePools& pools() const { return *held_->pools; }

  /// Counts a call of a deprecated operation on this worker and tells whether to log it: the first,
  /// then every thousandth.
  bool should_log_deprecated(const CompiledOperation& operation) {
    return held_->deprecated_calls[&operation]++ % 1000 == 0;
  }

 private:
  struct Held {
    std::shared_ptr<const Snapshot> snapshot;
    std::size_t users;
    std::unordered_map<const CompiledOperation*, std::uint64_t> deprecated_calls;
    std::shared_ptr<InstancePools> pools;
  };
  Held* held_ = nullptr;
};

}  // namespace barbacane::gateway
