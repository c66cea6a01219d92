#include "gateway/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "base/version.h"
#include "gateway/detail/test_gateway_state.h"

namespace barbacane::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string gzip(std::string_view text) {
  z_stream stream{};
  ::deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(::deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

artifact::Contents shop() {
  artifact::Contents contents;
  contents.manifest.artifact_hash = "sha256:abc";
  contents.manifest.compiler_version = "9.9.9";
  contents.specs.push_back(
      {.file = "api.yaml", .sha256 = "00", .type = "openapi", .version = "3.1.0", .bytes = {}});
  auto& operations = contents.routes.operations;
  operations.push_back(mock("GET", "/items", R"({"body":"[]"})"));
  operations.push_back(mock("POST", "/items", R"({"status":201,"body":"{}"})"));
  operations.push_back(mock("GET", "/items/{id}", R"({"body":"{\"id\":\"{{path_params.id}}\"}"})"));
  operations.back().operation_id = "getItem";
  operations.push_back(mock("GET", "/old", R"({"headers":{"Deprecation":"no","Server":"evil"}})"));
  operations.back().deprecated = true;
  operations.back().sunset = "Mon, 01 Jun 2026 00:00:00 GMT";
  operations.push_back(mock("GET", "/slow", R"({"delay_ms":1,"body":"late"})"));
  operations.push_back(mock("DELETE", "/items/{id}", R"({"status":204,"body":"x"})"));
  operations.push_back(mock("GET", "/large", R"({"body":")" + std::string(20'000, 'x') + R"("})"));
  operations.push_back(operation("GET", "/up", "http-upstream", R"({"url":"http://127.0.0.1:1"})"));
  contents.documents["index.json"] = {"application/json", gzip("{\"index\":1}")};
  contents.documents["openapi.yaml"] = {"text/yaml", gzip("openapi: 3.1.0")};
  contents.documents["openapi.json"] = {"application/json", gzip("{}")};
  contents.documents["specs/my api.yaml.yaml"] = {"", gzip(std::string(200'000, 'y'))};
  return contents;
}

Options development() {
  Options options;
  options.errors = Options::ErrorDetail::kDevelopment;
  return options;
}

TEST(Pipeline, AnswersAMockOperation) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("GET", "/items");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.sent(), "[]");
  EXPECT_EQ(answer.field("content-type"), "application/json");
}

TEST(Pipeline, PutsIdentityAndSecurityFieldsOnEveryAnswer) {
  TestWorker worker(shop());
  for (const std::string_view path :
       {"/items", "/nothing", "/__barbacane/health", "/old", "/large"}) {
    const auto& answer = worker.ask("GET", path);
    EXPECT_THAT(answer.fields("server"), ElementsAre("barbacane/" + std::string(base::kVersion)));
    EXPECT_EQ(answer.field("x-request-id").size(), 36U);
    EXPECT_EQ(answer.field("x-trace-id").size(), 32U);
    EXPECT_THAT(answer.fields("x-content-type-options"), ElementsAre("nosniff"));
    EXPECT_THAT(answer.fields("x-frame-options"), ElementsAre("DENY"));
  }
}

TEST(Pipeline, EchoesTheIdsOfTheClient) {
  TestWorker worker(shop());
  const auto& answer =
      worker.ask("GET", "/items",
                 {{"x-request-id", "abc-1"},
                  {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}});
  EXPECT_EQ(answer.field("x-request-id"), "abc-1");
  EXPECT_EQ(answer.field("x-trace-id"), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(Pipeline, SaysWhichOperationsAreDeprecated) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("GET", "/old");
  EXPECT_THAT(answer.fields("deprecation"), ElementsAre("true"));
  EXPECT_THAT(answer.fields("sunset"), ElementsAre("Mon, 01 Jun 2026 00:00:00 GMT"));
  EXPECT_THAT(worker.ask("GET", "/items").fields("deprecation"), IsEmpty());
}

TEST(Pipeline, DropsFieldsThatConcernOneHopOnly) {
  artifact::Contents contents;
  contents.routes.operations.push_back(mock("GET", "/", R"({"headers":{
      "Connection":"close, X-Hop","X-Hop":"1","TE":"trailers","Proxy-Connection":"close",
      "Proxy-Authenticate":"Basic","X-Kept":"1"}})"));
  TestWorker worker(std::move(contents));
  const FakeExchange& exchange = worker.ask("GET", "/");
  for (const char* name : {"connection", "x-hop", "te", "proxy-connection", "proxy-authenticate"})
    EXPECT_THAT(exchange.fields(name), IsEmpty()) << name;
  EXPECT_THAT(exchange.fields("x-kept"), ElementsAre("1"));
}

TEST(Pipeline, AnswersUnknownPathsWith404) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("GET", "/nothing?secret=1");
  EXPECT_EQ(answer.status(), 404);
  EXPECT_EQ(answer.field("content-type"), "application/problem+json");
  EXPECT_THAT(answer.sent(), StartsWith(R"({"type":"urn:barbacane:error:route-not-found",)"
                                        R"("title":"Not Found","status":404,"detail":)"));
  EXPECT_THAT(answer.sent(), HasSubstr(R"("instance":"/nothing"})"));
  EXPECT_THAT(answer.fields("allow"), IsEmpty());
}

TEST(Pipeline, DoesNotTakeTheServerItselfForAPath) {
  artifact::Contents contents;
  contents.routes.operations.push_back(mock("OPTIONS", "/{name}", "{}"));
  TestWorker worker(std::move(contents));
  EXPECT_EQ(worker.ask("OPTIONS", "/x").status(), 200);
  EXPECT_EQ(worker.ask("OPTIONS", "*").status(), 404);
}

TEST(Pipeline, NamesTheAllowedMethodsIn405) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("PUT", "/items");
  EXPECT_EQ(answer.status(), 405);
  EXPECT_EQ(answer.field("allow"), "GET, POST");
  EXPECT_THAT(answer.sent(), HasSubstr("urn:barbacane:error:method-not-allowed"));
  EXPECT_EQ(worker.ask("HEAD", "/items").status(), 405);
  EXPECT_EQ(worker.ask("OPTIONS", "/items").status(), 405);
}

TEST(Pipeline, DecodesPathValuesOnce) {
  TestWorker worker(shop());
  EXPECT_EQ(worker.ask("GET", "/items/a%2Fb%2525+c").sent(), R"({"id":"a/b%25+c"})");
  EXPECT_EQ(worker.ask("GET", "/items/50%").sent(), R"({"id":"50%"})");
  EXPECT_EQ(worker.ask("GET", "/items/caf%C3%A9").sent(), "{\"id\":\"café\"}");
}

TEST(Pipeline, RefusesPathValuesThatAreNotUtf8) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("GET", "/items/%FF");
  EXPECT_EQ(answer.status(), 400);
  EXPECT_THAT(answer.sent(), HasSubstr("urn:barbacane:error:validation-failed"));
}

TEST(Pipeline, RefusesDotSegments) {
  TestWorker worker(shop());
  EXPECT_EQ(worker.ask("GET", "/items/..").status(), 400);
  EXPECT_EQ(worker.ask("GET", "/items/%2e%2e").status(), 400);
}

TEST(Pipeline, WaitsForADelayedMock) {
  TestWorker worker(shop());
  EXPECT_EQ(worker.ask("GET", "/slow").sent(), "late");
}

TEST(Pipeline, SendsNoBodyWith204) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("DELETE", "/items/1");
  EXPECT_EQ(answer.status(), 204);
  EXPECT_EQ(answer.sent(), "");
}

TEST(Pipeline, StreamsLargeAnswersSoThatTheirSnapshotOutlivesThem) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("GET", "/large");
  EXPECT_TRUE(answer.streamed());
  EXPECT_EQ(answer.sent().size(), 20'000U);
}

TEST(Pipeline, AnswersForUpstreamsThatCannotBeReachedYet) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("GET", "/up");
  EXPECT_EQ(answer.status(), 502);
  EXPECT_THAT(answer.sent(), HasSubstr("urn:barbacane:error:upstream-unavailable"));
  EXPECT_THAT(answer.sent(), Not(HasSubstr("http-upstream")));
}

TEST(Pipeline, KeepsARequestOnTheSnapshotItBeganWith) {
  TestWorker worker(shop());
  worker.exchange.request("GET", "/slow");
  const auto swap = [&worker] {
    artifact::Contents other;
    other.routes.operations.push_back(mock("GET", "/slow", R"({"body":"new"})"));
    worker.use(std::move(other));
  };
  // Posted twice over, so that it comes when the request has begun to wait.
  worker.loop.post([&worker, swap] { worker.loop.post(swap); });
  worker.handle();
  EXPECT_EQ(worker.exchange.sent(), "late");
  EXPECT_EQ(worker.ask("GET", "/slow").sent(), "new");
  EXPECT_EQ(worker.ask("GET", "/items").status(), 404);
}

// ---- limits ---------------------------------------------------------------------------------

TEST(Limits, RefuseTargetsLongerThanTheLimit) {
  TestWorker worker(shop());
  const std::string fits = "/items?q=" + std::string(8192 - 9, 'a');
  EXPECT_EQ(worker.ask("GET", fits).status(), 200);
  EXPECT_EQ(worker.ask("GET", fits + "a").status(), 414);
  EXPECT_THAT(worker.exchange.sent(), HasSubstr("urn:barbacane:error:uri-too-long"));
  EXPECT_EQ(worker.ask("GET", "/__barbacane/health?" + fits).status(), 414);
}

TEST(Limits, MeasureOnlyPathAndQueryOfAbsoluteTargets) {
  Options options;
  options.max_uri_length = 10;
  TestWorker worker(shop(), options);
  worker.exchange.request("GET", "/items");
  worker.exchange.head().target = "http://a-very-long-host.test/items";
  worker.handle();
  EXPECT_EQ(worker.exchange.status(), 200);
}

TEST(Limits, CountFieldLinesAndTheirSizes) {
  Options options;
  options.max_headers = 2;
  options.max_header_size = 10;
  TestWorker worker(shop(), options);
  EXPECT_EQ(worker.ask("GET", "/items", {{"a", "1"}, {"a", "2"}}).status(), 200);
  EXPECT_EQ(worker.ask("GET", "/items", {{"a", "1"}, {"a", "2"}, {"a", "3"}}).status(), 431);
  EXPECT_EQ(worker.ask("GET", "/items", {{"abcde", "12345"}}).status(), 200);
  EXPECT_EQ(worker.ask("GET", "/items", {{"abcde", "123456"}}).status(), 431);
  EXPECT_THAT(worker.exchange.sent(), HasSubstr("urn:barbacane:error:header-too-large"));
  EXPECT_EQ(worker.ask("GET", "/__barbacane/health", {{"abcde", "123456"}}).status(), 200);
}

TEST(Limits, AnswerHeadsThatDidNotFit) {
  TestWorker worker(shop());
  worker.exchange.request("GET", "/items");
  worker.exchange.head().overflow = http::RequestHead::Overflow::kTarget;
  worker.handle();
  EXPECT_EQ(worker.exchange.status(), 414);
  worker.exchange.request("GET", "/items");
  worker.exchange.head().overflow = http::RequestHead::Overflow::kFields;
  worker.handle();
  EXPECT_EQ(worker.exchange.status(), 431);
}

TEST(Limits, RefuseAnnouncedBodiesBeforeRouting) {
  Options options;
  options.max_body_size = 4;
  TestWorker worker(shop(), options);
  worker.exchange.request("POST", "/nothing");
  worker.exchange.send_body("12345");
  worker.handle();
  EXPECT_EQ(worker.exchange.status(), 413);
  EXPECT_TRUE(worker.exchange.closes());
  EXPECT_FALSE(worker.exchange.body_was_read());
  worker.exchange.request("POST", "/items");
  worker.exchange.send_body("1234");
  worker.handle();
  EXPECT_EQ(worker.exchange.status(), 201);
}

TEST(Limits, ListWhatIsWrongForDevelopersOnly) {
  Options options = development();
  options.max_header_size = 10;
  TestWorker worker(shop(), options);
  worker.ask("GET", "/items", {{"abcde", "123456"}});
  EXPECT_THAT(worker.exchange.sent(), HasSubstr(R"("errors":[{"field":"header:abcde","reason":)"));
  EXPECT_THAT(worker.exchange.sent(), HasSubstr(R"("code":"header_too_large"}])"));
}

// ---- bodies ---------------------------------------------------------------------------------

TEST(Body, IsReadUnderTheLimitEvenWhenNobodyWantsIt) {
  Options options;
  options.max_body_size = 4;
  TestWorker worker(shop(), options);
  worker.exchange.request("POST", "/items");
  worker.exchange.send_chunked("12345");
  worker.handle();
  EXPECT_EQ(worker.exchange.status(), 413);
  EXPECT_THAT(worker.exchange.sent(), HasSubstr("urn:barbacane:error:payload-too-large"));
  EXPECT_TRUE(worker.exchange.closes());
}

TEST(Body, FailuresHaveTheirStatus) {
  TestWorker worker(shop());
  const auto status_after = [&](http::BodyError error) {
    worker.exchange.request("POST", "/items");
    worker.exchange.fail_body(error);
    worker.handle();
    return worker.exchange.status();
  };
  EXPECT_EQ(status_after(http::BodyError::kTimeout), 408);
  EXPECT_EQ(status_after(http::BodyError::kMalformed), 400);
  EXPECT_EQ(status_after(http::BodyError::kTooLarge), 413);
  EXPECT_EQ(status_after(http::BodyError::kClientGone), 0);
}

TEST(Body, IsNotReadForRefusedRoutesNorForUpgrades) {
  TestWorker worker(shop());
  worker.exchange.request("POST", "/nothing");
  worker.exchange.send_body("x");
  worker.handle();
  EXPECT_EQ(worker.exchange.status(), 404);
  worker.exchange.request("GET", "/items", {{"upgrade", "WebSocket"}});
  worker.exchange.send_body("x");
  worker.handle();
  EXPECT_FALSE(worker.exchange.body_was_read());
}

// ---- reserved endpoints ---------------------------------------------------------------------

TEST(Reserved, HealthTellsWhatIsServed) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("GET", "/__barbacane/health");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.sent(), R"({"status":"healthy","artifact_version":4,"compiler_version":"9.9.9",)"
                           R"("routes_count":8,"artifact":"sha256:abc","uptime_seconds":0})");
  EXPECT_EQ(answer.field("access-control-allow-origin"), "*");
}

TEST(Reserved, HealthSaysWhenTheGatewayDrains) {
  TestWorker worker(shop());
  worker.state.phase = WorkerState::Phase::kDraining;
  const auto& answer = worker.ask("GET", "/__barbacane/health");
  EXPECT_EQ(answer.status(), 503);
  EXPECT_THAT(answer.sent(), HasSubstr(R"("status":"draining")"));
}

TEST(Reserved, OnlyTheExactRawPathCounts) {
  TestWorker worker(shop());
  for (const std::string_view path :
       {"//__barbacane/health", "/__barbacane", "/%5F_barbacane/health"}) {
    EXPECT_THAT(worker.ask("GET", path).sent(), HasSubstr("route-not-found")) << path;
  }
  for (const std::string_view path :
       {"/__barbacane/health/", "/__barbacane/mcp", "/__barbacane/metrics", "/__barbacane/"}) {
    EXPECT_THAT(worker.ask("GET", path).sent(), HasSubstr("error:not-found")) << path;
  }
}

TEST(Reserved, OnlyGetAndPreflightsAreAnswered) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("POST", "/__barbacane/health");
  EXPECT_EQ(answer.status(), 405);
  EXPECT_EQ(answer.field("allow"), "GET");
  EXPECT_EQ(worker.ask("POST", "/__barbacane/mcp").status(), 404);
  worker.ask("OPTIONS", "/__barbacane/specs");
  EXPECT_EQ(answer.status(), 204);
  EXPECT_EQ(answer.field("access-control-allow-methods"), "GET, OPTIONS");
  EXPECT_EQ(answer.field("access-control-max-age"), "86400");
}

TEST(Reserved, ServesDocumentsUnpackedOrAsTheyLie) {
  TestWorker worker(shop());
  const auto& answer = worker.ask("GET", "/__barbacane/specs");
  EXPECT_EQ(answer.sent(), "{\"index\":1}");
  EXPECT_EQ(answer.field("content-type"), "application/json");
  EXPECT_EQ(answer.field("vary"), "accept-encoding");
  EXPECT_THAT(answer.fields("content-encoding"), IsEmpty());
  worker.ask("GET", "/__barbacane/specs", {{"accept-encoding", "br, gzip"}});
  EXPECT_EQ(answer.field("content-encoding"), "gzip");
  EXPECT_EQ(answer.sent(), gzip("{\"index\":1}"));
  worker.ask("GET", "/__barbacane/specs", {{"accept-encoding", "gzip;q=0.0, *"}});
  EXPECT_THAT(answer.fields("content-encoding"), IsEmpty());
}

TEST(Reserved, ServesMergedAndSingleSpecsInBothFormats) {
  TestWorker worker(shop());
  EXPECT_EQ(worker.ask("GET", "/__barbacane/specs/openapi").sent(), "openapi: 3.1.0");
  EXPECT_EQ(worker.ask("GET", "/__barbacane/specs/openapi?format=json").sent(), "{}");
  const auto& answer = worker.ask("GET", "/__barbacane/specs/my%20api.yaml");
  EXPECT_EQ(answer.sent(), std::string(200'000, 'y'));
  EXPECT_EQ(answer.field("content-type"), "text/yaml");
  EXPECT_EQ(worker.ask("GET", "/__barbacane/specs/asyncapi").status(), 404);
  EXPECT_EQ(worker.ask("GET", "/__barbacane/specs/").status(), 404);
  EXPECT_EQ(worker.ask("GET", "/__barbacane/specs/other.yaml").status(), 404);
}

// ---- development errors ---------------------------------------------------------------------

TEST(DevelopmentErrors, NameSpecOperationAndDispatcher) {
  TestWorker worker(shop(), development());
  EXPECT_THAT(worker.ask("GET", "/nothing").sent(), HasSubstr(R"("spec":"api.yaml")"));
  EXPECT_THAT(worker.ask("GET", "/items/%FF").sent(),
              HasSubstr(R"("spec":"api.yaml","operation":"getItem")"));
  worker.ask("GET", "/up");
  EXPECT_THAT(worker.exchange.sent(), HasSubstr("--allow-plaintext-upstream"));
  EXPECT_THAT(worker.exchange.sent(), HasSubstr(R"("dispatcher":"http-upstream")"));
}

TEST(DevelopmentErrors, StayOutOfProduction) {
  TestWorker worker(shop());
  for (const std::string_view path : {"/nothing", "/items/%FF", "/up"}) {
    const std::string& sent = worker.ask("GET", path).sent();
    for (const std::string_view member :
         {"\"spec\"", "\"operation\"", "\"dispatcher\"", "\"errors\""}) {
      EXPECT_THAT(sent, Not(HasSubstr(std::string(member)))) << path;
    }
  }
}

}  // namespace
}  // namespace barbacane::gateway
