#include <string>
#include <string_view>

#include "schema/detail/verdict_cases.h"

namespace barbacane::schema::detail {
namespace {

TEST(BranchSwitch, LeadsToTheBranchOfTheTag) {
  expect_verdicts(R"({"oneOf":[
      {"type":"object","required":["kind"],"properties":{"kind":{"const":"cat"},"lives":{"type":"integer"}}},
      {"type":"object","required":["kind"],"properties":{"kind":{"enum":["dog","wolf"]},"name":{"type":"string"}}}]})",
                  {{R"({"kind":"cat","lives":9})", true},
                   {R"({"kind":"cat","lives":"nine"})", false},
                   {R"({"kind":"cat","name":1})", true},
                   {R"({"name":"x","kind":"wolf"})", true},
                   {R"({"name":1,"kind":"wolf"})", false},
                   {R"({"kind":"cow"})", false},
                   {R"({"kind":1})", false},
                   {R"({"kind":null})", false},
                   {R"({"lives":9})", false},
                   {"{}", false},
                   {R"(["kind","cat"])", false},
                   {R"("cat")", false}});
}

TEST(BranchSwitch, SeesTheTagBehindReferences) {
  expect_verdicts(R"({"anyOf":[{"$ref":"#/$defs/cat"},{"$ref":"#/$defs/dog"}],"$defs":{
      "pet":{"type":"object","required":["kind"]},
      "cat":{"allOf":[{"$ref":"#/$defs/pet"},{"properties":{"kind":{"const":"cat"}}}],"required":["lives"]},
      "dog":{"allOf":[{"$ref":"#/$defs/pet"},{"properties":{"kind":{"const":"dog"}}}]}}})",
                  {{R"({"kind":"cat","lives":9})", true},
                   {R"({"kind":"cat"})", false},
                   {R"({"kind":"dog"})", true},
                   {R"({"kind":"emu"})", false},
                   {"{}", false}});
}

// In each of these the tag alone does not decide.
TEST(BranchSwitch, IsNotTakenWhereSeveralBranchesMayHold) {
  expect_verdicts(R"({"oneOf":[
      {"type":"object","required":["k"],"properties":{"k":{"enum":["a","b"]}}},
      {"type":"object","required":["k"],"properties":{"k":{"enum":["b","c"]}}}]})",
                  {{R"({"k":"a"})", true}, {R"({"k":"b"})", false}, {R"({"k":"c"})", true}});
  expect_verdicts(R"({"oneOf":[
      {"type":"object","properties":{"k":{"const":"a"}}},
      {"type":"object","required":["k"],"properties":{"k":{"const":"b"}}}]})",
                  {{R"({"k":"a"})", true}, {R"({"k":"b"})", true}, {"{}", true}});
  expect_verdicts(R"({"oneOf":[
      {"required":["k"],"properties":{"k":{"const":"a"}}},
      {"required":["k"],"properties":{"k":{"const":"b"}}}]})",
                  {{R"({"k":"a"})", true}, {"1", false}, {R"({"k":"c"})", false}});
  expect_verdicts(R"({"anyOf":[
      {"required":["k"],"properties":{"k":{"const":"a"}}},
      {"type":"object","required":["k"],"properties":{"k":{"const":"b"}}}]})",
                  {{"1", true}, {R"({"k":"c"})", false}});
  expect_verdicts(R"({"oneOf":[
      {"type":"object","required":["k"],"properties":{"k":{"const":"a"}}},
      {"type":"object","required":["k"],"properties":{"k":{"enum":["b",1]}}}]})",
                  {{R"({"k":1})", true}, {R"({"k":"b"})", true}, {R"({"k":2})", false}});
}

TEST(BranchSwitch, FindsOneTagAmongMany) {
  std::string schema = R"({"oneOf":[)";
  for (int i = 0; i < 40; ++i) {
    if (i != 0) schema += ',';
    const std::string number = std::to_string(i);
    schema += R"({"type":"object","required":["tag"],"properties":{"tag":{"const":"t)" + number +
              R"("},"n":{"const":)" + number + "}}}";
  }
  schema += "]}";
  expect_verdicts(schema, {{R"({"tag":"t0","n":0})", true},
                           {R"({"tag":"t39","n":39})", true},
                           {R"({"tag":"t39","n":38})", false},
                           {R"({"tag":"t40","n":40})", false}});
}

TEST(BranchSwitch, KeepsWhatIsUnevaluated) {
  expect_verdicts(R"({"oneOf":[
      {"type":"object","required":["k"],"properties":{"k":{"const":"a"},"x":{}}},
      {"type":"object","required":["k"],"properties":{"k":{"const":"b"},"y":{}}}],
      "unevaluatedProperties":false})",
                  {{R"({"k":"a","x":1})", true},
                   {R"({"k":"a","y":1})", false},
                   {R"({"k":"b","y":1})", true},
                   {R"({"k":"b","z":1})", false}});
}

TEST(BranchSwitch, MakesRecursionThroughUnionsLinear) {
  const std::string_view schema = R"({"$ref":"#/$defs/node","$defs":{"node":{"oneOf":[
      {"type":"object","required":["op","left","right"],"properties":{"op":{"const":"add"},
        "left":{"$ref":"#/$defs/node"},"right":{"$ref":"#/$defs/node"}}},
      {"type":"object","required":["op","of"],"properties":{"op":{"const":"negate"},
        "of":{"$ref":"#/$defs/node"}}},
      {"type":"object","required":["op","value"],"properties":{"op":{"const":"leaf"},
        "value":{"type":"number"}}}]}}})";
  std::string value = R"({"op":"leaf","value":1})";
  for (int i = 0; i < 100; ++i) value = R"({"op":"negate","of":)" + value + "}";
  expect_verdicts(schema, {{value, true}});
  value.replace(value.find("leaf"), 4, "loaf");
  expect_verdicts(schema, {{value, false}});
}

}  // namespace
}  // namespace barbacane::schema::detail
