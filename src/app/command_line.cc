#include "app/command_line.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace barbacane::app {

namespace {

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// CLI11 reads `-s=value` as the value `=value`; split it, up to a `--` that ends the flags.
/// In reverse, as it wants its arguments.
std::vector<std::string> prepare(Arguments arguments) {
  std::vector<std::string> words;
  bool flags = true;
  for (const std::string& word : arguments) {
    if (word == "--") flags = false;
    if (flags && word.size() > 2 && word[0] == '-' && word[1] != '-' && word[2] == '=') {
      words.push_back(word.substr(0, 2));
      words.push_back(word.substr(3));
    } else {
      words.push_back(word);
    }
  }
  return {words.rbegin(), words.rend()};
}

}  // namespace

int usage_error(std::string_view command, std::string_view message) {
  fmt::print(stderr, "error: {}\n\nFor more information, try '{} --help'.\n", message, command);
  return kUsage;
}

CommandLine::CommandLine(std::string name, std::string summary, std::string example)
    : name_(std::move(name)), app_(std::make_unique<CLI::App>(std::move(summary), name_)) {
  app_->set_help_flag("-h,--help", "Print this help and exit");
  std::string footer = "\nExample:";
  for (std::size_t begin = 0; begin < example.size();) {
    const std::size_t end = std::min(example.find('\n', begin), example.size());
    footer += "\n  " + example.substr(begin, end - begin);
    begin = end + 1;
  }
  app_->footer(footer);
  app_->get_formatter()->column_width(34);
}

CommandLine::~CommandLine() = default;

void CommandLine::describe(CLI::Option* option, std::string placeholder, Need need) {
  option->type_name(std::move(placeholder));
  if (need == Need::kRequired) option->required();
}

void CommandLine::text(const std::string& names, std::string& target, std::string placeholder,
                       std::string description, Need need) {
  CLI::Option* option = app_->add_option(names, target, std::move(description));
  if (!target.empty()) option->capture_default_str();
  describe(option, std::move(placeholder), need);
}

void CommandLine::optional_text(const std::string& names, std::optional<std::string>& target,
                                std::string placeholder, std::string description) {
  const auto store = [&target](const std::string& value) { target = value; };
  describe(app_->add_option_function<std::string>(names, store, std::move(description)),
           std::move(placeholder), Need::kOptional);
}

void CommandLine::texts(const std::string& names, std::vector<std::string>& target,
                        std::string placeholder, std::string description, Need need) {
  describe(app_->add_option(names, target, std::move(description)), std::move(placeholder), need);
}

void CommandLine::repeated(const std::string& names, std::vector<std::string>& target,
                           std::string placeholder, std::string description) {
  CLI::Option* option = app_->add_option(names, target, std::move(description));
  option->allow_extra_args(false);
  describe(option, std::move(placeholder), Need::kOptional);
}

void CommandLine::choice(const std::string& names, std::string& target,
                         std::vector<std::string> choices, std::string description) {
  CLI::Option* option = app_->add_option(names, target, std::move(description));
  option->capture_default_str();
  option->type_name(fmt::format("{}", fmt::join(choices, "|")));
  option->check([choices = std::move(choices)](const std::string& value) -> std::string {
    if (std::ranges::find(choices, value) != choices.end()) return {};
    return fmt::format("must be one of {}, got '{}'", fmt::join(choices, ", "), value);
  });
}

void CommandLine::count(const std::string& names, std::uint64_t& target, std::string placeholder,
                        std::string description, std::uint64_t least, std::uint64_t most) {
  const auto store = [&target](const std::string& value) { target = *parse_decimal(value); };
  CLI::Option* option =
      app_->add_option_function<std::string>(names, store, std::move(description));
  if (target != 0) option->default_str(std::to_string(target));
  describe(option, std::move(placeholder), Need::kOptional);
  option->check([least, most](const std::string& value) -> std::string {
    const auto number = parse_decimal(value);
    if (number && *number >= least && *number <= most) return {};
    return fmt::format("must be a number from {} to {}, got '{}'", least, most, value);
  });
}

void CommandLine::flag(const std::string& names, bool& target, std::string description) {
  app_->add_flag(names, target, std::move(description));
}

int CommandLine::report_unexpected() {
  const std::string word = app_->remaining().front();
  std::string message = fmt::format("unexpected argument '{}'", word);
  if (word.starts_with("--")) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app_->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::string_view nearest = base::nearest(word.substr(0, word.find('=')), known);
    if (!nearest.empty()) message += fmt::format(", did you mean '{}'?", nearest);
  }
  return usage_error(name_, message);
}

std::optional<int> CommandLine::parse(Arguments arguments) {
  try {
    std::vector<std::string> words = prepare(arguments);
    app_->parse(words);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    fmt::print(stdout, "{}", app_->help());
    return kSuccess;
  } catch (const CLI::Error& error) {
    // A name nobody knows is more likely the cause than what is missing for it.
    if (app_->remaining_size() > 0) return report_unexpected();
    return usage_error(name_, error.what());
  }
}

}  // namespace barbacane::app
