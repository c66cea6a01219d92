#include "validation/media_type.h"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace barbacane::validation {
namespace {

std::string to_text(const std::optional<MediaType>& type) {
  if (!type) return "none";
  std::string out = type->type + "/" + type->subtype;
  for (const auto& [name, value] : type->parameters) out += " " + name + "=[" + value + "]";
  return out;
}

TEST(MediaType, ReadsTheGrammarOfRfc9110) {
  const struct {
    std::string_view text;
    std::string_view parsed;
  } kCases[] = {
      {"application/json", "application/json"},
      {"Application/JSON", "application/json"},
      {"  application/json\t", "application/json"},
      {"application/json; charset=utf-8", "application/json charset=[utf-8]"},
      {"application/json;charset=\"UTF-8\"", "application/json charset=[utf-8]"},
      {"text/plain ; b=2 ; A=1", "text/plain a=[1] b=[2]"},
      {"text/plain;", "text/plain"},
      {"text/plain; ; ;a=1;", "text/plain a=[1]"},
      {"a/b; x=\"q\\\"uo\\\\te\"", "a/b x=[q\"uo\\te]"},
      {"a/b; x=\"\"", "a/b x=[]"},
      {"a/b; Version=Two", "a/b version=[Two]"},
      {"application/vnd.api+json", "application/vnd.api+json"},
      {"*/*", "*/*"},
      {"", "none"},
      {"application", "none"},
      {"application/", "none"},
      {"/json", "none"},
      {"application / json", "none"},
      {"application/json charset=utf-8", "none"},
      {"application/json; charset", "none"},
      {"application/json; charset=", "none"},
      {"application/json; charset =utf-8", "none"},
      {"application/json; charset= utf-8", "none"},
      {"a/b; x=\"open", "none"},
      {"a/b; x=\"open\\", "none"},
      {"a/b; x=\"bell\a\"", "none"},
      {"a/b, c/d", "none"},
      {std::string_view("a/b\0", 4), "none"},
      {std::string_view("a\0/b", 4), "none"},
  };
  for (const auto& [text, parsed] : kCases) {
    EXPECT_EQ(to_text(parse_media_type(text)), parsed) << text;
  }
}

TEST(MediaType, KnowsHowItsCharsetDiffersFromUtf8) {
  using enum MediaType::Charset;
  const struct {
    std::string_view text;
    MediaType::Charset charset;
  } kCases[] = {
      {"text/plain", kUtf8},
      {"text/plain; format=flowed", kUtf8},
      {"text/plain; Charset=\"UTF-8\"", kUtf8},
      {"text/plain; charset=us-ascii", kUtf8},
      {"text/plain; charset=ISO-8859-15", kSameAscii},
      {"text/plain; charset=Windows-1252", kSameAscii},
      {"text/plain; charset=utf-16", kOther},
      {"text/plain; charset=utf-7", kOther},
      {"text/plain; charset=\"\"", kOther},
      {"text/plain; charset=utf-8; charset=utf-16", kOther},
  };
  for (const auto& [text, charset] : kCases) {
    const auto type = parse_media_type(text);
    ASSERT_TRUE(type.has_value()) << text;
    EXPECT_EQ(type->charset(), charset) << text;
  }
}

TEST(MediaType, KnowsJsonByItsSubtype) {
  for (const auto* text : {"application/json", "text/JSON",
                           "application/problem+json; charset=utf-8", "application/vnd.x+JSON"}) {
    EXPECT_TRUE(is_json_media_type(text)) << text;
    EXPECT_TRUE(parse_media_type(text)->is_json()) << text;
  }
  for (const auto* text : {"application/jsonl", "application/xjson", "application/+json/x", "json",
                           "application/x-ndjson", "application/json-seq", ""}) {
    EXPECT_FALSE(is_json_media_type(text)) << text;
  }
}

struct Choice {
  std::string_view field;
  std::optional<std::size_t> index;
};

TEST(MediaTypeTable, FindsTheMostSpecificKey) {
  const std::vector<std::string> keys = {"*/*",
                                         "application/*",
                                         "application/json",
                                         "application/json; version=2",
                                         "Application/JSON; version=2; charset=UTF-8",
                                         "text/*; charset=utf-8",
                                         "odd key"};
  const MediaTypeTable table(keys);
  const Choice kCases[] = {
      {"application/json", 2},
      {"APPLICATION/Json", 2},
      {"application/json; charset=utf-8", 2},
      {"application/json; version=1", 2},
      {"application/json; version=2", 3},
      {"application/json; version=\"2\"", 3},
      {"application/json; version=\"\\2\"", 3},
      {"application/json; Version=2; x=y", 3},
      {"application/json;charset=Utf-8;version=2", 4},
      {"application/xml", 1},
      {"text/plain", 0},
      {"text/plain; charset=UTF-8", 5},
      {"image/png", 0},
      {"odd key", 6},
      {"Odd key", std::nullopt},
      {"application/json; broken", std::nullopt},
  };
  for (const auto& [field, index] : kCases) EXPECT_EQ(table.find(field), index) << field;
}

TEST(MediaTypeTable, FindsNothingThatIsNotDeclared) {
  const MediaTypeTable table(std::vector<std::string>{"application/json; version=2", "image/*"});
  for (const auto* field : {"application/json", "application/json; version=3", "imagex/png",
                            "image", "text/plain", ""}) {
    EXPECT_EQ(table.find(field), std::nullopt) << field;
  }
  EXPECT_EQ(table.find("image/png"), 1);
  EXPECT_EQ(MediaTypeTable({}).find("application/json"), std::nullopt);
}

TEST(MediaTypeTable, PrefersTheFirstOfEqualKeys) {
  const MediaTypeTable table(std::vector<std::string>{"text/plain; a=1", "text/plain; b=2"});
  EXPECT_EQ(table.find("text/plain; a=1; b=2"), 0);
}

TEST(MediaTypeTable, AnswersWhatAcceptPrefers) {
  const std::vector<std::string> keys = {"text/html", "application/json",
                                         "text/plain; format=flowed", "application/problem+json"};
  const MediaTypeTable table(keys);
  const Choice kCases[] = {
      {"", 1},  // no preference: the first JSON key
      {"*/*", 1},
      {"application/*", 1},
      {"text/html", 0},
      {"text/*", 0},
      {"TEXT/HTML", 0},
      {"text/html, application/json", 1},
      {"text/html;q=0.5, application/json;q=0.4", 0},
      {"text/html;q=0.001,application/json;q=0", 0},
      {"*/*;q=0.1, text/html;q=0", 1},
      {"application/json;q=0, */*", 3},
      {"application/json;q=0, application/problem+json;q=0, */*;q=0.5", 0},
      {"text/plain;format=flowed;q=1, text/html;q=0.9", 2},
      {"text/plain", 2},
      {"text/plain;format=fixed", std::nullopt},
      {"application/json; charset=utf-8", 1},
      {"application/json; version=2", std::nullopt},
      {"text/*;q=0.3, text/html;q=0.7, */*;q=0.5", 0},
      {"image/png", std::nullopt},
      {"*/*;q=0", std::nullopt},
      {"text/html;q=1.0;ext=1, , application/json;q=0.999", 0},
      // Malformed: as if there were none.
      {"text/html;q=2", 1},
      {"text/html;q=1.1", 1},
      {"text/html;q=0.1234", 1},
      {"text/html;q=x", 1},
      {"text/html;q=", 1},
      {"*/html", 1},
      {"html", 1},
      {"text/html application/json", 1},
      {"text/html;;q=0.5,\"", 1},
      {", ,", 1},
  };
  for (const auto& [field, index] : kCases) EXPECT_EQ(table.negotiate(field), index) << field;
}

TEST(MediaTypeTable, AnswersWithTheFirstKeyWhereNoneIsJson) {
  const MediaTypeTable table(std::vector<std::string>{"text/csv", "text/html"});
  EXPECT_EQ(table.negotiate("*/*"), 0);
  EXPECT_EQ(table.negotiate("text/html, */*"), 1);
  EXPECT_EQ(MediaTypeTable({}).negotiate("*/*"), std::nullopt);
}

}  // namespace
}  // namespace barbacane::validation
