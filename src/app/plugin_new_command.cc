#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

#include <fmt/core.h>

#include "app/command_line.h"
#include "app/embedded_files.h"
#include "app/plugin_commands.h"
#include "app/plugin_template.h"
#include "base/file.h"

/// `barbacane plugin new`.
namespace barbacane::app {

namespace {

namespace fs = std::filesystem;

struct NewFlags {
  std::string folder;
  std::string type;
};

std::optional<int> parse(Arguments arguments, NewFlags& flags) {
  CommandLine line("barbacane plugin new", "Create a plugin of your own in C++",
                   "barbacane plugin new tenant-header --type middleware\n"
                   "barbacane plugin new plugins/teapot --type dispatcher");
  using enum CommandLine::Need;
  line.text("NAME", flags.folder, "NAME", "The plugin's name, or the folder it gets, named like it",
            kRequired);
  line.choice("--type", flags.type, {"middleware", "dispatcher"},
              "A middleware looks at requests and responses, a dispatcher answers");
  if (const auto exit = line.parse(arguments)) return exit;
  if (!flags.type.empty()) return std::nullopt;
  return usage_error("barbacane plugin new", "--type is required: middleware or dispatcher");
}

bool holds_something(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder, error) && !fs::is_empty(folder, error) && !error;
}

base::Result<> write(const fs::path& file, std::string_view text) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) return base::fail(fmt::format("{}: {}", file.parent_path().string(), error.message()));
  const auto written = base::write_file_atomically(file, text);
  if (!written) return base::fail(fmt::format("{}: {}", file.string(), written.error().message));
  return {};
}

base::Result<> write_project(const fs::path& folder, std::string_view name, PluginType type) {
  for (const auto& [path, text] : plugin_template(name, type)) {
    if (auto written = write(folder / path, text); !written) return written;
  }
  for (const EmbeddedFile& file : sdk_files()) {
    if (auto written = write(folder / "sdk" / file.path, file.text); !written) return written;
  }
  return {};
}

}  // namespace

int run_plugin_new(Arguments arguments) {
  NewFlags flags;
  if (const auto exit = parse(arguments, flags)) return *exit;

  fs::path folder = fs::path(flags.folder).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  const std::string name = folder.filename();
  if (!is_plugin_name(name)) {
    return usage_error("barbacane plugin new",
                       fmt::format("'{}' is no name of a plugin: 1 to 64 of a-z, 0-9 and '-', "
                                   "beginning with a letter",
                                   name));
  }
  if (holds_something(folder)) {
    fmt::print(stderr, "error: directory '{}' is not empty\n", folder.string());
    return kFailure;
  }
  const PluginType type =
      flags.type == "dispatcher" ? PluginType::kDispatcher : PluginType::kMiddleware;
  if (const auto written = write_project(folder, name, type); !written) {
    fmt::print(stderr, "error: failed to create {}\n", written.error().message);
    return kFailure;
  }
  fmt::print(stderr,
             "✓ Created the {} '{}' in {}\n\n"
             "Next steps:\n"
             "  cd {}\n"
             "  cmake -S . -B build && cmake --build build\n"
             "  barbacane plugin test\n\n"
             "Then edit {}.cc, plugin.toml and config-schema.json; README.md tells the rest.\n",
             flags.type, name, folder.string(), folder.string(), name);
  return kSuccess;
}

}  // namespace barbacane::app
