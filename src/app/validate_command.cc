#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

#include "app/command_line.h"
#include "app/issue_document.h"
#include "app/progress.h"
#include "base/diagnostic_text.h"
#include "compiler/compiler.h"

/// `barbacane validate`: cli.md, section 5.
namespace barbacane::app {

namespace {

using base::Diagnostic;
using base::Severity;
using compiler::ValidatedSpec;
using compiler::ValidateOutcome;

struct ValidateFlags {
  std::vector<std::string> specs;
  std::string format = "text";
  bool no_bundled_plugins = false;
};

std::optional<int> parse(Arguments arguments, ValidateFlags& flags) {
  CommandLine line("barbacane validate", "Check specs without a project",
                   "barbacane validate --spec users.yaml orders.yaml --format json");
  line.texts("--spec,-s", flags.specs, "FILE", "Specs to check", CommandLine::Need::kRequired);
  line.text("--format", flags.format, "text|json",
            "How problems are reported; json goes to standard output");
  line.flag("--no-bundled-plugins", flags.no_bundled_plugins,
            "Taken as 'compile' takes it; here no plugin is looked at anyway");
  return line.parse(arguments);
}

/// Prints problems and the empty lines between them.
class IssuePrinter {
 public:
  explicit IssuePrinter(const compiler::Sources& sources)
      : text_([&sources](std::string_view file) { return sources.text(file); },
              base::colours_for(STDERR_FILENO)) {}

  void print(const Diagnostic& diagnostic) {
    const std::string code = diagnostic.code.empty() ? "E1000" : diagnostic.code;
    const std::string where =
        diagnostic.location.empty() ? std::string{} : " [" + diagnostic.location + "]";
    const bool warning = diagnostic.severity == Severity::kWarning;
    const std::string shown = excerpt(diagnostic);
    fmt::print(stderr, "  {}{}: {}{}\n{}", code, where, reported_message(diagnostic),
               warning ? " (warning)" : "", shown);
    ends_with_empty_line_ = !shown.empty();
  }

  void print_line(std::string_view line) {
    fmt::print(stderr, "{}\n", line);
    ends_with_empty_line_ = false;
  }

  void end_block() {
    if (!ends_with_empty_line_) print_line("");
  }

 private:
  /// The excerpt with its caret, without the line that opens a block: the contract's own line has
  /// said that already.
  std::string excerpt(const Diagnostic& diagnostic) {
    if (!diagnostic.place.position.known()) return {};
    const std::string block = text_.render(diagnostic);
    const std::size_t header_end = block.find('\n');
    return header_end == std::string::npos ? std::string{} : block.substr(header_end + 1);
  }

  base::DiagnosticText text_;
  bool ends_with_empty_line_ = false;
};

void print_spec(const ValidatedSpec& spec, IssuePrinter& out) {
  const auto errors = std::ranges::count(spec.diagnostics, Severity::kError, &Diagnostic::severity);
  const auto warnings = static_cast<std::ptrdiff_t>(spec.diagnostics.size()) - errors;
  if (errors > 0) {
    out.print_line(fmt::format("✗ {} has {} error(s)", spec.file, errors));
  } else if (warnings > 0) {
    out.print_line(fmt::format("✓ {} is valid (with {} warning(s))", spec.file, warnings));
  } else {
    out.print_line(fmt::format("✓ {} is valid", spec.file));
  }
  for (const Severity severity : {Severity::kError, Severity::kWarning}) {
    for (const Diagnostic& diagnostic : spec.diagnostics) {
      if (diagnostic.severity == severity) out.print(diagnostic);
    }
  }
}

ValidateOutcome validate(const std::vector<std::string>& specs) {
  const Progress progress("validating");
  return compiler::validate(specs);
}

}  // namespace

int run_validate(Arguments arguments) {
  ValidateFlags flags;
  if (const auto exit = parse(arguments, flags)) return *exit;

  const ValidateOutcome outcome = validate(flags.specs);
  const std::size_t total = outcome.specs.size();
  const auto valid = static_cast<std::size_t>(
      std::ranges::count_if(outcome.specs, [](const ValidatedSpec& spec) { return spec.valid(); }));
  if (flags.format == "json") {
    std::vector<FileIssues> files;
    for (const ValidatedSpec& spec : outcome.specs) files.push_back({spec.file, spec.diagnostics});
    fmt::print(stdout, "{}", issue_document(files, IssuePlaces::kOmit));
  } else {
    IssuePrinter out(*outcome.sources);
    for (const ValidatedSpec& spec : outcome.specs) print_spec(spec, out);
    out.end_block();
    fmt::print(stderr, "validated {} spec(s): {} valid, {} invalid\n", total, valid, total - valid);
  }
  return valid == total ? kSuccess : kFailure;
}

}  // namespace barbacane::app
