#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;

class RequestTransformer : public PluginTest {
 protected:
  RequestTransformer() : PluginTest("request-transformer") {}

  PluginRequest changed(const std::string& config, PluginRequest request) {
    auto exchange = load(config).exchange(std::move(request));
    EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
    return exchange.request();
  }
  std::string path(const std::string& config, const std::string& path) {
    return changed(R"({"path":)" + config + "}", {.path = path}).path;
  }
  std::string query(const std::string& config, const std::string& query) {
    return changed(R"({"querystring":)" + config + "}", {.query = query}).query;
  }
  std::string body(const std::string& config, const std::string& body) {
    return changed(R"({"body":)" + config + "}", {.method = "POST", .body = body})
        .body.value_or("no body");
  }
};

TEST_P(RequestTransformer, LeavesRequestsAloneWithoutConfig) {
  const PluginRequest request = changed(
      "{}",
      {.method = "POST", .path = "/a", .query = "b=%20", .headers = {{"x", "1"}}, .body = " {}"});
  EXPECT_EQ(request.path, "/a");
  EXPECT_EQ(request.query, "b=%20");
  EXPECT_EQ(request.header("x"), "1");
  EXPECT_EQ(request.body, " {}");
}

TEST_P(RequestTransformer, StripsAndAddsPrefixes) {
  EXPECT_EQ(path(R"({"strip_prefix":"/api"})", "/api/x"), "/x");
  EXPECT_EQ(path(R"({"strip_prefix":"/api"})", "/api"), "/");
  EXPECT_EQ(path(R"({"strip_prefix":"/api/"})", "/api/x"), "/x");
  EXPECT_EQ(path(R"({"strip_prefix":"/api"})", "/apix"), "/apix");
  EXPECT_EQ(path(R"({"strip_prefix":"/api"})", "/other"), "/other");
  EXPECT_EQ(path(R"({"add_prefix":"/v2"})", "/x"), "/v2/x");
  EXPECT_EQ(path(R"({"add_prefix":"/v2/"})", "/x"), "/v2/x");
  EXPECT_EQ(path(R"({"add_prefix":"v2"})", "/x"), "/v2/x");
  EXPECT_EQ(path(R"({"strip_prefix":"/a","add_prefix":"/b"})", "/a/x"), "/b/x");
}

TEST_P(RequestTransformer, ReplacesPartsOfThePath) {
  EXPECT_EQ(path(R"({"replace":{"pattern":"^/v(\\d+)/","replacement":"/version-$1/"}})", "/v2/x"),
            "/version-2/x");
  EXPECT_EQ(path(R"~({"replace":{"pattern":"(?P<a>[a-z]+)/(?P<b>[a-z]+)",)~"
                 R"("replacement":"${b}$$/${1}"}})",
                 "/x/y"),
            "/y$/x");
  EXPECT_EQ(path(R"({"replace":{"pattern":"/","replacement":""}})", "/a/b"), "/ab");
  EXPECT_EQ(path(R"({"add_prefix":"/p","replace":{"pattern":"^/p","replacement":"/q"}})", "/x"),
            "/q/x");
}

TEST_P(RequestTransformer, ChangesHeaders) {
  const PluginRequest request =
      changed(R"({"headers":{"remove":["X-Gone"],"rename":{"X-Old":"X-New","x-none":"x-never"},)"
              R"("set":{"X-There":"no","x-fresh":"yes"},"add":{"X-Over":"new"}}})",
              {.headers = {{"x-gone", "1"},
                           {"x-old", "2"},
                           {"x-new", "replaced"},
                           {"x-there", "3"},
                           {"x-over", "4"},
                           {"x-over", "5"}}});
  EXPECT_EQ(request.header("x-gone"), std::nullopt);
  EXPECT_EQ(request.header("x-old"), std::nullopt);
  EXPECT_EQ(request.header("x-new"), "2");
  EXPECT_EQ(request.header("x-never"), std::nullopt);
  EXPECT_EQ(request.header("x-there"), "3");
  EXPECT_EQ(request.header("x-fresh"), "yes");
  EXPECT_EQ(request.header("x-over"), "new");
  EXPECT_EQ(request.headers.size(), 4u);
}

TEST_P(RequestTransformer, FillsInWhatTheRequestSays) {
  auto exchange =
      load(R"({"path":{"add_prefix":"/p"},"headers":{"remove":["x-a"],"add":{"x-ip":"$client_ip",)"
           R"("x-id":"$path.id","x-was":"$header.X-A","x-q":"$query.q","x-c":"context:k",)"
           R"("x-none":"$query.none","x-text":"a $client_ip"}},"querystring":{"remove":["q"]}})")
          .exchange({.path = "/x",
                     .query = "q=a+b%21&q=2",
                     .headers = {{"x-a", "old"}},
                     .client_ip = "9.9.9.9",
                     .path_params = {{"id", "7"}}});
  exchange.set_context("k", "ctx");
  exchange.on_request();
  const PluginRequest& request = exchange.request();
  EXPECT_EQ(request.header("x-ip"), "9.9.9.9");
  EXPECT_EQ(request.header("x-id"), "7");
  EXPECT_EQ(request.header("x-was"), "old");
  EXPECT_EQ(request.header("x-q"), "a b!");
  EXPECT_EQ(request.header("x-c"), "ctx");
  EXPECT_EQ(request.header("x-none"), "");
  EXPECT_EQ(request.header("x-text"), "a $client_ip");
}

TEST_P(RequestTransformer, LeavesNoClientValueWhereItsOwnIsUnfit) {
  const PluginRequest request = changed(R"({"headers":{"add":{"x-user":"$query.u"}}})",
                                        {.query = "u=%0Aeve%0D", .headers = {{"x-user", "admin"}}});
  EXPECT_EQ(request.header("x-user"), "eve");
}

TEST_P(RequestTransformer, ChangesTheQuery) {
  EXPECT_EQ(query(R"({"remove":["a"]})", "a=1&b=2&a=3"), "b=2");
  EXPECT_EQ(query(R"({"remove":["a"]})", "a=1"), "");
  EXPECT_EQ(query(R"({"rename":{"a":"z"}})", "a=1&b=2&a=3"), "b=2&a=3&z=1");
  EXPECT_EQ(query(R"({"rename":{"a":"b"}})", "a=1&b=2"), "b=1");
  EXPECT_EQ(query(R"({"rename":{"a":"a"}})", "a=1&b=2"), "a=1&b=2");
  EXPECT_EQ(query(R"({"add":{"a":"x y&"}})", "a=1&b=2&a=3"), "b=2&a=x+y%26");
  EXPECT_EQ(query(R"({"add":{"a":"1"}})", ""), "a=1");
  EXPECT_EQ(query(R"({"remove":["none"]})", "b=%20&c"), "b=%20&c");
}

TEST_P(RequestTransformer, ChangesJsonBodies) {
  EXPECT_EQ(body(R"({"remove":["/a","/b/0","/none/x"]})", R"({"z":1.50,"a":2,"b":[1,2]})"),
            R"({"z":1.50,"b":[2]})");
  EXPECT_EQ(body(R"({"rename":{"/a":"/b/c"}})", R"({"a":{"x":1}})"), R"({"b":{"c":{"x":1}}})");
  EXPECT_EQ(body(R"({"rename":{"/a":"/a"}})", R"({ "a":1})"), R"({ "a":1})");
  EXPECT_EQ(body(R"({"rename":{"/a":"/a/b"}})", R"({"a":1})"), R"({"a":{"b":1}})");
  EXPECT_EQ(body(R"({"add":{"/a":"x\"y","/n/m":"5"}})", R"({"a":1})"),
            R"({"a":"x\"y","n":{"m":"5"}})");
  EXPECT_EQ(body(R"({"add":{"/a/-":"2","/a/0":"1"}})", R"({"a":["0"]})"), R"({"a":["1","2"]})");
  EXPECT_EQ(body(R"({"add":{"/a/b":"1"}})", R"({"a":5})"), R"({"a":5})");
  EXPECT_EQ(body(R"({"remove":["/a"]})", R"({"a":1,"\u0061":2,"b":3})"), R"({"b":3})");
}

TEST_P(RequestTransformer, GivesVariablesInBodiesTheirType) {
  const auto value = [&](const std::string& text) {
    return changed(R"({"body":{"add":{"/v":"$header.v"}}})",
                   {.method = "POST", .headers = {{"v", text}}, .body = "{}"})
        .body.value_or("");
  };
  EXPECT_EQ(value("12"), R"({"v":12})");
  EXPECT_EQ(value("-1.5e3"), R"({"v":-1.5e3})");
  EXPECT_EQ(value("true"), R"({"v":true})");
  EXPECT_EQ(value("null"), R"({"v":null})");
  EXPECT_EQ(value("\"x\""), R"({"v":"\"x\""})");
  EXPECT_EQ(value("{\"admin\":1}"), R"({"v":"{\"admin\":1}"})");
  EXPECT_EQ(value("[1]"), R"({"v":"[1]"})");
  EXPECT_EQ(value("1 2"), R"({"v":"1 2"})");
  EXPECT_EQ(value(""), R"({"v":""})");
}

TEST_P(RequestTransformer, LeavesOtherBodiesAlone) {
  for (const std::string& text : {std::string("not json"), std::string("{\"a\":1"),
                                  std::string("\xff\xfe"), std::string("[1]"), std::string("7")}) {
    EXPECT_EQ(body(R"({"remove":["/a"]})", text), text);
  }
  EXPECT_EQ(changed(R"({"body":{"add":{"/a":"1"}}})", {}).body, std::nullopt);
}

TEST_P(RequestTransformer, SaysWhatIsWrongWithItsConfig) {
  EXPECT_THAT(refusal(R"({"path":{"replace":{"pattern":"(","replacement":""}}})"),
              HasSubstr("'path.replace.pattern' is no regular expression"));
  EXPECT_THAT(refusal(R"({"path":{"replace":{"pattern":"a","replacement":"$1"}}})"),
              HasSubstr("'path.replace.replacement': the pattern has no group '1'"));
  EXPECT_THAT(refusal(R"({"path":{"replace":{"pattern":"a"}}})"),
              HasSubstr("'path.replace.replacement' is missing"));
  EXPECT_THAT(refusal(R"({"body":{"remove":["a"]}})"),
              HasSubstr("'body.remove[0]' must be a JSON"));
  EXPECT_THAT(refusal(R"({"body":{"add":{"":"x"}}})"), HasSubstr("'body.add' has a member ''"));
  EXPECT_THAT(refusal(R"({"body":{"set":{}}})"), HasSubstr("'body.set' is not known here"));
  EXPECT_THAT(refusal(R"({"headers":{"add":{"a b":"x"}}})"), HasSubstr("'headers.add'"));
  EXPECT_THAT(refusal(R"({"headers":{"add":{"a":1}}})"), HasSubstr("'headers.add.a' must be"));
}

BARBACANE_BOTH_INTERFACES(RequestTransformer);

}  // namespace
}  // namespace barbacane::plugins
