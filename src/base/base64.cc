#include "base/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace barbacane::base {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNone = 0xFF;

using Values = std::array<std::uint8_t, 256>;

constexpr Values values_of(std::string_view alphabet) {
  Values values{};
  values.fill(kNone);
  for (std::size_t n = 0; n < alphabet.size(); ++n)
    values[static_cast<unsigned char>(alphabet[n])] = static_cast<std::uint8_t>(n);
  return values;
}

constexpr Values kStandardValues = values_of(kStandard);
constexpr Values kUrlValues = values_of(kUrl);

/// Without padding.
std::optional<std::string> decode(std::string_view text, const Values& values) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == kNone) return std::nullopt;
    bits = bits << 6 | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count));
    bits &= (1u << count) - 1;
  }
  if (bits != 0) return std::nullopt;
  return bytes;
}

/// False when what is there of it is not what belongs there.
bool drop_padding(std::string_view& text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  for (int n = 0; n < 2 && text.ends_with('='); ++n) text.remove_suffix(1);
  return true;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view part = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t n = 0; n < 3; ++n)
      bits = bits << 8 | (n < part.size() ? static_cast<unsigned char>(part[n]) : 0u);
    for (std::size_t n = 0; n < 4; ++n)
      text.push_back(n <= part.size() ? kStandard[bits >> (18 - 6 * n) & 63] : '=');
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (!text.empty() && !drop_padding(text)) return std::nullopt;
  return decode(text, kStandardValues);
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.ends_with('=') && !drop_padding(text)) return std::nullopt;
  return decode(text, kUrlValues);
}

}  // namespace barbacane::base
