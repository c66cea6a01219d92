#include "schema/detail/format_host.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <idn2.h>

#include "base/text.h"

namespace barbacane::schema::detail {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

constexpr auto kLetterOrDigit = [] {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  return table;
}();

bool is_letter_or_digit(char c) { return kLetterOrDigit[static_cast<unsigned char>(c)]; }

/// Lower case copy with a zero at its end.
std::array<char, kMaxLabel + 1> lowered(std::string_view label) {
  std::array<char, kMaxLabel + 1> out{};
  std::transform(label.begin(), label.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// Registers a label as a registry would, which is the strict half of IDNA 2008; gives the length
/// of its ASCII form, 0 for an invalid one.
std::size_t registered_length(const char* unicode, const char* ascii) {
  char* name = nullptr;
  const int result = idn2_register_u8(reinterpret_cast<const std::uint8_t*>(unicode),
                                      reinterpret_cast<const std::uint8_t*>(ascii),
                                      reinterpret_cast<std::uint8_t**>(&name), IDN2_NFC_INPUT);
  const std::size_t length =
      result == IDN2_OK && name != nullptr ? std::string_view(name).size() : 0;
  idn2_free(name);
  return length;
}

bool is_ascii_form_prefix(std::string_view label) {
  return label.size() >= 4 && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' &&
         label[2] == '-' && label[3] == '-';
}

/// Whatever stands between two dots of a host name.
bool is_ascii_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabel) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  for (const char c : label) {
    if (!is_letter_or_digit(c) && c != '-') return false;
  }
  if (label.size() < 4 || label[2] != '-' || label[3] != '-') return true;
  // RFC 5891, 4.2.3.1 keeps hyphens in these two places for forms yet to come.
  return is_ascii_form_prefix(label) && registered_length(nullptr, lowered(label).data()) > 0;
}

/// Length of a dot at the start of `text`, of which internationalized names have four
/// (RFC 3490, 3.1); 0 if there is none.
std::size_t dot_length(std::string_view text) {
  if (text.starts_with('.')) return 1;
  for (const std::string_view dot : {"\u3002", "\uFF0E", "\uFF61"}) {
    if (text.starts_with(dot)) return dot.size();
  }
  return 0;
}

/// Length in ASCII, 0 when it is no label.
std::size_t idn_label_length(std::string_view label) {
  if (base::is_ascii(label)) return is_ascii_label(label) ? label.size() : 0;
  if (label.size() > kMaxLabel * 4 || label.find('\0') != label.npos) return 0;
  return registered_length(std::string(label).c_str(), nullptr);
}

}  // namespace

bool is_hostname(std::string_view text) {
  if (text.size() > kMaxName) return false;
  std::size_t label = 0;
  bool hyphens = false;
  for (std::size_t at = 0;; ++at) {
    if (at < text.size()) {
      if (is_letter_or_digit(text[at])) continue;
      if (text[at] == '-') {
        hyphens = true;
        continue;
      }
      if (text[at] != '.') return false;
    }
    const std::size_t length = at - label;
    if (length == 0 || length > kMaxLabel) return false;
    if (hyphens && !is_ascii_label(text.substr(label, length))) return false;
    if (at == text.size()) return true;
    label = at + 1;
    hyphens = false;
  }
}

bool is_idn_hostname(std::string_view text) {
  if (base::is_ascii(text)) return is_hostname(text);
  if (text.size() > kMaxName * 4 || !base::is_utf8(text)) return false;
  std::size_t total = 0;
  std::size_t label = 0;
  for (std::size_t at = 0;; ++at) {
    const std::size_t dot = dot_length(text.substr(at));
    if (dot == 0 && at < text.size()) continue;
    const std::size_t length = idn_label_length(text.substr(label, at - label));
    if (length == 0) return false;
    total += length;
    if (at == text.size()) return total <= kMaxName;
    ++total;
    label = at + dot;
    at = label - 1;
  }
}

bool is_ipv4(std::string_view text) {
  unsigned value = 0;
  unsigned digits = 0;
  unsigned dots = 0;
  for (const char c : text) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    if (digit > 9) {
      if (c != '.' || digits == 0) return false;
      ++dots;
      value = digits = 0;
      continue;
    }
    if (value == 0 && digits > 0) return false;  // a leading zero
    value = value * 10 + digit;
    ++digits;
    if (value > 255) return false;
  }
  return dots == 3 && digits > 0;
}

bool is_ipv6(std::string_view text) {
  constexpr int kGroups = 8;
  if (text.size() < 2 || text.size() > 45) return false;
  int groups = 0;
  bool gap = false;
  std::size_t at = 0;
  if (text[0] == ':') {
    if (text[1] != ':') return false;
    gap = true;
    at = 2;
  }
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && end - at < 5 && base::hex_digit(text[end]) >= 0) ++end;
    if (end < text.size() && text[end] == '.') {
      if (!is_ipv4(text.substr(at))) return false;
      groups += 2;
      at = text.size();
      break;
    }
    if (end == at || end - at > 4) return false;
    ++groups;
    at = end;
    if (at == text.size()) break;
    if (text[at++] != ':' || at == text.size()) return false;
    if (text[at] == ':') {
      if (gap) return false;
      gap = true;
      ++at;
    }
  }
  return gap ? groups < kGroups : groups == kGroups;
}

}  // namespace barbacane::schema::detail
