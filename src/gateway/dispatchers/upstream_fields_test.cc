#include "gateway/dispatchers/upstream_fields.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace barbacane::gateway {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

using Lines = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kParent = std::string("00-") + kTrace + "-b7ad6b7169203331-01";

/// What an upstream gets of a request.
struct Asked {
  Lines lines;
  std::vector<std::string> trusted = {};
  HttpUpstreamConfig::Headers headers = {};
  std::string ip = "192.0.2.7";
  std::string scheme = "https";

  Lines sent() const {
    http::RequestHead head(std::pmr::new_delete_resource());
    for (const auto& [name, value] : lines) {
      const http::KnownField known = http::known_field(name);
      auto& first = head.first[static_cast<std::size_t>(known)];
      if (known != http::KnownField::kOther && first < 0) {
        first = static_cast<std::int16_t>(head.fields.size());
      }
      head.fields.push_back({name, value, known});
    }
    std::pmr::monotonic_buffer_resource arena;
    Random random({1, 2, 3, 4});
    HttpUpstreamConfig config;
    config.headers = headers;
    const Identity identity = identify(head, random, &arena);
    Lines out;
    for (const http::Field& field : upstream_fields(head, Author::kClient, {ip, scheme},
                                                    TrustedProxies::parse(trusted).value(),
                                                    identity, config, random, &arena)) {
      out.emplace_back(field.name, field.value);
    }
    return out;
  }

  std::vector<std::string> values(std::string_view name) const {
    std::vector<std::string> found;
    for (const auto& [field, value] : sent()) {
      if (base::equals_ignoring_case(field, name)) found.push_back(value);
    }
    return found;
  }
};

TEST(UpstreamFields, PassWhatConcernsTheUpstream) {
  const Lines lines = {{"Accept", "*/*"},
                       {"authorization", "Bearer x"},
                       {"X-Custom", "1"},
                       {"x-custom", "2"},
                       {"Forwarded", "for=1.2.3.4"},
                       {"X-Real-IP", "1.2.3.4"},
                       {"content-type", "a/b"},
                       {"opaque", "\xFF\x80"},
                       {"x-authority", "kept"},
                       {"empty", ""}};
  const Lines sent = Asked{lines}.sent();
  ASSERT_GE(sent.size(), lines.size());
  EXPECT_EQ(Lines(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(lines.size())), lines);
}

TEST(UpstreamFields, KeepWhatConcernsOneHopOnly) {
  for (const char* name :
       {"Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade",
        "Proxy-Connection", "Proxy-Authorization", "Expect", "Host", "Content-Length"}) {
    EXPECT_THAT((Asked{{{name, "close"}}}.values(name)), IsEmpty()) << name;
    EXPECT_THAT((Asked{{{base::to_lower(name), "x"}}}.values(name)), IsEmpty()) << name;
  }
}

TEST(UpstreamFields, DropWhatConnectionNames) {
  const Lines lines = {{"X-A", "1"},    {"connection", "x-a , close"}, {"x-b", "2"},
                       {"cookie", "c"}, {"Connection", "X-B,,cookie"}, {"x-c", "3"}};
  const Asked asked{lines};
  EXPECT_THAT(asked.values("x-a"), IsEmpty());
  EXPECT_THAT(asked.values("x-b"), IsEmpty());
  EXPECT_THAT(asked.values("cookie"), IsEmpty());
  EXPECT_THAT(asked.values("x-c"), ElementsAre("3"));
}

TEST(UpstreamFields, SayWhatWeSayEvenIfConnectionNamesIt) {
  const Asked asked{{{"connection", "x-request-id, x-forwarded-for, traceparent, host"},
                     {"host", "shop.example"}}};
  EXPECT_THAT(asked.values("x-forwarded-for"), ElementsAre("192.0.2.7"));
  EXPECT_THAT(asked.values("x-forwarded-host"), ElementsAre("shop.example"));
  EXPECT_EQ(asked.values("x-request-id").size(), 1U);
  EXPECT_EQ(asked.values("traceparent").size(), 1U);
}

TEST(UpstreamFields, BelieveNoIdentityOfAClient) {
  const Asked asked{{{"x-auth-consumer", "admin"}, {"X-AUTH-Roles", "root"}, {"X-Auth-", "x"}}};
  EXPECT_THAT(asked.sent(),
              Each(testing::Field(&Lines::value_type::first, Not(testing::StartsWith("x-auth-")))));
  EXPECT_THAT(asked.values("X-AUTH-Roles"), IsEmpty());
}

TEST(UpstreamFields, CarryTheRequestIdThatWasFixed) {
  EXPECT_THAT((Asked{{{"X-Request-ID", "abc"}}}.values("x-request-id")), ElementsAre("abc"));
  EXPECT_THAT((Asked{{{"x-request-id", "not acceptable"}}}.values("x-request-id")),
              ElementsAre(MatchesRegex("[0-9a-f-]{36}")));
  EXPECT_THAT((Asked{{{"x-request-id", "a"}, {"x-request-id", "b"}}}.values("x-request-id")),
              ElementsAre("a"));
}

TEST(UpstreamFields, JoinTheTraceWithANewParent) {
  const auto next = [](const std::string& parent) {
    return Asked{{{"traceparent", parent}}}.values("traceparent");
  };
  const std::string same = std::string("00-") + kTrace + "-[0-9a-f]{16}-";
  EXPECT_THAT(next(kParent), ElementsAre(MatchesRegex(same + "01")));
  EXPECT_THAT(next(kParent), Not(Contains(kParent)));
  const std::string until_flags = kParent.substr(0, kParent.size() - 2);
  EXPECT_THAT(next(until_flags + "00"), ElementsAre(MatchesRegex(same + "00")));
  EXPECT_THAT(next(until_flags + "fe"), ElementsAre(MatchesRegex(same + "00")));
  EXPECT_THAT(next("cc" + until_flags.substr(2) + "ff-more"),
              ElementsAre(MatchesRegex(same + "01")));
}

TEST(UpstreamFields, BeginATraceWhereThereIsNoValidOne) {
  const auto fresh = ElementsAre(MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
  EXPECT_THAT(Asked{}.values("traceparent"), fresh);
  for (const std::string& parent : {std::string("garbage"), "ff" + kParent.substr(2)}) {
    const Asked asked{{{"traceparent", parent}, {"tracestate", "a=1"}}};
    EXPECT_THAT(asked.values("traceparent"), fresh);
    EXPECT_THAT(asked.values("traceparent"), Not(Contains(testing::HasSubstr(kTrace))));
    EXPECT_THAT(asked.values("tracestate"), IsEmpty());
  }
  EXPECT_THAT(
      (Asked{{{"traceparent", kParent}, {"traceparent", kParent}, {"tracestate", "a=1"}}}.values(
          "tracestate")),
      IsEmpty());
}

TEST(UpstreamFields, PassTheTracestateOfAValidTrace) {
  const auto state = [](Lines lines) {
    lines.emplace_back("traceparent", kParent);
    return Asked{std::move(lines)}.values("tracestate");
  };
  EXPECT_THAT(state({{"TraceState", "a=1, b=2"}}), ElementsAre("a=1, b=2"));
  EXPECT_THAT(state({{"tracestate", "a=1"}, {"x", ""}, {"tracestate", "b=2"}}),
              ElementsAre("a=1,b=2"));
  EXPECT_THAT(state({{"tracestate", ""}, {"tracestate", "b=2"}}), ElementsAre("b=2"));
  EXPECT_THAT(state({{"tracestate", ""}}), IsEmpty());
  EXPECT_THAT(state({{"tracestate", std::string(512, 'a')}}), ElementsAre(std::string(512, 'a')));
  EXPECT_THAT(state({{"tracestate", std::string(513, 'a')}}), IsEmpty());
}

TEST(UpstreamFields, TellThePeerOnlyUnlessItIsATrustedProxy) {
  const Lines lines = {{"X-Forwarded-For", "203.0.113.1"},
                       {"x-forwarded-for", "203.0.113.2"},
                       {"x-forwarded-proto", "http"},
                       {"x-forwarded-host", "evil"},
                       {"host", "shop.example:8443"}};
  const Asked stranger{lines};
  EXPECT_THAT(stranger.values("x-forwarded-for"), ElementsAre("192.0.2.7"));
  EXPECT_THAT(stranger.values("x-forwarded-proto"), ElementsAre("https"));
  EXPECT_THAT(stranger.values("x-forwarded-host"), ElementsAre("shop.example:8443"));
  const Asked proxy{.lines = lines, .trusted = {"192.0.2.0/24"}};
  EXPECT_THAT(proxy.values("x-forwarded-for"), ElementsAre("203.0.113.1, 203.0.113.2, 192.0.2.7"));
  EXPECT_THAT(proxy.values("x-forwarded-proto"), ElementsAre("http"));
  EXPECT_THAT(proxy.values("x-forwarded-host"), ElementsAre("shop.example:8443"));
  const Asked other_proxy{.lines = lines, .trusted = {"10.0.0.0/8"}};
  EXPECT_THAT(other_proxy.values("x-forwarded-for"), ElementsAre("192.0.2.7"));
  const Asked first_hop{.lines = {}, .trusted = {"192.0.2.7"}};
  EXPECT_THAT(first_hop.values("x-forwarded-for"), ElementsAre("192.0.2.7"));
  const Asked odd{.lines = {{"x-forwarded-proto", "gopher"}}, .trusted = {"192.0.2.7"}};
  EXPECT_THAT(odd.values("x-forwarded-proto"), ElementsAre("https"));
}

TEST(UpstreamFields, NameNoHostThatWasNotAsked) {
  EXPECT_THAT(Asked{}.values("x-forwarded-host"), IsEmpty());
}

TEST(UpstreamFields, JoinCookies) {
  EXPECT_THAT((Asked{{{"cookie", "a=1"}, {"x", ""}, {"Cookie", "b=2"}}}.values("cookie")),
              ElementsAre("a=1; b=2"));
  EXPECT_THAT((Asked{{{"cookie", "a=1"}}}.values("cookie")), ElementsAre("a=1"));
}

TEST(UpstreamFields, GiveWayToThoseOfTheConfig) {
  const Asked asked{.lines = {{"Authorization", "Bearer client"},
                              {"AUTHORIZATION", "again"},
                              {"x-forwarded-for", "1.2.3.4"},
                              {"x-kept", "1"}},
                    .headers = {{"authorization", "Bearer ours"},
                                {"x-forwarded-proto", "http"},
                                {"x-request-id", "fixed"},
                                {"x-auth-consumer", "gateway"},
                                {"x-empty", ""}}};
  EXPECT_THAT(asked.values("authorization"), ElementsAre("Bearer ours"));
  EXPECT_THAT(asked.values("x-forwarded-proto"), ElementsAre("http"));
  EXPECT_THAT(asked.values("x-request-id"), ElementsAre("fixed"));
  EXPECT_THAT(asked.values("x-auth-consumer"), ElementsAre("gateway"));
  EXPECT_THAT(asked.values("x-empty"), ElementsAre(""));
  EXPECT_THAT(asked.values("x-kept"), ElementsAre("1"));
}

}  // namespace
}  // namespace barbacane::gateway
