#include "base/base64.h"

#include <string>

#include <gtest/gtest.h>

namespace barbacane::base {
namespace {

TEST(Base64, WritesAndReadsTheVectorsOfTheRfc) {
  constexpr std::pair<std::string_view, std::string_view> kVectors[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : kVectors) {
    EXPECT_EQ(base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, CarriesEveryByte) {
  std::string bytes;
  for (int n = 0; n < 256; ++n) bytes.push_back(static_cast<char>(n));
  for (; !bytes.empty(); bytes.pop_back()) EXPECT_EQ(from_base64(base64(bytes)), bytes);
}

TEST(Base64, RefusesWhatIsNot) {
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Z", "Zm9v====", "Zm 9v", "Zm9v\n", "=",
                                      "==", "====", "Zh==", "Zm9=", "Zm-_", "Zg==Zg=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(Base64, OfUrlsNeedsNoPadding) {
  EXPECT_EQ(from_base64url("Zg"), "f");
  EXPECT_EQ(from_base64url("Zg=="), "f");
  EXPECT_EQ(from_base64url("-_-_"), from_base64("+/+/"));
  for (const std::string_view text : {"Zg=", "Z", "+/+/", "Zh", "=", "Zm9v="})
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

}  // namespace
}  // namespace barbacane::base
