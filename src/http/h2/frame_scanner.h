#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Finds the heads of frames in what a client sends (RFC 9113, 4.1).
///
/// nghttp2 passes over frames on streams it has closed without a word; who wants to know of them
/// has to look for itself. Nothing is judged here: what makes no sense ends up with nghttp2 anyway.
namespace barbacane::http::h2 {

struct FrameHead {
  std::uint32_t length = 0;
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::int32_t stream = 0;
};

class FrameScanner {
 public:
  static constexpr std::size_t kPreface = 24;
  static constexpr std::size_t kHead = 9;

  /// The next head that ends in `bytes`, from `at` on, which moves behind it. Nothing when there is
  /// none; then `at` is the end and the next call is to be about the bytes that follow.
  std::optional<FrameHead> next(std::string_view bytes, std::size_t& at) {
    const std::size_t skipped = std::min(skip_, bytes.size() - at);
    skip_ -= skipped;
    at += skipped;
    const std::size_t count = std::min(kHead - have_, bytes.size() - at);
    std::copy_n(bytes.data() + at, count, head_.data() + have_);
    have_ += count;
    at += count;
    if (have_ < kHead) return std::nullopt;
    have_ = 0;
    FrameHead head;
    head.length = byte(0) << 16 | byte(1) << 8 | byte(2);
    head.type = static_cast<std::uint8_t>(byte(3));
    head.flags = static_cast<std::uint8_t>(byte(4));
    head.stream =
        static_cast<std::int32_t>((byte(5) & 0x7F) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8));
    skip_ = head.length;
    return head;
  }

 private:
  std::uint32_t byte(std::size_t i) const { return static_cast<unsigned char>(head_[i]); }

  std::array<char, kHead> head_{};
  std::size_t have_ = 0;
  std::size_t skip_ = kPreface;  ///< until the next head begins
};

}  // namespace barbacane::http::h2
