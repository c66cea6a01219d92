#include <cstdio>
#include <string>

#include <fmt/core.h>
#include <unistd.h>

#include "app/command_line.h"
#include "app/plugin_commands.h"
#include "app/plugin_facts.h"
#include "app/text_table.h"
#include "base/text.h"

/// `barbacane plugin list`.
namespace barbacane::app {

namespace {

std::string document(const std::vector<PluginFacts>& plugins) {
  std::string text = "[";
  for (const PluginFacts& plugin : plugins) {
    text += text.size() > 1 ? ",\n" : "\n";
    text += fmt::format(
        "  {{\n    \"description\": {},\n    \"name\": {},\n    \"native\": {},\n"
        "    \"type\": {},\n    \"version\": {}\n  }}",
        base::json_string(plugin.description), base::json_string(plugin.name), plugin.native,
        base::json_string(plugin.type), base::json_string(plugin.version));
  }
  return text + "\n]\n";
}

}  // namespace

int run_plugin_list(Arguments arguments) {
  std::string format = "text";
  CommandLine line("barbacane plugin list", "The plugins that come with barbacane",
                   "barbacane plugin list\n"
                   "barbacane plugin list --format json");
  line.choice("--format", format, {"text", "json"}, "How they are listed");
  if (const auto exit = line.parse(arguments)) return *exit;

  const std::vector<PluginFacts> plugins = official_plugins();
  if (format == "json") {
    fmt::print(stdout, "{}", document(plugins));
    return kSuccess;
  }
  TextTable table({"NAME", "VERSION", "TYPE", "WHAT IT DOES"});
  for (const PluginFacts& plugin : plugins) {
    table.add({plugin.name, plugin.version, plugin.type, plugin.description});
  }
  fmt::print(stdout, "{}", table.text(base::colours_for(STDOUT_FILENO), output_width()));
  return kSuccess;
}

}  // namespace barbacane::app
