#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "app/command_line.h"
#include "app/existing_spec.h"
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
  std::optional<std::string> from;
  std::string spec_template = "basic";
  bool fetch_plugins = false;
};

std::optional<int> parse(Arguments arguments, InitFlags& flags) {
  CommandLine line("barbacane init", "Create a project: a manifest and a first spec",
                   "barbacane init shop --template minimal\n"
                   "barbacane init shop --from openapi.yaml");
  line.text("NAME", flags.name, "DIRECTORY", "Where to create it");
  line.text("--template,-t", flags.spec_template, "basic|minimal", "What the first spec holds");
  line.optional_text("--from", flags.from, "FILE",
                     "Serve this OpenAPI description, copied with the files it refers to, from its "
                     "own examples");
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
  fmt::print(stderr,
             "warning: --fetch-plugins is not needed: the official plugins are part of barbacane\n"
             "Fetching official plugins...\n");
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

/// What goes into `specs/`, and what to say about it.
struct Content {
  std::vector<ExistingSpec::File> specs;
  DefaultAnswers answers = DefaultAnswers::kNone;
  std::string note = "your API";
  std::string target;  ///< to try with curl; empty for none
};

/// Nothing, after a message, when there is none.
std::optional<Content> content_for(const InitFlags& flags) {
  if (!flags.from) {
    const auto spec = template_spec(flags.spec_template);
    if (!spec) {
      fmt::print(stderr, "error: unknown template '{}'. Use 'basic' or 'minimal'.\n",
                 flags.spec_template);
      return std::nullopt;
    }
    return Content{.specs = {{"api.yaml", std::string(*spec)}}, .target = "/health"};
  }
  auto existing = read_existing_spec(*flags.from);
  if (!existing) {
    fmt::print(stderr, "{}error: {}\n", existing.error().excerpts, existing.error().message);
    return std::nullopt;
  }
  for (const std::string& warning : existing->warnings) {
    fmt::print(stderr, "warning: {}\n", warning);
  }
  return Content{.specs = std::move(existing->files),
                 .answers = DefaultAnswers::kFromSpec,
                 .note = fmt::format("your API, {} operation{}", existing->operations,
                                     existing->operations == 1 ? "" : "s"),
                 .target = std::move(existing->example_target)};
}

/// In quotes where a shell would make something of it.
std::string shell_word(const std::string& text) {
  return text.find_first_of("?&*'\"\\ $`!;()<>|#{}[]~") == text.npos ? text : "'" + text + "'";
}

void print_success(const InitFlags& flags, const Content& content,
                   const std::vector<ProjectPlugin>& plugins) {
  const bool here = flags.name == ".";
  std::vector<std::pair<std::string, std::string>> created = {{"barbacane.yaml", "the project"}};
  for (const ExistingSpec::File& file : content.specs) {
    created.emplace_back("specs/" + file.path, created.size() == 1 ? content.note : "");
  }
  created.emplace_back(".gitignore", "");
  for (const ProjectPlugin& plugin : plugins) created.emplace_back("plugins/" + plugin.file, "");
  std::size_t width = 0;
  for (const auto& [path, note] : created) {
    if (!note.empty()) width = std::max(width, path.size());
  }
  std::string text = fmt::format("✓ Initialized Barbacane project in {}\n\nCreated:\n",
                                 here ? "current directory" : flags.name);
  for (const auto& [path, note] : created) {
    text += note.empty() ? fmt::format("  {}\n", path)
                         : fmt::format("  {:<{}}    {}\n", path, width, note);
  }
  text += "\nNext steps:\n";
  if (!here) text += fmt::format("  cd {}\n", shell_word(flags.name));
  text += "  barbacane compile --manifest barbacane.yaml --output api.bca\n";
  text += flags.from ? "  barbacane serve --artifact api.bca --dev\n"
                     : "  barbacane serve --artifact api.bca\n";
  if (!content.target.empty()) {
    text += fmt::format("  curl {}\n", shell_word("http://localhost:8080" + content.target));
  }
  fmt::print(stderr, "{}", text);
}

}  // namespace

int run_init(Arguments arguments) {
  InitFlags flags;
  if (const auto exit = parse(arguments, flags)) return *exit;
  if (flags.from && flags.spec_template != InitFlags().spec_template) {
    return usage_error("barbacane init", "--template and --from cannot be used together");
  }
  const auto content = content_for(flags);
  if (!content) return kFailure;
  const fs::path root = flags.name;
  if (flags.name != "." && holds_something(root)) {
    fmt::print(stderr, "error: directory '{}' is not empty\n", flags.name);
    return kFailure;
  }
  std::vector<fs::path> directories = {root / "plugins", root / "specs"};
  for (const ExistingSpec::File& file : content->specs) {
    directories.push_back((root / "specs" / file.path).parent_path());
  }
  for (const fs::path& directory : directories) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) return failed(directory.string(), error.message());
  }
  std::vector<ProjectPlugin> plugins;
  if (flags.fetch_plugins) plugins = fetch_plugins(root / "plugins");

  std::vector<std::pair<fs::path, std::string_view>> files;
  const std::string manifest = project_manifest(plugins, content->answers);
  files.emplace_back(root / "barbacane.yaml", manifest);
  for (const ExistingSpec::File& file : content->specs) {
    files.emplace_back(root / "specs" / file.path, file.bytes);
  }
  files.emplace_back(root / ".gitignore", project_gitignore());
  for (const auto& [path, text] : files) {
    const auto written = base::write_file_atomically(path, text);
    if (!written) return failed(path.string(), written.error().message);
  }
  print_success(flags, *content, plugins);
  return kSuccess;
}

}  // namespace barbacane::app
