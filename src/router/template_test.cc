#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "router/router.h"

namespace barbacane::router {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string reason(std::string_view path) {
  const auto parsed = parse_template(path);
  return parsed ? "" : parsed.error().message;
}

std::string normalised(std::string_view path) {
  const auto parsed = parse_template(path);
  return parsed ? parsed->normalised() : "refused: " + parsed.error().message;
}

std::string shape(std::string_view path) {
  const auto parsed = parse_template(path);
  return parsed ? parsed->shape() : "refused: " + parsed.error().message;
}

TEST(ParseTemplate, NamesTheReasonItRefuses) {
  const std::string plus =
      "'+' is only allowed as the last character of a wildcard parameter name (e.g. {key+})";
  const struct {
    std::string_view path;
    std::string reason;
  } cases[] = {
      {"/a/{b{c}}", "nested braces not allowed"},
      {"/a/{b/{c}", "nested braces not allowed"},
      {"/a/b}", "unmatched closing brace"},
      {"/a/{b}}", "unmatched closing brace"},
      {"/a/{}", "empty parameter name"},
      {"/a/{+}", "empty parameter name"},
      {"/{a+}/{b+}", "at most one wildcard parameter ({name+}) allowed per path"},
      {"/{a+}/b", "wildcard parameter '{a+}' must be the last path segment"},
      {"/{a+}/{b}", "wildcard parameter '{a+}' must be the last path segment"},
      {"/{a+}.json", "wildcard parameter '{a+}' must be the last path segment"},
      {"/x{a+}", "wildcard parameter '{a+}' must be the last path segment"},
      {"/{id}/{id}", "duplicate parameter 'id'"},
      {"/{id}/{id+}", "duplicate parameter 'id'"},
      {"/{a/b}", "invalid character '/' in parameter name"},
      {"/{a?}", "invalid character '?' in parameter name"},
      {"/{#a}", "invalid character '#' in parameter name"},
      {"/{a\x01}", "invalid character '\\x01' in parameter name"},
      {"/{a+b}", plus},
      {"/{+a}", plus},
      {"/{a++}", plus},
      {"/a/{b", "unclosed brace"},
      {"/a/{b/c", "unclosed brace"},
      {"/a/{", "unclosed brace"},
      {"/{a}{b}", "parameters 'a' and 'b' need literal text between them"},
      {"/x{a}.{b}{c}", "parameters 'b' and 'c' need literal text between them"},
      {"/a/..", "dot segment '..' not allowed"},
      {"/./a", "dot segment '.' not allowed"},
      {"/%2e%2E/a", "dot segment '..' not allowed"},
      {"/a\n", "control character not allowed"},
      {"/a%0A/b", "control character not allowed"},
  };
  for (const auto& c : cases) EXPECT_EQ(reason(c.path), c.reason) << c.path;
}

TEST(ParseTemplate, AcceptsWhatRealSpecificationsUse) {
  for (const std::string_view path :
       {"", "/", "/users/{user-id}", "/{a.b}/{c~d}", "/{id}.json", "/{name}:cancel",
        "/{base}...{head}", "/files/{p+}", "/files/{p+}/", "/.{x}", "/...", "/{a}.{b}",
        "/.well-known/x", "/#X-Target=A.b", "/caf\xC3\xA9/{\xC3\xA9}", "/{a}/b/{A}"}) {
    EXPECT_EQ(reason(path), "") << path;
  }
}

TEST(ParseTemplate, NormalisesSlashesAndEscapes) {
  EXPECT_EQ(normalised(""), "/");
  EXPECT_EQ(normalised("//"), "/");
  EXPECT_EQ(normalised("users//{id}/"), "/users/{id}");
  EXPECT_EQ(normalised("/%7e%41/%2f/%c3%a9/100%/{x}%2d"), "/~A/%2F/\xC3\xA9/100%25/{x}-");
}

TEST(ParseTemplate, ForgetsNamesInItsShape) {
  EXPECT_EQ(shape("/f/{b}/{k+}"), "/f/{_}/{_+}");
  EXPECT_EQ(shape("/{a}...{b}/"), "/{_}...{_}");
  EXPECT_EQ(shape("/"), "/");
}

TEST(ParseTemplate, ListsParametersFromLeftToRight) {
  EXPECT_THAT(parse_template("/{z}/{a}-{m}/x/{rest+}")->parameters(),
              ElementsAre("z", "a", "m", "rest"));
  EXPECT_THAT(parse_template("/a")->parameters(), IsEmpty());
}

TEST(ParseTemplate, SplitsMixedSegmentsIntoParts) {
  const auto parsed = parse_template("/v{major}.{minor}");
  ASSERT_EQ(parsed->segments.size(), 1U);
  const auto& parts = parsed->segments[0].parts;
  ASSERT_EQ(parts.size(), 4U);
  using Kind = Template::Part::Kind;
  EXPECT_EQ(parts[0].kind, Kind::kLiteral);
  EXPECT_EQ(parts[0].text, "v");
  EXPECT_EQ(parts[1].kind, Kind::kParameter);
  EXPECT_EQ(parts[1].text, "major");
  EXPECT_EQ(parts[2].text, ".");
  EXPECT_EQ(parts[3].text, "minor");
}

}  // namespace
}  // namespace barbacane::router
