#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

/// The linear memory of a guest, as a host function sees it during one call.
///
/// Guests choose pointers and lengths freely, so every access is checked here and nowhere else. A
/// view holds until the guest runs again: memory that grows may move.
namespace barbacane::wasm {

class GuestMemory {
 public:
  GuestMemory() = default;
  GuestMemory(char* data, std::size_t size) : data_(data), size_(size) {}

  std::size_t size() const { return size_; }

  /// The bytes `[pointer, pointer + length)`; nothing when some of them lie outside.
  std::optional<std::string_view> read(std::uint32_t pointer, std::uint32_t length) const {
    if (std::uint64_t{pointer} + length > size_) return std::nullopt;
    return std::string_view(data_ + pointer, length);
  }

  /// The same range to write into.
  std::optional<std::span<char>> room(std::uint32_t pointer, std::uint32_t length) const {
    if (std::uint64_t{pointer} + length > size_) return std::nullopt;
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
  static inline char nothing_[1] = {};

  char* data_ = nothing_;  ///< never null, so that empty views of it are fit for everybody
  std::size_t size_ = 0;
};

}  // namespace barbacane::wasm
