#include "base/json_pointer.h"

#include <gtest/gtest.h>

namespace barbacane::base {
namespace {

std::string escaped(std::string_view name) {
  std::string pointer;
  append_pointer_token(pointer, name);
  return pointer;
}

TEST(JsonPointer, EscapesWhatWouldEndAToken) {
  EXPECT_EQ(escaped("application/json"), "/application~1json");
  EXPECT_EQ(escaped("a~1/b"), "/a~01~1b");
  EXPECT_EQ(escaped(""), "/");
}

TEST(JsonPointer, UndoesEscapesOnce) {
  EXPECT_EQ(unescape_pointer_token("application~1json"), "application/json");
  EXPECT_EQ(unescape_pointer_token("~01"), "~1");
  EXPECT_EQ(unescape_pointer_token("~2~"), "~2~");
}

}  // namespace
}  // namespace barbacane::base
