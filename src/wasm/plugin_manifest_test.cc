#include "wasm/plugin_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/wasm_builder.h"

namespace barbacane::wasm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testkit::plugin_toml;
using Kind = PluginManifestError::Kind;

TEST(PluginManifest, ReadsTheArrayDialect) {
  const auto manifest = parse_plugin_manifest(plugin_toml(
      "jwt-auth", "0.1.0-rc.1+build.5",
      "[capabilities]\nhost_functions = [\"log\", \"http_call\", \"log\"]\nbody_access = true\n"));
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->name, "jwt-auth");
  EXPECT_EQ(manifest->version, "0.1.0-rc.1+build.5");
  EXPECT_EQ(manifest->type, "middleware");
  EXPECT_TRUE(manifest->body_access);
  EXPECT_THAT(manifest->capabilities, ElementsAre("http_call", "log"));
}

TEST(PluginManifest, ReadsTheBooleanDialectTogetherWithTheArray) {
  const auto manifest = parse_plugin_manifest(
      plugin_toml("a", "1.0.0",
                  "[capabilities]\nhost_functions = [\"cache\"]\nlog = true\ncontext_get = false\n"
                  "http_stream = true\nstateless = true\n"));
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_THAT(manifest->capabilities, ElementsAre("cache", "http_call", "log"));
  EXPECT_FALSE(manifest->body_access);
}

TEST(PluginManifest, GrantsTheCapabilityThatOwnsAFunction) {
  const auto manifest = parse_plugin_manifest(
      plugin_toml("a", "1.0.0",
                  "[capabilities]\nhost_functions = [\"host_http_call\", \"host_set_output\", "
                  "\"host_time_now\", \"host_broker_read_result\", \"body_access\"]\n"));
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_THAT(manifest->capabilities, ElementsAre("clock_now", "http_call"));
  EXPECT_TRUE(manifest->body_access);
}

TEST(PluginManifest, HasNoCapabilitiesByDefault) {
  const auto manifest = parse_plugin_manifest(plugin_toml("a") + "[other]\nx = 1\n");
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_THAT(manifest->capabilities, IsEmpty());
  EXPECT_FALSE(manifest->body_access);
  EXPECT_EQ(manifest->schema_file, "config-schema.json");
}

TEST(PluginManifest, TakesTheSchemaOnlyFromItsOwnFolder) {
  EXPECT_EQ(parse_plugin_manifest(plugin_toml("a", "1.0.0", "[config]\nschema = \"s.json\"\n"))
                ->schema_file,
            "s.json");
  EXPECT_EQ(parse_plugin_manifest(plugin_toml("a", "1.0.0", "[config]\nschema = \"../s.json\"\n"))
                ->schema_file,
            "config-schema.json");
}

TEST(PluginManifest, CountsAsAbsentWithoutItsRequiredKeys) {
  for (const char* text :
       {"", "name = ", "[plugin]\nname = \"a\"\n", "[plugin]\nname = \"a\"\nversion = 1\n",
        "plugin = 3\n", "<html>not found</html>", "\xFF\xFE"}) {
    const auto manifest = parse_plugin_manifest(text);
    ASSERT_FALSE(manifest) << text;
    EXPECT_EQ(manifest.error().kind, Kind::kUnreadable) << text;
  }
}

TEST(PluginManifest, RefusesNamesAndVersionsOutsideTheRules) {
  for (const char* name : {"", "A", "1a", "a_b", "-a"}) {
    const auto manifest = parse_plugin_manifest(plugin_toml(name));
    ASSERT_FALSE(manifest) << name;
    EXPECT_EQ(manifest.error().kind, Kind::kInvalid) << name;
  }
  EXPECT_FALSE(parse_plugin_manifest(plugin_toml(std::string(65, 'a'))));
  EXPECT_TRUE(parse_plugin_manifest(plugin_toml(std::string(64, 'a'))));
  for (const char* version : {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+",
                              "v1.2.3", "1.2.x", "1.2.3-a..b"}) {
    const auto manifest = parse_plugin_manifest(plugin_toml("a", version));
    ASSERT_FALSE(manifest) << version;
    EXPECT_EQ(manifest.error().kind, Kind::kInvalid) << version;
  }
  for (const char* version : {"0.0.0", "1.2.3-0", "1.2.3--", "1.2.3+001", "10.20.30-a.1.b-c+d.e"}) {
    EXPECT_TRUE(parse_plugin_manifest(plugin_toml("a", version))) << version;
  }
}

TEST(PluginManifest, RefusesUnknownCapabilitiesWithAGuess) {
  const auto listed = parse_plugin_manifest(
      plugin_toml("a", "1.0.0", "[capabilities]\nhost_functions = [\"htpp_call\"]\n"));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().message, "unknown capability 'htpp_call', did you mean 'http_call'?");
  EXPECT_FALSE(parse_plugin_manifest(plugin_toml("a", "1.0.0", "[capabilities]\nlogs = true\n")));
  EXPECT_FALSE(parse_plugin_manifest(
      plugin_toml("a", "1.0.0", "[capabilities]\nhost_functions = \"log\"\n")));
}

TEST(PluginManifest, RefusesUnknownTypesAndLongDescriptions) {
  EXPECT_THAT(
      parse_plugin_manifest("[plugin]\nname = \"a\"\nversion = \"1.0.0\"\ntype = \"filter\"\n")
          .error()
          .message,
      HasSubstr("neither 'middleware' nor 'dispatcher'"));
  EXPECT_FALSE(parse_plugin_manifest(
      plugin_toml("a", "1.0.0", "description = \"" + std::string(257, 'x') + "\"\n")));
}

}  // namespace
}  // namespace barbacane::wasm
