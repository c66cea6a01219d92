#include "schema/detail/verdict_cases.h"

namespace barbacane::schema::detail {
namespace {

TEST(LeftoverNames, AreThoseOfNoSchemaAboutTheValue) {
  expect_verdicts(
      R"({"$ref":"#/$defs/base","allOf":[{"properties":{"b":true}},{"patternProperties":{"^x":{"type":"integer"}}}],
      "properties":{"c":{"type":"string"}},"unevaluatedProperties":false,
      "$defs":{"base":{"properties":{"a":{"type":"integer"}}}}})",
      {{R"({"a":1,"b":null,"c":"","x1":2})", true},
       {R"({"a":1,"d":1})", false},
       {R"({"x1":"2"})", false},
       {R"({"a":"1"})", false},
       {"{}", true},
       {"1", true}});
}

TEST(LeftoverNames, AreJudgedByTheirSchema) {
  expect_verdicts(R"({"properties":{"a":true},"unevaluatedProperties":{"type":"integer"}})",
                  {{R"({"a":"x","b":1})", true}, {R"({"a":"x","b":"1"})", false}});
  expect_verdicts(R"({"unevaluatedProperties":{"type":"integer"}})",
                  {{R"({"b":1})", true}, {R"({"b":"1"})", false}});
}

TEST(LeftoverNames, AreNoneBehindSchemasForAllNames) {
  expect_verdicts(
      R"({"allOf":[{"additionalProperties":{"type":"integer"}}],"unevaluatedProperties":false})",
      {{R"({"b":1})", true}, {R"({"b":"1"})", false}});
  expect_verdicts(R"({"allOf":[{"unevaluatedProperties":true}],"unevaluatedProperties":false})",
                  {{R"({"b":1})", true}});
}

TEST(LeftoverNames, CountRequiredNamesAsThoseOfNobody) {
  expect_verdicts(R"({"properties":{"a":true},"required":["b"],"unevaluatedProperties":false})",
                  {{R"({"a":1,"b":1})", false}, {R"({"a":1})", false}});
}

TEST(LeftoverNames, DoNotDependOnBranchesThatNameNothingNew) {
  expect_verdicts(
      R"({"properties":{"a":true,"b":true},"oneOf":[{"required":["a"]},{"required":["b"],"properties":{"b":{"type":"integer"}}}],
      "if":{"required":["a"]},"then":{"properties":{"a":{"type":"integer"}}},"unevaluatedProperties":false})",
      {{R"({"a":1})", true},
       {R"({"b":1})", true},
       {R"({"a":"1"})", false},
       {R"({"a":1,"b":1})", false},
       {R"({"a":1,"c":1})", false}});
}

TEST(LeftoverNames, DependOnBranchesThatNameMore) {
  expect_verdicts(
      R"({"properties":{"a":true},"anyOf":[{"required":["b"],"properties":{"b":true}},{"required":["a"]}],
      "unevaluatedProperties":false})",
      {{R"({"a":1})", true},
       {R"({"a":1,"b":1})", true},
       {R"({"b":1})", true},
       {R"({"a":1,"c":1})", false}});
  expect_verdicts(
      R"({"properties":{"a":true},"dependentSchemas":{"a":{"properties":{"b":true}}},"unevaluatedProperties":false})",
      {{R"({"a":1,"b":1})", true}, {R"({"b":1})", false}});
  expect_verdicts(
      R"({"properties":{"a":true},"not":{"properties":{"b":{"const":2}},"required":["b"]},"unevaluatedProperties":false})",
      {{R"({"a":1})", true}, {R"({"a":1,"b":1})", false}});
}

TEST(LeftoverNames, AreEvaluatedForASchemaAround) {
  expect_verdicts(
      R"({"allOf":[{"properties":{"a":true},"unevaluatedProperties":{"type":"integer"}}],
      "properties":{"z":true},"unevaluatedProperties":false})",
      {{R"({"a":"x","b":1})", true}, {R"({"b":"1"})", false}});
  expect_verdicts(
      R"({"anyOf":[{"properties":{"a":true},"unevaluatedProperties":{"type":"integer"}},{"required":["c"]}],
      "unevaluatedProperties":false})",
      {{R"({"a":"x","b":1})", true}, {R"({"c":"1"})", false}});
}

TEST(LeftoverNames, AreSeenBehindAMemberOfTheSameSchema) {
  // The object inside is looked at between the members of the outer one and its leftovers.
  expect_verdicts(R"({"$defs":{"node":{"properties":{"child":{"$ref":"#"},"n":{"type":"integer"}}}},
      "$ref":"#/$defs/node","unevaluatedProperties":false})",
                  {{R"({"n":1,"child":{"n":2,"child":{"n":3}}})", true},
                   {R"({"n":1,"child":{"n":2,"m":3}})", false},
                   {R"({"m":1,"child":{"n":2}})", false}});
}

}  // namespace
}  // namespace barbacane::schema::detail
