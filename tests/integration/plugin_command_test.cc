// `barbacane plugin` and its commands.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/child.h"
#include "testkit/error.h"
#include "testkit/program.h"
#include "testkit/temp_directory.h"
#include "testkit/wasm_builder.h"

namespace barbacane::integration {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testkit::RunResult;

constexpr std::string_view kManifest = R"([plugin]
name = "tenant-header"
version = "0.3.0"
type = "middleware"
description = "Names the tenant"

[capabilities]
host_functions = ["log", "telemetry"]
)";

constexpr std::string_view kSchema = R"({
  "type": "object",
  "required": ["value"],
  "properties": {
    "value": {"type": "string", "description": "the tenant"},
    "limits": {"type": "object", "properties": {"burst": {"type": "integer", "default": 5}}}
  }
})";

class PluginCommand : public testing::Test {
 protected:
  RunResult plugin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "plugin");
    return testkit::run(arguments,
                        {.environment = {{"TERM", "dumb"}}, .directory = folder_.path()});
  }

  /// A JSON middleware that logs, and describes itself.
  std::string tenant_header() {
    testkit::WasmBuilder module;
    const auto log = module.import_function("barbacane", "host_log", "(i32, i32, i32)");
    const auto handler = module.function("(i32, i32) -> i32", testkit::code::i32_const(0));
    module.memory(1, 16).export_memory("memory").export_function("log", log);
    for (const char* name : {"init", "on_request", "on_response"}) {
      module.export_function(name, handler);
    }
    return module.custom("barbacane_manifest", kManifest)
        .custom("barbacane_config_schema", kSchema)
        .build();
  }

  testkit::TempDirectory folder_;
};

TEST_F(PluginCommand, ListsWhatComesWithTheGateway) {
  const RunResult text = plugin({"list"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.err, IsEmpty());
  EXPECT_THAT(text.out, StartsWith("NAME "));
  EXPECT_THAT(text.out, ContainsRegex("\nmock +0\\.1\\.0 +dispatcher  Answers with "));
  const RunResult json = plugin({"list", "--format", "json"});
  const auto all = boost::json::parse(json.out).as_array();
  EXPECT_GE(all.size(), 3U);
  for (const auto& each : all) {
    EXPECT_NE(text_member(each.as_object(), "name"), "");
    EXPECT_NE(text_member(each.as_object(), "description"), "");
  }
}

/// The first plugin of the catalog that is a module and a middleware that needs no config.
std::string bundled_middleware(const RunResult& list) {
  const boost::json::value all = boost::json::parse(list.out);
  for (const auto& each : all.as_array()) {
    const std::string name = text_member(each.as_object(), "name");
    if (name == "correlation-id") return name;
  }
  return {};
}

TEST_F(PluginCommand, WhatIsListedNeedsNoDeclaration) {
  const std::string name = bundled_middleware(plugin({"list", "--format", "json"}));
  if (name.empty()) GTEST_SKIP() << "no modules in this program";
  folder_.write("barbacane.yaml", "plugins: {}\n");
  folder_.write("api.yaml",
                "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths:\n  /a:\n    get:\n"
                "      x-barbacane-middlewares: [{name: " +
                    name + "}]\n      x-barbacane-dispatch: {name: mock}\n");
  std::vector<std::string> arguments{"compile",  "-m", "barbacane.yaml", "-s",
                                     "api.yaml", "-o", "api.bca"};
  const RunResult taken = testkit::run(arguments, {.directory = folder_.path()});
  EXPECT_EQ(taken.exit_code, 0) << taken.err;
  EXPECT_THAT(taken.err, HasSubstr("1 plugin(s) bundled"));
  arguments.emplace_back("--no-bundled-plugins");
  const RunResult refused = testkit::run(arguments, {.directory = folder_.path()});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("E1040: plugin '" + name + "'"));
}

TEST_F(PluginCommand, ShowsTheConfigOfAnOfficialPlugin) {
  const RunResult text = plugin({"show", "http-upstream"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, StartsWith("http-upstream 0.1.0, dispatcher"));
  EXPECT_THAT(text.out, ContainsRegex("\nurl +string +required  "));
  EXPECT_THAT(text.out, HasSubstr("\ntls.client_cert "));
  const auto json = object(plugin({"show", "mock", "--format", "json"}).out);
  EXPECT_EQ(text_member(json, "type"), "dispatcher");
  EXPECT_TRUE(json.at("config_schema").is_object());
}

TEST_F(PluginCommand, ShowsTheConfigOfAModule) {
  folder_.write("t.wasm", tenant_header());
  const RunResult result = plugin({"show", "t.wasm"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith("tenant-header 0.3.0, middleware\nNames the tenant\n"));
  EXPECT_THAT(result.out, HasSubstr("capabilities  log, telemetry\n"));
  EXPECT_THAT(result.out, ContainsRegex("\nvalue +string +required  the tenant\n"));
  EXPECT_THAT(result.out, ContainsRegex("\nlimits.burst +integer +5"));
}

TEST_F(PluginCommand, NamesANearMiss) {
  const RunResult result = plugin({"show", "http-upstraem"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(result.err,
            "error: no plugin 'http-upstraem' comes with barbacane, did you mean "
            "'http-upstream'?\n");
  EXPECT_THAT(plugin({"lsit"}).err, HasSubstr("did you mean 'list'?"));
}

TEST_F(PluginCommand, InspectsAModule) {
  folder_.write("t.wasm", tenant_header());
  const RunResult result = plugin({"inspect", "t.wasm"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* part :
       {"abi           json\n", "type          middleware\n", "declared without need: telemetry",
        "manifest      embedded\n", "config schema embedded\n",
        "memory        1 page (64 KiB), at most 16 pages (1 MiB)\n", "calls         never wait\n",
        "on_response does nothing and is not called"}) {
    EXPECT_THAT(result.out, HasSubstr(part));
  }
  EXPECT_THAT(result.out, ContainsRegex("barbacane +host_log +log +writes a line"));
  EXPECT_THAT(result.out, ContainsRegex("on_request +\\(i32, i32\\) -> i32\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("Problems")));

  const auto json = object(plugin({"inspect", "t.wasm", "--format", "json"}).out);
  EXPECT_EQ(text_member(json, "abi"), "json");
  EXPECT_EQ(json.at("imports").as_array().size(), 1U);
  EXPECT_EQ(text_member(json.at("imports").as_array()[0].as_object(), "capability"), "log");
  EXPECT_TRUE(json.at("problems").as_array().empty());
  EXPECT_FALSE(json.at("may_wait").as_bool());
}

TEST_F(PluginCommand, InspectsAModuleThatCannotRun) {
  testkit::WasmBuilder module = testkit::direct_plugin("dispatcher");
  folder_.write("t.wasm", module.import_global("env", "b\x1b[31m").build());
  folder_.write("plugin.toml", kManifest);
  const RunResult result = plugin({"inspect", "t.wasm"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("manifest      beside the module\n"));
  EXPECT_THAT(result.out, HasSubstr("Problems: no gateway would run it\n"
                                    "  - it does not export 'on_request'\n"
                                    "  - it does not export 'on_response'\n"
                                    "  - it imports the global 'b?[31m' of module 'env'"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
  const RunResult json = plugin({"inspect", "t.wasm", "--format", "json"});
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_EQ(object(json.out).at("problems").as_array().size(), 3U);
}

TEST_F(PluginCommand, SaysWhyAModuleCannotBeRead) {
  EXPECT_THAT(plugin({"inspect", "none.wasm"}).err,
              StartsWith("error: failed to read none.wasm: No such file"));
  folder_.write("text.wasm", "text");
  const RunResult result = plugin({"inspect", "text.wasm"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "error: text.wasm is not a WebAssembly module (invalid magic number)\n");
  folder_.write("bad.wasm", testkit::json_plugin("middleware").build());
  folder_.write("bad.plugin.toml", "[plugin]\nname = \"A\"\nversion = \"1.0.0\"\ntype = \"x\"\n");
  EXPECT_THAT(plugin({"show", "bad.wasm"}).err, StartsWith("error: its plugin.toml is invalid: "));
}

TEST_F(PluginCommand, MakesAPluginWithEverythingInIt) {
  const RunResult result = plugin({"new", "plugins/tenant-header", "--type", "middleware"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, StartsWith("✓ Created the middleware 'tenant-header' in "
                                     "plugins/tenant-header\n"));
  const fs::path root = folder_.path() / "plugins/tenant-header";
  for (const char* file : {"tenant-header.cc", "plugin.toml", "config-schema.json", "README.md",
                           "CMakeLists.txt", "tests/cases.yaml", ".gitignore"}) {
    EXPECT_TRUE(fs::is_regular_file(root / file)) << file;
  }
  EXPECT_THAT(testkit::read_text(root / "plugin.toml"), HasSubstr("name = \"tenant-header\""));

  const RunResult again = plugin({"new", "plugins/tenant-header", "--type", "dispatcher"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(again.err, "error: directory 'plugins/tenant-header' is not empty\n");
}

TEST_F(PluginCommand, RefusesNamesThatNoPluginMayHave) {
  for (const char* name : {"Tenant", "tenant_header", "..", "/", "plugins/1a"}) {
    const RunResult result = plugin({"new", name, "--type", "middleware"});
    EXPECT_EQ(result.exit_code, 2) << name;
    EXPECT_THAT(result.err, HasSubstr("is no name of a plugin")) << name;
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

/// A program of the system, run to its end in a folder.
RunResult run_tool(const std::string& name, const std::vector<std::string>& arguments,
                   const fs::path& folder) {
  testkit::Child child(testkit::find_program(name), arguments,
                       {.directory = folder, .timeout = std::chrono::minutes(2)});
  const auto exit_code = child.wait(std::chrono::minutes(2));
  return {exit_code.value_or(-1), child.standard_output(), child.standard_error()};
}

class NewPlugin : public PluginCommand, public testing::WithParamInterface<const char*> {};

TEST_P(NewPlugin, BuildsAndPassesItsCases) {
  ASSERT_EQ(plugin({"new", "teapot", "--type", GetParam()}).exit_code, 0);
  const fs::path root = folder_.path() / "teapot";
  if (!fs::exists(root / "sdk")) GTEST_SKIP() << "no SDK in this program";
  try {
    testkit::find_program("clang++-19");
  } catch (const testkit::TestkitError& missing) {
    GTEST_SKIP() << missing.what();
  }
  const std::string program = "-DBARBACANE=" + testkit::program_path();
  const RunResult configured = run_tool("cmake", {"-S", ".", "-B", "build", program}, root);
  ASSERT_EQ(configured.exit_code, 0) << configured.err;
  const RunResult built = run_tool("cmake", {"--build", "build"}, root);
  ASSERT_EQ(built.exit_code, 0) << built.out << built.err;
  const RunResult inspected = plugin({"inspect", "teapot/build/teapot.wasm"});
  EXPECT_EQ(inspected.exit_code, 0) << inspected.out;
  EXPECT_THAT(inspected.out, HasSubstr("abi           direct\n"));
  EXPECT_THAT(inspected.out, HasSubstr(std::string("type          ") + GetParam() + "\n"));

  const RunResult tested =
      testkit::run({"plugin", "test"}, {.environment = {{"TERM", "dumb"}}, .directory = root});
  if (tested.err.find("without an engine") != std::string::npos) GTEST_SKIP() << tested.err;
  EXPECT_EQ(tested.exit_code, 0) << tested.out << tested.err;
  EXPECT_THAT(tested.out, EndsWith(" passed, 0 failed\n"));
  EXPECT_EQ(run_tool("ctest", {"--test-dir", "build"}, root).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Types, NewPlugin, testing::Values("middleware", "dispatcher"),
                         [](const auto& type) { return std::string(type.param); });

TEST_F(PluginCommand, SaysWhatATestLacks) {
  EXPECT_EQ(plugin({"test"}).err, "error: no FILE.wasm given, and no plugin.toml in this folder\n");
  folder_.write("plugin.toml", kManifest);
  EXPECT_EQ(plugin({"test"}).err,
            "error: build/tenant-header.wasm is not there; build the plugin first\n");
  folder_.write("build/tenant-header.wasm", tenant_header());
  EXPECT_THAT(plugin({"test"}).err, StartsWith("error: failed to read tests/cases.yaml: "));
  folder_.write("tests/cases.yaml", "cases: [{name: a, expct: {}}]\n");
  const RunResult result = plugin({"test"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err,
            "error: tests/cases.yaml:1:19: a case has no member 'expct', did you mean 'expect'?\n");
  folder_.write("cannot.wasm", testkit::wasm_magic());
  EXPECT_THAT(plugin({"test", "cannot.wasm"}).err, StartsWith("error: cannot.wasm cannot run: "));
}

}  // namespace
}  // namespace barbacane::integration
