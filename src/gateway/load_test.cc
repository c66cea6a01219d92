#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "artifact/artifact.h"
#include "base/hash.h"
#include "gateway/detail/test_gateway_state.h"
#include "gateway/gateway.h"
#include "gateway/process_state.h"
#include "gateway/snapshot.h"

namespace barbacane::gateway {
namespace {

using testing::HasSubstr;

artifact::Contents one_operation(artifact::Operation operation) {
  artifact::Contents contents;
  contents.manifest.compiled_at = "2026-06-01T00:00:00Z";
  contents.manifest.compiler_version = "0.1.0";
  contents.routes.operations.push_back(std::move(operation));
  artifact::SourceSpec spec;
  spec.file = "api.yaml";
  spec.type = "openapi";
  spec.version = "3.1.0";
  spec.bytes = "openapi: 3.1.0";
  contents.specs.push_back(std::move(spec));
  return contents;
}

std::string sealed(artifact::Contents contents) {
  const auto bytes = artifact::seal(std::move(contents));
  return bytes ? *bytes : "could not seal: " + bytes.error().message;
}

StartError load_error(const std::string& archive, const std::string& key = {},
                      const Options& options = {}) {
  ProcessState process;
  const auto snapshot = load(archive, key, options, process);
  return snapshot ? StartError{0, "loaded"} : snapshot.error();
}

TEST(Load, MakesASnapshotOfASoundArtifact) {
  ProcessState process;
  const auto snapshot = load(sealed(one_operation(mock("GET", "/a", "{}"))), {}, {}, process);
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(route_count(**snapshot), 1U);
}

TEST(Load, SaysCorruptForWhatIsNoArtifact) {
  EXPECT_EQ(load_error("not an artifact").exit_code, 10);
  EXPECT_EQ(load_error("").exit_code, 10);
}

TEST(Load, SaysCorruptForNamesNobodyHas) {
  const StartError dispatcher =
      load_error(sealed(one_operation(operation("GET", "/a", "s3", "{}"))));
  EXPECT_EQ(dispatcher.exit_code, 10);
  EXPECT_THAT(dispatcher.message, HasSubstr("dispatcher 's3' of GET /a"));
  auto with_middleware = mock("GET", "/a", "{}");
  with_middleware.middlewares.push_back({"mock", {"{}"}});
  const StartError middleware = load_error(sealed(one_operation(with_middleware)));
  EXPECT_EQ(middleware.exit_code, 10);
  EXPECT_THAT(middleware.message, HasSubstr("middleware 'mock' of GET /a"));
}

TEST(Load, SaysIntegrityWhenATrustedKeyFindsNoSignature) {
  const StartError error =
      load_error(sealed(one_operation(mock("GET", "/a", "{}"))), std::string(64, 'a'));
  EXPECT_EQ(error.exit_code, 11);
  EXPECT_THAT(error.message, HasSubstr("artifact signature verification failed: "));
}

TEST(Load, RefusesModulesThatAreNoPlugins) {
  auto contents = one_operation(operation("GET", "/a", "s3", "{}"));
  artifact::Plugin plugin;
  plugin.name = "s3";
  plugin.version = "1.0.0";
  plugin.plugin_type = "dispatcher";
  plugin.wasm = std::string("\0asm\1\0\0\0", 8);
  contents.plugins.push_back(std::move(plugin));
  const StartError error = load_error(sealed(std::move(contents)));
  EXPECT_EQ(error.exit_code, 12);
  EXPECT_THAT(error.message, HasSubstr("failed to load plugin 's3'"));
}

TEST(Load, PutsSecretsIntoConfigs) {
  ::setenv("BB_LOAD_BODY", "a \"secret\"", 1);
  ProcessState process;
  auto contents = one_operation(mock("GET", "/a", R"({"body":"env://BB_LOAD_BODY"})"));
  const auto snapshot = load(sealed(std::move(contents)), {}, {}, process);
  ::unsetenv("BB_LOAD_BODY");
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_TRUE((*snapshot)->facts().holds_secrets);
  const auto other = load(sealed(one_operation(mock("GET", "/a", "{}"))), {}, {}, process);
  EXPECT_FALSE((*other)->facts().holds_secrets);
}

TEST(Load, TellsEverySecretThatIsMissing) {
  auto contents = one_operation(
      mock("GET", "/a", R"({"body":"file://body","headers":{"x-key":"env://BB_NO_KEY"}})"));
  contents.routes.operations.push_back(
      operation("GET", "/b", "http-upstream", R"({"url":"vault://a/b#c"})"));
  const StartError error = load_error(sealed(std::move(contents)));
  EXPECT_EQ(error.exit_code, 13);
  EXPECT_EQ(error.message,
            "failed to resolve secrets: failed to read file: file:// secret references require "
            "BARBACANE_SECRETS_DIR to be set, environment variable not found: BB_NO_KEY, vault: "
            "vault://a/b#c: secrets of this store are not supported yet, only env:// and file://");
}

TEST(Load, LooksForSecretsBeforeItLooksAtConfigs) {
  const StartError error =
      load_error(sealed(one_operation(mock("GET", "/a", R"({"status":"env://STATUS"})"))));
  EXPECT_EQ(error.exit_code, 13);
}

TEST(Load, RefusesConfigsOfTheMock) {
  const StartError error = load_error(sealed(one_operation(mock("GET", "/a", R"({"status":99})"))));
  EXPECT_EQ(error.exit_code, 14);
  EXPECT_THAT(error.message, HasSubstr("dispatcher 'mock' of GET /a: 'status' must be"));
}

TEST(Load, RefusesConfigsOfHttpUpstreamWithoutSecretsInTheMessage) {
  ::setenv("BB_LOAD_URL", "https://user:hunter2@a", 1);
  const StartError error = load_error(sealed(
      one_operation(operation("GET", "/a", "http-upstream", R"({"url":"env://BB_LOAD_URL"})"))));
  ::unsetenv("BB_LOAD_URL");
  EXPECT_EQ(error.exit_code, 14);
  EXPECT_THAT(error.message, HasSubstr("dispatcher 'http-upstream' of GET /a: 'url' must be"));
  EXPECT_THAT(error.message, testing::Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace barbacane::gateway
