#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "schema/detail/schema_cases.h"
#include "schema/program.h"

namespace barbacane::schema {
namespace {

using detail::Bench;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// `/pointer: sentence [keyword]`, one for each failure.
std::vector<std::string> explained(std::string_view schema, std::string_view value,
                                   Dialect dialect = Dialect::kDraft202012) {
  Bench bench(schema, dialect);
  if (!bench.built()) return {bench.errors()};
  std::vector<std::string> out;
  for (const Failure& failure : bench.explain(value)) {
    out.push_back(failure.instance + ": " + failure.sentence + " [" + std::string(failure.keyword) +
                  "]");
  }
  return out;
}

TEST(Explain, SpeaksInSentences) {
  struct Case {
    std::string_view schema;
    std::string_view value;
    std::string_view sentence;
  };
  const std::vector<Case> cases = {
      {R"({"type":"string"})", "1", ": must be a string, but is a number [type]"},
      {R"({"type":["string","null"]})", "1", ": must be a string or null, but is a number [type]"},
      {R"({"type":["array","object","string"]})", "true",
       ": must be a string, an array or an object, but is a boolean [type]"},
      {R"({"type":"integer"})", "1.5", ": must be an integer, but is 1.5 [type]"},
      {R"({"minimum":1})", "0", ": must be at least 1, but is 0 [minimum]"},
      {R"({"maximum":1.5})", "2", ": must be at most 1.5, but is 2 [maximum]"},
      {R"({"exclusiveMinimum":1})", "1", ": must be more than 1, but is 1 [exclusiveMinimum]"},
      {R"({"exclusiveMaximum":1})", "1", ": must be less than 1, but is 1 [exclusiveMaximum]"},
      {R"({"multipleOf":5})", "7", ": must be a multiple of 5, but is 7 [multipleOf]"},
      {R"({"minLength":1})", R"("")", ": must have at least 1 character, but has 0 [minLength]"},
      {R"({"maxLength":2})", R"("abc")", ": must have at most 2 characters, but has 3 [maxLength]"},
      {R"({"pattern":"^[a-z]+$"})", R"("A")",
       ": must match the pattern ^[a-z]+$, but is 'A' [pattern]"},
      {R"({"enum":["a","b"]})", R"("c")", ": must be one of 'a', 'b', but is 'c' [enum]"},
      {R"({"enum":[1,null,[2]]})", "{}", ": must be one of 1, null, [2], but is an object [enum]"},
      {R"({"enum":["a","b","c","d","e","f","g","h","i","j","k"]})", R"("z")",
       ": must be one of 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' or 3 others, but is 'z' [enum]"},
      {R"({"const":"a"})", "1", ": must be 'a', but is 1 [const]"},
      {R"({"minItems":2})", "[1]", ": must have at least 2 elements, but has 1 [minItems]"},
      {R"({"maxItems":1})", "[1,2]", ": must have at most 1 element, but has 2 [maxItems]"},
      {R"({"uniqueItems":true})", "[1,2,1]",
       "/2: must not repeat a value: elements 0 and 2 are equal [uniqueItems]"},
      {R"({"contains":{"type":"string"}})", "[1]",
       ": must have at least 1 element of the kind 'contains' describes, but has 0 [contains]"},
      {R"({"contains":{"type":"string"},"maxContains":1})", R"(["a","b"])",
       ": must have at most 1 element of the kind 'contains' describes, but has 2 [maxContains]"},
      {R"({"minProperties":1})", "{}",
       ": must have at least 1 property, but has 0 [minProperties]"},
      {R"({"required":["email"]})", "{}", ": must have the property 'email' [required]"},
      {R"({"dependentRequired":{"a":["b"]}})", R"({"a":1})",
       ": must have the property 'b' because it has 'a' [dependentRequired]"},
      {R"({"additionalProperties":false})", R"({"x":1})",
       "/x: must not have the property 'x' [additionalProperties]"},
      {R"({"unevaluatedProperties":false})", R"({"x":1})",
       "/x: must not have the property 'x' [unevaluatedProperties]"},
      {R"({"prefixItems":[true],"unevaluatedItems":false})", "[1,2]",
       "/1: must not be there: the array may not have more elements [unevaluatedItems]"},
      {R"({"propertyNames":{"maxLength":1}})", R"({"ab":1})",
       "/ab: has the name 'ab', which must have at most 1 character, but has 2 [maxLength]"},
      {R"({"properties":{"a":false}})", R"({"a":1})",
       "/a: must not be there: the schema allows no value []"},
      {R"({"not":{"type":"string"}})", R"("a")",
       ": must not be what the schema under 'not' describes [not]"},
      {R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3",
       ": must match exactly one of 2 alternatives, but matches number 1 and number 2 [oneOf]"},
      {R"({"format":"int32","type":"integer"})", "3000000000",
       ": must fit into 32 bits, but is 3000000000 [format]"},
      {R"({"properties":{"a/b~":{"items":{"type":"string"}}}})", R"({"a/b~":["x",1]})",
       "/a~1b~0/1: must be a string, but is a number [type]"},
  };
  for (const Case& each : cases) {
    EXPECT_THAT(explained(each.schema, each.value), ElementsAre(std::string(each.sentence)))
        << each.schema << " against " << each.value;
  }
}

TEST(Explain, ShowsAnExampleOfAFormat) {
  const auto said = explained(R"({"format":"date"})", R"("tomorrow")");
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said.front(), ::testing::HasSubstr("2024-"));
  EXPECT_THAT(said.front(), ::testing::HasSubstr("but is 'tomorrow' [format]"));
}

TEST(Explain, SaysWhereTheKeywordStands) {
  Bench bench(R"({"properties":{"a":{"$ref":"#/$defs/x"},"l":{"items":{"anyOf":[{"minimum":3}]}}},
                  "required":["b"],"$defs":{"x":{"type":"string"}}})");
  const auto failures = bench.explain(R"({"a":1,"l":[1]})");
  ASSERT_EQ(failures.size(), 3u);
  EXPECT_EQ(failures[0].schema, "test.json#/required");
  EXPECT_EQ(failures[0].instance, "");
  EXPECT_EQ(failures[0].expected, "b");
  EXPECT_EQ(failures[1].schema, "test.json#/$defs/x/type");
  EXPECT_EQ(failures[1].instance, "/a");
  EXPECT_EQ(failures[1].expected, "a string");
  EXPECT_EQ(failures[2].schema, "test.json#/properties/l/items/anyOf/0/minimum");
  EXPECT_EQ(failures[2].instance, "/l/0");
  EXPECT_EQ(failures[2].expected, "at least 3");
}

TEST(Explain, FollowsTheOrderOfTheValue) {
  EXPECT_THAT(explained(R"({"allOf":[{"properties":{"c":{"type":"string"}}}],
                    "properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["z"]})",
                        R"({"c":1,"b":2,"a":3})"),
              ElementsAre(": must have the property 'z' [required]",
                          "/c: must be a string, but is a number [type]",
                          "/b: must be a string, but is a number [type]",
                          "/a: must be a string, but is a number [type]"));
}

TEST(Explain, SaysOnceWhatIsWrongTwice) {
  EXPECT_THAT(explained(R"({"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}],
                            "$defs":{"a":{"minimum":3}}})",
                        "1"),
              ElementsAre(": must be at least 3, but is 1 [minimum]"));
}

constexpr std::string_view kPets =
    R"({"oneOf":[{"$ref":"#/$defs/Cat"},{"$ref":"#/$defs/Dog"}],
        "discriminator":{"propertyName":"kind","mapping":{"hound":"#/$defs/Dog"}},
        "$defs":{"Cat":{"required":["kind","lives"],"properties":{"kind":{"type":"string"},
                        "lives":{"type":"integer"}}},
                 "Dog":{"required":["kind","bark"],"properties":{"kind":{"type":"string"},
                        "bark":{"type":"string"}}}}})";

TEST(Explain, ExplainsTheBranchTheDiscriminatorNames) {
  EXPECT_THAT(explained(kPets, R"({"kind":"Dog"})"),
              ElementsAre(": must have the property 'bark' [required]"));
  EXPECT_THAT(explained(kPets, R"({"kind":"hound","bark":1})"),
              ElementsAre("/bark: must be a string, but is a number [type]"));
  EXPECT_THAT(explained(kPets, R"({"kind":"Cat","lives":"nine"})"),
              ElementsAre("/lives: must be an integer, but is a string [type]"));
}

/// `expected`, one for each failure.
std::vector<std::string> wanted(std::string_view schema, std::string_view value) {
  std::vector<std::string> out;
  for (const Failure& failure : Bench(schema).explain(value)) out.push_back(failure.expected);
  return out;
}

TEST(Explain, NamesWhatTheDiscriminatorMaps) {
  constexpr std::string_view kCow = R"({"kind":"Cow"})";
  EXPECT_THAT(
      explained(kPets, kCow),
      ElementsAre("/kind: must be one of 'hound', 'Cat', 'Dog', but is 'Cow' [discriminator]"));
  EXPECT_THAT(wanted(kPets, kCow), ElementsAre("one of 'hound', 'Cat', 'Dog'"));
  Bench bench(kPets);
  EXPECT_EQ(bench.explain(kCow).front().schema, "test.json#/discriminator");
  EXPECT_THAT(explained(kPets, R"({"lives":9})"),
              ElementsAre(": must match one of 2 alternatives: must have the property 'kind' "
                          "[oneOf]"));
  EXPECT_THAT(wanted(kPets, R"({"lives":9})"), ElementsAre("the property 'kind'"));

  std::string many = R"({"discriminator":{"propertyName":"t"},"oneOf":[)";
  std::string definitions;
  for (char name = 'a'; name <= 'k'; ++name) {
    const std::string comma = name == 'a' ? "" : ",";
    many += comma + R"({"$ref":"#/$defs/)" + name + R"("})";
    definitions += comma + '"' + name + R"(":{"required":["t","x"]})";
  }
  EXPECT_THAT(explained(many + R"(],"$defs":{)" + definitions + "}}", R"({"t":"z"})"),
              ElementsAre("/t: must be one of 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' or 3 others, "
                          "but is 'z' [discriminator]"));
}

TEST(Explain, NamesNothingThatItsOwnBranchRefuses) {
  // Nobody told the discriminator what the branches are called.
  constexpr std::string_view kMisnamed =
      R"({"oneOf":[{"$ref":"#/$defs/CatPet"},{"$ref":"#/$defs/DogPet"}],
          "discriminator":{"propertyName":"kind"},
          "$defs":{"CatPet":{"properties":{"kind":{"const":"cat"}},"required":["kind"]},
                   "DogPet":{"properties":{"kind":{"enum":["dog"]}},"required":["kind"]}}})";
  EXPECT_THAT(explained(kMisnamed, R"({"kind":"CatPet"})"),
              ElementsAre("/kind: must be 'cat', but is 'CatPet' [const]"));
  EXPECT_THAT(explained(kMisnamed, R"({"kind":"cow"})"),
              ElementsAre("/kind: must be 'cat' or 'dog', but is 'cow' [oneOf]"));
  EXPECT_THAT(wanted(kMisnamed, R"({"kind":"cow"})"), ElementsAre("'cat' or 'dog'"));
}

TEST(Explain, NamesTheTagThatTellsBranchesApart) {
  const auto union_of = [](int count, std::string_view more) {
    std::string schema = R"({"oneOf":[)";
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      schema += (i == 0 ? "" : ",") +
                (R"({"type":"object","required":["t"],"properties":{"t":{"const":"v)" + number) +
                R"("},"n":{"type":"integer","maximum":)" + number + "}}" + std::string(more) + "}";
    }
    return schema + "]}";
  };
  struct Case {
    int branches;
    std::string_view value, instance, sentence;
  };
  const Case cases[] = {
      {2, R"({"t":"vx"})", "/t", "must be 'v0' or 'v1', but is 'vx'"},
      {4, R"({"t":1})", "/t", "must be 'v0' or 'v1' or 'v2' or 'v3', but is 1"},
      {5, R"({"t":"vx"})", "/t", "must be one of 'v0', 'v1', 'v2', 'v3', 'v4', but is 'vx'"},
      {40, R"({"t":null})", "/t",
       "must be one of 'v0', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7' or 32 others, but is null"},
      {2, R"({"n":1})", "", "must have the property 't'"},
      {8, R"({"n":"q"})", "", "must have the property 't'"},
      {8, R"({"z":1})", "", "must have the property 't'"},
      {8, R"({"t":"v7","n":8})", "/n", "must be at most 7, but is 8"},
      {8, R"({"t":"v7","z":8})", "/z", "must not have the property 'z'"},
      {8, R"("v7")", "", "must be an object, but is a string"},
  };
  for (const Case& each : cases) {
    Bench bench(union_of(each.branches, R"(,"additionalProperties":false)"));
    ASSERT_TRUE(bench.built()) << bench.errors();
    const auto failures = bench.explain(each.value);
    ASSERT_EQ(failures.size(), 1u) << each.value;
    EXPECT_EQ(failures[0].instance, each.instance) << each.value;
    EXPECT_EQ(failures[0].sentence, each.sentence) << each.value;
  }
}

TEST(Explain, SaysWhatWasExpectedOfAlternativesWhereThatIsShort) {
  constexpr std::string_view kRanges = R"({"anyOf":[{"maximum":3},{"minimum":7}]})";
  EXPECT_THAT(
      explained(kRanges, "5"),
      ElementsAre(": must match one of 2 alternatives: must be at most 3, but is 5; or must "
                  "be at least 7, but is 5 [anyOf]"));
  EXPECT_THAT(wanted(kRanges, "5"), ElementsAre("at most 3 or at least 7"));
  constexpr std::string_view kEither = R"({"anyOf":[{"required":["a"]},{"required":["b"]}]})";
  EXPECT_THAT(wanted(kEither, "{}"), ElementsAre("the property 'a' or the property 'b'"));
  EXPECT_THAT(wanted(R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3"),
              ElementsAre("exactly one of 2 alternatives"));
  // One wants something here, one inside.
  EXPECT_THAT(
      wanted(R"({"anyOf":[{"maxProperties":0},{"properties":{"b":{"minimum":2}}}]})", R"({"b":1})"),
      ElementsAre(""));
  // More alternatives than anybody looked at.
  EXPECT_THAT(wanted(R"({"anyOf":[{"minimum":1},{"minimum":2},{"minimum":3},{"minimum":4},
                                  {"minimum":5}]})",
                     "0"),
              ElementsAre(""));
}

TEST(Explain, NamesWhatIsMissingInTheOrderOfRequired) {
  EXPECT_THAT(explained(R"({"properties":{"a":{},"b":{},"c":{}},"required":["c","a","z"]})", "{}"),
              ElementsAre(": must have the property 'c' [required]",
                          ": must have the property 'a' [required]",
                          ": must have the property 'z' [required]"));
}

TEST(Explain, ExplainsTheBranchWhoseTypeOrConstantsFit) {
  EXPECT_THAT(
      explained(R"({"anyOf":[{"type":"string","minLength":3},{"type":"integer"}]})", R"("a")"),
      ElementsAre(": must have at least 3 characters, but has 1 [minLength]"));
  EXPECT_THAT(explained(R"({"anyOf":[{"properties":{"t":{"const":"a"},"v":{"type":"string"}}},
                                     {"properties":{"t":{"const":"b"},"v":{"type":"integer"}}}]})",
                        R"({"t":"b","v":"x"})"),
              ElementsAre("/v: must be an integer, but is a string [type]"));
  EXPECT_THAT(explained(R"({"anyOf":[{"type":"string"},{"type":"integer"}]})", "null"),
              ElementsAre(": must be a string or an integer, but is null [anyOf]"));
  EXPECT_THAT(explained(R"({"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}],
                            "$defs":{"a":{"type":"object","required":["x"]}}})",
                        "{}"),
              ElementsAre(": must have the property 'x' [required]"));
}

TEST(Explain, ExplainsTheBranchWhoseMembersAreThere) {
  constexpr std::string_view kFilter =
      R"({"$ref":"#/$defs/F","$defs":{"F":{"anyOf":[
            {"required":["and"],"properties":{"and":{"items":{"$ref":"#/$defs/F"}}}},
            {"required":["not"],"properties":{"not":{"$ref":"#/$defs/F"}}},
            {"required":["field","value"],"properties":{"value":{"type":"integer"}}}]}}})";
  EXPECT_THAT(explained(kFilter, R"({"and":[{"not":{"field":"a","value":"x"}}]})"),
              ElementsAre("/and/0/not/value: must be an integer, but is a string [type]"));
  EXPECT_THAT(
      explained(kFilter, R"({"value":1})"),
      ElementsAre(": must match one of 3 alternatives: must have the property 'and'; or must "
                  "have the property 'not'; or must have the property 'field' [anyOf]"));
}

TEST(Explain, QuotesNoMoreThanSixtyBytesOfAValue) {
  std::string value = "\"";
  for (int i = 0; i < 100; ++i) value += "é";
  value += "\"";
  for (const std::string_view schema :
       {R"({"pattern":"^a$"})", R"({"enum":["a"]})", R"({"format":"date"})"}) {
    const auto said = explained(schema, value);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_TRUE(base::is_utf8(said.front())) << said.front();
    EXPECT_LT(said.front().size(), 200u) << said.front();
  }
}

TEST(Explain, ShowsTextThatStandsForAValueOfAnotherType) {
  const auto said = [](std::string_view schema, std::string_view value) {
    Bench bench(schema);
    Tape tape;
    Scratch scratch;
    const auto failures =
        bench.program().explain(bench.schema(), *tape.read(value), scratch, 100, Origin::kText);
    return failures.size() == 1 ? failures.front().sentence : std::to_string(failures.size());
  };
  EXPECT_EQ(said(R"({"type":"integer"})", R"("abc")"), "must be an integer, but is 'abc'");
  EXPECT_EQ(said(R"({"type":"integer"})", R"("")"), "must be an integer, but is empty");
  EXPECT_EQ(said(R"({"items":{"type":"boolean"}})", R"(["x"])"), "must be a boolean, but is 'x'");
  EXPECT_EQ(said(R"({"anyOf":[{"type":"integer"},{"type":"boolean"}]})", R"("x")"),
            "must be an integer or a boolean, but is 'x'");
  EXPECT_EQ(said(R"({"type":"integer"})", "[]"), "must be an integer, but is an array");
  const std::string sixty_at_most =
      said(R"({"type":"integer"})", '"' + std::string(500, 'a') + '"');
  EXPECT_LT(sixty_at_most.size(), 100u) << sixty_at_most;
}

TEST(Explain, StopsAtTheLimit) {
  std::string value = "[";
  for (int i = 0; i < 1000; ++i) value += "1,";
  value += "1]";
  Bench bench(R"({"items":{"type":"string"}})");
  EXPECT_EQ(bench.explain(value).size(), 100u);
}

TEST(Explain, HasNothingToSayOfWhatIsValid) {
  EXPECT_THAT(explained(kPets, R"({"kind":"Dog","bark":"loud"})"), IsEmpty());
  EXPECT_THAT(explained(R"({"anyOf":[{"type":"string"},{"minimum":1}]})", "2"), IsEmpty());
}

}  // namespace
}  // namespace barbacane::schema
