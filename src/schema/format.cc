#include "schema/format.h"

#include <cstddef>
#include <optional>
#include <string_view>

#include "schema/detail/format_host.h"
#include "schema/detail/format_mail.h"
#include "schema/detail/format_pointer.h"
#include "schema/detail/format_time.h"
#include "schema/detail/format_uri.h"
#include "schema/pattern.h"

namespace barbacane::schema {
namespace {

struct Row {
  Format format;
  std::string_view name;
  std::string_view example;
};

/// In the order of the enumeration.
constexpr Row kFormats[] = {
    {Format::kDateTime, "date-time", "a date and time such as 2024-05-17T09:30:00Z"},
    {Format::kDate, "date", "a date such as 2024-05-17"},
    {Format::kTime, "time", "a time with its offset such as 09:30:00Z"},
    {Format::kDuration, "duration", "a duration such as P1DT12H"},
    {Format::kEmail, "email", "an email address such as ann@example.org"},
    {Format::kIdnEmail, "idn-email", "an email address such as ann@example.org"},
    {Format::kHostname, "hostname", "a host name such as api.example.org"},
    {Format::kIdnHostname, "idn-hostname", "a host name such as api.example.org"},
    {Format::kIpv4, "ipv4", "an IPv4 address such as 192.0.2.1"},
    {Format::kIpv6, "ipv6", "an IPv6 address such as 2001:db8::1"},
    {Format::kUri, "uri", "a URI such as https://example.org/path"},
    {Format::kUriReference, "uri-reference", "a URI or a relative one such as /path?q=1"},
    {Format::kIri, "iri", "an IRI such as https://example.org/path"},
    {Format::kIriReference, "iri-reference", "an IRI or a relative one such as /path?q=1"},
    {Format::kUriTemplate, "uri-template", "a URI template such as /users/{id}"},
    {Format::kUuid, "uuid", "a UUID such as 123e4567-e89b-12d3-a456-426614174000"},
    {Format::kJsonPointer, "json-pointer", "a JSON Pointer such as /items/0"},
    {Format::kRelativeJsonPointer, "relative-json-pointer",
     "a relative JSON Pointer such as 1/items/0"},
    {Format::kRegex, "regex", "a regular expression such as ^[a-z]+$"},
    {Format::kInt32, "int32", "an integer from -2147483648 to 2147483647"},
    {Format::kInt64, "int64", "an integer from -9223372036854775808 to 9223372036854775807"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(kFormats); ++i) {
    if (static_cast<std::size_t>(kFormats[i].format) != i) return false;
  }
  return true;
}
static_assert(in_order());

const Row& row_of(Format format) { return kFormats[static_cast<std::size_t>(format)]; }

}  // namespace

std::optional<Format> parse_format(std::string_view name) {
  for (const Row& row : kFormats) {
    if (row.name == name) return row.format;
  }
  return std::nullopt;
}

std::string_view to_text(Format format) { return row_of(format).name; }
std::string_view example_of(Format format) { return row_of(format).example; }

bool matches(Format format, std::string_view text) {
  switch (format) {
    case Format::kDateTime:
      return detail::is_date_time(text);
    case Format::kDate:
      return detail::is_date(text);
    case Format::kTime:
      return detail::is_time(text);
    case Format::kDuration:
      return detail::is_duration(text);
    case Format::kEmail:
      return detail::is_email(text);
    case Format::kIdnEmail:
      return detail::is_idn_email(text);
    case Format::kHostname:
      return detail::is_hostname(text);
    case Format::kIdnHostname:
      return detail::is_idn_hostname(text);
    case Format::kIpv4:
      return detail::is_ipv4(text);
    case Format::kIpv6:
      return detail::is_ipv6(text);
    case Format::kUri:
      return detail::is_uri(text);
    case Format::kUriReference:
      return detail::is_uri_reference(text);
    case Format::kIri:
      return detail::is_iri(text);
    case Format::kIriReference:
      return detail::is_iri_reference(text);
    case Format::kUriTemplate:
      return detail::is_uri_template(text);
    case Format::kUuid:
      return detail::is_uuid(text);
    case Format::kJsonPointer:
      return detail::is_json_pointer(text);
    case Format::kRelativeJsonPointer:
      return detail::is_relative_json_pointer(text);
    case Format::kRegex:
      return is_pattern(text);
    case Format::kInt32:
    case Format::kInt64:
      return true;  // of numbers: no text breaks them
  }
  return true;
}

}  // namespace barbacane::schema
