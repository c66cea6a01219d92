// The plugins that come with the gateway, as clients and upstreams see them: docs/plugins. Nothing
// is declared: the modules are those of the program.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_made_plugins.h"
#include "json_body.h"
#include "proxy.h"
#include "testkit/client.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testkit::answer;
using testkit::Connection;
using testkit::ReceivedRequest;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;
using testkit::Upstream;

constexpr const char* kUuid7 =
    "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

class Catalog : public testing::Test {
 protected:
  Catalog() {
    upstream_.otherwise({answer(200, "from the upstream", {{"content-type", "text/plain"}})});
  }

  /// GET, POST and PUT of every path go through that list to the upstream.
  TestGateway behind(std::string_view middlewares) const {
    SpecBuilder spec;
    for (const char* method : {"GET", "POST", "PUT"}) {
      spec.operation(method, "/{rest+}")
          .dispatch("http-upstream", R"({"url":")" + upstream_.url() + "\"}");
    }
    return TestGateway(spec.member("x-barbacane-middlewares", middlewares).text(), proxy_options());
  }
  /// The dispatcher at every path.
  static TestGateway dispatching(std::string_view name, std::string_view config) {
    SpecBuilder spec;
    for (const char* method : {"GET", "POST"}) {
      spec.operation(method, "/{rest+}").dispatch(name, config);
    }
    return TestGateway(spec.text(), proxy_options());
  }
  ReceivedRequest passed_on() const { return upstream_.wait_for_requests(1).back(); }
  static std::string detail(const Response& response, std::string_view member = "detail") {
    return text_member(object(response.body), member);
  }

  Upstream upstream_;
};

TEST_F(Catalog, CorrelationIdIsOneForClientAndUpstream) {
  const TestGateway gateway = behind(R"([{"name":"correlation-id"}])");
  const Response made = gateway.get("/a");
  EXPECT_THAT(made.header("x-correlation-id"), MatchesRegex(kUuid7));
  EXPECT_EQ(passed_on().header("x-correlation-id"), made.header("x-correlation-id"));
  const Response taken =
      gateway.request(RequestBuilder("GET", "/a").header("X-Correlation-ID", "mine"));
  EXPECT_EQ(taken.header("x-correlation-id"), "mine");
  EXPECT_EQ(passed_on().header("x-correlation-id"), "mine");
  EXPECT_EQ(gateway.request(RequestBuilder("GET", "/a").header("x-correlation-id", "a b"))
                .header("x-correlation-id")
                .size(),
            36U);
}

TEST_F(Catalog, CorrelationIdUnderANameOfOnesOwnAndForTheUpstreamAlone) {
  const TestGateway gateway =
      behind(R"([{"name":"correlation-id","config":{"header_name":"x-trace","trust_incoming":false,
                 "include_in_response":false}}])");
  EXPECT_FALSE(
      gateway.request(RequestBuilder("GET", "/a").header("x-trace", "mine")).has("x-trace"));
  EXPECT_THAT(passed_on().header("x-trace"), MatchesRegex(kUuid7));
}

constexpr std::string_view kCors = R"([{"name":"cors","config":{
  "allowed_origins":["https://shop.example"],"allowed_methods":["GET","PUT"],
  "allowed_headers":["x-token"],"expose_headers":["x-total"],"max_age":60,
  "allow_credentials":true}}])";

RequestBuilder preflight(std::string_view origin, std::string_view method,
                         std::string_view headers = "x-token") {
  return RequestBuilder("OPTIONS", "/a")
      .header("origin", origin)
      .header("access-control-request-method", method)
      .header("access-control-request-headers", headers);
}

TEST_F(Catalog, CorsAnswersPreflights) {
  const TestGateway gateway = behind(kCors);
  const Response allowed = gateway.request(preflight("https://shop.example", "PUT"));
  EXPECT_EQ(allowed.status, 204);
  EXPECT_THAT(allowed.body, IsEmpty());
  EXPECT_EQ(allowed.header("access-control-allow-origin"), "https://shop.example");
  EXPECT_EQ(allowed.header("access-control-allow-credentials"), "true");
  EXPECT_EQ(allowed.header("access-control-max-age"), "60");
  EXPECT_THAT(allowed.header("access-control-allow-methods"), HasSubstr("PUT"));
  EXPECT_THAT(allowed.header("access-control-allow-headers"), HasSubstr("x-token"));
  for (const RequestBuilder& refused :
       {preflight("https://evil.example", "PUT"), preflight("https://shop.example", "DELETE"),
        preflight("https://shop.example", "PUT", "x-other")}) {
    const Response response = gateway.request(refused);
    EXPECT_EQ(response.status, 403) << refused.bytes();
    EXPECT_EQ(problem_type(response), "cors-not-allowed");
    EXPECT_FALSE(response.has("access-control-allow-methods"));
  }
  EXPECT_THAT(upstream_.requests(), IsEmpty());
}

TEST_F(Catalog, CorsMarksOtherAnswers) {
  upstream_.script("/a", {answer(200, "x", {{"vary", "accept"}})});
  const TestGateway gateway = behind(kCors);
  const Response response =
      gateway.request(RequestBuilder("GET", "/a").header("origin", "https://shop.example"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("access-control-allow-origin"), "https://shop.example");
  EXPECT_EQ(response.header("access-control-expose-headers"), "x-total");
  std::string vary;
  for (const auto& [name, value] : response.headers) {
    if (name == "vary" || name == "Vary") vary += value + ";";
  }
  EXPECT_THAT(vary, AllOf(HasSubstr("accept"), HasSubstr("Origin")));
  EXPECT_EQ(
      gateway.request(RequestBuilder("GET", "/a").header("origin", "https://evil.example")).status,
      403);
  EXPECT_FALSE(gateway.get("/a").has("access-control-allow-origin")) << "no browser asks";
  EXPECT_EQ(upstream_.requests().size(), 2U);
}

TEST_F(Catalog, RequestSizeLimitIsTheLastByteThatPasses) {
  const TestGateway gateway =
      behind(R"([{"name":"request-size-limit","config":{"max_bytes":100}}])");
  EXPECT_EQ(gateway.request(RequestBuilder("POST", "/a").body(std::string(100, 'x'))).status, 200);
  EXPECT_EQ(passed_on().body, std::string(100, 'x'));
  const Response refused =
      gateway.request(RequestBuilder("POST", "/a").body(std::string(101, 'x')));
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(problem_type(refused), "payload-too-large");
  EXPECT_THAT(detail(refused), AllOf(HasSubstr("100"), HasSubstr("101")));
  EXPECT_EQ(upstream_.requests().size(), 1U);
}

TEST_F(Catalog, IpRestrictionLooksAtThePeer) {
  const Response refused =
      behind(R"([{"name":"ip-restriction","config":{"allow":["10.0.0.0/8"]}}])").get("/a");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(problem_type(refused), "ip-restricted");
  EXPECT_EQ(detail(refused, "client_ip"), "127.0.0.1");
  EXPECT_THAT(upstream_.requests(), IsEmpty());
  EXPECT_EQ(
      behind(R"([{"name":"ip-restriction","config":{"allow":["127.0.0.0/8"]}}])").get("/a").status,
      200);
}

TEST_F(Catalog, IpRestrictionBelievesTrustedProxiesOnly) {
  const auto from = [](const TestGateway& gateway, std::string_view forwarded) {
    return gateway.request(RequestBuilder("GET", "/a").header("x-forwarded-for", forwarded)).status;
  };
  const TestGateway gateway = behind(R"([{"name":"ip-restriction","config":{
    "allow":["10.0.0.0/8"],"deny":["10.6.6.6"],"trusted_proxies":["127.0.0.1"]}}])");
  EXPECT_EQ(from(gateway, "10.1.2.3"), 200);
  EXPECT_EQ(from(gateway, "10.6.6.6"), 403);
  EXPECT_EQ(from(gateway, "10.1.2.3, 192.0.2.1"), 403) << "the last one is the client";
  EXPECT_EQ(
      from(behind(R"([{"name":"ip-restriction","config":{"allow":["10.0.0.0/8"]}}])"), "10.1.2.3"),
      403);
}

TEST_F(Catalog, BotDetectionReadsTheUserAgent) {
  const TestGateway gateway = behind(R"([{"name":"bot-detection","config":{
    "deny":["bot","curl/"],"allow":["goodbot"],"block_empty_ua":true}}])");
  const auto from = [&](std::string_view agent) {
    return gateway.request(RequestBuilder("GET", "/a").header("user-agent", agent));
  };
  EXPECT_EQ(from("Mozilla/5.0").status, 200);
  EXPECT_EQ(from("GoodBot/1").status, 200);
  const Response refused = from("CURL/8.1");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(problem_type(refused), "bot-detected");
  EXPECT_EQ(detail(refused, "user_agent"), "CURL/8.1");
  EXPECT_EQ(gateway.get("/a").status, 403);
}

TEST_F(Catalog, RedirectSendsElsewhere) {
  const TestGateway gateway = behind(R"([{"name":"redirect","config":{"status_code":301,"rules":[
    {"path":"/home","target":"/","status_code":307},
    {"prefix":"/v1","target":"https://old.example/api"}]}}])");
  const Response moved = gateway.get("/v1/users/7?a=1&b=2");
  EXPECT_EQ(moved.status, 301);
  EXPECT_EQ(moved.header("location"), "https://old.example/api/users/7?a=1&b=2");
  const Response home = gateway.get("/home");
  EXPECT_EQ(home.status, 307);
  EXPECT_EQ(home.header("location"), "/");
  EXPECT_THAT(upstream_.requests(), IsEmpty());
  EXPECT_EQ(gateway.get("/v10/users").body, "from the upstream");
}

TEST_F(Catalog, RequestTransformerChangesWhatTheUpstreamGets) {
  const TestGateway gateway = behind(R"([{"name":"request-transformer","config":{
    "path":{"strip_prefix":"/api","replace":{"pattern":"^/v(\\d+)/","replacement":"/version-$1/"}},
    "headers":{"remove":["x-debug"],"rename":{"x-old":"x-new"},"set":{"x-kind":"set"},
               "add":{"x-client":"$client_ip","x-rest":"$path.rest"}},
    "querystring":{"rename":{"q":"query"},"add":{"lang":"en"}},
    "body":{"remove":["/internal"],"add":{"/tenant":"$header.x-tenant","/page":"$query.page"}}}}])");
  const Response response = gateway.request(RequestBuilder("POST", "/api/v2/users?q=a%20b&page=3")
                                                .header("x-debug", "1")
                                                .header("x-old", "moved")
                                                .header("x-kind", "kept")
                                                .header("x-tenant", "blue")
                                                .header("content-type", "application/json")
                                                .body(R"({"id":1.50,"internal":true})"));
  EXPECT_EQ(response.status, 200);
  const ReceivedRequest request = passed_on();
  EXPECT_EQ(request.path(), "/version-2/users");
  EXPECT_THAT(request.target, AllOf(HasSubstr("page=3"), HasSubstr("lang=en"),
                                    AnyOf(HasSubstr("query=a%20b"), HasSubstr("query=a+b"))));
  EXPECT_FALSE(request.has("x-debug"));
  EXPECT_FALSE(request.has("x-old"));
  EXPECT_EQ(request.header("x-new"), "moved");
  EXPECT_EQ(request.header("x-kind"), "kept");
  EXPECT_EQ(request.header("x-client"), "127.0.0.1");
  EXPECT_EQ(request.header("x-rest"), "api/v2/users");
  EXPECT_EQ(request.body, R"({"id":1.50,"page":3,"tenant":"blue"})");
  EXPECT_EQ(request.header("content-length"), std::to_string(request.body.size()));
}

TEST_F(Catalog, ResponseTransformerChangesWhatTheClientGets) {
  upstream_.script("/a", {answer(201, R"({"id":1,"debug":{"sql":"select"}})",
                                 {{"content-type", "application/json"},
                                  {"x-powered-by", "magic"},
                                  {"x-kind", "upstream"}})});
  const TestGateway gateway = behind(R"([{"name":"response-transformer","config":{
    "status":{"201":200},
    "headers":{"remove":["x-powered-by"],"set":{"x-kind":"set","cache-control":"no-store"}},
    "body":{"remove":["/debug"],"rename":{"/id":"/number"}}}}])");
  const Response response = gateway.get("/a");
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(response.has("x-powered-by"));
  EXPECT_EQ(response.header("x-kind"), "upstream");
  EXPECT_EQ(response.header("cache-control"), "no-store");
  EXPECT_EQ(response.body, R"({"number":1})");
  EXPECT_EQ(gateway.get("/b").body, "from the upstream") << "no JSON";
}

TEST_F(Catalog, FireAndForgetAnswersBeforeTheUpstream) {
  upstream_.script("/ingest", {testkit::wait_for("later"), answer(500)});
  TestGateway gateway =
      dispatching("fire-and-forget", R"({"url":")" + upstream_.url("/ingest?source=gateway") +
                                         R"(","response":{"status":202,"body":"{\"ok\":true}",)"
                                         R"("headers":{"x-queued":"yes"}}})");
  const Response response = gateway.request(RequestBuilder("POST", "/events")
                                                .header("x-event", "created")
                                                .header("authorization", "Bearer t")
                                                .body("payload"));
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, R"({"ok":true})");
  EXPECT_EQ(response.header("x-queued"), "yes");
  EXPECT_EQ(response.header("content-type"), "application/json");
  const ReceivedRequest request = passed_on();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/ingest?source=gateway");
  EXPECT_EQ(request.header("x-event"), "created");
  EXPECT_EQ(request.header("authorization"), "Bearer t");
  EXPECT_EQ(request.body, "payload");
  upstream_.open_gate("later");
  EXPECT_EQ(gateway.stop(), 0);
}

TEST_F(Catalog, FireAndForgetDoesNotCareWhetherSomebodyIsThere) {
  TestGateway gateway = dispatching("fire-and-forget", R"({"url":")" + upstream_.url() + "\"}");
  upstream_.kill();
  EXPECT_EQ(gateway.get("/events").status, 202);
  EXPECT_TRUE(gateway.wait_for_log("plugin_detached_call_failed", std::chrono::seconds(20)));
}

TEST_F(Catalog, LambdaAnswersWithAFunctionUrl) {
  upstream_.script(
      "/orders",
      {answer(418, "tea",
              {{"content-type", "text/plain"}, {"set-cookie", "a=1"}, {"set-cookie", "b=2"}})});
  const TestGateway gateway = dispatching(
      "lambda", R"({"url":")" + upstream_.url() + R"(","path":"/{rest}","timeout":"10s"})");
  const Response response =
      gateway.request(RequestBuilder("POST", "/orders?a=1").header("x-a", "1").body("{}"));
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.body, "tea");
  EXPECT_EQ(response.header("content-type"), "text/plain");
  EXPECT_EQ(response.count("set-cookie"), 2);
  const ReceivedRequest request = passed_on();
  EXPECT_EQ(request.target, "/orders?a=1");
  EXPECT_EQ(request.header("x-a"), "1");
  EXPECT_EQ(request.body, "{}");
  upstream_.kill();
  const Response failed = gateway.get("/orders");
  EXPECT_EQ(failed.status, 502);
  EXPECT_EQ(problem_type(failed), "lambda-invocation-failed");
}

TEST_F(Catalog, LambdaSaysWhenAFunctionTakesTooLong) {
  upstream_.otherwise({testkit::wait_for_departure()});
  const TestGateway gateway =
      dispatching("lambda", R"({"url":")" + upstream_.url() + R"(","timeout":1})");
  const Response response = gateway.get("/orders");
  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(problem_type(response), "lambda-timeout");
}

/// A thing behind a correlation-id, from a mock.
std::string mock_spec() {
  SpecBuilder spec;
  spec.operation("GET", "/things/{id}")
      .dispatch(
          "mock",
          R"({"status":203,"headers":{"x-mock":"1"},"content_type":"text/plain",)"
          R"("body":"{{ path_params.id }} {{request.client_ip}} {{context.correlation-id}}"})")
      .member("x-barbacane-middlewares", R"([{"name":"correlation-id"}])");
  return spec.text();
}

TEST_F(Catalog, MockAnswersTheSameAsAModuleAndBuiltIn) {
  const testkit::TempDirectory project;
  project.write("barbacane.yaml", "specs: ./specs/\nplugins:\n  mock: {path: \"" +
                                      std::string(BARBACANE_PLUGIN_MODULES) +
                                      "/direct/mock.wasm\"}\n");
  project.write("specs/api.yaml", mock_spec());
  const testkit::RunResult compiled =
      testkit::run({"compile", "-m", project / "barbacane.yaml", "-o", project / "api.bca"});
  ASSERT_EQ(compiled.exit_code, 0) << compiled.err;
  EXPECT_THAT(compiled.err, HasSubstr("2 plugin(s) bundled"));
  const TestGateway module = TestGateway::from_artifact(project / "api.bca");
  const TestGateway built_in(mock_spec());
  for (const TestGateway* gateway : {&module, &built_in}) {
    const Response response =
        gateway->request(RequestBuilder("GET", "/things/a%20b").header("x-correlation-id", "mine"));
    EXPECT_EQ(response.status, 203);
    EXPECT_EQ(response.body, "a b 127.0.0.1 mine");
    EXPECT_EQ(response.header("content-type"), "text/plain");
    EXPECT_EQ(response.header("x-mock"), "1");
  }
}

TEST_F(Catalog, ADeclaredModuleTakesThePlaceOfTheBuiltInMock) {
  PluginGateway gateway(
      {{.name = "mock", .dispatch = "(call $answer (i32.const 299)) (i32.const 0)"}}, mock_spec());
  EXPECT_EQ(gateway->get("/things/7").status, 299);
}

TEST_F(Catalog, ChainsPassOnWhatEachPluginDid) {
  upstream_.script("/v2/a", {answer(200, R"({"n":1})", {{"content-type", "application/json"}})});
  const TestGateway gateway = behind(R"([
    {"name":"correlation-id"},
    {"name":"cors","config":{"allowed_origins":["https://shop.example"]}},
    {"name":"ip-restriction","config":{"deny":["192.0.2.0/24"]}},
    {"name":"bot-detection","config":{"deny":["bot"]}},
    {"name":"request-size-limit","config":{"max_bytes":50}},
    {"name":"request-transformer","config":{"path":{"add_prefix":"/v2"},
       "headers":{"add":{"x-id":"context:correlation-id","x-step":"one"}}}},
    {"name":"request-transformer","config":{"headers":{"add":{"x-first":"$header.x-step"}}}},
    {"name":"response-transformer","config":{"body":{"add":{"/outer":"yes"}}}},
    {"name":"response-transformer","config":{"body":{"rename":{"/n":"/inner"}}}}])");
  const Response response = gateway.request(RequestBuilder("POST", "/a")
                                                .header("origin", "https://shop.example")
                                                .header("x-correlation-id", "abc")
                                                .body("small"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"inner":1,"outer":"yes"})");
  EXPECT_EQ(response.header("x-correlation-id"), "abc");
  EXPECT_EQ(response.header("access-control-allow-origin"), "https://shop.example");
  const ReceivedRequest request = passed_on();
  EXPECT_EQ(request.target, "/v2/a");
  EXPECT_EQ(request.header("x-id"), "abc");
  EXPECT_EQ(request.header("x-first"), "one");
  EXPECT_EQ(request.body, "small");
}

TEST_F(Catalog, ARefusalPassesThroughThePluginsBeforeIt) {
  const TestGateway gateway = behind(R"([
    {"name":"correlation-id"},
    {"name":"cors","config":{"allowed_origins":["*"]}},
    {"name":"response-transformer","config":{"headers":{"add":{"x-seen":"yes"}}}},
    {"name":"bot-detection","config":{"deny":["bot"]}},
    {"name":"response-transformer","config":{"headers":{"add":{"x-behind":"yes"}}}}])");
  const Response refused = gateway.request(RequestBuilder("GET", "/a")
                                               .header("origin", "https://shop.example")
                                               .header("user-agent", "bot"));
  EXPECT_EQ(problem_type(refused), "bot-detected");
  EXPECT_EQ(refused.header("access-control-allow-origin"), "*");
  EXPECT_THAT(refused.header("x-correlation-id"), MatchesRegex(kUuid7));
  EXPECT_EQ(refused.header("x-seen"), "yes");
  EXPECT_FALSE(refused.has("x-behind"));
  EXPECT_THAT(upstream_.requests(), IsEmpty());
}

TEST_F(Catalog, PluginsKeepRequestsOfOneConnectionApart) {
  const TestGateway gateway = behind(R"([{"name":"correlation-id"},
    {"name":"request-transformer","config":{"headers":{"add":{"x-id":"context:correlation-id"}}}}])");
  Connection client = gateway.connect();
  for (int i = 0; i < 50; ++i) {
    const std::string id = "request-" + std::to_string(i);
    RequestBuilder request("POST", "/a");
    if (i % 2 == 0) request.header("x-correlation-id", id);
    ASSERT_TRUE(client.send(request.body(id).bytes()));
    const Response response = client.read();
    const ReceivedRequest received = passed_on();
    EXPECT_EQ(received.body, id);
    EXPECT_EQ(received.header("x-id"), response.header("x-correlation-id"));
    EXPECT_THAT(response.header("x-correlation-id"),
                i % 2 == 0 ? testing::Matcher<std::string>(id) : MatchesRegex(kUuid7));
  }
}

}  // namespace
}  // namespace barbacane::integration
