#include "compiler/plugin_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/hash.h"
#include "compiler/detail/plugin_fetch.h"
#include "compiler/detail/plugins_for_tests.h"
#include "compiler/download.h"
#include "testkit/wasm_builder.h"

namespace barbacane::compiler {
namespace {

using testing::custom_section;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;
using testing::wasm;
using testkit::plugin_toml;

class LocalPlugin : public ::testing::Test {
 protected:
  std::expected<ResolvedPlugin, std::string> resolve(std::string path = "plugins/jwt-auth.wasm") {
    ProjectManifest manifest;
    manifest.directory = folder_.path();
    const PluginSource source{
        .name = "jwt-auth", .path = std::move(path), .url = {}, .sha256 = {}, .place = {}};
    return resolve_plugin(source, manifest, PluginEnvironment{});
  }

  TemporaryFolder folder_;
};

TEST_F(LocalPlugin, TakesItsManifestAndSchemaFromBesideTheModule) {
  folder_.write("plugins/jwt-auth.wasm", wasm());
  folder_.write(
      "plugins/plugin.toml",
      plugin_toml("jwt-auth", "2.0.0", "[capabilities]\nlog = true\nbody_access = true\n"));
  folder_.write("plugins/config-schema.json", "{\"type\": \"object\"}");
  const auto resolved = resolve();
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.name, "jwt-auth");
  EXPECT_EQ(resolved->plugin.version, "2.0.0");
  EXPECT_EQ(resolved->plugin.plugin_type, "middleware");
  EXPECT_TRUE(resolved->plugin.body_access);
  EXPECT_THAT(resolved->plugin.host_functions, ElementsAre("log"));
  EXPECT_EQ(resolved->plugin.wasm, wasm());
  EXPECT_EQ(resolved->plugin.sha256, base::sha256_hex(wasm()));
  EXPECT_EQ(resolved->config_schema, "{\"type\": \"object\"}");
  EXPECT_THAT(resolved->warnings, IsEmpty());
}

TEST_F(LocalPlugin, PrefersTheManifestThatCarriesTheModulesName) {
  folder_.write("plugins/jwt-auth.wasm", wasm());
  folder_.write("plugins/plugin.toml", plugin_toml("other", "9.9.9"));
  folder_.write("plugins/jwt-auth.plugin.toml", plugin_toml("jwt-auth", "2.0.0"));
  EXPECT_EQ(resolve()->plugin.version, "2.0.0");
}

TEST_F(LocalPlugin, PrefersWhatTheModuleSaysItself) {
  folder_.write("plugins/jwt-auth.wasm",
                wasm(custom_section("barbacane_config_schema", "{}") +
                     custom_section("barbacane_manifest", plugin_toml("jwt-auth", "3.0.0"))));
  folder_.write("plugins/plugin.toml", plugin_toml("jwt-auth", "2.0.0"));
  folder_.write("plugins/config-schema.json", "{\"type\": \"object\"}");
  const auto resolved = resolve();
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.version, "3.0.0");
  EXPECT_EQ(resolved->config_schema, "{}");
}

TEST_F(LocalPlugin, FallsBackWithAWarningWhenTheEmbeddedManifestDoesNotParse) {
  folder_.write("plugins/jwt-auth.wasm", wasm(custom_section("barbacane_manifest", "= broken")));
  folder_.write("plugins/plugin.toml", plugin_toml("jwt-auth", "2.0.0"));
  const auto resolved = resolve();
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.version, "2.0.0");
  EXPECT_THAT(resolved->warnings,
              ElementsAre(HasSubstr("plugin 'jwt-auth': its embedded manifest is ignored")));
}

TEST_F(LocalPlugin, GuessesItsTypeWithoutAnyManifest) {
  folder_.write("plugins/jwt-auth.wasm", testkit::direct_plugin("dispatcher").build());
  const auto resolved = resolve();
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.version, "0.1.0");
  EXPECT_EQ(resolved->plugin.plugin_type, "dispatcher");
  EXPECT_THAT(resolved->warnings, ElementsAre(HasSubstr("no usable plugin.toml found")));
  folder_.write("plugins/jwt-auth.wasm", testkit::json_plugin("middleware").build());
  EXPECT_EQ(resolve()->plugin.plugin_type, "middleware");
  folder_.write("plugins/jwt-auth.wasm", wasm());
  EXPECT_EQ(resolve()->plugin.plugin_type, "plugin");
}

TEST_F(LocalPlugin, WarnsOfAnotherNameAndOfABrokenSchema) {
  folder_.write("plugins/jwt-auth.wasm", wasm());
  folder_.write("plugins/plugin.toml", plugin_toml("jwt"));
  folder_.write("plugins/config-schema.json", "{broken");
  const auto resolved = resolve();
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.name, "jwt-auth");
  EXPECT_FALSE(resolved->config_schema);
  EXPECT_THAT(resolved->warnings,
              ElementsAre(HasSubstr("calls it 'jwt'"), HasSubstr("not a JSON Schema")));
}

TEST_F(LocalPlugin, RefusesAManifestThatBreaksTheRules) {
  folder_.write("plugins/jwt-auth.wasm", wasm());
  folder_.write("plugins/plugin.toml", plugin_toml("jwt-auth", "one"));
  EXPECT_EQ(resolve().error(),
            "plugin 'jwt-auth': its plugin.toml is invalid: plugin.version 'one' is not a semantic "
            "version");
}

TEST_F(LocalPlugin, RefusesAbsentFilesAndOtherFormats) {
  const std::string path = (folder_.path() / "plugins/jwt-auth.wasm").string();
  EXPECT_EQ(resolve().error(),
            "failed to read plugin 'jwt-auth' from " + path + ": No such file or directory");
  folder_.write("plugins/jwt-auth.wasm", "MZ");
  EXPECT_EQ(resolve().error(), "plugin 'jwt-auth' is not a valid WASM file (invalid magic number)");
  EXPECT_EQ(resolve(path).error(),
            "plugin 'jwt-auth' is not a valid WASM file (invalid magic number)");
}

class CachedUrlPlugin : public ::testing::Test {
 protected:
  std::expected<ResolvedPlugin, std::string> resolve(std::optional<std::string> sha256 = {},
                                                     DownloadCache cache = DownloadCache::kUse) {
    const PluginSource source{
        .name = "cors", .path = {}, .url = url_, .sha256 = sha256, .place = {}};
    PluginEnvironment environment{.cache = cache, .home = home_.path(), .ca_file = {}};
    if (!has_home_) environment.home.reset();
    return resolve_plugin(source, ProjectManifest{}, environment);
  }

  TemporaryFolder home_;
  bool has_home_ = true;
  /// Nobody listens on the port, so whatever succeeds came from the cache.
  std::string url_ = "https://127.0.0.1:1/plugins/cors.wasm";
};

TEST_F(CachedUrlPlugin, IsTakenFromTheFolderOfItsUrl) {
  const std::string folder = ".barbacane/cache/plugins/" + base::sha256_hex(url_);
  home_.write(folder + "/plugin.wasm", wasm());
  home_.write(folder + "/plugin.toml", plugin_toml("cors", "4.5.6"));
  const auto resolved = resolve();
  ASSERT_TRUE(resolved) << resolved.error();
  EXPECT_EQ(resolved->plugin.version, "4.5.6");
  EXPECT_FALSE(resolved->config_schema);
}

TEST_F(CachedUrlPlugin, ComesBackAsItWasStored) {
  const PluginCache cache(home_.path());
  ASSERT_TRUE(cache.store(url_, {.wasm = wasm(), .manifest = plugin_toml("cors", "4.5.6")}));
  EXPECT_EQ(resolve()->plugin.version, "4.5.6");
  const auto metadata = base::read_file(cache.folder(url_) / "metadata.json");
  ASSERT_TRUE(metadata);
  EXPECT_THAT(*metadata, HasSubstr("\"sha256\":\"" + base::sha256_hex(wasm()) + "\""));
  EXPECT_THAT(*metadata, HasSubstr("\"url\":\"" + url_ + "\""));
  EXPECT_THAT(*metadata, HasSubstr("\"downloaded_at\":\"20"));
}

TEST_F(CachedUrlPlugin, CountsOnlyWithTheDigestOfTheManifest) {
  ASSERT_TRUE(PluginCache(home_.path()).store(url_, {.wasm = wasm(), .manifest = {}}));
  const std::string digest = base::sha256_hex(wasm());
  EXPECT_TRUE(resolve(digest));
  std::string upper = digest;
  std::ranges::transform(upper, upper.begin(), ::toupper);
  EXPECT_TRUE(resolve("sha256:" + upper));
  EXPECT_THAT(resolve(std::string(64, '0')).error(),
              HasSubstr("failed to download plugin from " + url_ + ": "));
}

TEST_F(CachedUrlPlugin, IsNotLookedForWhenTheCacheIsOff) {
  ASSERT_TRUE(PluginCache(home_.path()).store(url_, {.wasm = wasm(), .manifest = {}}));
  EXPECT_TRUE(resolve());
  EXPECT_THAT(resolve({}, DownloadCache::kIgnore).error(), HasSubstr("failed to download"));
}

TEST_F(CachedUrlPlugin, NeedsAHomeUnlessTheCacheIsOff) {
  has_home_ = false;
  EXPECT_EQ(resolve().error(), "could not determine home directory");
  EXPECT_THAT(resolve({}, DownloadCache::kIgnore).error(), HasSubstr("failed to download"));
}

TEST_F(CachedUrlPlugin, MustUseHttps) {
  for (const char* url : {"http://127.0.0.1:1/a.wasm", "file:///a.wasm", "a.wasm", "https:/a"}) {
    url_ = url;
    EXPECT_EQ(resolve().error(), "plugin 'cors' URL must use HTTPS: " + url_);
  }
}

TEST(PluginEnvironmentOfProcess, TakesHomeFromTheEnvironment) {
  const char* home = std::getenv("HOME");
  const std::string saved = home ? home : "";
  ::setenv("HOME", "/somewhere", 1);
  EXPECT_EQ(PluginEnvironment::of_process(DownloadCache::kUse).home, "/somewhere");
  ::setenv("HOME", "", 1);
  EXPECT_FALSE(PluginEnvironment::of_process(DownloadCache::kUse).home);
  if (home) ::setenv("HOME", saved.c_str(), 1);
}

}  // namespace
}  // namespace barbacane::compiler
