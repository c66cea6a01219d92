#include "base/json_escape.h"

#include <string>

#include <gtest/gtest.h>

namespace barbacane::base {
namespace {

struct Text {
  std::string bytes;
  void append(const char* begin, const char* end) { bytes.append(begin, end); }
};

std::string escaped(std::string_view text) {
  Text out;
  escape_json(out, text);
  return out.bytes;
}

TEST(EscapeJson, KeepsOrdinaryTextAndUnicode) {
  EXPECT_EQ(escaped(""), "");
  EXPECT_EQ(escaped("plain text"), "plain text");
  EXPECT_EQ(escaped("Grüße \xF0\x9F\x8C\x8D"), "Grüße \xF0\x9F\x8C\x8D");
}

TEST(EscapeJson, EscapesWhatWouldEndTheStringOrTheLine) {
  EXPECT_EQ(escaped("a\"b\\c"), "a\\\"b\\\\c");
  EXPECT_EQ(escaped("\r\n\t"), "\\r\\n\\t");
  EXPECT_EQ(escaped(std::string_view("\0\x1B\x7F", 3)), "\\u0000\\u001b\\u007f");
}

TEST(EscapeJson, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(escaped("a\xFF"
                    "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(escaped("\xC3"), "\xEF\xBF\xBD");
  EXPECT_EQ(escaped("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace barbacane::base
