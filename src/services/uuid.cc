#include "services/uuid.h"

namespace barbacane::services {
namespace {

constexpr std::uint32_t kCounts = 1u << 12;
constexpr char kDigits[] = "0123456789abcdef";

/// The lowest `digits` hexadecimal digits of the value.
char* put(char* out, std::uint64_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) *out++ = kDigits[value >> shift & 15];
  return out;
}

}  // namespace

std::string_view UuidV7::make(std::uint64_t unix_ms, std::uint64_t random, std::uint64_t start) {
  if (unix_ms > last_ms_) {
    last_ms_ = unix_ms;
    count_ = static_cast<std::uint32_t>(start % (kCounts / 2));  // the upper half is left to count
  } else if (++count_ == kCounts) {
    ++last_ms_;
    count_ = 0;
  }
  char* out = text_.data();
  out = put(out, last_ms_ >> 16, 8);
  *out++ = '-';
  out = put(out, last_ms_, 4);
  *out++ = '-';
  out = put(out, 0x7000 | count_, 4);
  *out++ = '-';
  out = put(out, 0x8000 | (random >> 48 & 0x3FFF), 4);
  *out++ = '-';
  put(out, random, 12);
  return {text_.data(), text_.size()};
}

}  // namespace barbacane::services
