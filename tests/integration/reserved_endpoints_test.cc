// /__barbacane/… and the admin port: data-plane.md, section 9.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/program.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testkit::Connection;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;

class ReservedEndpoints : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    SpecBuilder users("Users");
    users.operation("GET", "/users").mock();
    SpecBuilder orders("Orders");
    orders.operation("GET", "/orders").mock().member("x-internal-note", "\"kept\"");
    orders.operation("GET", "/__barbacane/health").mock(500, "never");
    gateway_ = std::make_unique<TestGateway>(
        std::map<std::string, std::string>{{"users.json", users.text()},
                                           {"orders.yaml", orders.text()}},
        testkit::GatewayOptions{
            .serve_flags = {},
            .compile_flags = {"--provenance-commit", "abc123", "--provenance-source=ci"}});
  }
  static void TearDownTestSuite() { gateway_.reset(); }

  static inline std::unique_ptr<TestGateway> gateway_;
};

TEST_F(ReservedEndpoints, TellHealth) {
  const Response response = gateway_->get("/__barbacane/health");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-type"), "application/json");
  EXPECT_EQ(response.header("access-control-allow-origin"), "*");
  const auto health = object(response.body);
  EXPECT_EQ(text_member(health, "status"), "healthy");
  EXPECT_EQ(health.at("artifact_version"), 4);
  EXPECT_EQ(health.at("routes_count"), 3);
  EXPECT_FALSE(text_member(health, "compiler_version").empty());
  EXPECT_TRUE(health.contains("uptime_seconds"));
  EXPECT_TRUE(health.contains("artifact"));
}

TEST_F(ReservedEndpoints, ListTheSpecs) {
  const Response response = gateway_->get("/__barbacane/specs");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-type"), "application/json");
  const auto index = object(response.body);
  const auto& openapi = index.at("openapi").as_object();
  EXPECT_EQ(openapi.at("count"), 2);
  EXPECT_EQ(text_member(openapi, "merged_url"), "/__barbacane/specs/openapi");
  const auto& specs = openapi.at("specs").as_array();
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[0].at("name"), "orders.yaml");
  EXPECT_EQ(specs[1].at("name"), "users.json");
  EXPECT_EQ(specs[1].at("url"), "/__barbacane/specs/users.json");
  EXPECT_EQ(index.at("asyncapi").at("count"), 0);
}

TEST_F(ReservedEndpoints, ServeEachSpecWithoutOurExtensions) {
  const Response yaml = gateway_->get("/__barbacane/specs/users.json");
  EXPECT_EQ(yaml.status, 200);
  EXPECT_EQ(yaml.header("content-type"), "text/yaml");
  EXPECT_THAT(yaml.body, HasSubstr("openapi: "));
  EXPECT_THAT(yaml.body, Not(HasSubstr("x-barbacane-")));

  const Response json = gateway_->get("/__barbacane/specs/orders.yaml?format=json");
  EXPECT_EQ(json.header("content-type"), "application/json");
  const auto document = object(json.body);
  const auto& operation = document.at("paths").at("/orders").at("get").as_object();
  EXPECT_FALSE(operation.contains("x-barbacane-dispatch"));
  EXPECT_EQ(text_member(operation, "x-internal-note"), "kept");
}

TEST_F(ReservedEndpoints, ServeTheMergedDocument) {
  const auto document = object(gateway_->get("/__barbacane/specs/openapi?format=json").body);
  EXPECT_EQ(document.at("info").at("title"), "Orders + Users");
  EXPECT_TRUE(document.at("paths").as_object().contains("/users"));
  EXPECT_TRUE(document.at("paths").as_object().contains("/orders"));
  EXPECT_THAT(gateway_->get("/__barbacane/specs/openapi").body, HasSubstr("/users"));
  EXPECT_EQ(gateway_->get("/__barbacane/specs/asyncapi").status, 404);
}

TEST_F(ReservedEndpoints, KnowOnlyTheirOwnPaths) {
  for (const char* target :
       {"/__barbacane/", "/__barbacane/nothing", "/__barbacane/health/", "/__barbacane/specs/",
        "/__barbacane/specs/gone.yaml", "/__barbacane/specs/../health",
        "/__barbacane/specs/%2e%2e/manifest.json", "/__barbacane/mcp"}) {
    const Response response = gateway_->get(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(problem_type(response), "not-found") << target;
  }
  const Response slashes = gateway_->get("//__barbacane/nothing");
  EXPECT_EQ(slashes.status, 404);
  EXPECT_EQ(problem_type(slashes), "route-not-found");
}

TEST_F(ReservedEndpoints, TakeOnlyGet) {
  for (const char* method : {"POST", "PUT", "DELETE", "HEAD"}) {
    const Response response = gateway_->request(RequestBuilder(method, "/__barbacane/health"));
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.header("allow"), "GET") << method;
  }
  const Response options = gateway_->request(RequestBuilder("OPTIONS", "/__barbacane/specs"));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("access-control-allow-origin"), "*");
  EXPECT_EQ(options.header("access-control-allow-methods"), "GET, OPTIONS");
  EXPECT_EQ(options.header("access-control-allow-headers"), "content-type, accept");
  EXPECT_EQ(options.header("access-control-max-age"), "86400");
}

TEST_F(ReservedEndpoints, StayOutOfTheRequestLog) {
  gateway_->get("/__barbacane/health");
  gateway_->get("/users");
  EXPECT_TRUE(gateway_->wait_for_log("request_completed", std::chrono::seconds(5)));
  EXPECT_THAT(gateway_->log(), Not(HasSubstr("\"path\":\"/__barbacane")));
}

TEST_F(ReservedEndpoints, TellTheAdministratorHealthAndProvenance) {
  const auto health = object(gateway_->admin_get("/health").body);
  EXPECT_EQ(text_member(health, "status"), "healthy");
  EXPECT_TRUE(health.contains("uptime_secs"));
  EXPECT_EQ(health.at("routes_count"), 3);

  const Response response = gateway_->admin_get("/provenance");
  EXPECT_EQ(response.header("content-type"), "application/json");
  const auto provenance = object(response.body);
  EXPECT_THAT(text_member(provenance, "artifact_hash"), StartsWith("sha256:"));
  EXPECT_EQ(provenance.at("provenance").at("commit"), "abc123");
  EXPECT_EQ(provenance.at("provenance").at("source"), "ci");
  EXPECT_EQ(provenance.at("artifact_version"), 4);
  ASSERT_EQ(provenance.at("source_specs").as_array().size(), 2u);
  EXPECT_EQ(provenance.at("source_specs").at(0).at("file"), "orders.yaml");
  EXPECT_EQ(provenance.at("source_specs").at(0).at("type"), "openapi");
  EXPECT_TRUE(provenance.at("plugins").as_array().empty());
  EXPECT_FALSE(provenance.at("drift_detected").as_bool());
  EXPECT_FALSE(text_member(provenance, "compiled_at").empty());
}

TEST_F(ReservedEndpoints, AnswerTheAdministratorPlainly) {
  Connection admin(gateway_->admin_port());
  const Response unknown = admin.get("/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.header("content-type"), "application/json");
  EXPECT_EQ(text_member(object(unknown.body), "error"), "not found");
  const Response posted = admin.request(RequestBuilder("POST", "/nothing"));
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(text_member(object(posted.body), "error"), "method not allowed");
  EXPECT_FALSE(unknown.has("x-request-id"));
  EXPECT_FALSE(unknown.has("x-frame-options"));
}

}  // namespace
}  // namespace barbacane::integration
