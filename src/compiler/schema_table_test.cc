#include "compiler/detail/schema_table.h"

#include <gmock/gmock.h>

namespace barbacane::compiler {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// Writes the schemas under `use`, in order, and joins them with blanks.
class SchemaTableTest : public ::testing::Test {
 protected:
  std::string write(std::string text, Dialect dialect = Dialect::kOpenApi31) {
    project_ = std::make_unique<spec::Project>("/dev/null/nowhere");
    const spec::Document* document = *project_->add("api.yaml", std::move(text));
    SchemaTable table(*project_);
    const spec::Node* uses = document->root().find("use");
    for (const spec::Node* schema : uses->items())
      table.visit({schema, document}, dialect, problems_);
    std::string out;
    for (const spec::Node* schema : uses->items()) {
      out += (out.empty() ? "" : " ") + table.text({schema, document}, dialect, "named").text;
    }
    for (auto& [name, schema] : table.take_table()) shared_[name] = schema.text;
    return out;
  }

  std::unique_ptr<spec::Project> project_;
  std::vector<base::Diagnostic> problems_;
  std::map<std::string, std::string> shared_;
};

TEST_F(SchemaTableTest, WritesWhatIsUsedOnceInItsPlace) {
  EXPECT_EQ(write("use: [{$ref: '#/A'}]\nA: {type: object, properties: {b: {$ref: '#/B'}}}\n"
                  "B: {minimum: 0x10, enum: ['ü\"', null, .5]}\n"),
            R"({"properties":{"b":{"enum":["ü\"",null,0.5],"minimum":16}},"type":"object"})");
  EXPECT_TRUE(shared_.empty());
}

TEST_F(SchemaTableTest, WritesWhatIsUsedTwiceIntoTheTable) {
  EXPECT_EQ(write("use: [{$ref: '#/A'}, {items: {$ref: '#/A'}}]\nA: {type: string}\n"),
            R"({"$ref":"#/schemas/A"} {"items":{"$ref":"#/schemas/A"}})");
  EXPECT_THAT(shared_, ElementsAre(Pair("A", R"({"type":"string"})")));
}

TEST_F(SchemaTableTest, EndsRecursion) {
  EXPECT_EQ(write("use: [{$ref: '#/Tree'}]\n"
                  "Tree: {properties: {left: {$ref: '#/Tree'}, right: {$ref: '#/Node'}}}\n"
                  "Node: {properties: {tree: {$ref: '#/Tree'}}}\n"),
            R"({"$ref":"#/schemas/Tree"})");
  EXPECT_THAT(
      shared_,
      ElementsAre(Pair(
          "Tree",
          R"({"properties":{"left":{"$ref":"#/schemas/Tree"},"right":{"properties":{"tree":{"$ref":"#/schemas/Tree"}}}}})")));
}

TEST_F(SchemaTableTest, EndsRecursionWithoutAnyNameOfItsOwn) {
  EXPECT_EQ(write("use: [{type: object, properties: {child: {$ref: '#/use/0'}}}]\n"),
            R"({"$ref":"#/schemas/named"})");
  EXPECT_THAT(
      shared_,
      ElementsAre(
          Pair("named", R"({"properties":{"child":{"$ref":"#/schemas/named"}},"type":"object"})")));
}

TEST_F(SchemaTableTest, KeepsSiblingsOfReferencesIn31AndDropsThemIn30) {
  const std::string text = "use: [{$ref: '#/A', minLength: 2}]\nA: {type: string}\n";
  EXPECT_EQ(write(text), R"({"$ref":"#/schemas/A","minLength":2})");
  shared_.clear();
  EXPECT_EQ(write(text, Dialect::kOpenApi30), R"({"type":"string"})");
  EXPECT_TRUE(shared_.empty());
}

TEST_F(SchemaTableTest, KeepsSiblingsOnTheWayToTheTarget) {
  EXPECT_EQ(write("use: [{$ref: '#/A'}]\nA: {$ref: '#/B', minLength: 2}\nB: {type: string}\n"),
            R"({"$ref":"#/schemas/B","minLength":2})");
}

TEST_F(SchemaTableTest, TranslatesThe30Forms) {
  EXPECT_EQ(write("use: [{type: string, nullable: true}, {nullable: true}, "
                  "{minimum: 1, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false}]\n",
                  Dialect::kOpenApi30),
            R"({"type":["string","null"]} {} {"exclusiveMinimum":1,"maximum":5})");
}

TEST_F(SchemaTableTest, TellsKeywordsFromNamesOfProperties) {
  EXPECT_EQ(write("use: [{properties: {$ref: {type: string}, nullable: {type: integer}}, "
                  "const: {$ref: '#/nowhere'}, x-note: {$ref: '#/nowhere'}}]\n",
                  Dialect::kOpenApi30),
            R"({"const":{"$ref":"#/nowhere"},"properties":{"$ref":{"type":"string"},)"
            R"("nullable":{"type":"integer"}},"x-note":{"$ref":"#/nowhere"}})");
  EXPECT_TRUE(problems_.empty());
}

TEST_F(SchemaTableTest, NamesTwoSchemasOfOneNameApart) {
  write(
      "use: [{$ref: '#/a/X'}, {$ref: '#/a/X'}, {$ref: '#/b/X'}, {$ref: '#/b/X'}]\n"
      "a: {X: {type: string}}\nb: {X: {type: object}}\n");
  EXPECT_THAT(shared_,
              ElementsAre(Pair("X", R"({"type":"string"})"), Pair("X-2", R"({"type":"object"})")));
}

TEST_F(SchemaTableTest, ReportsAReferenceOnceHoweverOftenItIsUsed) {
  write("use: [&a {$ref: '#/nowhere'}, *a]\n");
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].code, "E1003");
}

TEST_F(SchemaTableTest, LeavesMetaSchemasAlone) {
  EXPECT_EQ(write("use: [{$ref: 'https://json-schema.org/draft/2020-12/schema'}]\n"),
            R"({"$ref":"https://json-schema.org/draft/2020-12/schema"})");
  EXPECT_TRUE(problems_.empty());
}

TEST_F(SchemaTableTest, FollowsLongChainsWithoutADeepStack) {
  std::string text = "use: [{$ref: '#/s0'}]\n";
  for (int i = 0; i < 20'000; ++i) {
    text += "s" + std::to_string(i) + ": {items: {$ref: '#/s" + std::to_string(i + 1) + "'}}\n";
  }
  text += "s20000: {type: string}\n";
  EXPECT_FALSE(write(text).empty());
  EXPECT_GT(shared_.size(), 100U);
}

}  // namespace
}  // namespace barbacane::compiler
