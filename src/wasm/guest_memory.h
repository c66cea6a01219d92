#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

/// The linear memory of a guest, as a host function sees it during one call.
///
/// Guests choose pointers and lengths freely, so every access is checked here and nowhere else.
/// Memory never moves and never shrinks, so a view may be kept for as long as its instance lives;
/// it asks the engine for the size only when an access lies beyond the one it knows.
namespace barbacane::wasm {

class Instance;

class GuestMemory {
 public:
  GuestMemory() = default;
  /// Without an instance it stays as large as it is.
  GuestMemory(char* data, std::size_t size, const Instance* instance = nullptr)
      : data_(data), size_(size), instance_(instance) {}

  /// The bytes `[pointer, pointer + length)`; nothing when some of them lie outside.
  std::optional<std::string_view> read(std::uint32_t pointer, std::uint32_t length) const {
    if (!holds(std::uint64_t{pointer} + length)) return std::nullopt;
    return std::string_view(data_ + pointer, length);
  }

  /// The same range to write into.
  std::optional<std::span<char>> room(std::uint32_t pointer, std::uint32_t length) const {
    if (!holds(std::uint64_t{pointer} + length)) return std::nullopt;
    return std::span<char>(data_ + pointer, length);
  }

  /// Copies what fits into the range; how much that was, nothing when the range is not the guest's.
  std::optional<std::uint32_t> write(std::uint32_t pointer, std::uint32_t length,
                                     std::string_view bytes) const {
    const auto target = room(pointer, length);
    if (!target) return std::nullopt;
    const std::size_t count = std::min(target->size(), bytes.size());
    if (count > 0) std::memcpy(target->data(), bytes.data(), count);
    return static_cast<std::uint32_t>(count);
  }

 private:
  bool holds(std::uint64_t end) const { return end <= size_ || has_grown_to(end); }
  bool has_grown_to(std::uint64_t end) const;

  static inline char nothing_[1] = {};

  char* data_ = nothing_;  ///< never null, so that empty views of it are fit for everybody
  std::size_t size_ = 0;
  const Instance* instance_ = nullptr;
};

}  // namespace barbacane::wasm
