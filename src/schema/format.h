#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// The values of `format` that are asserted (data-plane contract, 6.6).
///
/// Each is a function over the text, in time about linear in it. They allocate nothing, with two
/// exceptions: `regex` takes the pattern apart, into memory of some hundred times its size (64 KiB
/// at most), and what may hold an internationalized host name asks the IDN library about labels
/// that are not plain (beyond ASCII, or `xn--`). Every other format name is an annotation.
namespace barbacane::schema {

enum class Format : std::uint8_t {
  kDateTime,  ///< RFC 3339, leap seconds where one can be
  kDate,
  kTime,
  kDuration,     ///< RFC 3339, appendix A
  kEmail,        ///< RFC 5321 mailbox
  kIdnEmail,     ///< RFC 6531
  kHostname,     ///< RFC 1123
  kIdnHostname,  ///< RFC 5890
  kIpv4,         ///< RFC 2673, 3.2
  kIpv6,         ///< RFC 4291, 2.2
  kUri,          ///< RFC 3986, with a scheme
  kUriReference,
  kIri,  ///< RFC 3987
  kIriReference,
  kUriTemplate,  ///< RFC 6570
  kUuid,         ///< RFC 4122
  kJsonPointer,  ///< RFC 6901
  kRelativeJsonPointer,
  kRegex,  ///< ECMA-262
  kInt32,  ///< of numbers: OpenAPI
  kInt64,
};

/// Nothing for names that are annotations only.
std::optional<Format> parse_format(std::string_view name);
std::string_view to_text(Format format);
/// What to send instead, for messages: `a date such as 2024-05-17`.
std::string_view example_of(Format format);

/// For formats of strings; `text` is UTF-8.
bool matches(Format format, std::string_view text);

}  // namespace barbacane::schema
