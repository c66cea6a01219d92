#include "base/diagnostic_text.h"

#include <gtest/gtest.h>

namespace barbacane::base {
namespace {

Diagnostic ttl_is_wrong() {
  Diagnostic diagnostic;
  diagnostic.code = "E1014";
  diagnostic.message = "'ttl' is not a duration";
  diagnostic.place = {"api.yaml", {14, 14}, 4};
  diagnostic.hint = "write a duration such as 30s, 5m or 1h";
  return diagnostic;
}

std::string rendered(const Diagnostic& diagnostic, std::string_view line,
                     Colours colours = Colours::kOff) {
  std::string text(diagnostic.place.position.line - 1, '\n');
  text += std::string(line) + "\n";
  const SourceLookup lookup = [&](std::string_view) {
    return std::optional<std::string_view>(text);
  };
  return render(diagnostic, lookup, colours);
}

/// The third line of the excerpt block, without its frame.
std::string underline_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines.size() > 4 ? lines[4].substr(lines[4].find('|') + 2) : "";
}

TEST(DiagnosticText, ShowsCodePlaceExcerptCaretAndHelp) {
  EXPECT_EQ(rendered(ttl_is_wrong(), "        ttl: soon"),
            "error[E1014]: 'ttl' is not a duration\n"
            "  --> api.yaml:14:14\n"
            "   |\n"
            "14 |         ttl: soon\n"
            "   |              ^^^^\n"
            "   = help: write a duration such as 30s, 5m or 1h\n"
            "\n");
}

TEST(DiagnosticText, NamesThePlaceOfASecretWithoutShowingIt) {
  Diagnostic diagnostic = ttl_is_wrong();
  diagnostic.place.is_secret = true;
  EXPECT_EQ(rendered(diagnostic, "        key: hunter2"),
            "error[E1014]: 'ttl' is not a duration\n"
            "  --> api.yaml:14:14\n"
            "   = help: write a duration such as 30s, 5m or 1h\n"
            "\n");
}

TEST(DiagnosticText, PutsNotesBehindWithTheSameGutter) {
  Diagnostic diagnostic = ttl_is_wrong();
  diagnostic.hint.clear();
  diagnostic.notes.push_back({"first declared here", {"api.yaml", {2, 3}, 5}});
  const std::string text = "a\n  /users:\n" + std::string(11, '\n') + "        ttl: soon\n";
  const SourceLookup lookup = [&](std::string_view) {
    return std::optional<std::string_view>(text);
  };
  EXPECT_TRUE(render(diagnostic, lookup, Colours::kOff)
                  .ends_with("note: first declared here\n"
                             "  --> api.yaml:2:3\n"
                             "   |\n"
                             " 2 |   /users:\n"
                             "   |   ^^^^^\n"
                             "\n"));
}

TEST(DiagnosticText, SaysOnlyTheSentenceWhenThePlaceIsUnknown) {
  Diagnostic diagnostic;
  diagnostic.severity = Severity::kWarning;
  diagnostic.message = "plugin 'x' has no manifest";
  EXPECT_EQ(render(diagnostic, {}, Colours::kOff), "warning: plugin 'x' has no manifest\n\n");
}

TEST(DiagnosticText, KeepsTheFileWhenItsTextIsGone) {
  const SourceLookup nothing = [](std::string_view) { return std::nullopt; };
  EXPECT_EQ(render(ttl_is_wrong(), nothing, Colours::kOff),
            "error[E1014]: 'ttl' is not a duration\n"
            "  --> api.yaml:14:14\n"
            "   = help: write a duration such as 30s, 5m or 1h\n\n");
}

TEST(DiagnosticText, KeepsTheCaretUnderTheWordBehindTabsAndWideCharacters) {
  Diagnostic diagnostic = ttl_is_wrong();
  diagnostic.place.position.column = 5;
  EXPECT_EQ(underline_of(rendered(diagnostic, "\t日é soon")), "     ^^^^");
  diagnostic.place.position.column = 2;
  diagnostic.place.length = 2;
  EXPECT_EQ(underline_of(rendered(diagnostic, "\t日é soon")), " ^^^");
}

TEST(DiagnosticText, CutsLongLinesAroundTheCaret) {
  Diagnostic diagnostic = ttl_is_wrong();
  diagnostic.place.position.column = 5001;
  const std::string line = std::string(5000, 'x') + "soon" + std::string(5000, 'y');
  const std::string text = rendered(diagnostic, line);
  EXPECT_LT(text.size(), 500U);
  const std::size_t word = text.find("soon");
  ASSERT_NE(word, std::string::npos);
  // "…" is one column and three bytes.
  const std::size_t column = word - text.rfind('\n', word) - 2;
  EXPECT_EQ(text.find("^^^^", word) - text.rfind('\n', text.find("^^^^", word)), column);
}

TEST(DiagnosticText, LetsNoControlCharacterThrough) {
  Diagnostic diagnostic = ttl_is_wrong();
  diagnostic.message = "\x1b[31mred\n\xe2\x80\xae";
  diagnostic.place.file = "a\rb";
  const std::string text = rendered(diagnostic, "\x1b]0;title\x07 \xff");
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find('\xff'), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
}

TEST(DiagnosticText, DrawsACaretBehindTheEndOfALine) {
  Diagnostic diagnostic = ttl_is_wrong();
  diagnostic.place = {"api.yaml", {1, 5}, 0};
  EXPECT_EQ(underline_of(rendered(diagnostic, "ttl:")), "    ^");
}

TEST(DiagnosticText, ColoursOnlyWhenAsked) {
  EXPECT_NE(rendered(ttl_is_wrong(), "ttl: soon", Colours::kOn).find("\x1b[1;31merror[E1014]"),
            std::string::npos);
  EXPECT_EQ(rendered(ttl_is_wrong(), "ttl: soon").find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace barbacane::base
