#include "compiler/detail/version.h"

#include <gtest/gtest.h>

namespace barbacane::compiler {
namespace {

bool admits(std::string_view constraint, std::string_view version) {
  const auto parsed = VersionConstraint::parse(constraint);
  return parsed && parsed->admits(*Version::parse(version));
}

TEST(VersionConstraint, TakesABareVersionExactly) {
  EXPECT_TRUE(admits("1.2.3", "1.2.3"));
  EXPECT_FALSE(admits("1.2.3", "1.2.4"));
  EXPECT_TRUE(admits("=1.2", "1.2.9"));
  EXPECT_FALSE(admits("=1.2", "1.3.0"));
}

TEST(VersionConstraint, CaretKeepsTheFirstPartThatIsNotZero) {
  EXPECT_TRUE(admits("^1.2.0", "1.9.0"));
  EXPECT_FALSE(admits("^1.2.0", "2.0.0"));
  EXPECT_FALSE(admits("^1.2.0", "1.1.9"));
  EXPECT_TRUE(admits("^0.1.0", "0.1.7"));
  EXPECT_FALSE(admits("^0.1.0", "0.2.0"));
  EXPECT_FALSE(admits("^0.0.3", "0.0.4"));
  EXPECT_TRUE(admits("^0", "0.9.0"));
}

TEST(VersionConstraint, TildeKeepsMajorAndMinor) {
  EXPECT_TRUE(admits("~1.2.0", "1.2.9"));
  EXPECT_FALSE(admits("~1.2.0", "1.3.0"));
  EXPECT_TRUE(admits("~1", "1.3.0"));
}

TEST(VersionConstraint, JoinsComparatorsWithCommas) {
  EXPECT_TRUE(admits(">=1.0.0, <2.0.0", "1.5.0"));
  EXPECT_FALSE(admits(">=1.0.0, <2.0.0", "2.0.0"));
  EXPECT_FALSE(admits(">1.2.3", "1.2.3"));
  EXPECT_TRUE(admits("<=1.2", "1.2.9"));
}

TEST(VersionConstraint, TakesPreReleasesOnlyWhenNamed) {
  EXPECT_FALSE(admits("^1.0.0", "1.1.0-beta"));
  EXPECT_TRUE(admits(">=1.1.0-alpha", "1.1.0-beta.2"));
  EXPECT_LT(*Version::parse("1.0.0-alpha.9"), *Version::parse("1.0.0-alpha.10"));
  EXPECT_LT(*Version::parse("1.0.0-9"), *Version::parse("1.0.0-a"));
  EXPECT_LT(*Version::parse("1.0.0-rc"), *Version::parse("1.0.0"));
}

TEST(VersionConstraint, RefusesWhatIsNone) {
  for (std::string_view bad : {"", "banana", "1.", "^", "1.2.3.4", "01.2.3", ">=1,", "1.2-beta",
                               "99999999999999999999", "*"}) {
    EXPECT_FALSE(VersionConstraint::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace barbacane::compiler
