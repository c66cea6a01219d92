#include "compiler/compiler.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "base/file.h"
#include "compiler/detail/test_spec.h"
#include "testkit/wasm_builder.h"

namespace barbacane::compiler {
namespace {

using test::codes;
using test::compile_one;
using test::contents;
using test::findings;
using test::only_operation;
using test::operation;
using test::spec;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A project in a folder of its own.
class ProjectTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "bb-compiler-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("barbacane.yaml", "specs: ./specs/\nplugins: {}\n");
    ::setenv("SOURCE_DATE_EPOCH", "1767225600", 1);
    ::unsetenv("BARBACANE_SIGNING_KEY");
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    ::unsetenv("SOURCE_DATE_EPOCH");
    ::unsetenv("BARBACANE_SIGNING_KEY");
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  /// A module that says what it is in a file beside it.
  void write_plugin(const std::string& name, const std::string& type) const {
    write("plugins/" + name + ".wasm", testkit::json_plugin(type).build());
    write("plugins/" + name + ".plugin.toml",
          "[plugin]\nname = \"" + name + "\"\nversion = \"1.4.0\"\ntype = \"" + type + "\"\n");
  }
  CompileOutcome run(std::vector<std::string> specs = {}) const {
    for (std::string& name : specs) name = path(name);
    CompileRequest request;
    request.manifest = path("barbacane.yaml");
    request.specs = std::move(specs);
    request.provenance.commit = "abc";
    return compile(request);
  }

  std::filesystem::path folder_;
};

TEST_F(ProjectTest, CompilesTheManifestsFolder) {
  write("specs/b.yaml", operation(""));
  write("specs/a.yaml", "openapi: 3.0.3\ninfo: {title: A}\npaths: {}\n");
  const CompileOutcome outcome = run();
  const artifact::Contents all = contents(outcome);
  EXPECT_EQ(outcome.spec_count, 2U);
  EXPECT_EQ(outcome.route_count, 1U);
  EXPECT_EQ(all.manifest.compiled_at, "2026-01-01T00:00:00Z");
  EXPECT_EQ(all.manifest.provenance.commit, "abc");
  EXPECT_TRUE(all.manifest.capabilities_enforced);
  ASSERT_EQ(all.specs.size(), 2U);
  EXPECT_EQ(all.specs[0].file, "a.yaml");
  EXPECT_EQ(all.specs[1].bytes, operation(""));
}

/// A module of the catalog, which describes itself.
std::string catalog_module(const std::string& name, const std::string& type,
                           std::string_view capabilities = {}) {
  return testkit::direct_plugin(type)
      .custom("barbacane_manifest", "[plugin]\nname = \"" + name +
                                        "\"\nversion = \"2.1.0\"\ntype = \"" + type + "\"\n" +
                                        std::string(capabilities))
      .custom("barbacane_config_schema",
              R"({"type":"object","additionalProperties":false,"properties":{"n":{}}})")
      .build();
}

/// `GET /a` behind one middleware.
std::string behind(const std::string& middleware) {
  return operation("x-barbacane-middlewares: [" + middleware + "]");
}

class CatalogTest : public ::testing::Test {
 protected:
  CompileOutcome run(std::string text, std::string manifest = {}) const {
    return compile_texts({.manifest = std::move(manifest),
                          .specs = {{"specs/api.yaml", std::move(text)}},
                          .catalog = catalog_});
  }
  std::string cors_ = catalog_module("cors", "middleware", "[capabilities]\nlog = true\n");
  std::string jwt_ = catalog_module("jwt-auth", "middleware");
  std::string mock_ = catalog_module("mock", "dispatcher");
  std::vector<CatalogPlugin> catalog_{{"mock", mock_}, {"jwt-auth", jwt_}, {"cors", cors_}};
};

TEST_F(CatalogTest, NeedsNoDeclaration) {
  const artifact::Contents all = contents(run(behind("{name: cors@^2.0.0, config: {n: 1}}")));
  ASSERT_EQ(all.plugins.size(), 1U);
  EXPECT_EQ(all.plugins[0].name, "cors");
  EXPECT_EQ(all.plugins[0].version, "2.1.0");
  EXPECT_EQ(all.plugins[0].plugin_type, "middleware");
  EXPECT_THAT(all.plugins[0].host_functions, ElementsAre("log"));
  EXPECT_EQ(all.plugins[0].wasm, cors_);
}

TEST_F(CatalogTest, IsHeldToItsVersionsTypesAndSchemasLikeOthers) {
  EXPECT_THAT(codes(run(behind("cors@^1.0.0"))), ElementsAre("E1011"));
  EXPECT_THAT(codes(run(behind("{name: cors@^1.0.0}"))), ElementsAre("E1022"));
  EXPECT_THAT(codes(run(behind("{name: cors, config: {m: 1}}"))), ElementsAre("E1023"));
  EXPECT_THAT(codes(run(operation("").replace(operation("").find("mock"), 4, "cors"))),
              ElementsAre("E1024"));
}

TEST_F(CatalogTest, AnswersToBothNamesOfAPluginAndStoresItsOwn) {
  const CompileOutcome outcome =
      run(behind("{name: barbacane-auth-jwt}, {name: jwt-auth}, {name: cors}"));
  const artifact::Contents all = contents(outcome);
  ASSERT_EQ(all.plugins.size(), 2U);
  EXPECT_EQ(all.plugins[0].name, "cors");
  EXPECT_EQ(all.plugins[1].name, "jwt-auth");
  EXPECT_EQ(only_operation(outcome).middlewares.at(0).name, "jwt-auth");
}

TEST_F(CatalogTest, LeavesDispatchersOfTheDataPlaneItselfNative) {
  EXPECT_THAT(contents(run(operation(""))).plugins, IsEmpty());
}

TEST_F(CatalogTest, StepsBackBehindAnyDeclaration) {
  EXPECT_THAT(findings(run(behind("{name: cors}"), "plugins: {cors: {path: ./own.wasm}}")),
              ElementsAre(HasSubstr("plugin 'cors' cannot be fetched")));
  EXPECT_THAT(findings(run(behind("{name: jwt-auth}"),
                           "plugins: {barbacane-auth-jwt: {path: ./own.wasm}}")),
              ElementsAre(HasSubstr("plugin 'barbacane-auth-jwt' cannot be fetched")));
}

TEST_F(CatalogTest, IsNamedWhereANameIsNearlyOneOfIt) {
  const CompileOutcome outcome = run(behind("{name: cros}"));
  EXPECT_THAT(codes(outcome), ElementsAre("E1040"));
  EXPECT_EQ(outcome.diagnostics.at(0).hint, "did you mean 'cors'?");
}

TEST_F(ProjectTest, PrefersADeclaredModuleToTheNativeDispatcher) {
  write_plugin("mock", "dispatcher");
  write("plugins/config-schema.json", R"({"type":"object","required":["own"]})");
  write("barbacane.yaml", "specs: ./specs/\nplugins: {mock: {path: ./plugins/mock.wasm}}\n");
  write("specs/a.yaml", spec("paths: {/a: {get: {x-barbacane-dispatch: {name: mock, config: {own: "
                             "1}}}}}\n"));
  const artifact::Contents all = contents(run());
  ASSERT_EQ(all.plugins.size(), 1U);
  EXPECT_EQ(all.plugins[0].name, "mock");
  write("specs/a.yaml", operation(""));
  EXPECT_THAT(codes(run()), ElementsAre("E1023"));
}

TEST_F(ProjectTest, MayGiveOrDenyAPluginAccessToBodies) {
  write_plugin("cache", "middleware");
  write("specs/a.yaml", behind("{name: cache}"));
  const auto access = [&](const std::string& entry) {
    write("barbacane.yaml",
          "specs: ./specs/\nplugins: {cache: {path: ./plugins/cache.wasm" + entry + "}}\n");
    return contents(run()).plugins.at(0).body_access;
  };
  EXPECT_FALSE(access(""));
  EXPECT_TRUE(access(", body_access: true"));
  write("plugins/cache.plugin.toml",
        "[plugin]\nname = \"cache\"\nversion = \"1.4.0\"\ntype = \"middleware\"\n"
        "[capabilities]\nbody_access = true\n");
  EXPECT_TRUE(access(""));
  EXPECT_FALSE(access(", body_access: false"));
}

TEST_F(ProjectTest, GivesTheSameBytesForTheSameInputs) {
  write("specs/a.yaml", operation(""));
  const std::string first = run().archive;
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(run().archive, first);
}

TEST_F(ProjectTest, RefusesATimeThatIsNone) {
  write("specs/a.yaml", operation(""));
  ::setenv("SOURCE_DATE_EPOCH", "yesterday", 1);
  EXPECT_THAT(findings(run()),
              ElementsAre(": SOURCE_DATE_EPOCH is not a number of seconds: 'yesterday'"));
}

TEST_F(ProjectTest, NamesWhatIsMissingBeforeItReadsAnything) {
  EXPECT_EQ(run({"specs/none.yaml"}).setup_error->message,
            "spec file not found: " + path("specs/none.yaml"));
  std::filesystem::remove(path("barbacane.yaml"));
  EXPECT_EQ(run().setup_error->message, "manifest file not found: " + path("barbacane.yaml"));
}

TEST_F(ProjectTest, RefusesTwoSpecsOfOneName) {
  write("specs/api.yaml", operation(""));
  write("more/api.yaml", spec("paths: {}\n"));
  const CompileOutcome outcome = run({"specs/api.yaml", "more/api.yaml"});
  ASSERT_EQ(outcome.diagnostics.size(), 1U);
  EXPECT_EQ(outcome.diagnostics[0].code, "");
  EXPECT_THAT(outcome.diagnostics[0].message, HasSubstr("two specs have the file name 'api.yaml'"));
}

TEST_F(ProjectTest, StoresReferredFilesAsFragments) {
  write(
      "specs/api.yaml",
      operation("parameters:\n- {name: q, in: query, schema: {$ref: '../common/types.yaml#/Q'}}"));
  write("common/types.yaml", "Q: {type: string}\n");
  const artifact::Contents all = contents(run());
  ASSERT_EQ(all.specs.size(), 2U);
  EXPECT_EQ(all.specs[1].file, "common/types.yaml");
  EXPECT_EQ(all.specs[1].type, "fragment");
  EXPECT_EQ(all.routes.operations.at(0).parameters.at(0).schema.text, R"({"type":"string"})");
}

TEST_F(ProjectTest, SignsWhenAKeyIsGiven) {
  write("specs/a.yaml", operation(""));
  ::setenv("BARBACANE_SIGNING_KEY", path("key.pem").c_str(), 1);
  EXPECT_THAT(findings(run()),
              ElementsAre(HasSubstr(": artifact signing error: reading BARBACANE_SIGNING_KEY: ")));
  write("key.pem", "no key");
  EXPECT_THAT(findings(run()),
              ElementsAre(HasSubstr(": artifact signing error: invalid PKCS#8 Ed25519 key: ")));
  // RFC 8410, 10.3: the example key.
  write("key.pem",
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
        "-----END PRIVATE KEY-----\n");
  const artifact::Contents all = contents(run());
  EXPECT_EQ(all.manifest.signing_public_key,
            "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
}

TEST_F(ProjectTest, BundlesDeclaredPluginsAndExpandsSugar) {
  write("barbacane.yaml",
        "specs: specs\nplugins:\n  rate-limit: {path: plugins/rate-limit.wasm}\n"
        "  cache: {path: plugins/cache.wasm}\n  unused: {path: plugins/gone.wasm}\n");
  write_plugin("rate-limit", "middleware");
  write_plugin("cache", "middleware");
  write("specs/a.yaml",
        operation("x-barbacane-ratelimit: {window: 60, quota: 5, key: 'header:X-Key'}\n"
                  "x-barbacane-cache: {ttl: 5m, vary: [Accept]}"));
  const CompileOutcome outcome = run();
  const artifact::Contents all = contents(outcome);
  EXPECT_EQ(outcome.plugin_count, 2U);
  ASSERT_EQ(all.plugins.size(), 2U);
  EXPECT_EQ(all.plugins[0].name, "cache");
  EXPECT_EQ(all.plugins[1].version, "1.4.0");
  const auto& chain = all.routes.operations.at(0).middlewares;
  ASSERT_EQ(chain.size(), 2U);
  EXPECT_EQ(chain[0].name, "rate-limit");
  EXPECT_EQ(chain[0].config.text, R"({"partition_key":"header:X-Key","quota":5,"window":60})");
  EXPECT_EQ(chain[1].config.text, R"({"ttl":300,"vary":["Accept"]})");
}

TEST_F(ProjectTest, ChecksVersionsAndTypesOfFetchedPlugins) {
  write("barbacane.yaml",
        "specs: specs\nplugins:\n  jwt-auth: {path: plugins/jwt-auth.wasm}\n"
        "  kafka: {path: plugins/kafka.wasm}\n");
  write_plugin("jwt-auth", "middleware");
  write_plugin("kafka", "dispatcher");
  write("specs/a.yaml",
        operation("x-barbacane-middlewares: [{name: 'jwt-auth@^2'}, {name: kafka}]"));
  EXPECT_THAT(
      findings(run()),
      ElementsAre("E1022: no version of plugin 'jwt-auth' satisfies '^2', available is 1.4.0: "
                  "GET /a in 'a.yaml'",
                  "E1024: plugin 'kafka' is a dispatcher and cannot be used as a middleware: "
                  "GET /a in 'a.yaml'"));
}

TEST_F(ProjectTest, StoresTheManifestsNameForAnAlias) {
  write("barbacane.yaml", "specs: specs\nplugins: {jwt-auth: {path: plugins/jwt-auth.wasm}}\n");
  write_plugin("jwt-auth", "middleware");
  write("specs/a.yaml",
        operation("x-barbacane-middlewares: [{name: 'barbacane-auth-jwt@^1.0.0'}]"));
  const artifact::Contents all = contents(run());
  EXPECT_EQ(all.routes.operations.at(0).middlewares.at(0).name, "jwt-auth");
}

TEST_F(ProjectTest, TellsAboutAPluginThatCannotBeRead) {
  write("barbacane.yaml", "specs: specs\nplugins: {x-auth: {path: plugins/x.wasm}}\n");
  write("specs/a.yaml", operation("x-barbacane-middlewares: [{name: x-auth}]"));
  const CompileOutcome outcome = run();
  ASSERT_EQ(outcome.diagnostics.size(), 1U);
  EXPECT_EQ(outcome.diagnostics[0].code, "");
  EXPECT_THAT(outcome.diagnostics[0].message,
              HasSubstr("plugin resolution error: failed to read plugin 'x-auth' from "));
  EXPECT_TRUE(outcome.diagnostics[0].place.position.known());
  EXPECT_TRUE(outcome.sources->text(outcome.diagnostics[0].place.file));
}

TEST(Compiler, ReportsAllFaultsOfAStageAndStopsBehindIt) {
  const auto outcome =
      compile_one(operation("x-barbacane-cache: {ttl: x}\nx-barbacane-middlewares: [{}]\n"
                            "x-barbacane-sunset: 2026-01-01") +
                  "  /b:\n    get: {}\n");
  EXPECT_THAT(codes(outcome), ElementsAre("E1014", "E1011"));
  EXPECT_FALSE(outcome.ok());
}

TEST(Compiler, RefusesAsyncApiWithOneSentence) {
  const auto outcome =
      compile_one("asyncapi: 3.0.0\ninfo: {title: A, version: '1'}\nchannels: {}\n");
  EXPECT_THAT(findings(outcome), ElementsAre("E1004: schema validation error: AsyncAPI documents "
                                             "are not supported by this version yet"));
}

TEST(Compiler, FindsBrokenReferencesInsideSchemas) {
  const auto outcome = compile_one(operation(
      "responses:\n  200:\n    content:\n      application/json:\n        schema: {items: {$ref: "
      "'#/components/schemas/Usr'}}",
      "components: {schemas: {User: {type: object}}}\n"));
  EXPECT_THAT(findings(outcome), ElementsAre("E1003: unresolved $ref: #/components/schemas/Usr"));
}

TEST(Compiler, DemandsADispatcher) {
  EXPECT_THAT(findings(compile_one(spec("paths: {/a: {get: {}}}\n"))),
              ElementsAre("E1020: operation has no x-barbacane-dispatch: GET /a in 'api.yaml'"));
  EXPECT_THAT(codes(compile_one(spec("paths: {/a: {get: {x-barbacane-dispatch: mock}}}\n"))),
              ElementsAre("E1020"));
}

TEST(Compiler, GivesTheDefaultDispatcherToOperationsThatNameNone) {
  const auto outcome = compile_one(spec("paths: {/a: {get: {}}}\n"),
                                   "default_dispatch: {name: mock, config: {status: 204}}\n");
  const artifact::Operation only = only_operation(outcome);
  EXPECT_EQ(only.dispatch.name, "mock");
  EXPECT_EQ(only.dispatch.config.text, R"({"status":204})");
}

TEST(Compiler, NamesAnUndeclaredPluginOnceAndTheNearestKnown) {
  const auto outcome =
      compile_one(spec("paths:\n  /a:\n    get: {x-barbacane-dispatch: {name: mok}}\n"
                       "    put: {x-barbacane-dispatch: {name: 'mok@^1'}}\n"));
  EXPECT_THAT(findings(outcome), ElementsAre("E1040: plugin 'mok' used in spec but not declared "
                                             "in barbacane.yaml"));
  EXPECT_EQ(outcome.diagnostics[0].hint, "did you mean 'mock'?");
}

TEST(Compiler, KnowsNativeDispatchersAsNoMiddlewares) {
  EXPECT_THAT(findings(compile_one(operation("x-barbacane-middlewares: [{name: mock}]"))),
              ElementsAre("E1024: plugin 'mock' is a dispatcher and cannot be used as a "
                          "middleware: GET /a in 'api.yaml'"));
}

TEST(Compiler, RefusesPlaintextUpstreamsUnlessAllowed) {
  const std::string text = spec(
      "paths: {/a: {get: {x-barbacane-dispatch: {name: http-upstream, config: {url: "
      "'http://x'}}}}}\n");
  EXPECT_THAT(findings(compile_one(text)),
              ElementsAre("E1031: plaintext HTTP upstream URL not allowed in production: GET /a in "
                          "'api.yaml' - upstream URL: http://x"));
  const TextRequest allowed{{}, {{"api.yaml", text}}, PlaintextUpstreams::kAllow};
  EXPECT_TRUE(compile_texts(allowed).ok());
}

TEST(Compiler, TellsPlaintextByTheLettersOfTheScheme) {
  EXPECT_THAT(codes(compile_one(spec("paths: {/a: {get: {x-barbacane-dispatch: {name: "
                                     "http-upstream, config: {url: 'HTTP://x'}}}}}\n"))),
              IsEmpty());
}

TEST(Compiler, MeasuresSchemasAsWritten) {
  std::string deep = "{type: string}";
  for (int i = 0; i < 129; ++i) deep = "{items: " + deep + "}";
  const auto outcome =
      compile_one(operation("parameters: [{name: q, in: query, schema: " + deep + "}]"));
  EXPECT_THAT(findings(outcome), ElementsAre("E1051: schema too deep: GET /a in 'api.yaml' "
                                             "parameter 'q' - depth 129 exceeds limit 128"));
}

TEST(Compiler, RefusesDocumentsThatExpandBeyondAnyUse) {
  std::string bomb = "x-long: &a \"" + std::string(100'000, 'x') + "\"\nx-list: [";
  for (int i = 0; i < 3'000; ++i) bomb += "*a,";
  EXPECT_THAT(findings(compile_one(operation("", bomb + "]\n"))),
              ElementsAre("E1002: parse error: the document expands to more than 256 MiB"));
}

TEST(Compiler, PutsNoControlCharacterIntoMessages) {
  const auto outcome =
      compile_one(operation("x-barbacane-middlewares: [{name: \"a\\e[31m\\nb\"}]"));
  EXPECT_THAT(findings(outcome), ElementsAre("E1040: plugin 'a?[31m?b' used in spec but not "
                                             "declared in barbacane.yaml"));
}

TEST(Compiler, SortsWarningsByLocationCodeAndMessage) {
  const auto outcome = compile_one(
      spec("x-barbacane-zzz: 1\npaths:\n  /b:\n    get: {x-barbacane-zz: 1, x-barbacane-yy: 1, "
           "x-barbacane-dispatch: {name: mock}}\n  /a:\n    get: {x-barbacane-xx: 1, "
           "x-barbacane-dispatch: {name: mock}}\n"));
  std::vector<std::string> locations;
  for (const auto& diagnostic : outcome.diagnostics) {
    locations.push_back(diagnostic.location + " " + diagnostic.message.substr(19));
  }
  EXPECT_THAT(
      locations,
      ElementsAre("GET /a in 'api.yaml' x-barbacane-xx", "GET /b in 'api.yaml' x-barbacane-yy",
                  "GET /b in 'api.yaml' x-barbacane-zz", "api.yaml x-barbacane-zzz"));
}

TEST(Compiler, DoesNotLetTheOrderOfSpecsIntoTheRoutes) {
  const SpecText a{"a.yaml", operation("responses: {200: {content: {application/json: {schema: "
                                       "{$ref: '#/components/schemas/U'}}}}, 201: {content: "
                                       "{application/json: {schema: {$ref: "
                                       "'#/components/schemas/U'}}}}}",
                                       "components: {schemas: {U: {type: object}}}\n")};
  SpecText b = a;
  b.path = "b.yaml";
  b.text.replace(b.text.find("/a"), 2, "/b");
  const auto one = contents(compile_texts({{}, {a, b}}));
  const auto two = contents(compile_texts({{}, {b, a}}));
  EXPECT_EQ(one.routes.schemas.size(), 2U);
  EXPECT_EQ(one.manifest.checksums.at("routes.json"), two.manifest.checksums.at("routes.json"));
}

}  // namespace
}  // namespace barbacane::compiler
