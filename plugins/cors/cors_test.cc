#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;

class Cors : public PluginTest {
 protected:
  Cors() : PluginTest("cors") {}

  /// A plain request of that origin, through both phases.
  PluginResponse answer(const std::string& config, const std::string& origin,
                        PluginResponse response = {}) {
    auto exchange = load(config).exchange({.headers = {{"origin", origin}}});
    if (exchange.on_request() != Verdict::kContinue) return exchange.response();
    exchange.on_response(std::move(response));
    return exchange.response();
  }
  PluginResponse preflight(const std::string& config, const std::string& origin,
                           const std::string& method, const std::string& headers = "") {
    PluginRequest request{
        .method = "OPTIONS",
        .headers = {{"origin", origin}, {"access-control-request-method", method}}};
    if (!headers.empty()) request.headers.emplace_back("access-control-request-headers", headers);
    auto exchange = load(config).exchange(request);
    EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
    return exchange.response();
  }
};

TEST_P(Cors, LeavesRequestsWithoutOriginAlone) {
  auto exchange = load(R"({"allowed_origins":["https://a.example"]})").exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  exchange.on_response({.headers = {{"vary", "Accept"}}});
  EXPECT_EQ(exchange.response().header("access-control-allow-origin"), std::nullopt);
  EXPECT_EQ(exchange.response().header("vary"), "Accept");
}

TEST_P(Cors, MarksResponsesForTheOriginsItAllows) {
  const std::string config =
      R"({"allowed_origins":["https://a.example"],"expose_headers":["X-A","X-B"]})";
  const PluginResponse response =
      answer(config, "https://a.example", {.headers = {{"vary", "Accept"}}});
  EXPECT_EQ(response.header("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(response.header("access-control-expose-headers"), "X-A, X-B");
  EXPECT_EQ(response.header("access-control-allow-credentials"), std::nullopt);
  EXPECT_EQ(response.header("vary"), "Accept, Origin");
  EXPECT_EQ(answer(config, "https://a.example", {.headers = {{"vary", "origin"}}}).header("vary"),
            "origin");
  EXPECT_EQ(answer(config, "https://a.example").header("vary"), "Origin");
}

TEST_P(Cors, RefusesOtherOrigins) {
  const PluginResponse response =
      answer(R"({"allowed_origins":["https://a.example"]})", "https://b.example");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(member(response, "type"), "urn:barbacane:error:cors-not-allowed");
  EXPECT_EQ(member(response, "title"), "CORS Not Allowed");
  EXPECT_EQ(response.header("content-type"), "application/problem+json");
  EXPECT_EQ(response.header("vary"), "Origin");
}

TEST_P(Cors, ComparesOriginsAsTheirPatternsSay) {
  struct Case {
    std::string pattern, origin;
    bool allowed;
  };
  for (const Case& one : {
           Case{"*.example.com", "https://a.example.com", true},
           Case{"*.example.com", "http://a.b.example.com", true},
           Case{"*.example.com", "https://example.com", false},
           Case{"*.example.com", "https://evilexample.com", false},
           Case{"*.example.com", "https://.example.com", false},
           Case{"*.example.com", "https://evil.com/.example.com", false},
           Case{"*.example.com", "https://evil.com?.example.com", false},
           Case{"*.example.com", "https://u@x.example.com", false},
           Case{"*.example.com", "https://a.example.com:8443", false},
           Case{"*.example.com:8443", "https://a.example.com:8443", true},
           Case{"*.example.com", "ftp://a.example.com", false},
           Case{"https://a.example", "https://a.example:443", false},
           Case{"https://a.example", "http://a.example", false},
           Case{"https://a.example", "null", false},
           Case{"null", "null", true},
           Case{"*", "null", true},
           Case{"*", "https://x", true},
       }) {
    const PluginResponse response =
        answer(R"({"allowed_origins":[")" + one.pattern + "\"]}", one.origin);
    EXPECT_EQ(response.status == 200, one.allowed) << one.pattern << " " << one.origin;
  }
}

TEST_P(Cors, SaysStarForAll) {
  const std::string config = R"({"allowed_origins":["https://a.example","*"]})";
  EXPECT_EQ(answer(config, "https://a.example").header("access-control-allow-origin"), "*");
  EXPECT_EQ(answer(config, "https://a.example").header("vary"), std::nullopt);
  auto exchange = load(config).exchange();
  exchange.on_request();
  exchange.on_response({});
  EXPECT_EQ(exchange.response().header("access-control-allow-origin"), "*");
}

TEST_P(Cors, IgnoresStarBesideCredentials) {
  const std::string config =
      R"({"allowed_origins":["*","https://a.example"],"allow_credentials":true})";
  EXPECT_EQ(answer(config, "https://b.example").status, 403);
  const PluginResponse response = answer(config, "https://a.example");
  EXPECT_EQ(response.header("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(response.header("access-control-allow-credentials"), "true");
  const auto& logs = load(config).logs();
  ASSERT_EQ(logs.size(), 1u);
  EXPECT_EQ(logs[0].first, "warn");
}

TEST_P(Cors, AnswersPreflights) {
  const std::string config =
      R"({"allowed_origins":["https://a.example"],"allowed_methods":["GET","PUT"],)"
      R"("allowed_headers":["X-Token"],"max_age":60,"allow_credentials":true})";
  const PluginResponse response =
      preflight(config, "https://a.example", "put", "x-token, Content-Type");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, std::nullopt);
  EXPECT_EQ(response.header("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(response.header("access-control-allow-methods"), "GET, PUT");
  EXPECT_EQ(response.header("access-control-allow-headers"), "X-Token");
  EXPECT_EQ(response.header("access-control-max-age"), "60");
  EXPECT_EQ(response.header("access-control-allow-credentials"), "true");
  EXPECT_EQ(response.header("vary"),
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  EXPECT_EQ(preflight(config, "https://a.example", "DELETE").status, 403);
  EXPECT_EQ(preflight(config, "https://a.example", "PUT", "x-other").status, 403);
  EXPECT_EQ(preflight(config, "https://b.example", "PUT").status, 403);
}

TEST_P(Cors, NeedsNoPermissionForSafeHeaders) {
  const std::string config = R"({"allow_origin":"https://a.example"})";
  EXPECT_EQ(preflight(config, "https://a.example", "GET",
                      "accept,accept-language, content-language,Content-Type")
                .status,
            204);
  EXPECT_EQ(preflight(config, "https://a.example", "GET").header("access-control-allow-headers"),
            std::nullopt);
}

TEST_P(Cors, RepeatsTheNamesThatStarAllows) {
  const std::string config = R"({"allow_origin":"*","allowed_headers":["*"]})";
  const PluginResponse response = preflight(config, "https://a.example", "GET", "x-a, x-b");
  EXPECT_EQ(response.header("access-control-allow-origin"), "*");
  EXPECT_EQ(response.header("access-control-allow-headers"), "x-a, x-b");
}

TEST_P(Cors, LetsOptionsThatAreNoPreflightPass) {
  auto exchange =
      load(R"({"allow_origin":"*"})")
          .exchange({.method = "OPTIONS", .headers = {{"origin", "https://a.example"}}});
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_EQ(exchange.context("cors.origin"), "https://a.example");
}

TEST_P(Cors, SaysWhatIsWrongWithItsConfig) {
  EXPECT_THAT(refusal("{}"), HasSubstr("'allowed_origins' is missing"));
  EXPECT_THAT(refusal(R"({"allowed_origins":[]})"), HasSubstr("'allowed_origins'"));
  EXPECT_THAT(refusal(R"({"allow_origin":"*","allowed_origins":["*"]})"),
              HasSubstr("'allow_origin' excludes"));
  EXPECT_THAT(refusal(R"({"allow_origin":"*","allowed_methods":["GET","TRACE"]})"),
              HasSubstr("'allowed_methods[1]' must be one of GET,"));
  EXPECT_THAT(refusal(R"({"allow_origin":"*","max_age":-1})"), HasSubstr("'max_age'"));
  EXPECT_THAT(refusal(R"({"allow_origin":"*","expose_headers":["a b"]})"),
              HasSubstr("'expose_headers[0]' must be a header name"));
}

BARBACANE_BOTH_INTERFACES(Cors);

}  // namespace
}  // namespace barbacane::plugins
