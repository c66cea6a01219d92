#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

/// What the plugins of one request tell each other: texts by key (plugin ABI, 5.3 and 7.2).
///
/// Lives as long as its request; views hold as long as the arena.
namespace barbacane::gateway {

class ContextMap {
 public:
  static constexpr std::size_t kLongestKey = 256;
  static constexpr std::size_t kLongestValue = 64 * 1024;
  static constexpr std::size_t kMostBytes = 1024 * 1024;

  explicit ContextMap(std::pmr::memory_resource* arena) : arena_(arena), entries_(arena) {}

  std::optional<std::string_view> get(std::string_view key) const;
  /// False, and nothing is changed, when a limit would be exceeded.
  bool set(std::string_view key, std::string_view value);

  /// To go back to, should a call that writes turn out to be void.
  using Saved = std::pmr::vector<std::pair<std::string_view, std::string_view>>;
  Saved save() const { return Saved(entries_, arena_); }
  void restore(Saved saved);

 private:
  std::pmr::memory_resource* arena_;
  Saved entries_;
  std::size_t bytes_ = 0;
};

}  // namespace barbacane::gateway
