#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

/// The flags of one command, by the conventions of cli.md, section 1.
///
/// A thin face over CLI11 that adds what it lacks (`-s=value`, decimal numbers only, "did you
/// mean") and keeps it out of the commands: declare flags with references to variables that hold
/// the defaults, then `parse`. Help goes to standard output with exit code 0, a usage error to
/// standard error with exit code 2.
namespace barbacane::app {

/// Prints the message and where to find help; returns the exit code of a usage error.
int usage_error(std::string_view command, std::string_view message);

class CommandLine {
 public:
  /// `name` with the program in front: `barbacane compile`. `example` may have several lines.
  CommandLine(std::string name, std::string summary, std::string example);
  ~CommandLine();

  enum class Need { kOptional, kRequired };

  /// `names` as `--output,-o`; a name without dashes is positional. `placeholder` is shown in help.
  void text(const std::string& names, std::string& target, std::string placeholder,
            std::string description, Need need = Need::kOptional);
  void optional_text(const std::string& names, std::optional<std::string>& target,
                     std::string placeholder, std::string description);
  /// Several values per flag, and repetition.
  void texts(const std::string& names, std::vector<std::string>& target, std::string placeholder,
             std::string description, Need need = Need::kOptional);
  /// One value per flag, and repetition.
  void repeated(const std::string& names, std::vector<std::string>& target, std::string placeholder,
                std::string description);
  /// One of `choices`; anything else is a usage error.
  void choice(const std::string& names, std::string& target, std::vector<std::string> choices,
              std::string description);
  /// A decimal number from `least` to `most`.
  void count(const std::string& names, std::uint64_t& target, std::string placeholder,
             std::string description, std::uint64_t least, std::uint64_t most);
  void flag(const std::string& names, bool& target, std::string description);

  /// Nothing when the command is to run; otherwise the exit code, everything having been said.
  std::optional<int> parse(Arguments arguments);

 private:
  void describe(CLI::Option* option, std::string placeholder, Need need);
  int report_unexpected();

  std::string name_;
  std::unique_ptr<CLI::App> app_;
};

}  // namespace barbacane::app
