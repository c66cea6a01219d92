#include "gateway/dispatchers/http_upstream_config.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::gateway {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

TEST(UpstreamUrl, IsTakenApart) {
  struct Case {
    std::string_view url, origin, authority, path;
  };
  for (const Case& each : std::vector<Case>{
           {"https://orders.internal", "https://orders.internal:443", "orders.internal", ""},
           {"http://a", "http://a:80", "a", ""},
           {"HTTPS://Orders.Internal:8443/V1/", "https://orders.internal:8443",
            "orders.internal:8443", "/V1"},
           {"https://a:443/", "https://a:443", "a", ""},
           {"http://a:443", "http://a:443", "a:443", ""},
           {"https://a:", "https://a:443", "a", ""},
           {"https://10.0.0.1:9", "https://10.0.0.1:9", "10.0.0.1:9", ""},
           {"https://[2001:DB8::1]/x", "https://[2001:db8::1]:443", "[2001:db8::1]", "/x"},
           {"http://[::1]:8080", "http://[::1]:8080", "[::1]:8080", ""},
           {"https://xn--bcher-kva.example", "https://xn--bcher-kva.example:443",
            "xn--bcher-kva.example", ""},
           {"https://a_b-c.d.", "https://a_b-c.d.:443", "a_b-c.d.", ""},
           {"https://a/x//y//", "https://a:443", "a", "/x//y"},
           {"https://a/b c/\xC3\xA9%20", "https://a:443", "a", "/b%20c/%C3%A9%20"},
       }) {
    const auto url = parse_upstream_url(each.url);
    ASSERT_TRUE(url) << each.url << ": " << url.error().message;
    EXPECT_EQ(url->origin.text(), each.origin);
    EXPECT_EQ(url->origin.authority, each.authority);
    EXPECT_EQ(url->path, each.path);
  }
  EXPECT_EQ(parse_upstream_url("https://[::1]")->origin.host, "::1");
}

TEST(UpstreamUrl, IsRefusedWhenItIsNoBase) {
  for (const std::string_view url : {"",
                                     "orders",
                                     "//a",
                                     "https:/a",
                                     "https://",
                                     "https:///x",
                                     "ftp://a",
                                     "ws://a",
                                     "https://a?b",
                                     "https://a/#b",
                                     "https://user:pw@a",
                                     "https://user@a",
                                     "https://a:0",
                                     "https://a:65536",
                                     "https://a:80x",
                                     "https://a:-1",
                                     "https://a b",
                                     "https://a%41",
                                     "https://[::1",
                                     "https://[::1]x",
                                     "https://[1.2.3.4]",
                                     "https://[fe80::1%25eth0]",
                                     "https://::1",
                                     "https://a/../b",
                                     "https://a/%2e",
                                     "https://b\u00fccher.example",
                                     "https://a\r\nb",
                                     "env://URL"}) {
    EXPECT_FALSE(parse_upstream_url(url)) << url;
  }
  EXPECT_FALSE(parse_upstream_url("https://" + std::string(254, 'a')));
  EXPECT_THAT(parse_upstream_url("https://b\u00fccher").error().message, HasSubstr("xn--"));
}

TEST(HttpUpstreamConfig, HasDefaults) {
  const auto config = parse_http_upstream_config(R"({"url":"https://a"})");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->path);
  EXPECT_EQ(config->timeout, milliseconds(30'000));
  EXPECT_EQ(config->connect_timeout, milliseconds(10'000));
  EXPECT_EQ(config->retries, 0U);
  EXPECT_FALSE(config->breaker);
  EXPECT_TRUE(config->headers.empty());
  EXPECT_TRUE(config->tls.ca.empty());
}

TEST(HttpUpstreamConfig, TakesEveryField) {
  const auto config = parse_http_upstream_config(
      R"({"circuit-breaker":{"reset_timeout":"5s","threshold":2,"window":0.5},
          "connect_timeout":"250ms","headers":{"Authorization":" Bearer x ","x-a":""},
          "path":"/{id}","retries":5,"timeout":2.5,
          "tls":{"ca":"C","client_cert":"A","client_key":"B"},"url":"http://a:1/v1/"})");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->origin.text(), "http://a:1");
  EXPECT_EQ(config->prefix, "/v1");
  ASSERT_TRUE(config->path);
  EXPECT_EQ(config->path->pieces.front().literal, "/v1/");
  EXPECT_EQ(config->timeout, milliseconds(2500));
  EXPECT_EQ(config->connect_timeout, milliseconds(250));
  EXPECT_EQ(config->retries, 5U);
  EXPECT_EQ(config->tls.client_cert + config->tls.client_key + config->tls.ca, "ABC");
  EXPECT_EQ(config->breaker, (services::BreakerSettings{2, milliseconds(500), milliseconds(5000)}));
  EXPECT_THAT(config->headers, ElementsAre(Pair("authorization", "Bearer x"), Pair("x-a", "")));
}

TEST(HttpUpstreamConfig, TakesTheDefaultsOfAnEmptyBreaker) {
  const auto config =
      parse_http_upstream_config(R"({"url":"https://a","circuit_breaker":{}})").value();
  EXPECT_EQ(config.breaker, services::BreakerSettings{});
}

TEST(HttpUpstreamConfig, TakesDurationsOfEveryForm) {
  constexpr milliseconds kYear = std::chrono::hours(24 * 365);
  const auto timeout = [](const std::string& value) {
    return parse_http_upstream_config(R"({"url":"https://a","timeout":)" + value + '}');
  };
  struct Case {
    std::string value;
    milliseconds expected;
  };
  for (const Case& each : std::vector<Case>{{"1", milliseconds(1000)},
                                            {"0.0001", milliseconds(1)},
                                            {"\"1ms\"", milliseconds(1)},
                                            {"\"007s\"", milliseconds(7000)},
                                            {"\"2m\"", milliseconds(120'000)},
                                            {"\"1h\"", milliseconds(3'600'000)},
                                            {"1e300", kYear},
                                            {"18446744073709551615", kYear},
                                            {"\"99999999999999999999999h\"", kYear},
                                            {"\"9223372036854775807h\"", kYear}}) {
    const auto config = timeout(each.value);
    ASSERT_TRUE(config) << each.value;
    EXPECT_EQ(config->timeout, each.expected) << each.value;
  }
  for (const char* value : {"0", "-1", "\"0s\"", "\"5\"", "\"5 s\"", "\"s\"", "\"-1s\"", "\"1.5s\"",
                            "\"1d\"", "\"\"", "true", "null", "\"99999999999999999999\""}) {
    EXPECT_FALSE(timeout(value)) << value;
  }
}

TEST(HttpUpstreamConfig, NamesTheFieldThatIsWrong) {
  struct Case {
    std::string_view json, message;
  };
  for (const Case& each : std::vector<Case>{
           {"", "'url' is missing"},
           {"null", "'url' is missing"},
           {"[]", "the config must be an object"},
           {R"({"url":5})", "'url' must be a string"},
           {R"({"url":"orders"})", "'url' must be the base of the upstream"},
           {R"({"url":"https://a","uri":1})", "unknown field 'uri', did you mean 'url'?"},
           {R"({"url":"https://a","path":1})", "'path' must be a string"},
           {R"({"url":"https://a","path":"/a#b"})", "'path' must not have a fragment"},
           {R"({"url":"https://a","path":"/../b"})", "'path' must not have the segments"},
           {R"({"url":"https://a","timeout":0})", "'timeout' must be seconds"},
           {R"({"url":"https://a","retries":6})", "'retries' must be an integer from 0 to 5"},
           {R"({"url":"https://a","retries":1.5})", "'retries' must be an integer from 0 to 5"},
           {R"({"url":"https://a","tls":5})", "'tls' must be an object"},
           {R"({"url":"https://a","tls":{"client_cert":"x"}})", "'tls' has only one of"},
           {R"({"url":"https://a","tls":{"client_key":"x"}})", "'tls' has only one of"},
           {R"({"url":"https://a","tls":{"ca":""}})", "'tls.ca' is empty"},
           {R"({"url":"https://a","tls":{"client_certs":"x"}})",
            "unknown field 'tls.client_certs', did you mean 'tls.client_cert'?"},
           {R"({"url":"https://a","circuit_breaker":{"treshold":5}})",
            "unknown field 'circuit_breaker.treshold', did you mean 'circuit_breaker.threshold'?"},
           {R"({"url":"https://a","circuit-breaker":{"threshold":0}})",
            "'circuit-breaker.threshold' must be an integer from 1 to"},
           {R"({"url":"https://a","circuit_breaker":{},"circuit-breaker":{}})", "two names"},
           {R"({"url":"https://a","headers":{"x":1}})", "'headers.x' must be a string"},
           {R"({"url":"https://a","headers":{"x y":""}})", "'headers.x y' is no field name"},
           {R"({"url":"https://a","headers":{"":""}})", "is no field name"},
           {R"({"url":"https://a","headers":{"Host":"b"}})",
            "'headers.host' belongs to the connection"},
           {R"({"url":"https://a","headers":{"content-length":"5"}})", "belongs to the connection"},
           {R"({"url":"https://a","headers":{"X":"1","x":"2"}})", "'headers.x' is there twice"},
       }) {
    const auto config = parse_http_upstream_config(each.json);
    ASSERT_FALSE(config) << each.json;
    EXPECT_THAT(config.error().message, HasSubstr(each.message)) << each.json;
  }
  EXPECT_TRUE(parse_http_upstream_config(R"({"url":"https://a","retries":2.0})"));
}

TEST(HttpUpstreamConfig, RepeatsNoValueInAnError) {
  for (const std::string_view json :
       {R"({"url":"https://user:hunter2@a"})", R"({"url":"https://a","timeout":"hunter2"})",
        R"({"url":"https://a","path":"/../hunter2"})",
        R"({"url":"https://a","headers":{"x":"hunter2\r\ny: z"}})"}) {
    const auto config = parse_http_upstream_config(json);
    ASSERT_FALSE(config) << json;
    EXPECT_THAT(config.error().message, Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace barbacane::gateway
