#include "app/plugin_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/plugin_template.h"

namespace barbacane::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A middleware of C++: refuses DELETE, names its tenant, and fails where it is told to.
class TenantPlugin : public PluginRunner {
 public:
  base::Result<> init(std::string_view config) override {
    config_ = config;
    if (config == "{}") return base::fail("'value' is missing");
    if (config == "[]") {
      log_.push_back("error: must be an object");
      return base::fail("init returned 1");
    }
    return {};
  }

  PhaseEnd run(Phase phase, TriedExchange& exchange) override {
    log_.push_back("phase " + std::to_string(static_cast<int>(phase)));
    exchange.context["seen"] = "yes";
    if (exchange.request.path == "/trap") return {PhaseEnd::Kind::kFail, "trap: unreachable"};
    if (phase == Phase::kDispatch || exchange.request.method == "DELETE") {
      exchange.response.status = 405;
      exchange.response.body = R"({"a": 1.0, "b": [true, null]})";
      return {PhaseEnd::Kind::kRespond, {}};
    }
    auto& headers =
        phase == Phase::kOnResponse ? exchange.response.headers : exchange.request.headers;
    headers.emplace_back("X-Tenant", "shop");
    headers.emplace_back("x-tenant", "two");
    return {};
  }

  std::vector<std::string> take_log() override { return std::exchange(log_, {}); }

  std::string config_;
  std::vector<std::string> log_;
};

PluginCases parsed(const std::string& text) {
  auto cases = parse_plugin_cases("cases.yaml", "cases:\n" + text);
  EXPECT_TRUE(cases) << cases.error().message;
  return cases ? std::move(*cases) : PluginCases{};
}

std::vector<std::string> failures(const std::string& text, const std::string& type = "middleware") {
  artifact::Plugin plugin;
  plugin.plugin_type = type;
  std::vector<std::string> all;
  const PluginCases cases = parsed(text);
  for (const PluginCase& each : cases.cases) {
    TenantPlugin runner;
    const CaseResult result = run_plugin_case(each, plugin, runner);
    all.insert(all.end(), result.failures.begin(), result.failures.end());
  }
  return all;
}

std::string error_of(const std::string& text) {
  const auto cases = parse_plugin_cases("cases.yaml", text);
  return cases ? "none" : cases.error().message;
}

TEST(PluginCases, ReadEverythingACaseCanSay) {
  const PluginCases cases = parsed(R"(
  - name: whole
    config: {value: shop, list: [1, 0.5, true, null], "q\"": {}}
    request:
      method: POST
      path: /a
      query: x=1
      headers: {Host: shop.example, accept: [a, b]}
      body: hello
      client_ip: 10.0.0.1
      path_params: {id: 5}
    response: {status: 201, headers: {x: y}, body: text}
    context: {auth.sub: ada}
    expect: {action: continue}
)");
  ASSERT_EQ(cases.cases.size(), 1U);
  const PluginCase& whole = cases.cases[0];
  EXPECT_EQ(whole.config, R"({"value":"shop","list":[1,0.5,true,null],"q\"":{}})");
  const TriedRequest& request = whole.exchange.request;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.query, "x=1");
  EXPECT_EQ(request.headers,
            (HeaderLines{{"host", "shop.example"}, {"accept", "a"}, {"accept", "b"}}));
  EXPECT_EQ(request.body, "hello");
  EXPECT_EQ(request.path_params.at("id"), "5");
  EXPECT_EQ(whole.exchange.response.status, 201);
  EXPECT_TRUE(whole.has_response);
  EXPECT_EQ(whole.exchange.context.at("auth.sub"), "ada");
}

TEST(PluginCases, RefuseWhatTheyDoNotKnow) {
  EXPECT_THAT(error_of("cases: [{name: a, expct: {}}]"),
              HasSubstr("cases.yaml:1:19: a case has no member 'expct', did you mean 'expect'?"));
  EXPECT_THAT(error_of("cases: [{name: a, expect: {response: {statsu: 200}}}]"),
              HasSubstr("did you mean 'status'?"));
  EXPECT_THAT(error_of("cases: [{name: a, expect: {action: pass}}]"),
              HasSubstr("one of continue, respond and fail"));
  EXPECT_THAT(error_of("cases: [{name: a, expect: {response: {status: ok}}}]"),
              HasSubstr("'status' must be a number from 100 to 999"));
  EXPECT_THAT(error_of("cases: [{name: a}]"), HasSubstr("needs an 'expect'"));
  EXPECT_THAT(error_of("cases: [{expect: {}}]"), HasSubstr("needs a 'name'"));
  EXPECT_THAT(error_of("cases: []"), HasSubstr("needs a list 'cases'"));
  EXPECT_THAT(error_of("{}"), HasSubstr("needs a list 'cases'"));
  EXPECT_THAT(error_of("cases: ["), HasSubstr("cases.yaml:1:"));
  EXPECT_THAT(error_of("cases: [{name: a, request: 5, expect: {}}]"),
              HasSubstr("must be a mapping"));
  EXPECT_THAT(error_of("cases: [{name: a, request: {headers: [a]}, expect: {}}]"),
              HasSubstr("'headers' must be a mapping"));
}

TEST(PluginCases, PassWhenAllThatIsExpectedCame) {
  EXPECT_THAT(failures(R"(
  - name: request
    config: {value: shop}
    request: {headers: {a: b}}
    expect:
      action: continue
      request: {method: GET, path: /, headers: {x-tenant: "shop, two", a: b, gone: null}}
      context: {seen: yes, unseen: null}
      log: phase 0
  - name: response
    config: {value: shop}
    response: {status: 404, body: not here}
    expect:
      response: {status: 404, headers: {X-TENANT: "shop, two"}, body: not here, body_contains: [not, here]}
  - name: answer
    config: {value: shop}
    request: {method: DELETE}
    expect:
      action: respond
      response: {status: 405, body_json: {b: [true, null], a: 1}}
  - name: refused config
    expect: {init_error: value}
  - name: refused config, with the reason in the log
    config: []
    expect: {init_error: must be an object}
  - name: trap
    config: {value: shop}
    request: {path: /trap}
    expect: {action: fail}
)"),
              IsEmpty());
  EXPECT_THAT(failures(R"(
  - name: answer of a dispatcher
    config: {value: shop}
    expect: {action: respond, response: {status: 405}}
)",
                       "dispatcher"),
              IsEmpty());
}

TEST(PluginCases, SayWhatCameInstead) {
  EXPECT_THAT(failures(R"(
  - name: other values
    config: {value: shop}
    expect:
      action: respond
      request: {method: POST, headers: {x-tenant: null, b: c}}
      context: {seen: no, never: text}
      log: nothing of that kind
)"),
              ElementsAre("action: expected respond, got continue",
                          "request method: expected 'POST', got 'GET'",
                          "request header 'b': expected 'c', got nothing",
                          "request header 'x-tenant': expected nothing, got 'shop, two'",
                          "context 'never': expected 'text', got nothing",
                          "context 'seen': expected 'no', got 'yes'",
                          "log: expected a line with 'nothing of that kind'"));
  EXPECT_THAT(
      failures(R"(
  - name: other answer
    config: {value: shop}
    request: {method: DELETE}
    expect:
      response: {status: 200, body_json: {a: 2}, body_contains: tea, body: x}
)"),
      ElementsAre(
          "response status: expected 200, got 405",
          R"(response body: expected 'x', got '{"a": 1.0, "b": [true, null]}')",
          R"(response body: expected something with 'tea', got '{"a": 1.0, "b": [true, null]}')",
          R"(response body: expected other JSON, got '{"a": 1.0, "b": [true, null]}')"));
  EXPECT_THAT(failures(R"(
  - {name: refused, expect: {}}
  - {name: other error, expect: {init_error: header}}
  - {name: taken, config: {value: a}, expect: {init_error: value}}
  - {name: trap, config: {value: a}, request: {path: /trap}, expect: {}}
)"),
              ElementsAre("init: 'value' is missing",
                          "init: expected an error with 'header', got ''value' is missing'",
                          "init: expected the config to be refused, but it was taken",
                          "action: fail: trap: unreachable"));
}

TEST(PluginTemplate, HasCasesThatCanBeRead) {
  for (const PluginType type : {PluginType::kMiddleware, PluginType::kDispatcher}) {
    for (const auto& [path, text] : plugin_template("tenant-header2", type)) {
      EXPECT_EQ(text.find('@'), std::string::npos) << path;
      if (path == "tests/cases.yaml") {
        EXPECT_EQ(error_of(text), "none");
      }
      if (path == "tenant-header2.cc") {
        EXPECT_THAT(text, HasSubstr("class TenantHeader2 {"));
      }
    }
  }
}

TEST(PluginTemplate, KnowsNamesOfPlugins) {
  for (const char* name : {"a", "a-1", "tenant-header"}) EXPECT_TRUE(is_plugin_name(name)) << name;
  for (const char* name : {"", "A", "1a", "-a", "a_b", "a b", "..", "ä"}) {
    EXPECT_FALSE(is_plugin_name(name)) << name;
  }
  EXPECT_TRUE(is_plugin_name(std::string(64, 'a')));
  EXPECT_FALSE(is_plugin_name(std::string(65, 'a')));
}

}  // namespace
}  // namespace barbacane::app
