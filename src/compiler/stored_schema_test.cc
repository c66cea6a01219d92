// What the stored form of a schema accepts, run as the data plane runs it.
#include <gmock/gmock.h>

#include "artifact/shared_schemas.h"
#include "compiler/detail/schema_table.h"
#include "schema/program_builder.h"

namespace barbacane::compiler {
namespace {

/// A project of one API and fragments. The schemas below `use` of the API are stored, and `accepts`
/// runs one of them.
class StoredSchemas {
 public:
  explicit StoredSchemas(std::string api, std::map<std::string, std::string> fragments = {})
      : project_("/dev/null/nowhere") {
    const spec::Document* document = *project_.add("api.yaml", std::move(api));
    for (auto& [name, text] : fragments) {
      if (!project_.add(name, std::move(text))) ADD_FAILURE() << name << " does not parse";
    }
    const Dialect dialect = dialect_of(*document).value_or(Dialect::kOpenApi31);
    SchemaTable table(project_);
    const spec::Node* uses = document->root().find("use");
    std::vector<base::Diagnostic> problems;
    for (const spec::Node* schema : uses->items())
      table.visit({schema, document}, dialect, problems);
    for (const base::Diagnostic& problem : problems) {
      if (problem.severity == base::Severity::kWarning) continue;
      ADD_FAILURE() << problem.code << " " << problem.message;
    }
    std::string used;
    for (const spec::Node* schema : uses->items()) {
      used += (used.empty() ? "" : ",") + table.text({schema, document}, dialect, "named").text;
    }
    artifact::Routes routes;
    routes.schemas = table.take_table();
    text_ = "{" + artifact::shared_schemas_member(routes) + ",\"operations\":[" + used + "]}";
  }

  const std::string& text() const { return text_; }

  bool accepts(std::size_t index, std::string_view json) const {
    schema::ProgramBuilder builder;
    builder.add("routes", text_);
    builder.set_shared_table("routes");
    const schema::SchemaId schema = builder.want("routes#/operations/" + std::to_string(index));
    const auto program = builder.build();
    if (!program) {
      for (const auto& error : program.error()) {
        ADD_FAILURE() << error.place << " " << error.message << "\n" << text_;
      }
      return false;
    }
    schema::Tape tape;
    const auto value = tape.read(json);
    if (!value) {
      ADD_FAILURE() << json << " is not JSON";
      return false;
    }
    schema::Scratch scratch;
    return program->run(schema, *value, scratch) == schema::Verdict::kValid;
  }

 private:
  spec::Project project_;
  std::string text_;
};

struct Case {
  const char* schema;
  const char* accepted;
  const char* refused;  ///< null when there is no such value
};

void expect_cases(const std::string& version, std::span<const Case> cases) {
  for (const Case& each : cases) {
    const StoredSchemas stored("openapi: '" + version + "'\nuse: [" + each.schema +
                               "]\ncomponents: {schemas: {Name: {type: string}}}\n");
    EXPECT_TRUE(stored.accepts(0, each.accepted)) << each.schema << "\n" << stored.text();
    if (each.refused == nullptr) continue;
    EXPECT_FALSE(stored.accepts(0, each.refused)) << each.schema << "\n" << stored.text();
  }
}

TEST(StoredSchema, MeansWhatOpenApi30Says) {
  static constexpr Case kCases[] = {
      {"{type: string, nullable: true}", "null", "1"},
      {"{type: string, nullable: false}", "\"a\"", "null"},
      // Without a type there is nothing to widen: null was allowed all the time.
      {"{nullable: true}", "null", nullptr},
      {"{nullable: false}", "null", nullptr},
      {"{nullable: true, allOf: [{$ref: '#/components/schemas/Name'}]}", "\"a\"", "null"},
      // Of an enum null has to be a member.
      {"{type: string, nullable: true, enum: [a]}", "\"a\"", "null"},
      {"{type: string, nullable: true, enum: [a, null]}", "null", "\"b\""},
      {"{$ref: '#/components/schemas/Name', nullable: true}", "\"a\"", "null"},
      {"{$ref: '#/components/schemas/Name', minLength: 5}", "\"a\"", "1"},
      {"{minimum: 1, exclusiveMinimum: true}", "1.5", "1"},
      {"{minimum: 1, exclusiveMinimum: false}", "1", "0"},
      {"{maximum: 1, exclusiveMaximum: true}", "0.5", "1"},
      {"{exclusiveMaximum: true}", "5", nullptr},
      {"{type: object, properties: {nullable: {type: string, nullable: true}}}",
       R"({"nullable":null})", R"({"nullable":1})"},
      {"{type: string, example: 5}", "\"a\"", "5"},
      {"{$id: 'x', $anchor: 5, type: string}", "\"a\"", "5"},
  };
  expect_cases("3.0.3", kCases);
}

TEST(StoredSchema, MeansWhatOpenApi31Says) {
  static constexpr Case kCases[] = {
      {"{type: string, nullable: true}", "\"a\"", "null"},
      {"{$ref: '#/components/schemas/Name', minLength: 2}", "\"ab\"", "\"a\""},
      {"{exclusiveMinimum: 1}", "1.5", "1"},
      {"{type: [string, 'null']}", "null", "1"},
      {"{$ref: '#name', $defs: {x: {$anchor: name, type: string}}}", "\"a\"", "1"},
      {"{$id: 'https://example.com/x', $ref: '#/$defs/n', $defs: {n: {type: string}}}", "\"a\"",
       "1"},
      {"{$id: 'https://example.com/x/a', properties: {p: {$ref: b}}, "
       "$defs: {x: {$id: b, type: string}}}",
       R"({"p":"a"})", R"({"p":1})"},
      {"{properties: {$id: {type: string}, $anchor: {type: string}}}", R"({"$id":"a"})",
       R"({"$anchor":1})"},
      {"{$ref: 'https://json-schema.org/draft/2020-12/schema'}", R"({"type":"string"})",
       R"({"type":5})"},
  };
  expect_cases("3.1.0", kCases);
}

TEST(StoredSchema, KeepsSiblingsOnTheWayThroughOtherFiles) {
  const StoredSchemas stored(
      "openapi: '3.1.0'\nuse: [{$ref: 'parts/a.yaml#/A'}]\n",
      {{"parts/a.yaml", "A: {$ref: 'b.yaml#/B', minLength: 2}\n"},
       {"parts/b.yaml", "B: {$ref: '#/C', maxLength: 3}\nC: {type: string}\n"}});
  EXPECT_TRUE(stored.accepts(0, "\"ab\""));
  EXPECT_FALSE(stored.accepts(0, "\"a\""));
  EXPECT_FALSE(stored.accepts(0, "\"abcd\""));
  EXPECT_FALSE(stored.accepts(0, "12"));
}

/// The tree of JSON Schema's own explanation of `$dynamicRef`: strict trees refuse unknown members
/// at every level, although the recursion is in a tree that knows nothing of them.
constexpr const char* kTrees =
    "openapi: '3.1.0'\n"
    "use: [{$ref: 'https://example.com/tree'}, {$ref: 'https://example.com/strict-tree'}, "
    "{items: {$ref: 'https://example.com/tree#/properties/children'}}]\n"
    "components:\n"
    "  schemas:\n"
    "    Tree:\n"
    "      $id: https://example.com/tree\n"
    "      $dynamicAnchor: node\n"
    "      type: object\n"
    "      properties:\n"
    "        data: {type: integer}\n"
    "        children: {type: array, items: {$dynamicRef: '#node'}}\n"
    "    Strict:\n"
    "      $id: https://example.com/strict-tree\n"
    "      $dynamicAnchor: node\n"
    "      $ref: tree\n"
    "      unevaluatedProperties: false\n";

TEST(StoredSchema, KeepsTheDynamicScope) {
  const StoredSchemas stored(kTrees);
  const char* misspelled = R"({"children":[{"daat":1}]})";
  EXPECT_TRUE(stored.accepts(0, misspelled)) << stored.text();
  EXPECT_FALSE(stored.accepts(1, misspelled)) << stored.text();
  EXPECT_TRUE(stored.accepts(1, R"({"children":[{"data":1,"children":[]}]})"));
  EXPECT_FALSE(stored.accepts(1, R"({"children":[{"data":"1"}]})"));
}

TEST(StoredSchema, RefersIntoResourcesThatAreKeptWhole) {
  const StoredSchemas stored(kTrees);
  EXPECT_TRUE(stored.accepts(2, R"([[{"data":1}]])")) << stored.text();
  EXPECT_FALSE(stored.accepts(2, R"([[{"data":"1"}]])"));
}

TEST(StoredSchema, LetsGenericSchemasBeFilledIn) {
  // Without `$id`, as most authors write it: each schema is a resource of its own.
  const StoredSchemas stored(
      "openapi: '3.1.0'\n"
      "use: [{$ref: '#/components/schemas/Users'}, {$ref: '#/components/schemas/Numbers'}]\n"
      "components:\n"
      "  schemas:\n"
      "    List: {type: array, items: {$dynamicRef: '#item'}, "
      "$defs: {any: {$dynamicAnchor: item, not: {}}}}\n"
      "    Users: {$ref: '#/components/schemas/List', $defs: {user: {$dynamicAnchor: item, "
      "$ref: '#/components/schemas/User'}}}\n"
      "    Numbers: {$ref: '#/components/schemas/List', $defs: {number: {$dynamicAnchor: item, "
      "type: number}}}\n"
      "    User: {type: object, required: [name]}\n");
  EXPECT_TRUE(stored.accepts(0, R"([{"name":"a"}])")) << stored.text();
  EXPECT_FALSE(stored.accepts(0, "[{}]"));
  EXPECT_FALSE(stored.accepts(0, "[1]"));
  EXPECT_TRUE(stored.accepts(1, "[1]"));
  EXPECT_FALSE(stored.accepts(1, R"([{"name":"a"}])"));
}

TEST(StoredSchema, TakesADynamicReferenceToAnAnchorAsAnOrdinaryOne) {
  const StoredSchemas stored(
      "openapi: '3.1.0'\n"
      "use: [{items: {$dynamicRef: '#it'}, $defs: {x: {$anchor: it, type: string}}}]\n");
  EXPECT_TRUE(stored.accepts(0, R"(["a"])")) << stored.text();
  EXPECT_FALSE(stored.accepts(0, "[1]"));
}

TEST(StoredSchema, RespectsTheDialectOfTheDocument) {
  // In draft-07 `items` may be a list, and `$ref` stands alone.
  const StoredSchemas stored(
      "openapi: '3.1.0'\njsonSchemaDialect: 'http://json-schema.org/draft-07/schema#'\n"
      "use: [{items: [{type: string}, {type: integer}], additionalItems: false}, "
      "{$ref: '#/components/schemas/Name', minLength: 5}, {properties: {a: {$ref: '#old'}}}]\n"
      "components: {schemas: {Name: {type: string}, Old: {$id: '#old', type: integer}}}\n");
  EXPECT_TRUE(stored.accepts(0, R"(["a",1])")) << stored.text();
  EXPECT_FALSE(stored.accepts(0, R"([1,1])"));
  EXPECT_FALSE(stored.accepts(0, R"(["a",1,2])"));
  EXPECT_TRUE(stored.accepts(1, "\"a\""));
  EXPECT_FALSE(stored.accepts(1, "1"));
  EXPECT_FALSE(stored.accepts(2, R"({"a":"1"})"));
}

TEST(StoredSchema, RespectsTheDialectOfAFragment) {
  const StoredSchemas stored(
      "openapi: '3.1.0'\nuse: [{properties: {old: {$ref: 'old.json'}}, minProperties: 1}, "
      "{$ref: 'old.json#/definitions/pair'}]\n"
      "components: {schemas: {New: {prefixItems: [{type: string}]}}}\n",
      {{"old.json",
        R"({"$schema":"http://json-schema.org/draft-07/schema#",
            "properties":{"pair":{"$ref":"#/definitions/pair"},
                          "new":{"$ref":"api.yaml#/components/schemas/New"}},
            "definitions":{"pair":{"items":[{"type":"string"}],"additionalItems":false}}})"}});
  EXPECT_TRUE(stored.accepts(0, R"({"old":{"pair":["a"],"new":["a",1]}})")) << stored.text();
  EXPECT_FALSE(stored.accepts(0, R"({"old":{"pair":["a",1]}})"));
  EXPECT_FALSE(stored.accepts(0, R"({"old":{"new":[1]}})"));
  EXPECT_FALSE(stored.accepts(1, R"(["a",1])"));
}

TEST(StoredSchema, NamesTheBranchesOfDiscriminatorsAsTheArtifactDoes) {
  const StoredSchemas stored(
      "openapi: '3.0.3'\n"
      "use: [{oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: "
      "'#/components/schemas/big~1dog'}], "
      "discriminator: {propertyName: kind, mapping: {tom: Cat, rex: "
      "'#/components/schemas/big~1dog', else: 'https://example.com/x'}}}]\n"
      "components: {schemas: {Cat: {type: object, required: [meow]}, "
      "big/dog: {type: object, required: [bark]}}}\n");
  EXPECT_THAT(stored.text(),
              testing::HasSubstr(R"("discriminator":{"mapping":{"Cat":"#/schemas/Cat",)"
                                 R"("big/dog":"#/schemas/big-1dog","else":"https://example.com/x",)"
                                 R"("rex":"#/schemas/big-1dog","tom":"#/schemas/Cat"},)"
                                 R"("propertyName":"kind"})"));
  EXPECT_TRUE(stored.accepts(0, R"({"kind":"tom","meow":1})")) << stored.text();
  EXPECT_FALSE(stored.accepts(0, R"({"kind":"tom"})"));
}

TEST(StoredSchema, HasNoNamesOfItsOwn) {
  const StoredSchemas stored(
      "openapi: '3.1.0'\nuse: [{$schema: 'https://json-schema.org/draft/2020-12/schema', $id: "
      "'urn:x', "
      "$anchor: a, type: string, enum: [{$id: kept}]}]\n");
  EXPECT_THAT(stored.text(),
              testing::HasSubstr(R"("operations":[{"enum":[{"$id":"kept"}],"type":"string"}])"));
}

}  // namespace
}  // namespace barbacane::compiler
