#include "schema/detail/format_mail.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "schema/detail/format_host.h"

namespace barbacane::schema::detail {
namespace {

enum class Script : std::uint8_t { kAscii, kUnicode };

constexpr std::size_t kMaxLocalPart = 64;

constexpr auto kAtom = [] {
  std::array<bool, 128> table{};
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  for (const char c : std::string_view("!#$%&'*+-/=?^_`{|}~")) table[static_cast<int>(c)] = true;
  return table;
}();

bool is_atom(char c, Script script) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 128 ? kAtom[byte] : script == Script::kUnicode;
}

/// Length of `"…"` at the start of `text`; 0 when it does not end or holds something it may not.
std::size_t quoted_length(std::string_view text, Script script) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"') return at + 1;
    if (byte == '\\') {
      ++at;
      if (at == text.size() || text[at] < ' ' || text[at] > '~') return 0;
    } else if (byte < ' ' || byte == 0x7F || (byte > 0x7F && script == Script::kAscii)) {
      return 0;
    }
  }
  return 0;
}

std::size_t dotted_length(std::string_view text, Script script) {
  std::size_t at = 0;
  for (;;) {
    const std::size_t atom = at;
    while (at < text.size() && is_atom(text[at], script)) ++at;
    if (at == atom) return 0;
    if (at == text.size() || text[at] != '.') return at;
    ++at;
  }
}

bool is_address_literal(std::string_view text) {
  if (!text.ends_with(']')) return false;
  text = text.substr(1, text.size() - 2);
  constexpr std::string_view kTag = "IPv6:";
  if (text.size() > kTag.size() && base::equals_ignoring_case(text.substr(0, kTag.size()), kTag)) {
    return is_ipv6(text.substr(kTag.size()));
  }
  return is_ipv4(text);
}

bool is_mailbox(std::string_view text, Script script) {
  const std::size_t local =
      text.starts_with('"') ? quoted_length(text, script) : dotted_length(text, script);
  if (local == 0 || local > kMaxLocalPart || local >= text.size() || text[local] != '@')
    return false;
  const std::string_view domain = text.substr(local + 1);
  if (domain.starts_with('[')) return is_address_literal(domain);
  return script == Script::kAscii ? is_hostname(domain) : is_idn_hostname(domain);
}

}  // namespace

bool is_email(std::string_view text) { return is_mailbox(text, Script::kAscii); }

bool is_idn_email(std::string_view text) {
  return base::is_utf8(text) && is_mailbox(text, Script::kUnicode);
}

}  // namespace barbacane::schema::detail
