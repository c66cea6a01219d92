// `barbacane dev`: cli.md, section 3.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "occurrences.h"
#include "testkit/connection.h"
#include "testkit/eventually.h"
#include "testkit/program.h"
#include "testkit/spec_builder.h"
#include "testkit/temp_directory.h"
#include "wasm/text_format.h"

namespace barbacane::integration {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testkit::Connection;
using testkit::eventually;
using testkit::SpecBuilder;

/// For what `dev` does in its own time.
constexpr seconds kPatience{30};
constexpr const char* kPrevious = "barbacane dev: serving previous version\n";

std::string spec(std::string_view path, std::string_view body) {
  SpecBuilder spec;
  spec.operation("GET", path).mock(200, body, "text/plain");
  return spec.text();
}

/// A dispatcher that answers with three letters when `init` is 0.
std::string dispatcher(std::string_view letters, int init = 0) {
  return *wasm::assemble(R"((module
    (import "barbacane_direct" "body_set" (func $body_set (param i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) ")" +
                         std::string(letters) + R"(")
    (func (export "init") (result i32) (i32.const )" +
                         std::to_string(init) + R"())
    (func (export "dispatch") (result i32)
      (drop (call $body_set (i32.const 1) (i32.const 16) (i32.const 3)))
      (i32.const 0))))");
}

/// A folder with a manifest and a spec, and `dev` at work on it.
class DevCommand : public testing::Test {
 protected:
  void SetUp() override {
    write("barbacane.yaml", "specs: ./specs/\nplugins: {}\n");
    write("specs/api.yaml", spec("/a", "one"));
  }

  std::string write(std::string_view name, std::string_view text) const {
    return folder_.write(name, text);
  }
  /// As editors save: a file beside it, and a rename.
  void save(std::string_view name, std::string_view text) const {
    write(std::string(name) + "~new", text);
    fs::rename(folder_ / (std::string(name) + "~new"), folder_ / name);
  }

  /// Free ports and a short window, unless told otherwise.
  std::vector<std::string> arguments(const std::vector<std::string>& flags) const {
    std::vector<std::string> words{"dev"};
    words.insert(words.end(), flags.begin(), flags.end());
    const std::pair<std::string, std::string> usual[] = {
        {"--listen", "127.0.0.1:0"}, {"--admin-bind", "127.0.0.1:0"}, {"--debounce-ms", "50"}};
    for (const auto& [flag, value] : usual) {
      if (std::ranges::count(flags, flag) == 0) words.insert(words.end(), {flag, value});
    }
    return words;
  }

  /// Returns when it watches.
  void start(const std::vector<std::string>& flags = {}) {
    child_ = std::make_unique<testkit::Child>(testkit::program_path(), arguments(flags),
                                              testkit::RunOptions{.directory = folder_.path()});
    ASSERT_TRUE(eventually(kPatience, [&] {
      return said().contains("barbacane dev: watching ") || !child_->running();
    }));
    ASSERT_TRUE(child_->running()) << said();
    const std::string text = said();
    const std::size_t line = text.find('\n', text.find("listening on http://"));
    port_ = static_cast<std::uint16_t>(
        std::strtoul(text.c_str() + text.rfind(':', line) + 1, nullptr, 10));
  }
  /// For a `dev` that does not come that far.
  testkit::RunResult run(const std::vector<std::string>& flags = {}) const {
    return testkit::run(arguments(flags), {.directory = folder_.path(), .timeout = seconds(20)});
  }

  std::string said() const { return child_->standard_error(); }
  bool says(std::string_view text, std::size_t times = 1) const {
    return eventually(kPatience, [&] { return occurrences(said(), text) >= times; });
  }
  std::string get(std::string_view target) const { return Connection(port_).get(target).body; }
  int status_of(std::string_view target) const { return Connection(port_).get(target).status; }

  testkit::TempDirectory folder_;
  std::unique_ptr<testkit::Child> child_;
  std::uint16_t port_ = 0;
};

TEST_F(DevCommand, TellsWhatItDoes) {
  start();
  EXPECT_THAT(said(), MatchesRegex("barbacane dev: loaded barbacane.yaml \\(1 spec\\(s\\), 0 "
                                   "plugin\\(s\\)\\)\n"
                                   "barbacane dev: compiled 1 route\\(s\\) in [0-9]+ms\n"
                                   "barbacane dev: listening on http://127.0.0.1:[0-9]+\n"
                                   "barbacane dev: admin API on http://127.0.0.1:[0-9]+\n"
                                   "barbacane dev: watching barbacane.yaml, specs\n"));
  EXPECT_EQ(get("/a"), "one");
}

TEST_F(DevCommand, ServesInDevelopmentMode) {
  write("specs/proxy.json",
        R"({"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/number":{"get":{)"
        R"("parameters":[{"name":"n","in":"query","required":true,"schema":{"type":"integer"}}],)"
        R"("x-barbacane-dispatch":{"name":"http-upstream","config":{"url":"http://localhost:1"}},)"
        R"("responses":{"200":{"description":"ok"}}}}}})");
  start();
  EXPECT_THAT(get("/number?n=x"), HasSubstr("specs/proxy.json")) << "places of the spec";
}

TEST_F(DevCommand, ServesEachVersionThatIsSaved) {
  start();
  Connection connection(port_);
  EXPECT_EQ(connection.get("/a").body, "one");
  write("specs/api.yaml", spec("/a", "two"));
  ASSERT_TRUE(says(" reloaded 1 route(s) in ")) << said();
  EXPECT_EQ(connection.get("/a").body, "two");
  EXPECT_THAT(said(), ContainsRegex("barbacane dev: \\[specs/api.yaml\\] recompiling... reloaded 1 "
                                    "route\\(s\\) in [0-9]+ms\n"));
  save("specs/api.yaml", spec("/a", "three"));
  ASSERT_TRUE(says(" reloaded ", 2)) << said();
  EXPECT_EQ(connection.get("/a").body, "three");
}

TEST_F(DevCommand, CollectsWhatIsSavedTogether) {
  start({"--debounce-ms", "1000"});
  write("specs/api.yaml", spec("/a", "two"));
  write("specs/more.yaml", spec("/b", "more"));
  ASSERT_TRUE(says(" reloaded 2 route(s) in ")) << said();
  EXPECT_THAT(said(), HasSubstr("barbacane dev: [specs/api.yaml, specs/more.yaml] recompiling..."));
}

TEST_F(DevCommand, ServesOnWhenASpecIsBroken) {
  start();
  write("specs/api.yaml", "openapi: 3.1.0\ninfo: [\n");
  ASSERT_TRUE(says(kPrevious)) << said();
  EXPECT_EQ(get("/a"), "one");
  EXPECT_THAT(said(), ContainsRegex("recompiling... compile error: E1002: [^\n]+\n"
                                    "error\\[E1002\\]: [^\n]+\n"
                                    " +--> specs/api.yaml:[0-9]+:[0-9]+\n"));
  EXPECT_THAT(said(), HasSubstr("^"));
  write("specs/api.yaml", spec("/a", "mended"));
  ASSERT_TRUE(says(" reloaded ")) << said();
  EXPECT_EQ(get("/a"), "mended");
}

TEST_F(DevCommand, ServesOnWhenAConfigIsWrong) {
  start();
  SpecBuilder wrong;
  wrong.operation("GET", "/a").mock().mock_config("status", "\"many\"");
  write("specs/api.yaml", wrong.text());
  ASSERT_TRUE(says(kPrevious)) << said();
  EXPECT_EQ(get("/a"), "one");
}

TEST_F(DevCommand, SeesFilesComeAndGo) {
  start();
  write("specs/more.yaml", spec("/b", "more"));
  ASSERT_TRUE(says(" reloaded 2 route(s)")) << said();
  EXPECT_EQ(get("/b"), "more");
  fs::remove(folder_ / "specs/more.yaml");
  ASSERT_TRUE(says(" reloaded 1 route(s)")) << said();
  EXPECT_EQ(status_of("/b"), 404);
  fs::remove(folder_ / "specs/api.yaml");
  ASSERT_TRUE(says("[specs/api.yaml] recompiling... no spec files found\n")) << said();
  ASSERT_TRUE(says(kPrevious));
  EXPECT_EQ(get("/a"), "one");
}

TEST_F(DevCommand, DoesNotCareForWhatEditorsLeave) {
  start();
  write("specs/.api.yaml.swp", "x");
  write("specs/api.yaml~", "x");
  write("specs/4913", "x");
  fs::remove(folder_ / "specs/4913");
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_THAT(said(), Not(HasSubstr("recompiling")));
}

TEST_F(DevCommand, SeesWhatSpecsReferTo) {
  const auto schema = [](std::string_view type) {
    return "Name: {type: " + std::string(type) + "}\n";
  };
  write("specs/parts/schemas.yaml", schema("string"));
  write("specs/api.yaml", R"({"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/a":{
    "get":{"parameters":[{"name":"n","in":"query","schema":{"$ref":"parts/schemas.yaml#/Name"}}],
    "x-barbacane-dispatch":{"name":"mock","config":{"body":"fine"}},
    "responses":{"200":{"description":"ok"}}}}}})");
  start();
  EXPECT_EQ(status_of("/a?n=x"), 200);
  write("specs/parts/schemas.yaml", schema("integer"));
  ASSERT_TRUE(says("[specs/parts/schemas.yaml] recompiling... reloaded")) << said();
  EXPECT_EQ(status_of("/a?n=x"), 400);
}

TEST_F(DevCommand, FollowsTheManifest) {
  write("other/api.yaml", spec("/other", "other"));
  start();
  write("barbacane.yaml", "specs: ./other\nplugins: {}\n");
  ASSERT_TRUE(says("[barbacane.yaml] recompiling... reloaded")) << said();
  EXPECT_EQ(get("/other"), "other");
  write("other/api.yaml", spec("/other", "another"));
  ASSERT_TRUE(says("[other/api.yaml] recompiling... reloaded")) << said();
  EXPECT_EQ(get("/other"), "another");
  write("specs/api.yaml", spec("/a", "nobody looks"));
  write("barbacane.yaml", "specs: [\n");
  ASSERT_TRUE(says("[barbacane.yaml] recompiling... manifest error: failed to parse ")) << said();
  ASSERT_TRUE(says(kPrevious));
  EXPECT_EQ(get("/other"), "another");
  write("barbacane.yaml", "specs: ./specs\nplugins: {}\n");
  ASSERT_TRUE(says("[barbacane.yaml] recompiling... reloaded", 2)) << said();
  EXPECT_EQ(get("/a"), "nobody looks");
}

TEST_F(DevCommand, ServesTheSpecsItIsGiven) {
  write("one.yaml", spec("/one", "1"));
  write("two.yaml", R"({"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/two":{
    "$ref":"parts/two.yaml"}}})");
  const auto two = [](std::string_view body) {
    return "get:\n  x-barbacane-dispatch: {name: mock, config: {body: '" + std::string(body) +
           "'}}\n  responses: {'200': {description: ok}}\n";
  };
  write("parts/two.yaml", two("2"));
  start({"--spec", "one.yaml", "-s", "two.yaml"});
  EXPECT_THAT(said(), HasSubstr("watching barbacane.yaml, one.yaml, two.yaml\n"));
  EXPECT_EQ(status_of("/a"), 404);
  EXPECT_EQ(get("/two"), "2");
  save("one.yaml", spec("/one", "first"));
  ASSERT_TRUE(says("[one.yaml] recompiling... reloaded 2 route(s)")) << said();
  EXPECT_EQ(get("/one"), "first");
  write("parts/two.yaml", two("second"));
  ASSERT_TRUE(says("[parts/two.yaml] recompiling... reloaded 2 route(s)")) << said();
  EXPECT_EQ(get("/two"), "second");
}

/// A project whose /a is answered by a module.
class DevWithModule : public DevCommand {
 protected:
  void SetUp() override {
    write("barbacane.yaml",
          "specs: ./specs/\nplugins: {letters: {path: ./plugins/letters.wasm}}\n");
    write("plugins/letters.wasm", dispatcher("one"));
    write("plugins/letters.plugin.toml",
          "[plugin]\nname = \"letters\"\nversion = \"1.0.0\"\ntype = \"dispatcher\"\n"
          "[capabilities]\nbody_access = true\n");
    SpecBuilder spec;
    spec.operation("GET", "/a").dispatch("letters", "{}");
    write("specs/api.yaml", spec.text());
  }
};

TEST_F(DevWithModule, TakesAModuleThatWasBuiltAnew) {
  start();
  EXPECT_THAT(said(), HasSubstr("1 plugin(s)"));
  EXPECT_EQ(get("/a"), "one");
  write("plugins/letters.wasm", dispatcher("two"));
  ASSERT_TRUE(says("[plugins/letters.wasm] recompiling... reloaded 1 route(s)")) << said();
  EXPECT_EQ(get("/a"), "two");
  save("plugins/letters.wasm", dispatcher("six"));
  ASSERT_TRUE(says("[plugins/letters.wasm] recompiling... reloaded 1 route(s)", 2)) << said();
  EXPECT_EQ(get("/a"), "six");
}

TEST_F(DevWithModule, ServesOnWhenAModuleDoesNotStart) {
  start();
  Connection connection(port_);
  EXPECT_EQ(connection.get("/a").body, "one");
  write("plugins/letters.wasm", dispatcher("two", 1));
  ASSERT_TRUE(says(kPrevious)) << said();
  EXPECT_THAT(said(), HasSubstr("letters"));
  EXPECT_EQ(connection.get("/a").body, "one");
  write("plugins/letters.wasm", dispatcher("two").substr(0, 40));
  ASSERT_TRUE(says(kPrevious, 2)) << said();
  EXPECT_EQ(connection.get("/a").body, "one");
  write("plugins/letters.wasm", dispatcher("two"));
  ASSERT_TRUE(says(" reloaded ")) << said();
  EXPECT_EQ(connection.get("/a").body, "two");
}

TEST_F(DevWithModule, EndsWith1WhenAModuleDoesNotStart) {
  write("plugins/letters.wasm", dispatcher("one", 1));
  const testkit::RunResult result = run();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("letters"));
}

TEST_F(DevCommand, PrintsWarningsAndServes) {
  start();
  SpecBuilder odd;
  odd.operation("GET", "/a").mock(200, "two", "text/plain").member("x-barbacane-nonsense", "1");
  write("specs/api.yaml", odd.text());
  ASSERT_TRUE(says(" reloaded 1 route(s)")) << said();
  EXPECT_TRUE(says("warning[E1015]: ")) << said();
  EXPECT_EQ(get("/a"), "two");
}

TEST_F(DevCommand, WritesNothingIntoTheProject) {
  start();
  write("specs/api.yaml", spec("/a", "two"));
  ASSERT_TRUE(says(" reloaded "));
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
    if (entry.is_regular_file()) files.push_back(entry.path().filename());
  }
  EXPECT_THAT(files, testing::UnorderedElementsAre("barbacane.yaml", "api.yaml"));
}

TEST_F(DevCommand, EndsOnASignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    start();
    child_->signal(signal);
    EXPECT_EQ(child_->wait(seconds(10)), 0);
    EXPECT_THAT(said(), testing::EndsWith("barbacane dev: shutting down...\n"));
  }
}

TEST_F(DevCommand, EndsWith1WhenItCannotStart) {
  const auto fails = [&](const std::vector<std::string>& flags, const std::string& last_line) {
    const testkit::RunResult result = run(flags);
    EXPECT_EQ(result.exit_code, 1) << last_line;
    EXPECT_THAT(result.err, HasSubstr(last_line));
  };
  fails({"-m", "gone.yaml"}, "barbacane dev: manifest not found: gone.yaml\n");
  fails({"--spec", "gone.yaml"}, "barbacane dev: compile error: spec file not found: gone.yaml\n");
  fails({"--listen", "localhost:80"}, "barbacane dev: invalid listen address: localhost:80\n");
  fails({"--admin-bind", "nowhere"}, "barbacane dev: invalid --admin-bind address 'nowhere': ");
  write("broken.yaml", "openapi: [");
  fails({"--spec", "broken.yaml"}, "barbacane dev: compile error: E1002: ");
  write("no-specs.yaml", "plugins: {}\n");
  fails({"-m", "no-specs.yaml"},
        "barbacane dev: no specs found. Add 'specs: ./specs/' to no-specs.yaml or pass --spec\n");
  write("bad.yaml", "plugins: [\n");
  fails({"-m", "bad.yaml"}, "barbacane dev: manifest error: failed to parse bad.yaml: ");

  start();
  const std::string address = "127.0.0.1:" + std::to_string(port_);
  fails({"--listen", address}, "barbacane dev: failed to bind to " + address + ": ");
}

TEST(DevHelp, NamesTheFlags) {
  const testkit::RunResult help = testkit::run({"dev", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("auto-reload"), HasSubstr("--manifest"),
                              HasSubstr("--spec"), HasSubstr("--debounce-ms")));
  EXPECT_EQ(testkit::run({"dev", "--debounce-ms", "soon"}).exit_code, 2);
  EXPECT_EQ(testkit::run({"dev", "--bogus"}).exit_code, 2);
}

}  // namespace
}  // namespace barbacane::integration
