// `barbacane init --from`: cli.md, section 2.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/program.h"
#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testkit::RequestBuilder;
using testkit::RunResult;
using testkit::TestGateway;

constexpr std::string_view kShop = R"(openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /pets/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 3}}]
      responses:
        "200":
          description: One
          content: {application/json: {schema: {$ref: './schemas/pet.yaml#/Pet'}}}
        "404":
          description: None
          content: {application/problem+json: {example: {status: 404}}}
  /pets:
    post:
      responses:
        "201":
          description: Made
          content:
            application/json:
              examples: {cat: {value: {name: Tom}}, dog: {value: {name: Rex}}}
components:
  schemas:
    Unused: {$ref: unused.yml}
)";
constexpr std::string_view kPet = R"(Pet:
  type: object
  required: [id, name]
  properties:
    id: {type: integer}
    name: {$ref: '../common.yaml#/Name'}
)";
constexpr std::string_view kCommon = "Name: {type: string, example: Tom}\n";
constexpr std::string_view kUnused = "type: integer\n";

class InitFrom : public testing::Test {
 protected:
  RunResult init(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "init");
    return testkit::run(arguments, {.directory = folder_.path()});
  }
  RunResult compile(const std::string& project) {
    return testkit::run({"compile", "-m", "barbacane.yaml", "-o", "api.bca"},
                        {.directory = folder_.path() / project});
  }
  void write_shop() {
    folder_.write("theirs/shop.yaml", kShop);
    folder_.write("theirs/schemas/pet.yaml", kPet);
    folder_.write("theirs/common.yaml", kCommon);
    folder_.write("theirs/unused.yml", kUnused);
    folder_.write("theirs/other.yaml", "not: referred to\n");
  }

  testkit::TempDirectory folder_;
};

TEST_F(InitFrom, ServesADescriptionFromItsExamples) {
  write_shop();
  const RunResult result = init({"shop", "--from", "theirs/shop.yaml"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err,
              AllOf(StartsWith("✓ Initialized Barbacane project in shop\n\nCreated:\n"),
                    HasSubstr("  specs/shop.yaml    your API, 2 operations\n"),
                    HasSubstr("  specs/schemas/pet.yaml\n"), HasSubstr("  specs/common.yaml\n"),
                    HasSubstr("  specs/unused.yml\n"), HasSubstr("  .gitignore\n"),
                    HasSubstr("Next steps:\n  cd shop\n"), HasSubstr("--dev\n"),
                    HasSubstr("  curl http://localhost:8080/pets/3\n")));
  EXPECT_EQ(testkit::read_text(folder_ / "shop/specs/shop.yaml"), kShop);
  EXPECT_EQ(testkit::read_text(folder_ / "shop/specs/schemas/pet.yaml"), kPet);
  EXPECT_EQ(testkit::read_text(folder_ / "shop/specs/common.yaml"), kCommon);
  EXPECT_EQ(testkit::read_text(folder_ / "shop/specs/unused.yml"), kUnused);
  EXPECT_FALSE(fs::exists(folder_ / "shop/specs/other.yaml"));
  EXPECT_THAT(testkit::read_text(folder_ / "shop/barbacane.yaml"), HasSubstr("specs: ./specs/"));

  const RunResult compiled = compile("shop");
  ASSERT_EQ(compiled.exit_code, 0) << compiled.err;
  EXPECT_EQ(compiled.err, "compiled 1 spec(s) to api.bca (2 routes)\n");
  auto gateway = TestGateway::from_artifact(folder_ / "shop/api.bca");
  const auto pet = gateway.get("/pets/3");
  EXPECT_EQ(pet.status, 200);
  EXPECT_EQ(pet.body, R"({"id":1,"name":"Tom"})");
  EXPECT_EQ(pet.header("content-type"), "application/json");
  const auto missing =
      gateway.request(RequestBuilder("GET", "/pets/3").header("prefer", "code=404"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body, R"({"status":404})");
  EXPECT_EQ(missing.header("content-type"), "application/problem+json");
  EXPECT_EQ(missing.header("preference-applied"), "code=404");
  const auto dog = gateway.request(RequestBuilder("POST", "/pets").header("prefer", "example=dog"));
  EXPECT_EQ(dog.status, 201);
  EXPECT_EQ(dog.body, R"({"name":"Rex"})");
}

TEST_F(InitFrom, FillsTheCurrentDirectory) {
  folder_.write("api.json",
                R"({"openapi":"3.1.0","info":{"title":"A"},"paths":{"/a":{"get":{}}}})");
  const RunResult result = init({"--from", "api.json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, StartsWith("✓ Initialized Barbacane project in current directory\n"));
  EXPECT_TRUE(fs::exists(folder_ / "specs/api.json"));
  ASSERT_EQ(compile(".").exit_code, 0);
  EXPECT_EQ(TestGateway::from_artifact(folder_ / "api.bca").get("/a").status, 200);
  EXPECT_EQ(init({".", "--from", "specs/api.json"}).exit_code, 0) << "onto itself";
}

TEST_F(InitFrom, NamesTheCopyAsASpecIsNamed) {
  folder_.write("api.txt", "openapi: 3.1.0\ninfo: {title: A}\npaths: {}\n");
  folder_.write("api", R"({"openapi":"3.1.0","info":{"title":"A"},"paths":{}})");
  EXPECT_EQ(init({"one", "--from", "api.txt"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "one/specs/api.txt.yaml"));
  EXPECT_EQ(init({"two", "--from", "api"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "two/specs/api.json"));
}

TEST_F(InitFrom, RefusesWhatIsNoDescription) {
  struct Case {
    const char* text;
    const char* reason;
  };
  for (const Case& each : {
           Case{"swagger: '2.0'\ninfo: {title: A}\n", "Swagger 2.0"},
           Case{"asyncapi: 3.0.0\ninfo: {title: A}\n", "AsyncAPI"},
           Case{"openapi: 4.0.0\ninfo: {title: A}\n", "4.0.0"},
           Case{"openapi: 3.1\ninfo: {title: A}\n", "openapi: \"3.1.0\""},
           Case{"just: yaml\n", "not a valid OpenAPI"},
           Case{"a: [\n", "line 1 column 4"},
           Case{"", "must be an object"},
       }) {
    folder_.write("api.yaml", each.text);
    const RunResult result = init({"shop", "--from", "api.yaml"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, AllOf(StartsWith("error: api.yaml is not an OpenAPI 3.x description: "),
                                  HasSubstr(each.reason)));
    EXPECT_FALSE(fs::exists(folder_ / "shop"));
  }
  const RunResult missing = init({"shop", "--from", "nothing.yaml"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_EQ(missing.err, "error: cannot read nothing.yaml: No such file or directory\n");
}

TEST_F(InitFrom, WarnsAboutFilesItCannotTakeAlong) {
  folder_.write("outside.yaml", "type: integer\n");
  folder_.write("theirs/api.yaml",
                "openapi: 3.1.0\ninfo: {title: A}\npaths: {}\ncomponents: {schemas: "
                "{a: {$ref: ../outside.yaml}, b: {$ref: gone.yaml}}}\n");
  const RunResult result = init({"shop", "--from", "theirs/api.yaml"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, AllOf(HasSubstr("warning: "), HasSubstr("../outside.yaml"),
                                HasSubstr("outside"), HasSubstr("gone.yaml")));
  EXPECT_FALSE(fs::exists(folder_ / "shop/outside.yaml"));
}

/// Of what the operations refer to, nothing may be missing: the project would not compile.
TEST_F(InitFrom, RefusesReferencesItCannotFollow) {
  folder_.write("outside.yaml", "type: integer\n");
  folder_.write("theirs/parts/price.yaml", "$ref: https://example.com/money.json\n");
  folder_.write("theirs/api.yaml",
                "openapi: 3.1.0\ninfo: {title: A}\npaths:\n  /a/{id}:\n    get:\n"
                "      parameters: [{$ref: '../outside.yaml#/id'}]\n      responses:\n"
                "        '200':\n          content:\n            application/json:\n"
                "              schema: {$ref: parts/price.yaml}\n");
  const RunResult result = init({"shop", "--from", "theirs/api.yaml"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("error[E1003]: unresolved $ref: ../outside.yaml#/id\n"
                                    " --> theirs/api.yaml:6:27\n"));
  EXPECT_THAT(result.err, HasSubstr("help: the file lies outside"));
  EXPECT_THAT(result.err, HasSubstr("error[E1003]: unresolved $ref: "
                                    "https://example.com/money.json\n"
                                    " --> theirs/parts/price.yaml:1:7\n"));
  EXPECT_THAT(result.err, HasSubstr("\nerror: 2 references of theirs/api.yaml cannot be followed"));
  EXPECT_FALSE(fs::exists(folder_ / "shop"));

  folder_.write("theirs/api.yaml",
                "openapi: 3.1.0\ninfo: {title: A}\npaths:\n  /a: {$ref: b.yaml}\n");
  const RunResult one = init({"--from", "theirs/api.yaml"});
  EXPECT_EQ(one.exit_code, 1);
  EXPECT_THAT(one.err, HasSubstr("\nerror: a reference of theirs/api.yaml cannot be followed"));
  EXPECT_FALSE(fs::exists(folder_ / "barbacane.yaml"));
}

/// What a client reads under `--dev` leads to the file as it lies in the project.
TEST_F(InitFrom, NamesThePlacesOfAllFilesAlike) {
  folder_.write("theirs/api.yaml",
                "openapi: 3.1.0\ninfo: {title: A}\npaths:\n  /a:\n    get:\n      parameters:\n"
                "        - {name: own, in: query, schema: {maximum: 1}}\n"
                "        - {name: part, in: query, schema: {$ref: parts/one.yaml}}\n"
                "      responses: {'200': {content: {application/json: {}}}}\n");
  folder_.write("theirs/parts/one.yaml", "type: integer\nmaximum: 1\n");
  const RunResult made = init({"shop", "--from", "theirs/api.yaml"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("your API, 1 operation\n"));
  ASSERT_EQ(compile("shop").exit_code, 0);
  auto gateway = TestGateway::from_artifact(folder_ / "shop/api.bca", {.serve_flags = {"--dev"}});
  const std::string body = gateway.get("/a?own=2&part=2").body;
  EXPECT_THAT(body, HasSubstr(R"("schema":"specs/api.yaml:7:43")"));
  EXPECT_THAT(body, HasSubstr(R"("schema":"specs/parts/one.yaml:2:1")"));
}

TEST_F(InitFrom, TakesNoTemplateBeside) {
  const RunResult result = init({"shop", "--from", "a.yaml", "--template", "minimal"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("--template and --from cannot be used together"));
}

/// What lies beside a spec and is not referred to by it is still taken for a spec.
TEST_F(InitFrom, LeavesStrangersInTheSpecsFolderToTheCompiler) {
  write_shop();
  ASSERT_EQ(init({"shop", "--from", "theirs/shop.yaml"}).exit_code, 0);
  folder_.write("shop/specs/stranger.yaml", "type: integer\n");
  const RunResult compiled = compile("shop");
  EXPECT_EQ(compiled.exit_code, 1);
  EXPECT_THAT(compiled.err, AllOf(HasSubstr("E1001"), HasSubstr("stranger.yaml")));
}

}  // namespace
}  // namespace barbacane::integration
