#include <gmock/gmock.h>

#include "compiler/detail/config_schemas.h"
#include "compiler/detail/test_spec.h"
#include "compiler/detail/upstream_faults.h"

namespace barbacane::compiler {
namespace {

using test::compile_one;
using test::findings;
using test::spec;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> faults(std::string_view plugin, std::string_view config) {
  const auto schema = ConfigSchema::compile(std::string(plugin), native_config_schema(plugin));
  if (!schema) return {schema.error()};
  std::vector<std::string> all;
  for (const ConfigFault& fault : schema->check(config)) {
    all.push_back(fault.pointer + " " + fault.sentence +
                  (fault.hint.empty() ? "" : " (" + fault.hint + ")"));
  }
  return all;
}

TEST(MockConfigSchema, TakesWhatTheDispatcherTakes) {
  for (const char* config :
       {"{}", R"({"status":204,"headers":{"x-a":"1"},"delay_ms":0})",
        R"({"body":"{}","content_type":"text/plain","status":599,"delay_ms":60000})",
        R"({"from_spec":true,"delay_ms":5,"headers":{}})", R"({"from_spec":false,"body":"x"})",
        R"({"body":"env://BODY"})"}) {
    EXPECT_THAT(faults("mock", config), IsEmpty()) << config;
  }
}

TEST(MockConfigSchema, RefusesTheRest) {
  EXPECT_THAT(faults("mock", R"({"status":101})"),
              ElementsAre("/status 'status' must be at least 200, but is 101 "
                          "(a status code from 200 to 599)"));
  EXPECT_THAT(faults("mock", R"({"stauts":200})"),
              ElementsAre("/stauts has no field 'stauts' (did you mean 'status'?)"));
  EXPECT_THAT(faults("mock", R"({"from_spec":true,"body":"x"})"),
              ElementsAre("/body 'body' cannot stand beside 'from_spec', which takes it from the "
                          "spec"));
  EXPECT_EQ(faults("mock", R"({"body":{"a":1}})").size(), 1U);
  EXPECT_EQ(faults("mock", R"({"headers":{"a":1},"delay_ms":60001,"content_type":5})").size(), 3U);
  EXPECT_EQ(faults("mock", "[]").size(), 1U);
}

TEST(HttpUpstreamConfigSchema, TakesEveryFieldOfTheCatalogue) {
  for (const char* config :
       {R"({"url":"https://a.internal:8443/v1"})", R"({"url":"http://a","path":"/x/{id}"})",
        R"({"url":"env://UPSTREAM","timeout":2.5,"connect_timeout":"500ms"})",
        R"({"url":"https://a","tls":{"client_cert":"file:///c","client_key":"env://K","ca":"x"}})",
        R"({"url":"https://a","circuit_breaker":{}})",
        R"({"url":"https://a","circuit-breaker":{"threshold":1,"window":"1m","reset_timeout":5}})",
        R"({"url":"https://a","retries":5,"headers":{"x":"env://X"}})",
        R"({"url":"https://[::1]:8080/x","path":"{id}/.../.a/..b/{x+}?a=/../{y}"})",
        R"({"url":"https://a:","path":"","headers":{"X-A_b.c":"tab\t, \u00e9"}})"}) {
    EXPECT_THAT(faults("http-upstream", config), IsEmpty()) << config;
  }
}

TEST(HttpUpstreamConfigSchema, RefusesTheRest) {
  EXPECT_THAT(faults("http-upstream", "{}"), ElementsAre(" must have the property 'url'"));
  for (const char* config : {R"({"url":"orders"})",
                             R"({"url":"https://a?b"})",
                             R"({"url":"https://a/#b"})",
                             R"({"url":"https://user:pw@a"})",
                             R"({"url":"ftp://a"})",
                             R"({"url":5})",
                             R"({"url":"https://b\u00fccher"})",
                             R"({"url":"https://a:x"})",
                             R"({"url":"https://::1"})",
                             R"({"url":"https://a","path":"/a#b"})",
                             R"({"url":"https://a","path":"/a/.."})",
                             R"({"url":"https://a","path":"./a"})",
                             R"({"url":"https://a","path":"/a/./b?c"})",
                             R"({"url":"https://a","headers":{"a b":""}})",
                             R"({"url":"https://a","headers":{"a":"b\r\nc: d"}})",
                             R"({"url":"https://a","timeout":0})",
                             R"({"url":"https://a","timeout":"0s"})",
                             R"({"url":"https://a","timeout":"5 s"})",
                             R"({"url":"https://a","retries":6})",
                             R"({"url":"https://a","tls":{"client_cert":"x"}})",
                             R"({"url":"https://a","tls":{"client_key":"x"}})",
                             R"({"url":"https://a","tls":{"cert":"x"}})",
                             R"({"url":"https://a","circuit_breaker":{"treshold":5}})",
                             R"({"url":"https://a","circuit_breaker":{"threshold":0}})",
                             R"({"url":"https://a","circuit_breaker":{},"circuit-breaker":{}})",
                             R"({"url":"https://a","upstream":"x"})"}) {
    EXPECT_EQ(faults("http-upstream", config).size(), 1U) << config;
  }
  EXPECT_THAT(faults("http-upstream", R"({"url":"https://a","circuit_breaker":{"treshold":5}})"),
              ElementsAre("/circuit_breaker/treshold has no field 'circuit_breaker.treshold' "
                          "(did you mean 'threshold'?)"));
  EXPECT_THAT(faults("http-upstream", R"({"url":"https://a","timeout":"0s"})"),
              ElementsAre("/timeout 'timeout' has the wrong form (seconds, or a duration such as "
                          "500ms or 2m, and more than nothing)"));
}

std::vector<std::string> sentences(const std::vector<ConfigFault>& faults) {
  std::vector<std::string> out;
  for (const ConfigFault& fault : faults) {
    out.push_back(fault.pointer + ' ' + fault.sentence + " (" + fault.hint + ')');
  }
  return out;
}

TEST(UpstreamFaults, AreHeadersOfTheConnection) {
  EXPECT_THAT(sentences(owned_headers(R"({"headers":{"Host":"a","x-host":"b","TE":"c"}})")),
              ElementsAre("/headers/Host 'headers.Host' cannot be set (the connection writes this "
                          "field itself)",
                          "/headers/TE 'headers.TE' cannot be set (the connection writes this "
                          "field itself)"));
  for (const char* config : {"", "null", "[]", "{}", R"({"headers":1})", R"({"headers":{}})"}) {
    EXPECT_THAT(owned_headers(config), IsEmpty()) << config;
  }
}

TEST(UpstreamFaults, AreNamesThatAreNoParameters) {
  const std::vector<std::string> names = {"orderId", "rest"};
  const auto unknown = [&](const std::string& path) {
    return sentences(unknown_parameters(R"({"path":")" + path + R"("})", names));
  };
  EXPECT_THAT(unknown("/a/{orderId}/{rest}/{rest+}?x={orderId}"), IsEmpty());
  EXPECT_THAT(unknown("/{}/{a/b}/{/x}/{unclosed"), IsEmpty());
  EXPECT_THAT(unknown("/{order_Id}/{{zip}}"),
              ElementsAre("/path 'path' has '{order_Id}', which is no path parameter and stays as "
                          "it is (did you mean 'orderId'?)",
                          "/path 'path' has '{zip}', which is no path parameter and stays as it "
                          "is (the parameters are 'orderId', 'rest')"));
  EXPECT_THAT(sentences(unknown_parameters(R"({"path":"/{id}"})", {})),
              ElementsAre("/path 'path' has '{id}', which is no path parameter and stays as it is "
                          "(the path has no parameters)"));
  EXPECT_THAT(unknown_parameters("{}", names), IsEmpty());
}

TEST(Configs, AreReportedAtTheFieldOnceForAllOperations) {
  std::string text = "x-mock: &mock {status: 200,\n  stauts: 201}\npaths:\n";
  for (const char* path : {"/a", "/b"}) {
    text += std::string("  ") + path +
            ":\n    get: {x-barbacane-dispatch: {name: mock, config: *mock}}\n";
  }
  const CompileOutcome outcome = compile_one(spec(text));
  EXPECT_THAT(findings(outcome),
              ElementsAre("E1023: config of 'mock' has no field 'stauts': GET /a in 'api.yaml'"));
  EXPECT_EQ(outcome.diagnostics[0].place.position, (base::Position{4, 3}));
}

TEST(Configs, OfTheDefaultDispatcherStandInTheManifest) {
  const CompileOutcome outcome =
      compile_one(spec("paths: {/a: {get: {}}, /b: {get: {}}}\n"),
                  "default_dispatch:\n  name: mock\n  config: {status: 99}\nplugins: {}\n");
  ASSERT_EQ(outcome.diagnostics.size(), 1U);
  EXPECT_EQ(outcome.diagnostics[0].code, "E1023");
  EXPECT_EQ(outcome.diagnostics[0].place.file, "barbacane.yaml");
  EXPECT_EQ(outcome.diagnostics[0].place.position, (base::Position{3, 20}));
}

TEST(Configs, MayBeMissingWhereNothingIsRequired) {
  EXPECT_THAT(findings(compile_one(test::operation(""))), IsEmpty());
  EXPECT_THAT(findings(compile_one(
                  spec("paths: {/a: {get: {x-barbacane-dispatch: {name: http-upstream}}}}\n"))),
              ElementsAre("E1023: config of 'http-upstream' must have the property 'url': GET /a "
                          "in 'api.yaml'"));
}

}  // namespace
}  // namespace barbacane::compiler
