#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace barbacane::gateway {

/// What is to be said once about each thing, such as a warning of an upstream. Remembers so many
/// and is silent about more. Any thread; not for every request.
class OnceEach {
 public:
  /// True the first time.
  bool first(std::string_view thing) {
    const std::lock_guard lock(mutex_);
    return things_.size() < kMost && things_.emplace(thing).second;
  }

 private:
  static constexpr std::size_t kMost = 1024;

  std::mutex mutex_;
  std::set<std::string, std::less<>> things_;
};

}  // namespace barbacane::gateway
