#include "schema/format.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace barbacane::schema {
namespace {

constexpr bool yes = true;
constexpr bool no = false;

struct Row {
  Format format;
  std::string_view text;
  bool valid;
};

using F = Format;

/// What the official suite does not ask; it runs as an executable of its own.
constexpr Row kRows[] = {
    {F::kDate, "2024-02-29", yes},
    {F::kDate, "2023-02-29", no},
    {F::kDate, "2000-02-29", yes},
    {F::kDate, "1900-02-29", no},
    {F::kDate, "0000-01-01", yes},
    {F::kDate, "2024-00-10", no},
    {F::kDate, "2024-13-10", no},
    {F::kDate, "2024-01-00", no},
    {F::kDate, "2024-01-31", yes},
    {F::kDate, "2024-03-31", yes},
    {F::kDate, "2024-04-31", no},
    {F::kDate, "2024-04-30", yes},
    {F::kDate, "2024-06-31", no},
    {F::kDate, "2024-07-31", yes},
    {F::kDate, "2024-08-31", yes},
    {F::kDate, "2024-09-31", no},
    {F::kDate, "2024-11-31", no},
    {F::kDate, "2024-12-31", yes},
    {F::kDate, "2024-12-32", no},
    {F::kDate, "2024-1-1", no},
    {F::kDate, "20240101", no},
    {F::kDate, "2024-W01-1", no},
    {F::kDate, "2024/01/01", no},
    {F::kDate, "2024-01-01 ", no},
    {F::kDate, "", no},

    {F::kTime, "23:59:59Z", yes},
    {F::kTime, "23:59:60Z", yes},
    {F::kTime, "00:29:60+00:30", yes},
    {F::kTime, "12:00:60Z", no},
    {F::kTime, "12:00:00.Z", no},
    {F::kTime, "12:00:00.1", no},
    {F::kTime, "12:00:00+2:00", no},
    {F::kTime, "12:00:00-00:00", yes},
    {F::kTime, "12:00Z", no},
    {F::kDateTime, "2024-05-17T09:30:00Z", yes},
    {F::kDateTime, "2024-05-17t09:30:00z", yes},
    {F::kDateTime, "2024-05-17 09:30:00Z", no},
    {F::kDateTime, "2024-05-17T09:30:00", no},
    {F::kDateTime, "2024-05-17T", no},
    {F::kDateTime, "2024-05-17", no},
    {F::kDateTime, "2016-12-31T23:59:60Z", yes},
    {F::kDateTime, "2017-01-01T08:59:60+09:00", yes},

    {F::kDuration, "P1Y2M3DT4H5M6S", yes},
    {F::kDuration, "PT5M6S", yes},
    {F::kDuration, "P3W", yes},
    {F::kDuration, "P3W1D", no},
    {F::kDuration, "P1Y3D", no},   // appendix A: months in between
    {F::kDuration, "PT1H6S", no},  // minutes in between
    {F::kDuration, "P1.5D", no},
    {F::kDuration, "p1D", no},
    {F::kDuration, "-P1D", no},
    {F::kDuration, "PW", no},
    {F::kDuration, "P1DT", no},
    {F::kDuration, "P1D1D", no},
    {F::kDuration, "", no},

    {F::kEmail, "ann@example.org", yes},
    {F::kEmail, "ann+tag@localhost", yes},
    {F::kEmail, "a.b-c_d@sub.example.co", yes},
    {F::kEmail, "ann@", no},
    {F::kEmail, "@example.org", no},
    {F::kEmail, "ann", no},
    {F::kEmail, "ann@exa mple.org", no},
    {F::kEmail, "ann@-example.org", no},
    {F::kEmail, "ann@example..org", no},
    {F::kEmail, "ann@example.org.", no},
    {F::kEmail, "ann@b@example.org", no},
    {F::kEmail, "Ann <ann@example.org>", no},
    {F::kEmail, "\"a\\\"b\"@example.org", yes},
    {F::kEmail, "\"a\"b\"@example.org", no},
    {F::kEmail, "\"\"@example.org", yes},
    {F::kEmail, "\"a@example.org", no},
    {F::kEmail, "ann@[192.0.2.1]", yes},
    {F::kEmail, "ann@[192.0.2.1", no},
    {F::kEmail, "ann@[IPv6:2001:db8::1]", yes},
    {F::kEmail, "ann@[2001:db8::1]", no},
    {F::kEmail, "ann@[", no},
    {F::kEmail, "b\u00FCro@example.org", no},
    {F::kEmail, "ann@b\u00FCro.example", no},
    {F::kEmail, "1234567890123456789012345678901234567890123456789012345678901234@x.org", yes},
    {F::kEmail, "12345678901234567890123456789012345678901234567890123456789012345@x.org", no},
    {F::kIdnEmail, "b\u00FCro@b\u00FCro.example", yes},
    {F::kIdnEmail, "\"b\u00FCro 1\"@example.org", yes},
    {F::kIdnEmail, "b\xFFro@example.org", no},
    {F::kIdnEmail, "a@\u302E.example", no},

    {F::kHostname, "example.org", yes},
    {F::kHostname, "", no},
    {F::kHostname, ".", no},
    {F::kHostname, "example.org.", no},
    {F::kHostname, ".example.org", no},
    {F::kHostname, "a..b", no},
    {F::kHostname, "ab--cd", no},
    {F::kHostname, "a--b", yes},
    {F::kHostname, "xn--hello-txk", no},
    {F::kHostname, "xn--zca29lwxobi7a", yes},
    {F::kHostname, "xn--07jceefgh4c", no},
    {F::kHostname, "xn--al-0ea", no},
    {F::kHostname, "xn--11b2ezcw70k", yes},
    {F::kHostname, "xn--X", no},
    {F::kHostname, "XN--4GBWDL.example", yes},
    {F::kHostname, "b\u00FCcher.example", no},
    {F::kIdnHostname, "b\u00FCcher.example", yes},
    {F::kIdnHostname, "b\u00FCcher\u3002example", yes},
    {F::kIdnHostname, "b\u00FCcher..example", no},
    {F::kIdnHostname, "b\u00FCcher.", no},
    {F::kIdnHostname, "b\u00FC_cher", no},
    {F::kIdnHostname, "\u00FC\xFF", no},
    {F::kIdnHostname, std::string_view("\u00FC\0b", 4), no},

    {F::kIpv4, "0.0.0.0", yes},
    {F::kIpv4, "255.255.255.255", yes},
    {F::kIpv4, "256.0.0.1", no},
    {F::kIpv4, "01.0.0.1", no},
    {F::kIpv4, "00.0.0.1", no},
    {F::kIpv4, "1.2.3", no},
    {F::kIpv4, "1.2.3.4.5", no},
    {F::kIpv4, "1.2.3.", no},
    {F::kIpv4, "1..2.3", no},
    {F::kIpv4, "1.2.3.4 ", no},
    {F::kIpv4, "", no},
    {F::kIpv6, "::", yes},
    {F::kIpv6, "::1", yes},
    {F::kIpv6, "1::", yes},
    {F::kIpv6, "1:2:3:4:5:6:7:8", yes},
    {F::kIpv6, "1:2:3:4:5:6:7", no},
    {F::kIpv6, "1:2:3:4:5:6:7:8:9", no},
    {F::kIpv6, "1:2:3:4:5:6:7::", yes},
    {F::kIpv6, "1:2:3:4:5:6:7:8::", no},
    {F::kIpv6, "1::2::3", no},
    {F::kIpv6, ":1", no},
    {F::kIpv6, "1:", no},
    {F::kIpv6, ":::", no},
    {F::kIpv6, "12345::", no},
    {F::kIpv6, "g::", no},
    {F::kIpv6, "::ffff:192.0.2.1", yes},
    {F::kIpv6, "::192.0.2.256", no},
    {F::kIpv6, "1:2:3:4:5:6:192.0.2.1", yes},
    {F::kIpv6, "1:2:3:4:5:6:7:192.0.2.1", no},
    {F::kIpv6, "192.0.2.1::", no},
    {F::kIpv6, "fe80::1%eth0", no},
    {F::kIpv6, "[::1]", no},
    {F::kIpv6, "::1/64", no},

    {F::kUri, "https://example.org", yes},
    {F::kUri, "https://example.org:8080/a?b#c", yes},
    {F::kUri, "https://example.org:", yes},
    {F::kUri, "https://example.org:80a/", no},
    {F::kUri, "https://[::1]:80/", yes},
    {F::kUri, "https://[::1/", no},
    {F::kUri, "https://[::1]x/", no},
    {F::kUri, "https://[v1.a:b]/", yes},
    {F::kUri, "https://[v.a]/", no},
    {F::kUri, "https://a@b@c/", no},
    {F::kUri, "https://a%4g", no},
    {F::kUri, "https://a%4", no},
    {F::kUri, "https://a/%41", yes},
    {F::kUri, "https://a/[b]", no},
    {F::kUri, "https://a/b#c#d", no},
    {F::kUri, "https://a/\"b", no},
    {F::kUri, "https://a/{b}", no},
    {F::kUri, "https://a/|", no},
    {F::kUri, "https://a/^", no},
    {F::kUri, "https://a/`", no},
    {F::kUri, "https://\u00FC/", no},
    {F::kUri, "1http://a", no},
    {F::kUri, "a:", yes},
    {F::kUri, "", no},
    {F::kUriReference, "", yes},
    {F::kUriReference, "?q", yes},
    {F::kUriReference, "a/b:c", yes},
    {F::kUriReference, "1:b", no},
    {F::kUriReference, "a b", no},
    {F::kIri, "https://\u00FC/\u00E9?\uE000", yes},
    {F::kIri, "https://\u00FC/\uE000", no},
    {F::kIri, "https://a/\uFFFE", no},
    {F::kIri, "https://a/\u0085", no},
    {F::kIri, "https://a/\xFF", no},
    {F::kIriReference, "/\U0001F432", yes},

    {F::kUriTemplate, "/a{?b,c*,d:3}", yes},
    {F::kUriTemplate, "{+path}/here", yes},
    {F::kUriTemplate, "{a.b}", yes},
    {F::kUriTemplate, "{a..b}", no},
    {F::kUriTemplate, "{.a}", yes},
    {F::kUriTemplate, "{a.}", no},
    {F::kUriTemplate, "{}", no},
    {F::kUriTemplate, "{a,}", no},
    {F::kUriTemplate, "{a:0}", no},
    {F::kUriTemplate, "{a:10000}", no},
    {F::kUriTemplate, "{a:9999}", yes},
    {F::kUriTemplate, "{a b}", no},
    {F::kUriTemplate, "{%41}", yes},
    {F::kUriTemplate, "a}", no},
    {F::kUriTemplate, "{a{b}}", no},
    {F::kUriTemplate, "a<b", no},
    {F::kUriTemplate, "a%zz", no},

    {F::kUuid, "123e4567-e89b-12d3-a456-426614174000", yes},
    {F::kUuid, "123E4567-E89B-12D3-A456-426614174000", yes},
    {F::kUuid, "00000000-0000-0000-0000-000000000000", yes},
    {F::kUuid, "123e4567e89b12d3a456426614174000", no},
    {F::kUuid, "{23e4567-e89b-12d3-a456-42661417400}", no},
    {F::kUuid, "123e4567-e89b-12d3-a456-42661417400g", no},
    {F::kUuid, "123e4567-e89b-12d3-a456-4266141740000", no},
    {F::kUuid, "123e4567-e89b-12d3-a4561426614174000", no},

    {F::kJsonPointer, "", yes},
    {F::kJsonPointer, "/", yes},
    {F::kJsonPointer, "/a~0b/~1", yes},
    {F::kJsonPointer, "a", no},
    {F::kJsonPointer, "/~", no},
    {F::kJsonPointer, "/~2", no},
    {F::kJsonPointer, "#/a", no},
    {F::kRelativeJsonPointer, "0#", yes},
    {F::kRelativeJsonPointer, "1/a", yes},
    {F::kRelativeJsonPointer, "0-1#", yes},
    {F::kRelativeJsonPointer, "0+1/a", yes},
    {F::kRelativeJsonPointer, "01", no},
    {F::kRelativeJsonPointer, "-1", no},
    {F::kRelativeJsonPointer, "0a", no},
    {F::kRelativeJsonPointer, "", no},

    {F::kRegex, "^(a|b)$", yes},
    {F::kRegex, "(", no},
    {F::kInt32, "whatever", yes},
};

TEST(Format, TellsValuesApartAsItsRfcDoes) {
  for (const Row& row : kRows) {
    EXPECT_EQ(matches(row.format, row.text), row.valid) << to_text(row.format) << ": " << row.text;
  }
}

TEST(Format, BoundsNamesOfHosts) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + label.substr(0, 61);
  EXPECT_TRUE(matches(Format::kHostname, longest));
  EXPECT_FALSE(matches(Format::kHostname, longest + "a"));
  EXPECT_FALSE(matches(Format::kHostname, label + "a"));
}

TEST(Format, HasNamesThatAreReadBack) {
  for (int i = 0; i <= static_cast<int>(Format::kInt64); ++i) {
    const auto format = static_cast<Format>(i);
    EXPECT_EQ(parse_format(to_text(format)), format);
  }
  for (const std::string_view annotation : {"", "float", "double", "byte", "password", "Date"}) {
    EXPECT_FALSE(parse_format(annotation)) << annotation;
  }
}

TEST(Format, GivesAnExampleThatIsValid) {
  for (int i = 0; i < static_cast<int>(Format::kInt32); ++i) {
    const auto format = static_cast<Format>(i);
    const std::string_view example = example_of(format);
    const std::string_view value = example.substr(example.rfind(' ') + 1);
    EXPECT_TRUE(matches(format, value)) << to_text(format) << ": " << value;
  }
}

}  // namespace
}  // namespace barbacane::schema
