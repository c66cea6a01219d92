#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include "app/command_line.h"
#include "app/project_template.h"
#include "base/file.h"
#include "compiler/download.h"

/// `barbacane init`: cli.md, section 2.
namespace barbacane::app {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kReleases =
    "https://github.com/barbacane-dev/barbacane/releases/latest/download/";

struct InitFlags {
  std::string name = ".";
  std::string spec_template = "basic";
  bool fetch_plugins = false;
};

std::optional<int> parse(Arguments arguments, InitFlags& flags) {
  CommandLine line("barbacane init", "Create a project: a manifest and a first spec",
                   "barbacane init shop --template minimal");
  line.text("NAME", flags.name, "DIRECTORY", "Where to create it");
  line.text("--template,-t", flags.spec_template, "basic|minimal", "What the first spec holds");
  line.flag("--fetch-plugins", flags.fetch_plugins,
            "Download the official mock and http-upstream modules into plugins/");
  return line.parse(arguments);
}

int failed(std::string_view what, std::string_view reason) {
  fmt::print(stderr, "error: failed to create {}: {}\n", what, reason);
  return kFailure;
}

bool holds_something(const fs::path& directory) {
  std::error_code error;
  return fs::exists(directory, error) && !fs::is_empty(directory, error) && !error;
}

/// A plugin that cannot be had is a warning: the built-in dispatchers do without.
std::vector<ProjectPlugin> fetch_plugins(const fs::path& directory) {
  fmt::print(stderr, "Fetching official plugins...\n");
  std::vector<ProjectPlugin> fetched;
  for (const std::string name : {"mock", "http-upstream"}) {
    const std::string file = name + ".wasm";
    fmt::print(stderr, "  Downloading {}...", name);
    std::fflush(stderr);
    const std::string url = std::string(kReleases) + file;
    const auto bytes = compiler::download({url, compiler::kModuleLimit, {}});
    if (!bytes) {
      fmt::print(stderr, " failed\nwarning: failed to download plugin from {}: {}\n", url,
                 bytes.error());
      continue;
    }
    if (const auto written = base::write_file_atomically(directory / file, *bytes); !written) {
      fmt::print(stderr, " failed\nwarning: cannot write {}: {}\n", file, written.error().message);
      continue;
    }
    fmt::print(stderr, " done ({} bytes)\n", bytes->size());
    fetched.push_back({name, file});
  }
  if (fetched.empty()) fmt::print(stderr, "warning: no plugins were downloaded\n");
  return fetched;
}

void print_success(const InitFlags& flags, const std::vector<ProjectPlugin>& plugins) {
  const bool here = flags.name == ".";
  std::string text = fmt::format("✓ Initialized Barbacane project in {}\n\nCreated:\n",
                                 here ? "current directory" : flags.name);
  text += "  barbacane.yaml    the project\n";
  text += "  specs/api.yaml    your API\n";
  text += "  .gitignore\n";
  for (const ProjectPlugin& plugin : plugins) text += fmt::format("  plugins/{}\n", plugin.file);
  text += "\nNext steps:\n";
  if (!here) text += fmt::format("  cd {}\n", flags.name);
  text += "  barbacane compile --manifest barbacane.yaml --output api.bca\n";
  text += "  barbacane serve --artifact api.bca\n";
  text += "  curl http://localhost:8080/health\n";
  fmt::print(stderr, "{}", text);
}

}  // namespace

int run_init(Arguments arguments) {
  InitFlags flags;
  if (const auto exit = parse(arguments, flags)) return *exit;

  const auto spec = template_spec(flags.spec_template);
  if (!spec) {
    fmt::print(stderr, "error: unknown template '{}'. Use 'basic' or 'minimal'.\n",
               flags.spec_template);
    return kFailure;
  }
  const fs::path root = flags.name;
  if (flags.name != "." && holds_something(root)) {
    fmt::print(stderr, "error: directory '{}' is not empty\n", flags.name);
    return kFailure;
  }
  for (const fs::path& directory : {root / "plugins", root / "specs"}) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) return failed(directory.string(), error.message());
  }
  std::vector<ProjectPlugin> plugins;
  if (flags.fetch_plugins) plugins = fetch_plugins(root / "plugins");

  const std::pair<fs::path, std::string> files[] = {
      {root / "barbacane.yaml", project_manifest(plugins)},
      {root / "specs" / "api.yaml", std::string(*spec)},
      {root / ".gitignore", std::string(project_gitignore())},
  };
  for (const auto& [path, text] : files) {
    const auto written = base::write_file_atomically(path, text);
    if (!written) return failed(path.string(), written.error().message);
  }
  print_success(flags, plugins);
  return kSuccess;
}

}  // namespace barbacane::app
