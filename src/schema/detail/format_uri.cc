#include "schema/detail/format_uri.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "schema/detail/format_host.h"
#include "schema/detail/utf8.h"

namespace barbacane::schema::detail {
namespace {

enum class Script : std::uint8_t { kAscii, kUnicode };

/// Where a character may stand, as bits.
enum Place : std::uint8_t {
  kScheme = 1,
  kUser = 2,
  kHost = 4,
  kPath = 8,
  kQuery = 16,  // and fragment
  kTemplate = 32,
  kVariable = 64,
};

constexpr auto kPlaces = [] {
  std::array<std::uint8_t, 128> table{};
  const auto allow = [&](std::string_view characters, int places) {
    for (const char c : characters) table[static_cast<int>(c)] |= static_cast<std::uint8_t>(places);
  };
  constexpr int kAnywhere = kUser | kHost | kPath | kQuery | kTemplate;
  constexpr std::string_view kDigits = "0123456789";
  for (char c = 'a'; c <= 'z'; ++c) {
    const char both[] = {c, static_cast<char>(c - 'a' + 'A')};
    allow({both, 2}, kAnywhere | kScheme | kVariable);
  }
  allow(kDigits, kAnywhere | kScheme | kVariable);
  allow("+-.", kScheme);
  allow("-._~", kAnywhere);
  allow("!$&'()*+,;=", kAnywhere);
  allow(":", kUser | kPath | kQuery | kTemplate);
  allow("@/", kPath | kQuery | kTemplate);
  allow("?", kQuery | kTemplate);
  allow("#[]", kTemplate);
  allow("_", kVariable);
  return table;
}();

bool may_stand(char c, Place place) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 128 && (kPlaces[byte] & place) != 0;
}

bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_percent_escape(std::string_view text) {
  return text.size() >= 3 && text[0] == '%' && base::hex_digit(text[1]) >= 0 &&
         base::hex_digit(text[2]) >= 0;
}

/// RFC 3987, 2.2: `ucschar`, and `iprivate` where a query stands.
bool is_international(char32_t c, bool query) {
  if (c < 0xA0 || (c & 0xFFFE) == 0xFFFE) return false;
  if (c < 0xE000) return true;
  if (c < 0xF900) return query;
  if (c < 0x10000) return c < 0xFDD0 || (c > 0xFDEF && c < 0xFFF0);
  if (c < 0xF0000) return c < 0xE0000 || c >= 0xE1000;
  return query;
}

/// Length of the character beyond ASCII or of the percent escape at the start of `text`, 0 if
/// there is neither.
std::size_t special_length(std::string_view text, Script script, bool query) {
  if (is_percent_escape(text)) return 3;
  if (script == Script::kAscii || static_cast<unsigned char>(text[0]) < 0x80) return 0;
  const auto [c, length] = first_character(text);
  return length > 0 && is_international(c, query) ? length : 0;
}

enum class Private : std::uint8_t { kRefused, kTaken };

bool all_may_stand(std::string_view text, Place place, Script script,
                   Private private_use = Private::kRefused) {
  for (std::size_t at = 0; at < text.size();) {
    if (may_stand(text[at], place)) {
      ++at;
      continue;
    }
    const std::size_t length =
        special_length(text.substr(at), script, private_use == Private::kTaken);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

/// `v1.something`, in brackets: an address of a kind yet to come.
bool is_future_address(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (text.empty() || (text[0] | 0x20) != 'v' || dot == text.npos || dot < 2) return false;
  const std::string_view version = text.substr(1, dot - 1);
  const std::string_view rest = text.substr(dot + 1);
  const auto is_hex = [](char c) { return base::hex_digit(c) >= 0; };
  const auto is_part = [](char c) { return may_stand(c, kUser); };
  return !rest.empty() && std::all_of(version.begin(), version.end(), is_hex) &&
         std::all_of(rest.begin(), rest.end(), is_part);
}

bool is_authority(std::string_view text, Script script) {
  const std::size_t at = text.find('@');
  if (at != text.npos) {
    if (!all_may_stand(text.substr(0, at), kUser, script)) return false;
    text = text.substr(at + 1);
  }
  std::size_t host = std::min(text.find(':'), text.size());
  if (text.starts_with('[')) {
    host = text.find(']');
    if (host == text.npos) return false;
    const std::string_view address = text.substr(1, host - 1);
    if (!is_ipv6(address) && !is_future_address(address)) return false;
    ++host;
  } else if (!all_may_stand(text.substr(0, host), kHost, script)) {
    return false;
  }
  const std::string_view port = text.substr(host);
  return port.empty() || (port[0] == ':' && std::all_of(port.begin() + 1, port.end(), is_digit));
}

/// What follows the scheme, or all of a relative reference.
bool is_after_scheme(std::string_view text, Script script) {
  const std::size_t hash = std::min(text.find('#'), text.size());
  if (hash < text.size() && !all_may_stand(text.substr(hash + 1), kQuery, script)) return false;
  text = text.substr(0, hash);
  const std::size_t mark = std::min(text.find('?'), text.size());
  if (mark < text.size() &&
      !all_may_stand(text.substr(mark + 1), kQuery, script, Private::kTaken)) {
    return false;
  }
  text = text.substr(0, mark);
  if (text.starts_with("//")) {
    const std::size_t path = std::min(text.find('/', 2), text.size());
    if (!is_authority(text.substr(2, path - 2), script)) return false;
    text = text.substr(path);
  }
  return all_may_stand(text, kPath, script);
}

/// With the colon; 0 if there is none.
std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return 0;
  std::size_t at = 1;
  while (at < text.size() && may_stand(text[at], kScheme)) ++at;
  return at < text.size() && text[at] == ':' ? at + 1 : 0;
}

bool is_absolute(std::string_view text, Script script) {
  const std::size_t scheme = scheme_length(text);
  return scheme > 0 && is_after_scheme(text.substr(scheme), script);
}

bool is_reference(std::string_view text, Script script) {
  if (is_absolute(text, script)) return true;
  // A colon in the first segment would make a scheme of what stands before it.
  const std::size_t segment = std::min(text.find_first_of("/?#"), text.size());
  return text.substr(0, segment).find(':') == text.npos && is_after_scheme(text, script);
}

/// One variable with its modifier.
bool is_variable(std::string_view text) {
  if (text.ends_with('*')) {
    text.remove_suffix(1);
  } else if (const std::size_t colon = text.find(':'); colon != text.npos) {
    const std::string_view length = text.substr(colon + 1);
    if (length.empty() || length.size() > 4 || length[0] == '0') return false;
    if (!std::all_of(length.begin(), length.end(), is_digit)) return false;
    text = text.substr(0, colon);
  }
  bool after_character = false;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '.') {
      if (!after_character) return false;
      after_character = false;
      ++at;
      continue;
    }
    const bool escape = is_percent_escape(text.substr(at));
    if (!escape && !may_stand(text[at], kVariable)) return false;
    after_character = true;
    at += escape ? 3 : 1;
  }
  return after_character;
}

/// What stands between the braces.
bool is_expression(std::string_view text) {
  constexpr std::string_view kOperators = "+#./;?&=,!@|";
  if (!text.empty() && kOperators.find(text[0]) != kOperators.npos) text.remove_prefix(1);
  for (;;) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (!is_variable(text.substr(0, comma))) return false;
    if (comma == text.size()) return true;
    text = text.substr(comma + 1);
  }
}

}  // namespace

bool is_uri(std::string_view text) { return is_absolute(text, Script::kAscii); }
bool is_uri_reference(std::string_view text) { return is_reference(text, Script::kAscii); }
bool is_iri(std::string_view text) { return is_absolute(text, Script::kUnicode); }
bool is_iri_reference(std::string_view text) { return is_reference(text, Script::kUnicode); }

bool is_uri_template(std::string_view text) {
  for (;;) {
    const std::size_t open = std::min(text.find('{'), text.size());
    if (!all_may_stand(text.substr(0, open), kTemplate, Script::kUnicode, Private::kTaken)) {
      return false;
    }
    if (open == text.size()) return true;
    const std::size_t close = text.find('}', open);
    if (close == text.npos) return false;
    if (!is_expression(text.substr(open + 1, close - open - 1))) return false;
    text = text.substr(close + 1);
  }
}

}  // namespace barbacane::schema::detail
