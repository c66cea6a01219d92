#include "router/router.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::router {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Outcome = Lookup::Outcome;

/// A table from "METHOD /template" lines; operations are numbered from 0 in this order.
RouteTable table(const std::vector<std::string>& lines) {
  std::vector<RouteSpec> specs;
  for (const std::string_view line : lines) {
    const std::size_t space = line.find(' ');
    specs.push_back(
        {line.substr(space + 1), line.substr(0, space), static_cast<std::uint32_t>(specs.size())});
  }
  auto built = RouteTable::build(specs);
  if (!built) throw std::runtime_error(built.error().message);
  return std::move(*built);
}

std::string build_error(const std::vector<RouteSpec>& routes) {
  const auto built = RouteTable::build(routes);
  return built ? "" : built.error().message;
}

/// A look-up as one line: "2 a=b" is operation 2 with captures "a" and "b".
std::string look_up(const RouteTable& routes, std::string_view path,
                    std::string_view method = "GET") {
  Lookup lookup;
  routes.find(path, method, lookup);
  switch (lookup.outcome) {
    case Outcome::kNotFound:
      return "404";
    case Outcome::kBadPath:
      return "400";
    case Outcome::kMethodNotAllowed:
      return "405 " + std::string(lookup.allow);
    case Outcome::kFound:
      break;
  }
  std::string out = std::to_string(lookup.operation);
  for (const std::string_view capture : lookup.captures()) out.append(" ").append(capture);
  return out;
}

struct Case {
  std::string path;
  std::string expected;
};

void check(const RouteTable& routes, const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(look_up(routes, c.path), c.expected) << c.path;
}

TEST(RouteTable, FindsNothingInAnEmptyTable) {
  check(table({}), {{"/", "404"}, {"", "404"}, {"/a", "404"}, {"/a/b", "404"}, {"/..", "400"}});
}

TEST(RouteTable, IgnoresRepeatedAndTrailingSlashes) {
  check(table({"GET /", "GET /users", "GET /users/{id}/", "GET events//{name}"}),
        {{"/", "0"},
         {"", "0"},
         {"///", "0"},
         {"/users", "1"},
         {"/users/", "1"},
         {"//users///", "1"},
         {"users", "1"},
         {"/users//7", "2 7"},
         {"/users/7/", "2 7"},
         {"/events/start", "3 start"}});
}

TEST(RouteTable, ComparesCaseSensitivelyAndWholeSegments) {
  check(table({"GET /users", "GET /users/me", "GET /a/{x}/b"}), {{"/Users", "404"},
                                                                 {"/user", "404"},
                                                                 {"/users2", "404"},
                                                                 {"/users/me/x", "404"},
                                                                 {"/a/1", "404"},
                                                                 {"/a/1/B", "404"},
                                                                 {"/a/1/b", "2 1"}});
}

TEST(RouteTable, TellsLongLabelsApart) {
  check(table({"GET /a-label-of-more-than-sixteen-bytes/{x}", "GET /a-label-of-17-by1/{x}",
               "GET /a-label-of-17-by2/{x}", "GET /12345678/{x}", "GET /1234567812345678/{x}"}),
        {{"/a-label-of-more-than-sixteen-bytes/1", "0 1"},
         {"/a-label-of-more-than-sixteen-bytez/1", "404"},
         {"/a-label-of-17-by1/1", "1 1"},
         {"/a-label-of-17-by2/1", "2 1"},
         {"/a-label-of-17-by3/1", "404"},
         {"/12345678/1", "3 1"},
         {"/1234567812345678/1", "4 1"},
         {"/123456781234567/1", "404"}});
}

TEST(RouteTable, FollowsPathsBeyondSixtyFourBytes) {
  const std::string deep = "/abcdefgh/abcdefgh/abcdefgh/abcdefgh/abcdefgh/abcdefgh/abcdefgh";
  ASSERT_EQ(deep.size(), 63U);
  check(table({"GET " + deep + "/{x}/end", "GET " + deep + "/{x}/{y}", "GET " + deep}),
        {{deep + "/1/end", "0 1"},
         {deep + "/1/2", "1 1 2"},
         {deep + "/12345678/12345678/", "1 12345678 12345678"},
         {deep + "//1/2", "1 1 2"},
         {deep + "//", "2"},
         {deep + "/1/./end", "400"},
         {deep + "/..", "400"},
         {deep + "/%41/end", "0 A"}});
}

TEST(RouteTable, PrefersStaticOverMixedOverParameterOverWildcard) {
  check(table({"GET /f/{path+}", "GET /f/{name}", "GET /f/{name}.json", "GET /f/all.json"}),
        {{"/f/all.json", "3"},
         {"/f/one.json", "2 one"},
         {"/f/.json", "1 .json"},
         {"/f/one", "1 one"},
         {"/f/one/two", "0 one/two"}});
}

TEST(RouteTable, PrefersMixedSegmentsWithMoreLiteralBytesThenInByteOrder) {
  check(table({"GET /{a}b", "GET /a{b}", "GET /{a}.b", "GET /a{b}b"}),
        {{"/axb", "3 x"}, {"/xb", "0 x"}, {"/ax", "1 x"}, {"/x.b", "2 x"}, {"/ab", "1 b"}});
}

TEST(RouteTable, GoesBackWhenADeeperMatchFails) {
  check(table({"GET /a/b/c/d", "GET /a/{x}/c/e", "GET /{x}/b/{y}/f", "GET /{rest+}",
               "GET /a/b/{y}/{z}/g"}),
        {{"/a/b/c/d", "0"},
         {"/a/b/c/e", "1 b"},
         {"/a/b/c/f", "2 a c"},
         {"/a/b/c/x", "3 a/b/c/x"},
         {"/a/b/c/d/g", "4 c d"},
         {"/a/b", "3 a/b"}});
}

TEST(RouteTable, DoesNotEndAtANodeWithoutRoutes) {
  check(table({"GET /u/{id}", "GET /u/me/settings", "GET /u/me/{x}"}),
        {{"/u/me", "0 me"}, {"/u/me/settings", "1"}, {"/u/me/x", "2 x"}});
}

TEST(RouteTable, GivesAWildcardAtLeastOneSegment) {
  check(table({"GET /storage/{bucket}/{key+}"}), {{"/storage/b", "404"},
                                                  {"/storage/b/", "404"},
                                                  {"/storage/b/k", "0 b k"},
                                                  {"/storage/b/k//l/", "0 b k/l"}});
}

TEST(RouteTable, MatchesMixedSegmentsShortestFirst) {
  check(table({"GET /d/{base}...{head}", "GET /v/v{major}.{minor}", "GET /op/{name}:cancel",
               "GET /x/{a}-{b}-c"}),
        {{"/d/main...feature", "0 main feature"},
         {"/d/a...b...c", "0 a b...c"},
         {"/d/a....b", "0 a .b"},
         {"/d/...b", "404"},
         {"/d/a...", "404"},
         {"/v/v1.2", "1 1 2"},
         {"/v/v.2", "404"},
         {"/v/v..2", "1 . 2"},
         {"/op/job:cancel", "2 job"},
         {"/op/:cancel", "404"},
         {"/x/1-2-3-c", "3 1 2-3"},
         {"/x/-2-c", "404"},
         {"/x/--c", "404"},
         {"/x/---c", "404"},
         {"/x/----c", "3 - -"}});
}

TEST(RouteTable, TreatsAnEscapeInAMixedSegmentAsOneCharacter) {
  check(table({"GET /a/{x}2{y}", "GET /b/{x}F", "GET /c/{x}%2f{y}"}),
        {{"/a/1%2F3", "404"},
         {"/a/%2F2%2F", "0 %2F %2F"},
         {"/b/x%2F", "404"},
         {"/b/%2FF", "1 %2F"},
         {"/c/1%2F3", "2 1 3"},
         {"/c/%2f%2f%2f", "2 %2F %2F"}});
}

TEST(RouteTable, ComparesAfterDecodingUnreservedAndUtf8Escapes) {
  check(table({"GET /~user/{x}", "GET /caf%C3%A9", "GET /na\xC3\xAFve", "GET /a%2fb", "GET /50%"}),
        {{"/%7euser/1", "0 1"},
         {"/%7Euse%72/1", "0 1"},
         {"/caf\xC3\xA9", "1"},
         {"/caf%c3%a9", "1"},
         {"/na%C3%AFve", "2"},
         {"/a%2Fb", "3"},
         {"/a%2fb", "3"},
         {"/a/b", "404"},
         {"/50%", "4"},
         {"/50%25", "4"}});
}

TEST(RouteTable, LeavesCapturesToBeDecodedOnce) {
  check(table({"GET /x/{v}"}), {{"/x/%41%2d%2F", "0 A-%2F"},
                                {"/x/a+b%20c", "0 a+b%20c"},
                                {"/x/%2541", "0 %2541"},
                                {"/x/%", "0 %25"},
                                {"/x/%4", "0 %254"},
                                {"/x/%zz", "0 %25zz"},
                                {"/x/%%34%31", "0 %2541"},
                                {"/x/%ff%c3", "0 %FF%C3"},
                                {"/x/%C3%28", "0 %C3%28"},
                                {"/x/%E2%82%AC", "0 \xE2\x82\xAC"},
                                {"/x/%F0%9F%98%80%80", "0 \xF0\x9F\x98\x80%80"},
                                {"/x/%ED%A0%80", "0 %ED%A0%80"}});
}

TEST(RouteTable, RefusesDotSegmentsAndControlBytes) {
  const RouteTable routes = table({"GET /{rest+}"});
  for (const std::string_view path :
       {"/.", "/..", "/a/..", "/a/../b", "/./a", "/%2e", "/a/%2E%2e/b", "/.%2e", "..", "/a//../",
        "/a\x01", "/a\x1f/b", "/\x7f", "/a%00", "/a%0a/b", "/%7F", "/%1f"}) {
    EXPECT_EQ(look_up(routes, path), "400") << path;
  }
  EXPECT_EQ(look_up(routes, std::string_view("/a\0b", 4)), "400");
  check(routes, {{"/...", "0 ..."},
                 {"/.well-known/x", "0 .well-known/x"},
                 {"/a./.b/..c/d..", "0 a./.b/..c/d.."},
                 {"/%2e%2e%2e", "0 ..."},
                 {"/%252e%252e", "0 %252e%252e"},
                 {"/\x80\xff", "0 \x80\xff"}});
}

TEST(RouteTable, ChoosesThePathBeforeTheMethod) {
  const RouteTable routes = table({"POST /u/me", "GET /u/{id}", "PURGE /u/{id}", "DELETE /u/{id}"});
  EXPECT_EQ(look_up(routes, "/u/me", "GET"), "405 POST");
  EXPECT_EQ(look_up(routes, "/u/7", "POST"), "405 DELETE, GET, PURGE");
  EXPECT_EQ(look_up(routes, "/u/7", "HEAD"), "405 DELETE, GET, PURGE");
  EXPECT_EQ(look_up(routes, "/u/7", "get"), "405 DELETE, GET, PURGE");
  EXPECT_EQ(look_up(routes, "/u/7", "PURGE"), "2 7");
}

TEST(RouteTable, ListsTheOperationsOfANodeInTheOrderOfAllow) {
  const RouteTable routes = table({"PUT /a", "GET /b", "DELETE /a", "GET /a"});
  Lookup lookup;
  routes.find("/a", "PATCH", lookup);
  EXPECT_EQ(lookup.allow, "DELETE, GET, PUT");
  EXPECT_THAT(lookup.node_operations, ElementsAre(2, 3, 0));
  routes.find("/nothing", "GET", lookup);
  EXPECT_EQ(lookup.outcome, Outcome::kNotFound);
  EXPECT_TRUE(lookup.allow.empty());
  EXPECT_TRUE(lookup.node_operations.empty());
}

TEST(RouteTable, CapturesByPositionWhateverTheNames) {
  check(table({"GET /u/{id}", "GET /u/{userId}/orders/{id}", "GET /u/{x}/{y}"}),
        {{"/u/1", "0 1"}, {"/u/1/orders/2", "1 1 2"}, {"/u/1/2", "2 1 2"}});
}

TEST(RouteTable, RefusesTwoRoutesForTheSameRequests) {
  EXPECT_THAT(build_error({{"/a/{x}", "GET", 0}, {"/a//{y}/", "GET", 1}}),
              "GET is declared twice for the same path: '/a/{x}' and '/a//{y}/'");
  EXPECT_THAT(build_error({{"/a", "GET", 0}, {"/%61/", "GET", 1}}), HasSubstr("declared twice"));
  EXPECT_EQ(build_error({{"/a/{x}", "GET", 0}, {"/a/{y}", "PUT", 1}}), "");
}

TEST(RouteTable, RefusesTemplatesThatDoNotParseOrHaveTooManyParameters) {
  EXPECT_EQ(build_error({{"/a/{", "GET", 0}}), "invalid path template '/a/{': unclosed brace");
  std::string path;
  for (int i = 0; i < 64; ++i) path += "/{p" + std::to_string(i) + "}";
  EXPECT_EQ(build_error({{path, "GET", 0}}), "");
  path += "/{one_more}";
  EXPECT_THAT(build_error({{path, "GET", 0}}), HasSubstr("has 65 parameters, more than 64"));
}

TEST(RouteTable, FillsSixtyFourCaptures) {
  std::string path;
  std::string request;
  for (int i = 0; i < 64; ++i) {
    path += "/{p" + std::to_string(i) + "}";
    request += "/" + std::to_string(i);
  }
  const RouteTable routes = table({"GET " + path});
  Lookup lookup;
  routes.find(request, "GET", lookup);
  ASSERT_EQ(lookup.captures().size(), 64U);
  EXPECT_EQ(lookup.captures()[63], "63");
}

TEST(RouteTable, KeepsItsAnswersWhenMoved) {
  RouteTable first = table({"GET /a/{x}"});
  const RouteTable second = std::move(first);
  EXPECT_EQ(look_up(second, "/a/1"), "0 1");
}

TEST(RouteTable, WalksHostilePathsInTimeLinearInTheTable) {
  // Two choices at each of 12 levels, and a path that fails only below the last of them.
  std::vector<std::string> lines;
  for (unsigned bits = 0; bits < 1U << 12; ++bits) {
    std::string line = "GET ";
    for (unsigned level = 0; level < 12; ++level) {
      const std::string name = "{p" + std::to_string(level) + "}";
      line += (bits >> level & 1) != 0 ? "/a" : "/" + name + (level % 2 != 0 ? "a" : "");
    }
    lines.push_back(line + "/end");
  }
  const RouteTable routes = table(lines);
  std::string path;
  for (int level = 0; level < 12; ++level) path += "/a";
  EXPECT_EQ(look_up(routes, path + "/end"), "4095");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(look_up(routes, path + "/other"), "404");
}

TEST(RouteTable, GoesBackThroughThousandsOfSegments) {
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "/a";
  const RouteTable routes = table({"GET " + deep + "/{x}/end", "GET /{rest+}"});
  EXPECT_EQ(look_up(routes, deep + "/1/end"), "0 1");
  EXPECT_EQ(look_up(routes, deep + "/1"), "1 " + deep.substr(1) + "/1");
}

}  // namespace
}  // namespace barbacane::router
