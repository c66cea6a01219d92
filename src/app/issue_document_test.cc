#include "app/issue_document.h"

#include <gtest/gtest.h>

namespace barbacane::app {
namespace {

base::Diagnostic diagnostic(base::Severity severity, std::string code, std::string message) {
  base::Diagnostic result;
  result.severity = severity;
  result.code = std::move(code);
  result.message = std::move(message);
  return result;
}

TEST(IssueDocument, ListsFilesInTheirOrderWithASummary) {
  base::Diagnostic error = diagnostic(base::Severity::kError, "E1014", "'ttl' is no \"duration\"");
  error.location = "GET /a in 'b.yaml'";
  error.place = {"b.yaml", {14, 3}, 4};
  error.hint = "write 30s";
  const std::vector<FileIssues> files{{"a.yaml", {}}, {"b.yaml", {error}}};

  EXPECT_EQ(issue_document(files, IssuePlaces::kShow), R"({
  "results": [
    {
      "errors": [],
      "file": "a.yaml",
      "valid": true,
      "warnings": []
    },
    {
      "errors": [
        {
          "code": "E1014",
          "column": 3,
          "hint": "write 30s",
          "line": 14,
          "location": "GET /a in 'b.yaml'",
          "message": "'ttl' is no \"duration\""
        }
      ],
      "file": "b.yaml",
      "valid": false,
      "warnings": []
    }
  ],
  "summary": {
    "invalid": 1,
    "total": 2,
    "valid": 1
  }
}
)");
}

TEST(IssueDocument, LeavesPlacesOutWhereTheContractHasNone) {
  base::Diagnostic warning =
      diagnostic(base::Severity::kWarning, "E1015", "unknown extension: x-barbacane-a");
  warning.place = {"a.yaml", {2, 1}, 0};
  const std::string text = issue_document({{"a.yaml", {warning}}}, IssuePlaces::kOmit);
  EXPECT_EQ(text.find("\"line\""), std::string::npos);
  EXPECT_EQ(text.find("\"location\""), std::string::npos);
  EXPECT_NE(text.find("\"valid\": true"), std::string::npos) << "a warning does not invalidate";
}

TEST(IssueDocument, IsADocumentWithoutFiles) {
  EXPECT_EQ(issue_document({}, IssuePlaces::kShow),
            "{\n  \"results\": [],\n  \"summary\": {\n    \"invalid\": 0,\n    \"total\": 0,\n"
            "    \"valid\": 0\n  }\n}\n");
}

TEST(ReportedMessage, KeepsTheCodeOfTheParser) {
  const auto reported = [](std::string code, std::string message) {
    return reported_message(
        diagnostic(base::Severity::kError, std::move(code), std::move(message)));
  };
  EXPECT_EQ(reported("E1004", "schema validation error: x"), "E1004: schema validation error: x");
  EXPECT_EQ(reported("E1004", "E1004: already there"), "E1004: already there");
  EXPECT_EQ(reported("E1010", "routing conflict"), "routing conflict");
  EXPECT_EQ(reported("", "plugin resolution error: x"), "plugin resolution error: x");
}

}  // namespace
}  // namespace barbacane::app
