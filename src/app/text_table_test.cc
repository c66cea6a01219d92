#include "app/text_table.h"

#include <gtest/gtest.h>

namespace barbacane::app {
namespace {

TextTable two_plugins() {
  TextTable table({"NAME", "WHAT IT DOES"});
  table.add({"cors", "Answers preflight requests and marks responses"});
  table.add({"correlation-id", "Gives requests an identifier"});
  return table;
}

TEST(TextTable, AlignsItsColumns) {
  EXPECT_EQ(two_plugins().text(base::Colours::kOff, 100),
            "NAME            WHAT IT DOES\n"
            "cors            Answers preflight requests and marks responses\n"
            "correlation-id  Gives requests an identifier\n");
}

TEST(TextTable, WrapsTheLastColumnBelowItself) {
  EXPECT_EQ(two_plugins().text(base::Colours::kOff, 40, 2),
            "  NAME            WHAT IT DOES\n"
            "  cors            Answers preflight\n"
            "                  requests and marks\n"
            "                  responses\n"
            "  correlation-id  Gives requests an\n"
            "                  identifier\n");
}

TEST(TextTable, CountsCharactersAndNotBytes) {
  TextTable table({"A", "B"});
  table.add({"é", "x"});
  table.add({"ab", "y"});
  EXPECT_EQ(table.text(base::Colours::kOff, 100), "A   B\né   x\nab  y\n");
}

TEST(TextTable, IsColouredOnlyWhereItIsWanted) {
  EXPECT_NE(two_plugins().text(base::Colours::kOn, 100).find('\x1b'), std::string::npos);
  EXPECT_EQ(two_plugins().text(base::Colours::kOff, 100).find('\x1b'), std::string::npos);
}

TEST(TextTable, TakesOutWhatWouldSteerATerminal) {
  EXPECT_EQ(plain_line("a\x1b[31m\nb\x7f\xC2\x9B\xFF é"), "a [31m b  ? é");
}

}  // namespace
}  // namespace barbacane::app
