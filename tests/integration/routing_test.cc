// From request target to operation: data-plane.md, section 4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;

class Routing : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    SpecBuilder spec;
    const auto declare = [&](std::string_view method, std::string_view path,
                             std::string_view body) {
      spec.operation(method, path).mock(200, body, "text/plain");
    };
    declare("GET", "/", "root");
    declare("GET", "/users", "list");
    declare("POST", "/users", "create");
    declare("GET", "/users/{id}", "user {{path_params.id}}");
    declare("DELETE", "/users/{id}", "delete {{path_params.id}}");
    declare("GET", "/users/me", "me");
    declare("GET", "/users/me/settings", "settings");
    declare("GET", "/teams/{team}", "team {{path_params.team}}");
    declare("GET", "/teams/own/members", "own members");
    declare("GET", "/u/{id}", "get {{path_params.id}}");
    declare("POST", "/u/{userId}", "post {{path_params.userId}}");
    declare("GET", "/storage/{bucket}/{key+}", "{{path_params.bucket}}|{{path_params.key}}");
    declare("GET", "/storage/{bucket}/index", "index of {{path_params.bucket}}");
    declare("GET", "/reports/{id}.json", "json {{path_params.id}}");
    declare("GET", "/compare/{base}...{head}", "{{path_params.base}}-{{path_params.head}}");
    declare("GET", "/caf\xc3\xa9", "coffee");
    declare("HEAD", "/heads", "");
    declare("OPTIONS", "/options", "options");
    gateway_ = std::make_unique<TestGateway>(spec.text());
  }
  static void TearDownTestSuite() { gateway_.reset(); }

  static std::string body(std::string_view target) {
    const Response response = gateway_->get(target);
    return response.status == 200 ? response.body : std::to_string(response.status);
  }
  static Response send(std::string_view method, std::string_view target) {
    return gateway_->request(RequestBuilder(method, target));
  }

  static inline std::unique_ptr<TestGateway> gateway_;
};

TEST_F(Routing, FindsTheOperationOfPathAndMethod) {
  EXPECT_EQ(body("/"), "root");
  EXPECT_EQ(body("/users"), "list");
  EXPECT_EQ(send("POST", "/users").body, "create");
  EXPECT_EQ(body("/users/42"), "user 42");
  EXPECT_EQ(body("/users?limit=1"), "list");
}

TEST_F(Routing, AnswersUnknownPathsWithAProblem) {
  const Response response = gateway_->get("/nothing?secret=1");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(problem_type(response), "route-not-found");
  EXPECT_FALSE(response.has("allow"));
  const auto problem = object(response.body);
  EXPECT_EQ(text_member(problem, "title"), "Not Found");
  EXPECT_EQ(problem.at("status"), 404);
  EXPECT_EQ(text_member(problem, "instance"), "/nothing");
}

TEST_F(Routing, AnswersUndeclaredMethodsWithTheDeclaredOnes) {
  const Response response = send("PUT", "/users");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.header("allow"), "GET, POST");
  EXPECT_EQ(problem_type(response), "method-not-allowed");
  EXPECT_EQ(text_member(object(response.body), "title"), "Method Not Allowed");
}

TEST_F(Routing, MakesUpNeitherHeadNorOptions) {
  EXPECT_EQ(send("HEAD", "/users").status, 405);
  EXPECT_EQ(send("OPTIONS", "/users").status, 405);
  EXPECT_EQ(send("HEAD", "/heads").status, 200);
  EXPECT_EQ(send("OPTIONS", "/options").body, "options");
  EXPECT_EQ(send("BREW", "/users").status, 405);
}

TEST_F(Routing, PrefersStaticSegments) {
  EXPECT_EQ(body("/users/me"), "me");
  EXPECT_EQ(body("/users/me/settings"), "settings");
  EXPECT_EQ(body("/storage/b/index"), "index of b");
}

TEST_F(Routing, ChoosesThePathBeforeTheMethod) {
  const Response response = send("DELETE", "/users/me");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.header("allow"), "GET");
}

TEST_F(Routing, GoesBackFromADeadEnd) {
  EXPECT_EQ(body("/teams/own"), "team own");
  EXPECT_EQ(body("/teams/own/members"), "own members");
  EXPECT_EQ(body("/teams/own/else"), "404");
}

TEST_F(Routing, NamesParametersPerOperation) {
  EXPECT_EQ(body("/u/7"), "get 7");
  EXPECT_EQ(send("POST", "/u/7").body, "post 7");
}

TEST_F(Routing, IgnoresSlashesThatSayNothing) {
  EXPECT_EQ(body("/users/"), "list");
  EXPECT_EQ(body("//users///"), "list");
  EXPECT_EQ(body("/users//42/"), "user 42");
  EXPECT_EQ(body("//"), "root");
}

TEST_F(Routing, TakesTheRestOfAPath) {
  EXPECT_EQ(body("/storage/b/a/b/c.txt"), "b|a/b/c.txt");
  EXPECT_EQ(body("/storage/b"), "404");
  EXPECT_EQ(body("/storage/b/"), "404");
}

TEST_F(Routing, MatchesPartsOfASegment) {
  EXPECT_EQ(body("/reports/42.json"), "json 42");
  EXPECT_EQ(body("/reports/42.xml"), "404");
  EXPECT_EQ(body("/reports/.json"), "404");
  EXPECT_EQ(body("/compare/main...topic"), "main-topic");
}

TEST_F(Routing, DecodesEscapesOnceAndOnlyInValues) {
  EXPECT_EQ(body("/users/a%20b"), "user a b");
  EXPECT_EQ(body("/users/a%2Fb"), "user a/b");
  EXPECT_EQ(body("/users/a%252Fb"), "user a%2Fb");
  EXPECT_EQ(body("/users/a+b"), "user a+b");
  EXPECT_EQ(body("/users/50%"), "user 50%");
  EXPECT_EQ(body("/users/%zz"), "user %zz");
  EXPECT_EQ(body("/%75sers"), "list") << "an escaped unreserved character is that character";
  EXPECT_EQ(body("/caf%C3%A9"), "coffee");
  EXPECT_EQ(body("/users%2F42"), "404") << "an escaped slash is no separator";
  EXPECT_EQ(body("/USERS"), "404");
}

TEST_F(Routing, RefusesDotSegmentsAndControlCharacters) {
  for (const char* target :
       {"/./users", "/users/.", "/users/..", "/users/../users", "/users/%2e", "/users/%2E%2e",
        "/users/.%2e/x", "/users/a%00b", "/users/a%0Ab", "/users/%7f", "/storage/b/../../x"}) {
    const Response response = gateway_->get(target);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(problem_type(response), "bad-request") << target;
  }
  EXPECT_EQ(body("/users/..."), "user ...");
  EXPECT_EQ(body("/users/.hidden"), "user .hidden");
}

TEST_F(Routing, RoutesEveryOfAThousandOperations) {
  SpecBuilder spec;
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(i);
    spec.operation("GET", "/r" + number + "/{a}/x/{b}")
        .mock(200, number + " {{path_params.a}} {{path_params.b}}", "text/plain");
  }
  TestGateway gateway(spec.text());
  auto connection = gateway.connect();
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(i);
    ASSERT_EQ(connection.get("/r" + number + "/one/x/two").body, number + " one two");
  }
}

TEST_F(Routing, ServesSeveralSpecsTogether) {
  SpecBuilder users("Users");
  users.operation("GET", "/users").mock(200, "users", "text/plain");
  SpecBuilder orders("Orders", "3.0.3");
  orders.operation("GET", "/orders").mock(200, "orders", "text/plain");
  TestGateway gateway(std::map<std::string, std::string>{{"users.yaml", users.text()},
                                                         {"orders.json", orders.text()}});
  EXPECT_EQ(gateway.get("/users").body, "users");
  EXPECT_EQ(gateway.get("/orders").body, "orders");
}

TEST(HttpUpstream, AnswersThatItCannotBeReachedYet) {
  SpecBuilder spec;
  spec.operation("GET", "/up").dispatch("http-upstream", R"({"url": "https://backend.test"})");
  TestGateway gateway(spec.text());
  const Response response = gateway.get("/up");
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(problem_type(response), "upstream-unavailable");
  EXPECT_TRUE(gateway.wait_for_log("dispatch_error", std::chrono::seconds(5)));
}

}  // namespace
}  // namespace barbacane::integration
