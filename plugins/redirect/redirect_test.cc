#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;

class Redirect : public PluginTest {
 protected:
  Redirect() : PluginTest("redirect") {}

  /// The location for that path and query with one rule; `none` when the request goes on.
  std::string location(const std::string& rule, const std::string& path,
                       const std::string& query = "") {
    auto exchange = load(R"({"rules":[)" + rule + "]}").exchange({.path = path, .query = query});
    if (exchange.on_request() == Verdict::kContinue) return "none";
    return exchange.response().header("location").value_or("without location");
  }
};

TEST_P(Redirect, AnswersWithStatusLocationAndPhrase) {
  auto exchange = load(R"({"rules":[{"path":"/a","target":"/b"}]})").exchange({.path = "/a"});
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 302);
  EXPECT_EQ(exchange.response().header("location"), "/b");
  EXPECT_EQ(exchange.response().header("content-type"), "text/plain");
  EXPECT_EQ(exchange.response().body, "Found");
}

TEST_P(Redirect, TakesTheFirstRuleThatFits) {
  auto& plugin = load(R"({"status_code":301,"rules":[{"path":"/a","target":"/1"},)"
                      R"({"prefix":"/a","target":"/2","status_code":308},{"target":"/3"}]})");
  const auto ask = [&](const std::string& path) {
    auto exchange = plugin.exchange({.path = path});
    exchange.on_request();
    return std::to_string(exchange.response().status) + " " +
           exchange.response().header("location").value_or("");
  };
  EXPECT_EQ(ask("/a"), "301 /1");
  EXPECT_EQ(ask("/a/x"), "308 /2/x");
  EXPECT_EQ(ask("/ab"), "301 /3");
}

TEST_P(Redirect, EndsPrefixesAtSlashes) {
  EXPECT_EQ(location(R"({"prefix":"/api/v1","target":"/v2"})", "/api/v1"), "/v2");
  EXPECT_EQ(location(R"({"prefix":"/api/v1","target":"/v2"})", "/api/v1/x"), "/v2/x");
  EXPECT_EQ(location(R"({"prefix":"/api/v1","target":"/v2"})", "/api/v10"), "none");
  EXPECT_EQ(location(R"({"prefix":"/old/","target":"/new"})", "/old/x"), "/new/x");
  EXPECT_EQ(location(R"({"prefix":"/old/","target":"/new"})", "/old"), "none");
  EXPECT_EQ(location(R"({"prefix":"/","target":"https://n.example"})", "/x/y"),
            "https://n.example/x/y");
}

TEST_P(Redirect, NeverMakesAHostOfAPath) {
  EXPECT_EQ(location(R"({"prefix":"/old/","target":"/"})", "/old//evil.example"), "/evil.example");
  EXPECT_EQ(location(R"({"prefix":"/old","target":"/"})", "/old//evil.example"), "/evil.example");
  EXPECT_EQ(location(R"({"prefix":"/old","target":"/"})", "/old/\\evil.example"), "/evil.example");
  EXPECT_EQ(location(R"({"prefix":"/old","target":"/n/"})", "/old/x\\y"), "/n/x%5Cy");
  EXPECT_EQ(location(R"({"prefix":"/old","target":"https://n.example"})", "/old/.evil.example"),
            "https://n.example/.evil.example");
}

TEST_P(Redirect, KeepsTheQuery) {
  EXPECT_EQ(location(R"({"target":"/b"})", "/a", "x=1"), "/b?x=1");
  EXPECT_EQ(location(R"({"target":"/b?y=2"})", "/a", "x=1"), "/b?y=2&x=1");
  EXPECT_EQ(location(R"({"target":"/b#top"})", "/a", "x=1"), "/b?x=1#top");
  EXPECT_EQ(location(R"({"prefix":"/a","target":"/b?y=2#top"})", "/a/c", "x=1"),
            "/b/c?y=2&x=1#top");
  auto exchange = load(R"({"preserve_query":false,"rules":[{"target":"/b"}]})")
                      .exchange({.path = "/a", .query = "x=1"});
  exchange.on_request();
  EXPECT_EQ(exchange.response().header("location"), "/b");
}

TEST_P(Redirect, LetsNoControlCharacterThrough) {
  EXPECT_EQ(location(R"({"target":"/b"})", "/a", "x=\r\nset-cookie: a"),
            "/b?x=%0D%0Aset-cookie:%20a");
  EXPECT_EQ(location(R"({"target":"/b\r\nx"})", "/a"), "/b%0D%0Ax");
}

TEST_P(Redirect, SaysWhatIsWrongWithItsConfig) {
  EXPECT_THAT(refusal("{}"), HasSubstr("'rules' is missing"));
  EXPECT_THAT(refusal(R"({"rules":[]})"), HasSubstr("'rules' must not be empty"));
  EXPECT_THAT(refusal(R"({"rules":[{"path":"/a"}]})"), HasSubstr("'rules[0].target' is missing"));
  EXPECT_THAT(refusal(R"({"rules":[{"target":""}]})"), HasSubstr("'rules[0].target'"));
  EXPECT_THAT(refusal(R"({"rules":[{"target":"/"},{"target":"/","path":"/a","prefix":"/b"}]})"),
              HasSubstr("'rules[1].prefix' excludes 'path'"));
  EXPECT_THAT(refusal(R"({"rules":[{"target":"/"}],"status_code":300})"),
              HasSubstr("'status_code' must be one of 301, 302, 303, 307 or 308"));
}

BARBACANE_BOTH_INTERFACES(Redirect);

}  // namespace
}  // namespace barbacane::plugins
