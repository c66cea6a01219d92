#include "app/program.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <vector>

#include <fmt/core.h>

#include "app/command_line.h"
#include "base/text.h"
#include "base/version.h"

namespace barbacane::app {

namespace {

std::string help_text() {
  std::string text =
      "An API gateway that is compiled from your OpenAPI descriptions\n\n"
      "Usage: barbacane <COMMAND> [OPTIONS]\n\n"
      "Commands:\n";
  for (const Command& command : kCommands) {
    text += fmt::format("  {:<10}{}\n", command.name, command.summary);
  }
  text += fmt::format("  {:<10}{}\n", "help", "Print this text, or the help of a command");
  text +=
      "\nOptions:\n"
      "  -h,--help     Print this text and exit\n"
      "  -V,--version  Print the version and exit\n\n"
      "Example:\n"
      "  barbacane init shop && cd shop\n"
      "  barbacane dev\n"
      "  barbacane compile --manifest barbacane.yaml --output shop.bca\n"
      "  barbacane serve --artifact shop.bca\n\n"
      "'barbacane help <COMMAND>' tells more about a command.\n";
  return text;
}

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &Command::name);
  return found == std::end(kCommands) ? nullptr : found;
}

int unknown_command(const std::string& name) {
  const bool is_flag = name.starts_with('-');
  std::string message =
      fmt::format("{} '{}'", is_flag ? "unexpected argument" : "unknown command", name);
  std::vector<std::string_view> known;
  for (const Command& command : kCommands) known.push_back(command.name);
  const std::string_view nearest = base::nearest(name, known);
  if (!is_flag && !nearest.empty()) message += fmt::format(", did you mean '{}'?", nearest);
  return usage_error("barbacane", message);
}

int help_command(Arguments arguments) {
  if (arguments.empty() || arguments[0].starts_with('-')) {
    fmt::print(stdout, "{}", help_text());
    return kSuccess;
  }
  const Command* command = find_command(arguments[0]);
  if (command == nullptr) return unknown_command(arguments[0]);
  std::vector<std::string> help(arguments.begin() + 1, arguments.end());
  help.emplace_back("--help");
  return command->run(help);
}

int dispatch(Arguments arguments) {
  if (arguments.empty()) {
    fmt::print(stderr, "{}", help_text());
    return kUsage;
  }
  const std::string& first = arguments[0];
  if (first == "-h" || first == "--help") {
    fmt::print(stdout, "{}", help_text());
    return kSuccess;
  }
  if (first == "-V" || first == "--version") {
    fmt::print(stdout, "barbacane {}\n", base::kVersion);
    return kSuccess;
  }
  if (first == "help") return help_command(arguments.subspan(1));
  const Command* command = find_command(first);
  return command == nullptr ? unknown_command(first) : command->run(arguments.subspan(1));
}

}  // namespace

int run_program(Arguments arguments) {
  try {
    return dispatch(arguments);
  } catch (const std::exception& failure) {
    // Folders keep their exceptions to themselves; what arrives here is memory running out.
    std::fprintf(stderr, "error: %s\n", failure.what());
    return kFailure;
  }
}

}  // namespace barbacane::app
