#include "http/message.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/text.h"
#include "http/h1/request_parser.h"

namespace barbacane::http {
namespace {

constexpr std::string_view kNames[] = {"accept",
                                       "accept-encoding",
                                       "authorization",
                                       "connection",
                                       "content-encoding",
                                       "content-length",
                                       "content-type",
                                       "cookie",
                                       "expect",
                                       "forwarded",
                                       "host",
                                       "keep-alive",
                                       "origin",
                                       "proxy-authorization",
                                       "proxy-connection",
                                       "te",
                                       "traceparent",
                                       "tracestate",
                                       "trailer",
                                       "transfer-encoding",
                                       "upgrade",
                                       "x-forwarded-for",
                                       "x-forwarded-host",
                                       "x-forwarded-proto",
                                       "x-real-ip",
                                       "x-request-id"};

TEST(KnownField, IsFoundInAnyLetterCase) {
  std::set<KnownField> found;
  for (const std::string_view name : kNames) {
    EXPECT_EQ(known_field(name), known_field(base::to_upper(name))) << name;
    found.insert(known_field(name));
  }
  EXPECT_FALSE(found.contains(KnownField::kOther));
  EXPECT_EQ(found.size(), static_cast<std::size_t>(KnownField::kCount) - 1);
}

TEST(KnownField, IsNoneOfOtherNames) {
  for (const std::string_view name :
       {"", "x", "t", "tf", "hosts", "x-request-ie", "content-typf", "x-forwarded-port", "\xE8ost",
        "proxy-authorizatiom", "a-name-longer-than-any-other-of-them"}) {
    EXPECT_EQ(known_field(name), KnownField::kOther) << name;
  }
}

TEST(KnownField, IsTheSameToTheParser) {
  std::string bytes = "GET / HTTP/1.1\r\nhost: a\r\n";
  for (const std::string_view name : kNames) {
    const bool framing = name == "host" || name == "content-length" || name == "transfer-encoding";
    if (!framing) bytes += std::string(name) + ": a\r\n";
  }
  bytes += "\r\n";
  h1::RequestParser parser;
  parser.begin();
  RequestHead head(std::pmr::new_delete_resource());
  std::size_t consumed = 0;
  ASSERT_EQ(parser.parse_head(bytes, head, consumed), h1::RequestParser::HeadStatus::kComplete);
  EXPECT_EQ(head.fields.size(), std::size(kNames) - 2);
  for (const Field& field : head.fields) EXPECT_EQ(field.known, known_field(field.name));
}

}  // namespace
}  // namespace barbacane::http
