// What compile says of wrong configs of the plugins that come with the gateway: E1023.
#include <ostream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/program.h"
#include "testkit/temp_directory.h"

namespace barbacane::integration {
namespace {

using testing::HasSubstr;

struct WrongConfig {
  const char* key;  ///< of the operation
  const char* plugin;
  const char* config;  ///< a line of it stands on line 8
  const char* column;
  const char* fields;
};
void PrintTo(const WrongConfig& wrong, std::ostream* out) { *out << wrong.config; }

class CatalogConfig : public testing::TestWithParam<WrongConfig> {};

TEST_P(CatalogConfig, IsCheckedWhereItStands) {
  const WrongConfig& wrong = GetParam();
  const bool middleware = std::string_view(wrong.key) == "x-barbacane-middlewares";
  const testkit::TempDirectory project;
  project.write("barbacane.yaml", "specs: ./specs/\nplugins: {}\n");
  project.write("specs/api.yaml",
                "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths:\n  /a:\n    get:\n      " +
                    std::string(wrong.key) + ": " + (middleware ? "[" : "") +
                    "{name: " + wrong.plugin + ",\n        config: {\n          " + wrong.config +
                    "}}" + (middleware ? "]\n      x-barbacane-dispatch: {name: mock}\n" : "\n") +
                    "      responses: {}\n");
  const testkit::RunResult result = testkit::run(
      {"compile", "-m", "barbacane.yaml", "-o", "api.bca"}, {.directory = project.path()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("error[E1023]: config of '" + std::string(wrong.plugin) + "'"));
  EXPECT_THAT(result.err, HasSubstr("api.yaml:8:" + std::string(wrong.column) + "\n"));
  EXPECT_THAT(result.err, HasSubstr(wrong.fields));
}

constexpr const char* kMiddlewares = "x-barbacane-middlewares";
constexpr const char* kDispatch = "x-barbacane-dispatch";

INSTANTIATE_TEST_SUITE_P(
    Plugins, CatalogConfig,
    testing::Values(
        WrongConfig{kMiddlewares, "correlation-id", "zzz: 1", "11",
                    "the fields are 'header_name', 'generate_if_missing', 'trust_incoming', "
                    "'include_in_response'"},
        WrongConfig{kMiddlewares, "cors", "allowed_origins: ['*'], zzz: 1", "35",
                    "the fields are 'allowed_origins', "},
        WrongConfig{kMiddlewares, "request-size-limit", "zzz: 1", "11",
                    "the fields are 'max_bytes', 'check_content_length'"},
        WrongConfig{kMiddlewares, "ip-restriction", "alow: []", "11", "did you mean 'allow'?"},
        WrongConfig{kMiddlewares, "bot-detection", "zzz: 1", "11",
                    "the fields are 'deny', 'allow'"},
        WrongConfig{kMiddlewares, "redirect", "rules: [{target: /, zzz: 1}]", "31",
                    "the fields are 'target', 'path', 'prefix', 'status_code'"},
        WrongConfig{kMiddlewares, "request-transformer", "zzz: {}", "11",
                    "the fields are 'path', 'headers', 'querystring', 'body'"},
        WrongConfig{kMiddlewares, "response-transformer", "zzz: {}", "11",
                    "the fields are 'status', 'headers', 'body'"},
        WrongConfig{kDispatch, "fire-and-forget", "url: 'https://a.example', zzz: 1", "37",
                    "the fields are 'url', 'timeout_ms', 'response'"},
        WrongConfig{kDispatch, "lambda", "url: 'https://a.example', zzz: 1", "37",
                    "the fields are 'url', "}),
    [](const auto& wrong) {
      std::string name = wrong.param.plugin;
      std::erase(name, '-');
      return name;
    });

}  // namespace
}  // namespace barbacane::integration
