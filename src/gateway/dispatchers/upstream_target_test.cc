#include "gateway/dispatchers/upstream_target.h"

#include <array>
#include <memory_resource>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "http/h1/strict.h"

namespace barbacane::gateway {
namespace {

struct Room {
  std::array<std::byte, 16384> bytes;
  std::pmr::monotonic_buffer_resource arena{bytes.data(), bytes.size(),
                                            std::pmr::null_memory_resource()};
};

HttpUpstreamConfig config(std::string_view url, std::string_view path) {
  HttpUpstreamConfig result;
  auto parsed = parse_upstream_url(url);
  EXPECT_TRUE(parsed) << url;
  if (parsed) result.prefix = parsed->path;
  auto made = PathTemplate::parse(result.prefix, path);
  EXPECT_TRUE(made) << path << ": " << made.error().message;
  if (made) result.path = std::move(*made);
  return result;
}

HttpUpstreamConfig config(std::string_view url) {
  HttpUpstreamConfig result;
  result.prefix = parse_upstream_url(url).value().path;
  return result;
}

const std::vector<std::string> kNames = {"a", "b"};

/// `/{a}/x/{b}`, or `/{a}/x/{b+}`.
std::string target(const HttpUpstreamConfig& config, std::vector<std::string_view> values,
                   std::string_view route = "/{a}/x/{b}", std::string_view query = "") {
  Room room;
  const auto text =
      upstream_target(config, {"/as/received", query, route, kNames, values}, &room.arena);
  return text ? std::string(*text) : "refused";
}

TEST(UpstreamTarget, IsTheReceivedPathWithoutATemplate) {
  EXPECT_EQ(target(config("https://u"), {}), "/as/received");
  EXPECT_EQ(target(config("https://u/"), {}), "/as/received");
  EXPECT_EQ(target(config("https://u/v1"), {}), "/v1/as/received");
  EXPECT_EQ(target(config("https://u/v1//"), {}), "/v1/as/received");
  EXPECT_EQ(target(config("https://u"), {}, "", "q=1"), "/as/received?q=1");
  EXPECT_EQ(target(config("https://u/v1"), {}, "", "q=%20&?"), "/v1/as/received?q=%20&?");
}

TEST(UpstreamTarget, IsNotCopiedWhereTheReceivedOneWillDo) {
  const std::string_view received = "/items/4%32?q=a+b";
  const HttpUpstreamConfig plain = config("https://u");
  const auto text = upstream_target(plain, {received.substr(0, 11), received.substr(12)},
                                    std::pmr::null_memory_resource());
  ASSERT_TRUE(text);
  EXPECT_EQ(text->data(), received.data());
  EXPECT_EQ(*text, received);
  // A bare question mark asks nothing.
  EXPECT_EQ(upstream_target(plain, {"/a", ""}, std::pmr::null_memory_resource()), "/a");
}

TEST(UpstreamTarget, FillsTheTemplate) {
  struct Case {
    std::string_view url, path, expected;
  };
  for (const Case& each : std::vector<Case>{
           {"https://u", "/v2/{a}/{b}", "/v2/one/two?q"},
           {"https://u", "{a}", "/one?q"},
           {"https://u/", "{a}", "/one?q"},
           {"https://u/base/", "/{b}{a}", "/base/twoone?q"},
           {"https://u", "", "/?q"},
           {"https://u/base", "", "/base/?q"},
           {"https://u", "/fixed", "/fixed?q"},
           {"https://u", "/{a+}/{a}", "/one/one?q"},
           {"https://u", "/{other}/{a}", "/{other}/one?q"},
           {"https://u", "/{other+}", "/{other+}?q"},
           {"https://u", "/{a", "/{a?q"},
           {"https://u", "/{}/{{a}}", "/{}/{one}?q"},
           {"https://u", "/{a/{b}", "/{a/two?q"},
           {"https://u", "/a b\\\"\xC3\xA9/%41%zz", "/a%20b%5C%22%C3%A9/%41%25zz?q"},
           {"https://u", "/find?kind=book&id={a}", "/find?kind=book&id=one&q"},
           {"https://u", "/find?id={a}/../x", "/find?id=one/../x&q"},
       }) {
    EXPECT_EQ(target(config(each.url, each.path), {"one", "two"}, "/{a}/{b}", "q"), each.expected)
        << each.path;
  }
  EXPECT_EQ(target(config("https://u", "/find?id={a}"), {"&=?/+#"}), "/find?id=%26%3D%3F%2F%2B%23");
}

TEST(UpstreamTarget, RefusesTemplatesThatLeadElsewhere) {
  for (const std::string_view path : {"/a/../b", "..", "/.", "/a/%2e%2E/b", "/a#b"}) {
    EXPECT_FALSE(PathTemplate::parse("", path)) << path;
  }
  EXPECT_TRUE(PathTemplate::parse("", "/a/.../.b/..c?x=/../"));
}

TEST(UpstreamTarget, EncodesWhatAClientMayNotSay) {
  struct Case {
    std::string_view value, segment, wildcard;
  };
  using std::string_view_literals::operator""sv;
  const HttpUpstreamConfig upstream = config("https://u/p", "/{b}/end");
  for (const Case& each : std::vector<Case>{
           {"42", "42", "42"},
           {"", "", ""},
           {"a/b", "a%2Fb", "a/b"},
           {"/etc/passwd", "%2Fetc%2Fpasswd", "/etc/passwd"},
           {"x?admin=1", "x%3Fadmin%3D1", "x%3Fadmin%3D1"},
           {"x#y", "x%23y", "x%23y"},
           {"%2F..%2F", "%252F..%252F", "%252F..%252F"},
           {"%2e%2e", "%252e%252e", "%252e%252e"},
           {"a\r\nHost: evil", "a%0D%0AHost%3A%20evil", "a%0D%0AHost%3A%20evil"},
           {"a\0b"sv, "a%00b", "a%00b"},
           {"a\\b", "a%5Cb", "a%5Cb"},
           {"..;/x", "..%3B%2Fx", "..%3B/x"},
           {"\xC3\xA9\xFF", "%C3%A9%FF", "%C3%A9%FF"},
           {"@evil.com:80", "%40evil.com%3A80", "%40evil.com%3A80"},
           {"{a}", "%7Ba%7D", "%7Ba%7D"},
           {"a+b&c=d;e,f!$'()*", "a%2Bb%26c%3Dd%3Be%2Cf%21%24%27%28%29%2A",
            "a%2Bb%26c%3Dd%3Be%2Cf%21%24%27%28%29%2A"},
           {"-._~", "-._~", "-._~"},
           {"...", "...", "..."},
           {".hidden/..two", ".hidden%2F..two", ".hidden/..two"},
           {".", "refused", "refused"},
           {"..", "refused", "refused"},
           {"../x", "refused", "refused"},
           {"x/..", "refused", "refused"},
           {"a/./b", "refused", "refused"},
           {"..\\x", "refused", "refused"},
           {"a\\..", "refused", "refused"},
       }) {
    const auto around = [](std::string_view value) {
      return value == "refused" ? std::string(value) : "/p/" + std::string(value) + "/end";
    };
    EXPECT_EQ(target(upstream, {"_", each.value}), around(each.segment)) << each.value;
    EXPECT_EQ(target(upstream, {"_", each.value}, "/{a}/x/{b+}"), around(each.wildcard))
        << each.value;
    EXPECT_EQ(target(config("https://u/p", "/{a}/end"), {each.value, "_"}, "/{a}/x/{b+}"),
              around(each.segment))
        << each.value;
  }
}

TEST(UpstreamTarget, RefusesDotSegmentsThatOnlyTheTemplateCompletes) {
  EXPECT_EQ(target(config("https://u", "/x/.{a}"), {".", ""}), "refused");
  EXPECT_EQ(target(config("https://u", "/x/{a}{b}/y"), {"", "."}), "refused");
  EXPECT_EQ(target(config("https://u", "/x/{a}.{b}/y"), {"", ""}), "refused");
  EXPECT_EQ(target(config("https://u", "/x/%2e{a}/y"), {"", ""}), "refused");
  EXPECT_EQ(target(config("https://u", "/x/.{a}"), {"a", ""}), "/x/.a");
}

/// Whatever the values, the target is one, and decodes back to them.
TEST(UpstreamTarget, SaysWhatTheValuesSay) {
  std::mt19937 random(1);
  constexpr std::string_view kAlphabet = "ab./%\\?#&{}+ 2eE\r\n\t;:@\xC3\xA9\x7F";
  const auto value = [&] {
    std::string text;
    for (auto length = random() % 8; length > 0; --length) {
      text += kAlphabet[random() % kAlphabet.size()];
    }
    return text;
  };
  const HttpUpstreamConfig upstream = config("https://u/p", "/{a}/-/{b}");
  int made = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = value();
    const std::string b = value();
    const std::string text = target(upstream, {a, b}, "/{a}/{b+}");
    if (text == "refused") continue;
    ++made;
    ASSERT_TRUE(http::h1::is_target(text)) << text;
    ASSERT_EQ(base::percent_decode(text), "/p/" + a + "/-/" + b);
    ASSERT_EQ(text.find_first_of("?#\\"), std::string::npos) << text;
    ASSERT_EQ(text.find('/', 3), text.find("/-/")) << text;
  }
  EXPECT_GT(made, 10'000);
}

}  // namespace
}  // namespace barbacane::gateway
