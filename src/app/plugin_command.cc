#include <algorithm>
#include <cstdio>
#include <vector>

#include <fmt/core.h>

#include "app/command_line.h"
#include "app/plugin_commands.h"
#include "base/text.h"

/// `barbacane plugin`: finds the command behind it.
namespace barbacane::app {

namespace {

std::string help_text() {
  std::string text =
      "Find, make and check plugins\n\n"
      "Usage: barbacane plugin <COMMAND> [OPTIONS]\n\n"
      "Commands:\n";
  for (const Command& command : kPluginCommands) {
    text += fmt::format("  {:<10}{}\n", command.name, command.summary);
  }
  text +=
      "\nOptions:\n"
      "  -h,--help     Print this text and exit\n\n"
      "Example:\n"
      "  barbacane plugin show correlation-id\n"
      "  barbacane plugin new tenant-header --type middleware\n\n"
      "'barbacane plugin <COMMAND> --help' tells more about a command.\n";
  return text;
}

int unknown_command(const std::string& name) {
  const bool is_flag = name.starts_with('-');
  std::string message =
      fmt::format("{} '{}'", is_flag ? "unexpected argument" : "unknown command", name);
  std::vector<std::string_view> known;
  for (const Command& command : kPluginCommands) known.push_back(command.name);
  const std::string_view nearest = base::nearest(name, known);
  if (!is_flag && !nearest.empty()) message += fmt::format(", did you mean '{}'?", nearest);
  return usage_error("barbacane plugin", message);
}

}  // namespace

int run_plugin(Arguments arguments) {
  if (arguments.empty()) {
    fmt::print(stderr, "{}", help_text());
    return kUsage;
  }
  const std::string& first = arguments[0];
  if (first == "-h" || first == "--help") {
    fmt::print(stdout, "{}", help_text());
    return kSuccess;
  }
  const auto* command = std::ranges::find(kPluginCommands, first, &Command::name);
  if (command == std::end(kPluginCommands)) return unknown_command(first);
  return command->run(arguments.subspan(1));
}

}  // namespace barbacane::app
