#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>

#include <fmt/core.h>
#include <unistd.h>

#include "app/command_line.h"
#include "app/plugin_cases.h"
#include "app/plugin_commands.h"
#include "app/text_table.h"
#include "base/diagnostic_text.h"
#include "base/file.h"
#include "base/text.h"
#include "compiler/plugin_source.h"
#include "wasm/plugin_manifest.h"

/// `barbacane plugin test`.
namespace barbacane::app {

namespace {

namespace fs = std::filesystem;

struct TestFlags {
  std::string module;
  std::string cases;
  std::string format = "text";
};

std::optional<int> parse(Arguments arguments, TestFlags& flags) {
  CommandLine line("barbacane plugin test", "Run a plugin's cases without a gateway",
                   "barbacane plugin test\n"
                   "barbacane plugin test build/tenant-header.wasm tests/cases.yaml");
  line.text("MODULE", flags.module, "FILE.wasm",
            "The module; without it the one of the plugin.toml in this folder");
  line.text("CASES", flags.cases, "FILE", "The cases; without it tests/cases.yaml");
  line.choice("--format", flags.format, {"text", "json"}, "How the outcome is shown");
  const auto exit = line.parse(arguments);
  // `plugin test cases.yaml` means the cases.
  if (flags.cases.empty() && !flags.module.ends_with(".wasm")) std::swap(flags.module, flags.cases);
  return exit;
}

/// Where a build of the plugin in this folder leaves its module.
base::Result<std::string> module_of_folder() {
  const auto text = base::read_file("plugin.toml");
  if (!text) return base::fail("no FILE.wasm given, and no plugin.toml in this folder");
  const auto manifest = wasm::parse_plugin_manifest(*text);
  if (!manifest) return base::fail("plugin.toml: " + manifest.error().message);
  for (const std::string folder : {"build/", ""}) {
    const std::string path = folder + manifest->name + ".wasm";
    std::error_code error;
    if (fs::exists(path, error)) return path;
  }
  return base::fail(
      fmt::format("build/{}.wasm is not there; build the plugin first", manifest->name));
}

struct Outcome {
  std::string module;
  std::string cases;
  std::vector<CaseResult> results;

  std::size_t passed() const {
    return static_cast<std::size_t>(std::ranges::count_if(results, &CaseResult::passed));
  }
};

base::Result<Outcome> run_cases(const TestFlags& flags) {
  Outcome outcome{.module = flags.module,
                  .cases = flags.cases.empty() ? "tests/cases.yaml" : flags.cases,
                  .results = {}};
  if (outcome.module.empty()) {
    auto module = module_of_folder();
    if (!module) return std::unexpected(module.error());
    outcome.module = std::move(*module);
  }
  auto plugin = compiler::resolve_file(outcome.module);
  if (!plugin) return base::fail(plugin.error());
  if (!plugin->faults.empty()) {
    return base::fail(fmt::format("{} cannot run: {}", outcome.module, plugin->faults.front()));
  }
  auto text = base::read_file(outcome.cases);
  if (!text) {
    return base::fail(fmt::format("failed to read {}: {}", outcome.cases, text.error().message));
  }
  const auto cases = parse_plugin_cases(outcome.cases, std::move(*text));
  if (!cases) return std::unexpected(cases.error());
  for (const PluginCase& each : cases->cases) {
    auto runner = make_plugin_runner(plugin->plugin);
    if (!runner) return std::unexpected(runner.error());
    outcome.results.push_back(run_plugin_case(each, plugin->plugin, **runner));
  }
  return outcome;
}

std::string text_of(const Outcome& outcome) {
  const bool colours = base::colours_for(STDOUT_FILENO) == base::Colours::kOn;
  const auto mark = [&](bool passed) -> std::string {
    if (!colours) return passed ? "✓" : "✗";
    return passed ? "\x1b[32m✓\x1b[0m" : "\x1b[31m✗\x1b[0m";
  };
  std::string text = fmt::format("{}: {} case(s) from {}\n", plain_line(outcome.module),
                                 outcome.results.size(), plain_line(outcome.cases));
  for (const CaseResult& result : outcome.results) {
    text += fmt::format("  {} {}\n", mark(result.passed()), plain_line(result.name));
    for (const std::string& failure : result.failures) {
      text += fmt::format("      {}\n", plain_line(failure));
    }
    if (result.passed()) continue;
    for (const std::string& line : result.log)
      text += fmt::format("      log: {}\n", plain_line(line));
  }
  return text + fmt::format("{} passed, {} failed\n", outcome.passed(),
                            outcome.results.size() - outcome.passed());
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : ", ") + base::json_string(plain_line(text));
  }
  return "[" + list + "]";
}

std::string document(const Outcome& outcome) {
  std::string results;
  for (const CaseResult& result : outcome.results) {
    results +=
        fmt::format("{}\n    {{\"failures\": {}, \"log\": {}, \"name\": {}, \"passed\": {}}}",
                    results.empty() ? "" : ",", json_list(result.failures), json_list(result.log),
                    base::json_string(result.name), result.passed());
  }
  return fmt::format(
      "{{\n  \"module\": {},\n  \"results\": [{}\n  ],\n"
      "  \"summary\": {{\"failed\": {}, \"passed\": {}, \"total\": {}}}\n}}\n",
      base::json_string(outcome.module), results, outcome.results.size() - outcome.passed(),
      outcome.passed(), outcome.results.size());
}

}  // namespace

int run_plugin_test(Arguments arguments) {
  TestFlags flags;
  if (const auto exit = parse(arguments, flags)) return *exit;

  const auto outcome = run_cases(flags);
  if (!outcome) {
    fmt::print(stderr, "error: {}\n", outcome.error().message);
    return kFailure;
  }
  fmt::print(stdout, "{}", flags.format == "json" ? document(*outcome) : text_of(*outcome));
  return outcome->passed() == outcome->results.size() ? kSuccess : kFailure;
}

}  // namespace barbacane::app
