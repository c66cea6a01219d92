#include "app/issue_document.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace barbacane::app {

namespace {

using base::Diagnostic;
using base::json_string;
using base::Severity;

std::string issue_json(const Diagnostic& diagnostic, IssuePlaces places) {
  std::vector<std::string> members;
  const bool shown = places == IssuePlaces::kShow;
  // A problem without a code of its own gets the general one, so that the member is always there.
  const std::string code = diagnostic.code.empty() ? "E1000" : diagnostic.code;
  members.push_back(fmt::format(R"("code": {})", json_string(code)));
  if (shown && diagnostic.place.position.known()) {
    members.push_back(fmt::format(R"("column": {})", diagnostic.place.position.column));
  }
  if (shown && !diagnostic.hint.empty()) {
    members.push_back(fmt::format(R"("hint": {})", json_string(diagnostic.hint)));
  }
  if (shown && diagnostic.place.position.known()) {
    members.push_back(fmt::format(R"("line": {})", diagnostic.place.position.line));
  }
  if (!diagnostic.location.empty()) {
    members.push_back(fmt::format(R"("location": {})", json_string(diagnostic.location)));
  }
  members.push_back(fmt::format(R"("message": {})", json_string(reported_message(diagnostic))));

  std::string text = "        {";
  for (std::size_t i = 0; i < members.size(); ++i) {
    text += (i == 0 ? "\n          " : ",\n          ") + members[i];
  }
  return text + "\n        }";
}

std::string issue_list(const std::vector<Diagnostic>& diagnostics, Severity severity,
                       IssuePlaces places) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != severity) continue;
    text += (text.empty() ? "[\n" : ",\n") + issue_json(diagnostic, places);
  }
  return text.empty() ? "[]" : text + "\n      ]";
}

}  // namespace

std::string reported_message(const Diagnostic& diagnostic) {
  const bool from_parser = diagnostic.code >= "E1001" && diagnostic.code <= "E1004";
  if (!from_parser || diagnostic.message.starts_with(diagnostic.code)) return diagnostic.message;
  return diagnostic.code + ": " + diagnostic.message;
}

std::string issue_document(const std::vector<FileIssues>& files, IssuePlaces places) {
  std::string results;
  std::size_t valid = 0;
  for (const FileIssues& file : files) {
    const bool file_valid = !base::has_errors(file.diagnostics);
    valid += file_valid ? 1 : 0;
    results += results.empty() ? "[\n" : ",\n";
    results += fmt::format(
        "    {{\n      \"errors\": {},\n      \"file\": {},\n      \"valid\": {},\n"
        "      \"warnings\": {}\n    }}",
        issue_list(file.diagnostics, Severity::kError, places), json_string(file.file), file_valid,
        issue_list(file.diagnostics, Severity::kWarning, places));
  }
  results += results.empty() ? "[]" : "\n  ]";
  return fmt::format(
      "{{\n  \"results\": {},\n  \"summary\": {{\n    \"invalid\": {},\n    \"total\": {},\n"
      "    \"valid\": {}\n  }}\n}}\n",
      results, files.size() - valid, files.size(), valid);
}

}  // namespace barbacane::app
