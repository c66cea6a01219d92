#include "compiler/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/detail/plugins_for_tests.h"

namespace barbacane::compiler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::expected<ProjectManifest, SetupError> parse(std::string text) {
  return parse_manifest("barbacane.yaml", std::move(text), ".");
}

std::string error_of(std::string text) {
  auto manifest = parse(std::move(text));
  return manifest ? "" : manifest.error().message;
}

TEST(Manifest, ReadsEveryField) {
  auto manifest = parse(
      "specs: ./specs/\n"
      "plugins:\n"
      "  zeta: {url: 'https://example.com/zeta.wasm', sha256: ABC}\n"
      "  alpha:\n"
      "    path: plugins/alpha.wasm\n"
      "default_dispatch:\n"
      "  name: mock\n"
      "  config: {from_spec: true}\n");
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->specs_folder, "./specs/");
  ASSERT_EQ(manifest->plugins.size(), 2u);
  EXPECT_EQ(manifest->plugins[0].name, "alpha");
  EXPECT_EQ(manifest->plugins[0].path, "plugins/alpha.wasm");
  EXPECT_EQ(manifest->plugins[0].place.position, (base::Position{4, 3}));
  EXPECT_EQ(manifest->plugins[1].url, "https://example.com/zeta.wasm");
  EXPECT_EQ(manifest->plugins[1].sha256, "ABC");
  ASSERT_TRUE(manifest->default_dispatch);
  EXPECT_EQ(manifest->default_dispatch->name, "mock");
  EXPECT_EQ(manifest->default_dispatch->place.file, "barbacane.yaml");
  ASSERT_TRUE(manifest->default_dispatch->config);
  EXPECT_TRUE(manifest->default_dispatch->config->find("from_spec")->is_true());
}

TEST(Manifest, IgnoresUnknownKeysAndTakesEmptyOnesForAbsent) {
  auto manifest =
      parse("name: shop\nspecs:\nplugins:\n  a: {path: a.wasm, colour: red}\ndefault_dispatch:\n");
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_FALSE(manifest->specs_folder);
  EXPECT_FALSE(manifest->default_dispatch);
  EXPECT_NE(manifest->find("a"), nullptr);
  EXPECT_TRUE(parse("plugins: {}\n"));
}

TEST(Manifest, RefusesWhatItCannotUse) {
  const std::string start =
      "failed to load manifest: manifest error: failed to parse barbacane.yaml: ";
  for (const char* text :
       {"- a\n", "specs: [a]\n", "plugins: [a]\n", "plugins: {a: b.wasm}\n", "plugins: {a: {}}\n",
        "plugins: {a: {sha256: abc}}\n", "plugins: {a: {path: [b]}}\n",
        "plugins: {../a: {path: b}}\n", "plugins: {a/b: {path: b}}\n", "default_dispatch: mock\n",
        "default_dispatch: {config: {}}\n", "specs: [\n", "specs: \"a\n"}) {
    EXPECT_THAT(error_of(text), StartsWith(start)) << text;
  }
}

TEST(Manifest, SaysWhereItIsWrong) {
  EXPECT_THAT(error_of("specs: ./specs/\nplugins:\n  jwt-auth: {sha256: abc}\n"),
              HasSubstr("plugins.jwt-auth: needs 'path' or 'url' at line 3 column 3"));
}

TEST(Manifest, FindsPluginsByBothNamesOfAPair) {
  auto manifest = parse("plugins: {jwt-auth: {path: a}, barbacane-authz-opa: {path: b}}\n");
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->find("barbacane-auth-jwt")->name, "jwt-auth");
  EXPECT_EQ(manifest->find("opa-authz")->name, "barbacane-authz-opa");
  EXPECT_EQ(manifest->find("cors"), nullptr);
  EXPECT_EQ(manifest->find("apikey-auth"), nullptr);
}

TEST(Manifest, PrefersTheExactNameToTheAlias) {
  auto manifest = parse("plugins: {jwt-auth: {path: a}, barbacane-auth-jwt: {path: b}}\n");
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->find("jwt-auth")->path, "a");
  EXPECT_EQ(manifest->find("barbacane-auth-jwt")->path, "b");
}

TEST(Manifest, ReportsMissingAndUnreadableFiles) {
  const testing::TemporaryFolder folder;
  const std::string missing = (folder.path() / "barbacane.yaml").string();
  EXPECT_EQ(load_manifest(missing).error().message, "manifest file not found: " + missing);
  EXPECT_EQ(load_manifest(folder.path().string()).error().message,
            "failed to load manifest: manifest error: failed to read " + folder.path().string() +
                ": Is a directory");
}

TEST(Manifest, DiscoversSpecsOfTheFolderOnly) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.write("barbacane.yaml", "specs: ./specs/\n");
  const std::string b = folder.write("specs/b.yaml", "");
  const std::string a = folder.write("specs/a.json", "");
  const std::string c = folder.write("specs/c.yml", "");
  folder.write("specs/d.YAML", "");
  folder.write("specs/readme.md", "");
  folder.write("specs/deep/e.yaml", "");
  std::filesystem::create_directory(folder.path() / "specs/folder.yaml");
  auto manifest = load_manifest(path);
  ASSERT_TRUE(manifest) << manifest.error().message;
  auto specs = discover_specs(*manifest);
  ASSERT_TRUE(specs) << specs.error().message;
  EXPECT_THAT(*specs, ElementsAre(a, b, c));
}

TEST(Manifest, SaysWhyThereAreNoSpecs) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.write("barbacane.yaml", "plugins: {}\n");
  EXPECT_EQ(discover_specs(*load_manifest(path)).error().message,
            "no spec files provided. Use --spec or add 'specs: ./specs/' to " + path);
  const std::string specs = (folder.path() / "specs").string();
  folder.write("barbacane.yaml", "specs: ./specs/\n");
  EXPECT_EQ(discover_specs(*load_manifest(path)).error().message,
            "manifest error: specs folder not found: " + specs);
  std::filesystem::create_directory(specs);
  EXPECT_EQ(discover_specs(*load_manifest(path)).error().message,
            "manifest error: no spec files (*.yaml, *.yml, *.json) found in " + specs);
  folder.write("barbacane.yaml", "specs: " + specs + "\n");
  EXPECT_EQ(discover_specs(*load_manifest(path)).error().message,
            "manifest error: no spec files (*.yaml, *.yml, *.json) found in " + specs);
}

}  // namespace
}  // namespace barbacane::compiler
