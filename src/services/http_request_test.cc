#include "services/http_request.h"

#include <string>

#include <gtest/gtest.h>

namespace barbacane::services {
namespace {

using std::chrono::milliseconds;

base::Result<HttpRequest> parse(std::string_view json) {
  std::optional<std::string> nothing;
  return parse_http_request(json, nothing);
}

TEST(HttpRequestJson, NeedsNoMoreThanMethodAndUrl) {
  const auto request = parse(R"({"method":"GET","url":"https://a/"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->url, "https://a/");
  EXPECT_TRUE(request->headers.empty());
  EXPECT_EQ(request->body, "");
  EXPECT_EQ(request->timeout, milliseconds(30'000));
  EXPECT_FALSE(request->tls || request->breaker);
}

TEST(HttpRequestJson, ReadsEveryMember) {
  const auto request = parse(R"({"method":"POST","url":"u","headers":{"A":"b","a":"é"},
    "body":"aGk=","timeout_ms":5,"tls":{"client_cert":"c","client_key":"k","ca":null,"x":1},
    "circuit_breaker":{"threshold":2,"window_ms":3,"reset_ms":4},"unknown":{"body":7}})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->headers, (HttpRequest::Headers{{"A", "b"}, {"a", "é"}}));
  EXPECT_EQ(request->body, "hi");
  EXPECT_EQ(request->timeout, milliseconds(5));
  EXPECT_EQ(request->tls->client_key, "k");
  EXPECT_EQ(request->tls->ca, "");
  EXPECT_EQ(request->breaker, (BreakerSettings{2, milliseconds(3), milliseconds(4)}));
}

TEST(HttpRequestJson, TakesNullForWhatMayBeAbsent) {
  const auto request = parse(R"({"method":"GET","url":"u","body":null,"timeout_ms":null,
    "tls":null,"circuit_breaker":null})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->timeout, milliseconds(30'000));
}

TEST(HttpRequestJson, RefusesOtherTypes) {
  for (const std::string member : {
           R"("method":1)",
           R"("url":null)",
           R"("headers":null)",
           R"("headers":[])",
           R"("headers":{"a":1})",
           R"("headers":{"a":null})",
           R"("headers":{"a":["b"]})",
           R"("body":5)",
           R"("body":"aGk")",
           R"("body":"a Gk=")",
           R"("timeout_ms":-1)",
           R"("timeout_ms":1.5)",
           R"("timeout_ms":"1")",
           R"("tls":"x")",
           R"("tls":{"ca":1})",
           R"("circuit_breaker":5)",
           R"("circuit_breaker":{"threshold":0})",
           R"("circuit_breaker":{"threshold":-1})",
           R"("circuit_breaker":{"window_ms":"1s"})",
       }) {
    EXPECT_FALSE(parse(R"({"method":"GET","url":"u",)" + member + "}")) << member;
  }
  for (const auto* json : {"", "null", "[]", "{", "{}", R"({"method":"GET"})", R"({"url":"u"})",
                           R"({"method":"GET","url":"u"} x)", "\xFF"}) {
    EXPECT_FALSE(parse(json)) << json;
  }
}

TEST(HttpRequestJson, PrefersThePendingBodyAndTakesItOnlyWhenAllIsWell) {
  std::optional<std::string> pending = "side";
  EXPECT_FALSE(parse_http_request(R"({"method":"GET"})", pending));
  EXPECT_EQ(pending, "side");
  const auto request =
      parse_http_request(R"({"method":"GET","url":"u","body":"not base64"})", pending);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body, "side");
  EXPECT_FALSE(pending);
  pending = "";
  EXPECT_EQ(parse_http_request(R"({"method":"GET","url":"u","body":"aGk="})", pending)->body, "");
}

TEST(HttpRequestJson, KeepsAnyDurationWithinBounds) {
  const auto request = parse(R"({"method":"GET","url":"u","timeout_ms":18446744073709551615})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->timeout, std::chrono::hours(24));
}

}  // namespace
}  // namespace barbacane::services
