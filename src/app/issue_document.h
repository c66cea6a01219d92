#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"

/// What `--format json` prints: the problems of each file and a summary (cli.md, sections 4 and 5).
namespace barbacane::app {

struct FileIssues {
  std::string file;  ///< as typed
  std::vector<base::Diagnostic> diagnostics;
};

/// `compile` adds line, column and hint to each issue.
enum class IssuePlaces { kOmit, kShow };

/// Pretty JSON, two blanks an indent, keys in alphabetical order, with a final line break.
std::string issue_document(const std::vector<FileIssues>& files, IssuePlaces places);

/// The message as `validate` reports it: what the parser said (E1001 to E1004) keeps its code in
/// front, because clients match on the whole text.
std::string reported_message(const base::Diagnostic& diagnostic);

}  // namespace barbacane::app
