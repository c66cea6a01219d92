#include <cstdio>
#include <string>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/command_line.h"
#include "app/plugin_commands.h"
#include "app/plugin_facts.h"
#include "app/schema_table.h"
#include "app/text_table.h"
#include "base/text.h"

/// `barbacane plugin show`.
namespace barbacane::app {

namespace {

struct ShowFlags {
  std::string name;
  std::string format = "text";
};

std::optional<int> parse(Arguments arguments, ShowFlags& flags) {
  CommandLine line("barbacane plugin show", "What a plugin does and how it is configured",
                   "barbacane plugin show correlation-id\n"
                   "barbacane plugin show ./plugins/tenant-header.wasm");
  line.text("NAME", flags.name, "NAME|FILE.wasm", "A plugin that comes with barbacane, or a module",
            CommandLine::Need::kRequired);
  line.choice("--format", flags.format, {"text", "json"}, "How it is shown");
  return line.parse(arguments);
}

int unknown_plugin(const std::string& name) {
  std::vector<std::string> names;
  for (const PluginFacts& plugin : official_plugins()) names.push_back(plugin.name);
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view nearest = base::nearest(name, known);
  fmt::print(stderr, "error: no plugin '{}' comes with barbacane{}\n", plain_line(name),
             nearest.empty() ? "; 'barbacane plugin list' shows those that do"
                             : fmt::format(", did you mean '{}'?", nearest));
  return kFailure;
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : ", ") + base::json_string(text);
  }
  return "[" + list + "]";
}

std::string document(const PluginFacts& plugin) {
  return fmt::format(
      "{{\n  \"body_access\": {},\n  \"capabilities\": {},\n  \"config_schema\": {},\n"
      "  \"description\": {},\n  \"name\": {},\n  \"native\": {},\n  \"type\": {},\n"
      "  \"version\": {}\n}}\n",
      plugin.body_access, json_list(plugin.capabilities), plugin.config_schema.value_or("null"),
      base::json_string(plugin.description), base::json_string(plugin.name), plugin.native,
      base::json_string(plugin.type), base::json_string(plugin.version));
}

std::string_view place_of(const PluginFacts& plugin) {
  return plugin.type == "dispatcher" ? "x-barbacane-dispatch" : "x-barbacane-middlewares";
}

std::string head(const PluginFacts& plugin) {
  std::string text =
      fmt::format("{} {}, {}{}\n", plain_line(plugin.name), plain_line(plugin.version), plugin.type,
                  plugin.native ? " (a part of the gateway)" : "");
  if (!plugin.description.empty()) text += plain_line(plugin.description) + "\n";
  text += "\n";
  text += fmt::format("  goes into     {}\n", place_of(plugin));
  if (!plugin.native) {
    text += fmt::format("  capabilities  {}\n",
                        plugin.capabilities.empty()
                            ? "none"
                            : fmt::format("{}", fmt::join(plugin.capabilities, ", ")));
    text += fmt::format("  bodies        {}\n",
                        plugin.body_access ? "reads and writes them" : "does not see them");
  }
  return text;
}

void print_text(const PluginFacts& plugin) {
  fmt::print(stdout, "{}\n", head(plugin));
  if (!plugin.config_schema) {
    fmt::print(stdout, "It brings no config schema: its config is not checked.\n");
    return;
  }
  TextTable table({"CONFIG", "TYPE", "DEFAULT", "MEANING"});
  for (SchemaRow& row : schema_rows(*plugin.config_schema)) {
    table.add({std::move(row.member), std::move(row.type), std::move(row.fallback),
               std::move(row.words)});
  }
  if (table.empty()) {
    fmt::print(stdout, "It takes no config.\n");
    return;
  }
  fmt::print(stdout, "{}", table.text(base::colours_for(STDOUT_FILENO), output_width()));
}

}  // namespace

int run_plugin_show(Arguments arguments) {
  ShowFlags flags;
  if (const auto exit = parse(arguments, flags)) return *exit;

  std::optional<PluginFacts> plugin;
  if (flags.name.ends_with(".wasm")) {
    auto read = plugin_of_file(flags.name);
    if (!read) {
      fmt::print(stderr, "error: {}\n", read.error());
      return kFailure;
    }
    plugin = std::move(*read);
  } else {
    plugin = official_plugin(flags.name);
  }
  if (!plugin) return unknown_plugin(flags.name);
  if (flags.format == "json") {
    fmt::print(stdout, "{}", document(*plugin));
  } else {
    print_text(*plugin);
  }
  return kSuccess;
}

}  // namespace barbacane::app
