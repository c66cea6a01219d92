#include "validation/request_validator.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::validation {
namespace {

using ::testing::ElementsAre;
using Kind = RequestValidator::BodyPlan::Kind;

constexpr std::string_view kBody = "routes#/operations/1/request_body";

/// Two operations, the second of which is of interest.
Validators validators() {
  artifact::Routes routes;
  routes.operations.resize(2);
  artifact::Operation& operation = routes.operations.back();
  artifact::Validation validation;
  validation.unknown_query = "reject";
  operation.validation = validation;
  const auto parameter = [&](const char* name, const char* location, const char* schema) {
    artifact::Parameter& added = operation.parameters.emplace_back();
    added.name = name;
    added.location = location;
    added.required = true;
    added.schema.text = schema;
  };
  parameter("page", "query", R"({"type":"integer"})");
  parameter("sort", "query", R"({"type":"string"})");
  artifact::RequestBody& body = operation.request_body.emplace();
  body.required = true;
  for (const char* type : {"application/json", "text/plain", "application/x-www-form-urlencoded",
                           "multipart/form-data"}) {
    body.content[type].schema.text =
        R"({"type":["object","string"],"properties":{"a":{"type":"integer"}}})";
  }
  static const std::vector<std::vector<std::string>> kNoCaptures(2);
  auto built = Validators::build(routes, kNoCaptures, schema::Dialect::kDraft202012);
  return std::move(*built);
}

std::string shown(const Violation& violation) {
  return violation.field + ": " + violation.reason + " @" + violation.schema;
}

/// What is said of a body.
std::string said(std::string_view content_type, std::string_view body) {
  static const Validators all = validators();
  const RequestValidator& validator = all.of(1);
  const auto plan = validator.plan_body(content_type, {});
  if (plan.kind == Kind::kUnsupported) return shown(validator.unsupported_content_type(plan));
  Workspace workspace;
  if (validator.check_body(plan, body, workspace)) return "fine";
  std::string out;
  for (const Violation& each : validator.explain_body(plan, body, workspace)) out += shown(each);
  return out;
}

TEST(RequestValidator, PointsAtTheDeclarationWhereNoSchemaIsBroken) {
  const Validators all = validators();
  const RequestValidator& validator = all.of(1);
  Workspace workspace;
  std::vector<std::string> places;
  const RequestParts request{{}, "page=1&page=2&colour=red", nullptr};
  for (const auto& each : validator.explain_parameters(Category::kQuery, request, workspace)) {
    places.push_back(shown(each));
  }
  EXPECT_THAT(
      places,
      ElementsAre("page: must not be given more than once @routes#/operations/1/parameters/0",
                  "sort: is required, but missing @routes#/operations/1/parameters/1",
                  "colour: is not a parameter of this operation @routes#/operations/1"));
  EXPECT_EQ(shown(validator.missing_body()),
            "body: is required, but missing @" + std::string(kBody));
}

TEST(RequestValidator, PointsAtTheMediaTypeOfABodyThatCannotBeRead) {
  const std::string content = std::string(kBody) + "/content";
  EXPECT_EQ(said("application/json", R"({"a":1,})"),
            "body: must be JSON: a trailing comma at byte 6 @" + content + "/application~1json");
  EXPECT_EQ(said("application/x-www-form-urlencoded", "a=%FF"),
            "/a: must be UTF-8 @" + content + "/application~1x-www-form-urlencoded");
  EXPECT_EQ(said("text/plain", "\xFF"), "body: must be UTF-8 @" + content + "/text~1plain");
  EXPECT_EQ(said("image/png", ""), "content-type: 'image/png' is not accepted here @" + content);
  EXPECT_EQ(said("application/json; charset=utf-16", "{}"),
            "content-type: 'application/json; charset=utf-16' names another charset than UTF-8, "
            "which is not accepted here @" +
                content + "/application~1json");
  EXPECT_EQ(said("text/plain; charset=iso-8859-1", "caf\xE9"),
            "content-type: 'text/plain; charset=iso-8859-1' names another charset than UTF-8, "
            "which is not accepted here @" +
                content + "/text~1plain");
}

TEST(RequestValidator, PointsAtTheMediaTypeOfAMultipartBodyThatCannotBeRead) {
  const Validators all = validators();
  const auto plan = all.of(1).plan_body("multipart/form-data; boundary=b", {});
  ASSERT_EQ(plan.kind, Kind::kStreamed);
  MultipartCheck check(*plan.multipart, "b");
  Workspace workspace;
  EXPECT_FALSE(check.feed("--b\r\n\r\nx\r\n--b--\r\n", workspace));
  ASSERT_EQ(check.violations().size(), 1u);
  EXPECT_EQ(check.violations()[0].schema, std::string(kBody) + "/content/multipart~1form-data");
  EXPECT_EQ(all.of(1).unusable_content_type(plan, "x").schema, check.violations()[0].schema);
}

TEST(RequestValidator, CallsDeepNestingByItsName) {
  const std::string deep = std::string(129, '[') + std::string(129, ']');
  EXPECT_EQ(said("application/json", deep), "body: must not be nested deeper than 128 levels @" +
                                                std::string(kBody) + "/content/application~1json");
  EXPECT_EQ(said("application/json", "\xEF\xBB\xBF{}"),
            "body: must be JSON: a byte order mark at byte 0 @" + std::string(kBody) +
                "/content/application~1json");
}

}  // namespace
}  // namespace barbacane::validation
