#include <gmock/gmock.h>

#include "compiler/detail/test_spec.h"

namespace barbacane::compiler {
namespace {

using test::codes;
using test::compile_one;
using test::findings;
using test::only_operation;
using test::operation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Extensions, WarnsAboutUnknownKeysAndNamesTheNearest) {
  const auto outcome = compile_one(operation("x-barbacane-cach: {}", "x-barbacane-cache: 1\n"));
  ASSERT_THAT(findings(outcome), ElementsAre("E1015: unknown extension: x-barbacane-cach",
                                             "E1015: unknown extension: x-barbacane-cache"));
  EXPECT_EQ(outcome.diagnostics[0].location, "GET /a in 'api.yaml'");
  EXPECT_EQ(outcome.diagnostics[0].hint, "did you mean 'x-barbacane-cache'?");
  EXPECT_EQ(outcome.diagnostics[1].location, "api.yaml");
  EXPECT_EQ(outcome.diagnostics[1].hint, "'x-barbacane-cache' belongs on an operation");
  EXPECT_TRUE(outcome.ok());
}

TEST(Extensions, CountsMiddlewaresWithoutNameFromOne) {
  const auto outcome = compile_one(operation("x-barbacane-middlewares: [{name: 3}, {name: \"\"}]",
                                             "x-barbacane-middlewares: [{config: {}}, text]\n"));
  EXPECT_THAT(
      findings(outcome),
      ElementsAre("E1011: middleware missing 'name': global middleware #1 in 'api.yaml'",
                  "E1011: middleware missing 'name': global middleware #2 in 'api.yaml'",
                  "E1011: middleware missing 'name': middleware #1 in GET /a in 'api.yaml'",
                  "E1011: middleware missing 'name': middleware #2 in GET /a in 'api.yaml'"));
}

TEST(Extensions, RefusesAChainThatIsNoList) {
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-middlewares: cors"))), ElementsAre("E1011"));
}

TEST(Extensions, ReportsEveryFaultOfRateLimitsAtItsValue) {
  const auto outcome = compile_one(
      operation("x-barbacane-ratelimit:\n  quota: \"5\"\n  window: 0\n  quota_unit: bytes"));
  ASSERT_THAT(codes(outcome), ElementsAre("E1012", "E1012", "E1013"));
  EXPECT_EQ(outcome.diagnostics[0].place.position, (base::Position{8, 16}));
  EXPECT_EQ(outcome.diagnostics[0].place.length, 3U);
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-ratelimit: {}"))),
              ElementsAre("E1012", "E1012"));
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-ratelimit: 5"))), ElementsAre("E1012"));
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-ratelimit: {quota: 1.0, window: 1}"))),
              ElementsAre("E1012"));
  EXPECT_THAT(
      codes(compile_one(operation("x-barbacane-ratelimit: {quota: 1, window: 1, key: ip}"))),
      ElementsAre("E1012"));
}

TEST(Extensions, TakesCacheTimesInWholeSeconds) {
  for (const char* bad : {"soon", "0", "500ms", "1.5", "-3s", "9999999999999999999h", "[]", "''"}) {
    EXPECT_THAT(codes(compile_one(operation("x-barbacane-cache: {ttl: " + std::string(bad) + "}"))),
                ElementsAre("E1014"))
        << bad;
  }
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-cache: {}"))), ElementsAre("E1014"));
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-cache: {ttl: 1, vary: Accept}"))),
              ElementsAre("E1014"));
}

TEST(Extensions, StoresSunsetAsHttpDate) {
  const auto sunset = [](const std::string& line) {
    return only_operation(compile_one(operation("deprecated: true\n" + line))).sunset;
  };
  EXPECT_EQ(sunset("x-barbacane-sunset: 2026-06-01"), "Mon, 01 Jun 2026 00:00:00 GMT");
  EXPECT_EQ(sunset("x-barbacane-sunset: 2026-06-01T01:30:00.5+02:00"),
            "Sun, 31 May 2026 23:30:00 GMT");
  EXPECT_EQ(sunset("x-barbacane-sunset: 1013-01-31"), "Sun, 31 Jan 1013 00:00:00 GMT");
  EXPECT_EQ(sunset("x-barbacane-sunset: 9999-12-31"), "Fri, 31 Dec 9999 00:00:00 GMT");
  EXPECT_EQ(sunset("x-sunset: Mon, 01 Jun 2026 00:00:00 GMT"), "Mon, 01 Jun 2026 00:00:00 GMT");
  EXPECT_EQ(sunset("x-sunset: Tue, 02 Jun 2026 00:00:00 GMT\nx-barbacane-sunset: 2026-06-01"),
            "Mon, 01 Jun 2026 00:00:00 GMT");
}

TEST(Extensions, RefusesDatesThatAreNone) {
  for (const char* bad : {"x-barbacane-sunset: 2026-02-30", "x-barbacane-sunset: 2026-06",
                          "x-barbacane-sunset: 20260601", "x-barbacane-sunset: 2026-06-01T10:00",
                          "x-sunset: 2026-06-01", "x-sunset: Mon, 31 Feb 2026 00:00:00 GMT"}) {
    EXPECT_THAT(codes(compile_one(operation("deprecated: true\n" + std::string(bad)))),
                ElementsAre("E1004"))
        << bad;
  }
}

TEST(Extensions, WantsDeprecatedBesideASunset) {
  const auto outcome = compile_one(operation("x-barbacane-sunset: 2026-06-01"));
  EXPECT_THAT(findings(outcome),
              ElementsAre("E1030: sunset without 'deprecated: true': GET /a in 'api.yaml'"));
}

TEST(Extensions, OverridesObservabilityFieldByField) {
  const auto with = only_operation(compile_one(operation(
      "x-barbacane-observability: {trace_sampling: 1, latency_slo: 2s}",
      "x-barbacane-observability: {trace_sampling: 0.5, detailed_validation_logs: true}\n")));
  ASSERT_TRUE(with.observability);
  EXPECT_EQ(with.observability->trace_sampling, 1.0);
  EXPECT_EQ(with.observability->detailed_validation_logs, true);
  EXPECT_EQ(with.observability->latency_slo_ms, 2000);
  EXPECT_FALSE(only_operation(compile_one(operation(""))).observability);
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-observability: {trace_sampling: 1.5, "
                                          "detailed_validation_logs: 1, latency_slo: fast}"))),
              ElementsAre("E1004", "E1004", "E1004"));
}

TEST(Extensions, ReadsValidationAsStringOrObject) {
  const auto with = only_operation(compile_one(operation(
      "x-barbacane-validation: {unknown_query: reject}", "x-barbacane-validation: report\n")));
  ASSERT_TRUE(with.validation);
  EXPECT_EQ(with.validation->mode, "report");
  EXPECT_EQ(with.validation->unknown_query, "reject");
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-validation: never"))), ElementsAre("E1004"));
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-validation: {mode: 1}"))),
              ElementsAre("E1004"));
}

TEST(QueryKeys, AreThoseOfTheSecuritySchemesAnOperationAsksFor) {
  constexpr std::string_view kSchemes =
      "components:\n"
      "  securitySchemes:\n"
      "    key: {type: apiKey, in: query, name: api_key}\n"
      "    same: {$ref: '#/components/securitySchemes/key'}\n"
      "    app: {type: apiKey, in: query, name: app_id}\n"
      "    header: {type: apiKey, in: header, name: x-key}\n"
      "    login: {type: http, scheme: basic, name: login, in: query}\n"
      "    nowhere: {$ref: '#/components/securitySchemes/none'}\n"
      "    nameless: {type: apiKey, in: query}\n";
  const auto keys = [&](std::string_view lines, std::string_view root = {}) {
    const auto found =
        only_operation(compile_one(operation(lines, std::string(kSchemes) + std::string(root))));
    return found.validation ? found.validation->known_query : std::vector<std::string>{};
  };
  EXPECT_THAT(keys(""), IsEmpty());
  EXPECT_THAT(keys("security: [{key: []}]"), ElementsAre("api_key"));
  EXPECT_THAT(keys("security: [{same: []}, {header: [], app: [], key: []}, {}]"),
              ElementsAre("api_key", "app_id"));
  EXPECT_THAT(keys("security: [{login: []}, {nowhere: []}, {nameless: []}, {unheard: []}, text]"),
              IsEmpty());
  EXPECT_THAT(keys("", "security: [{key: []}]\n"), ElementsAre("api_key"));
  EXPECT_THAT(keys("security: []", "security: [{key: []}]\n"), IsEmpty());
  const auto both = only_operation(
      compile_one(operation("security: [{key: []}]\nx-barbacane-validation: report", kSchemes)));
  EXPECT_EQ(both.validation->mode, "report");
  EXPECT_THAT(both.validation->known_query, ElementsAre("api_key"));
}

TEST(Extensions, ResolvesMcpFromTheFirstSpecThatHasIt) {
  const auto outcome = compile_texts(
      {{},
       {{"a.yaml", "openapi: 3.1.0\ninfo: {title: First, version: '2'}\npaths: {}\n"},
        {"b.yaml", operation("x-barbacane-mcp: {description: For models}",
                             "x-barbacane-mcp: {enabled: true, server_name: shop}\n")}}});
  const artifact::Contents all = test::contents(outcome);
  EXPECT_TRUE(all.manifest.mcp.enabled);
  EXPECT_EQ(all.manifest.mcp.server_name, "shop");
  EXPECT_EQ(all.manifest.mcp.server_version, "2");
  EXPECT_EQ(all.routes.operations.at(0).mcp_enabled, true);
  EXPECT_EQ(all.routes.operations.at(0).mcp_description, "For models");
  EXPECT_THAT(codes(outcome), ElementsAre("E1060"));
}

TEST(Extensions, WarnsAboutToolsNobodyCanDescribe) {
  EXPECT_THAT(codes(compile_one(operation("", "x-barbacane-mcp: {enabled: true}\n"))),
              ElementsAre("E1060", "E1061"));
  EXPECT_THAT(codes(compile_one(operation("x-barbacane-mcp: {enabled: false}",
                                          "x-barbacane-mcp: {enabled: true}\n"))),
              IsEmpty());
}

}  // namespace
}  // namespace barbacane::compiler
