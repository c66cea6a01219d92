#include <gmock/gmock.h>

#include "compiler/detail/test_spec.h"

namespace barbacane::compiler {
namespace {

using test::findings;
using ::testing::ElementsAre;

/// A spec whose operations are `METHOD PATH`, in this order.
std::string with_paths(const std::vector<std::pair<std::string, std::string>>& operations) {
  std::string text = test::spec("paths:\n");
  for (const auto& [method, path] : operations) {
    text += "  '" + path + "':\n    " + method + ": {x-barbacane-dispatch: {name: mock}}\n";
  }
  return text;
}

/// The errors; that the names in these paths are declared nowhere is beside the point.
std::vector<std::string> found(const std::vector<std::pair<std::string, std::string>>& operations) {
  CompileOutcome outcome = test::compile_one(with_paths(operations));
  std::erase_if(outcome.diagnostics, [](const base::Diagnostic& diagnostic) {
    return diagnostic.severity == base::Severity::kWarning;
  });
  return findings(outcome);
}

TEST(Paths, ConflictAcrossSpecs) {
  const auto outcome = compile_texts(
      {{}, {{"a.yaml", with_paths({{"get", "/u"}})}, {"b.yaml", with_paths({{"get", "/u"}})}}});
  ASSERT_THAT(
      findings(outcome),
      ElementsAre("E1010: routing conflict: GET /u declared in both 'a.yaml' and 'b.yaml'"));
  const base::Diagnostic& conflict = outcome.diagnostics[0];
  EXPECT_EQ(conflict.place.file, "b.yaml");
  ASSERT_EQ(conflict.notes.size(), 1U);
  EXPECT_EQ(conflict.notes[0].message, "first declared here");
  EXPECT_EQ(conflict.notes[0].place.file, "a.yaml");
}

TEST(Paths, AreComparedNormalised) {
  EXPECT_THAT(found({{"get", "/users/"}, {"get", "/users"}}),
              ElementsAre("E1010: routing conflict: GET /users declared in both 'api.yaml' and "
                          "'api.yaml'"));
  EXPECT_THAT(found({{"get", "/%75sers"}, {"get", "//users"}}),
              ElementsAre("E1010: routing conflict: GET //users declared in both 'api.yaml' and "
                          "'api.yaml'"));
  EXPECT_TRUE(found({{"get", "/users"}, {"post", "/users/"}}).empty());
}

TEST(Paths, MayNotDifferInParameterNamesOnly) {
  EXPECT_THAT(found({{"get", "/a/{x}"}, {"get", "/a/{y}"}}),
              ElementsAre("E1050: ambiguous route: '/a/{y}' and '/a/{x}' have same structure but "
                          "different param names (GET in 'api.yaml' vs 'api.yaml')"));
  EXPECT_TRUE(found({{"get", "/a/{x}"}, {"post", "/a/{y}"}, {"get", "/a/{x}/{y}"}}).empty());
}

TEST(Paths, AreReportedOnceWhenTheyAreNoTemplates) {
  EXPECT_THAT(
      findings(test::compile_one(
          test::spec("paths: {'/a/{b': {get: {x-barbacane-dispatch: {name: mock}}, put: "
                     "{x-barbacane-dispatch: {name: mock}}}}\n"))),
      ElementsAre("E1054: invalid path template: GET /a/{b in 'api.yaml' - unclosed brace"));
}

TEST(Paths, WantEachOperationIdOnce) {
  const auto spec = [](const std::string& path) {
    return test::spec("paths: {" + path +
                      ": {get: {operationId: list, x-barbacane-dispatch: {name: mock}}}}\n");
  };
  EXPECT_THAT(
      findings(compile_texts({{}, {{"a.yaml", spec("/a")}, {"b.yaml", spec("/b")}}})),
      ElementsAre("E1055: duplicate operationId 'list': first at GET /a in 'a.yaml', duplicate at "
                  "GET /b in 'b.yaml'"));
}

}  // namespace
}  // namespace barbacane::compiler
