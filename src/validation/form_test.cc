#include "validation/form.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "validation/detail/form_program.h"

namespace barbacane::validation {
namespace {

using detail::compile_form;
using detail::FormProgram;

/// The object as JSON, or `FIELD: REASON`.
std::string read(const FormReader& reader, std::string_view body, Workspace& workspace) {
  const auto value = reader.read(body, workspace);
  if (!value) return value.error().field + ": " + value.error().reason;
  std::string out;
  schema::append_json(out, *value);
  return out;
}

struct Case {
  std::string_view body;
  std::string_view read;
};

template <std::size_t N>
void expect_all(std::string_view schema, std::string_view encoding, const Case (&cases)[N]) {
  const FormProgram form = compile_form(schema);
  const auto reader = FormReader::build(form.program, form.id, encoding);
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  Workspace workspace;
  for (const Case& one : cases) {
    EXPECT_EQ(read(*reader, one.body, workspace), one.read) << one.body;
  }
}

TEST(FormReader, MakesAnObjectOfPairs) {
  const Case kCases[] = {
      {"", "{}"},
      {"&&", "{}"},
      {"a=1&b=2", R"({"a":"1","b":"2"})"},
      {"b=2&a=1&", R"({"a":"1","b":"2"})"},
      {"a=x+y%20z%2B", R"({"a":"x y z+"})"},
      {"a", R"({"a":""})"},
      {"a=", R"({"a":""})"},
      {"=v", R"({"":"v"})"},
      {"a=b=c", R"({"a":"b=c"})"},
      {"%61=1", R"({"a":"1"})"},
      {"a=100%&b=%zz&c=%4", R"({"a":"100%","b":"%zz","c":"%4"})"},
      {"a=%C3%A9", "{\"a\":\"\xC3\xA9\"}"},
      {"a=\xC3\xA9", "{\"a\":\"\xC3\xA9\"}"},
      {"a=%E9", "/a: must be UTF-8"},
      {"%E9=1", "body: must not have a name that is not UTF-8"},
      // Nothing is said about these, so they may be lists.
      {"x=1&y=2&x=3", R"({"x":["1","3"],"y":"2"})"},
  };
  expect_all("{}", "", kCases);
}

constexpr std::string_view kTypes = R"({"type": "object", "properties": {
  "s": {"type": "string"}, "i": {"type": "integer"}, "n": {"type": "number"},
  "b": {"type": "boolean"}, "maybe": {"type": ["integer", "null"]},
  "mixed": {"type": ["integer", "string"], "minimum": 10},
  "enum": {"enum": [1, "2", true]}, "bare": {"minimum": 3},
  "o": {"type": "object"}, "either": {"type": ["object", "string"]}}})";

TEST(FormReader, GivesValuesTheTypesOfTheirProperties) {
  const Case kCases[] = {
      {"s=5", R"({"s":"5"})"},
      {"s=true", R"({"s":"true"})"},
      {"i=5", R"({"i":5})"},
      {"i=-0", R"({"i":-0})"},
      {"i=05", R"({"i":"05"})"},
      {"i=+5", R"({"i":" 5"})"},
      {"n=1.5e3", R"({"n":1.5e3})"},
      {"n=1.", R"({"n":"1."})"},
      {"n=", R"({"n":""})"},
      {"b=true&i=1", R"({"b":true,"i":1})"},
      {"b=TRUE", R"({"b":"TRUE"})"},
      {"b=1", R"({"b":"1"})"},
      {"maybe=", R"({"maybe":null})"},
      {"maybe=7", R"({"maybe":7})"},
      {"mixed=12", R"({"mixed":12})"},
      {"mixed=9", R"({"mixed":"9"})"},
      {"enum=1", R"({"enum":1})"},
      {"enum=2", R"({"enum":"2"})"},
      {"enum=true", R"({"enum":true})"},
      {"bare=4", R"({"bare":4})"},
      {"bare=four", R"({"bare":"four"})"},
      {"o=%7B%22a%22%3A1%7D", R"({"o":{"a":1}})"},
      {"o=x", "/o: must be JSON: expected a value at byte 0"},
      {"either=%7B%22a%22:1%7D", R"({"either":{"a":1}})"},
      {"either=%7B", R"({"either":"{"})"},
      {"s=1&s=2", "/s: must not be given more than once"},
      {"i=1&b=true&i=1", "/i: must not be given more than once"},
  };
  expect_all(kTypes, "", kCases);
}

TEST(FormReader, TakesArraysByTheStyleOfTheirEncoding) {
  constexpr std::string_view kSchema = R"({"type": "object", "properties": {
    "many": {"type": "array", "items": {"type": "integer"}},
    "comma": {"type": "array", "items": {"type": "integer"}},
    "space": {"type": "array", "items": {"type": "string"}},
    "pipe": {"type": "array", "items": {"type": "string"}},
    "piped": {"type": "array", "items": {"type": "string"}},
    "tuple": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]},
    "one": {"type": ["array", "integer"], "items": {"type": "integer"}},
    "objects": {"type": "array", "items": {"type": "object"}}}})";
  constexpr std::string_view kEncoding = R"({"comma": {"explode": false},
    "space": {"style": "spaceDelimited"}, "pipe": {"style": "pipeDelimited"},
    "piped": {"style": "pipeDelimited", "explode": true}, "elsewhere": {"style": "form"}})";
  const Case kCases[] = {
      {"many=1", R"({"many":[1]})"},
      {"many=1&s=x&many=2&many=x", R"({"many":[1,2,"x"],"s":"x"})"},
      {"many=1,2", R"({"many":["1,2"]})"},
      {"comma=1,2,3", R"({"comma":[1,2,3]})"},
      {"comma=1%2C2", R"({"comma":["1,2"]})"},
      {"comma=1&comma=2", "/comma: must not be given more than once"},
      {"space=a+b%20c", R"({"space":["a","b","c"]})"},
      {"pipe=a|b%7Cc", R"({"pipe":["a","b","c"]})"},
      {"piped=a|b&piped=c", R"({"piped":["a|b","c"]})"},
      {"tuple=1&tuple=2", R"({"tuple":[1,"2"]})"},
      {"one=1", R"({"one":1})"},
      {"one=1&one=2", R"({"one":[1,2]})"},
      {"objects=%7B%7D&objects=%7B%22a%22%3A%22%5Cn%22%7D", R"({"objects":[{},{"a":"\n"}]})"},
      {"many=%FF", "/many: must be UTF-8"},
  };
  expect_all(kSchema, kEncoding, kCases);
}

TEST(FormReader, TakesObjectsByTheStyleOfTheirEncoding) {
  constexpr std::string_view kPoint = R"({"type": "object", "properties": {
    "x": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "integer"}}},
    "additionalProperties": {"type": "boolean"}})";
  const std::string schema = R"({"type": "object", "properties": {"deep": )" + std::string(kPoint) +
                             R"(, "beside": {"type": "object", "properties": {
                                  "left": {"type": "integer"}, "right": {"type": "string"}}},
                                "turn": )" +
                             std::string(kPoint) + R"(, "pipe": )" + std::string(kPoint) + "}}";
  constexpr std::string_view kEncoding = R"({"deep": {"style": "deepObject", "explode": true},
    "beside": {"style": "form"}, "turn": {"style": "form", "explode": false},
    "pipe": {"style": "pipeDelimited"}})";
  const Case kCases[] = {
      {"deep[x]=1&deep%5Bb%5D=true", R"({"deep":{"b":true,"x":1}})"},
      {"deep[tags]=1&deep[tags]=2", R"({"deep":{"tags":[1,2]}})"},
      {"deep[x]=1&deep[x]=2", "/deep: must not have a member twice"},
      {"deep=1", "/deep: must be given by its members"},
      {"deep[x][y]=1", "/deep[x][y]: must be given by its members"},
      {"deep[]=1", "/deep[]: must be given by its members"},
      {"deep[x=1", "/deep[x: must be given by its members"},
      {"other[x]=1", R"({"other[x]":"1"})"},
      {"right=5&z=1&left=5", R"({"beside":{"left":5,"right":"5"},"z":"1"})"},
      {"beside=1", "/beside: must be given by its members"},
      {"turn=x,1,ok,true", R"({"turn":{"ok":true,"x":1}})"},
      {"turn=x", "/turn: must be names and values in turn"},
      {"pipe=x|1|x|2", "/pipe: must not have a member twice"},
      {"pipe=x|1", R"({"pipe":{"x":1}})"},
  };
  expect_all(schema, kEncoding, kCases);
}

TEST(FormReader, ReadsJsonWhereTheEncodingSaysSo) {
  constexpr std::string_view kSchema = R"({"type": "object", "properties": {
    "list": {"type": "array", "items": {"type": "integer"}},
    "one": {"type": "string"}, "two": {"type": "object"}}})";
  constexpr std::string_view kEncoding = R"({"list": {"contentType": "application/json"},
    "one": {"contentType": "application/json; charset=utf-8"}})";
  const Case kCases[] = {
      {"list=%5B1,2%5D", R"({"list":[1,2]})"},
      {"list=1&list=2", R"({"list":[1,2]})"},
      {"one=%22%5Cu00e9%22&two=%7B%22%5Cu00e8%22:%22%5Cu00ea%22%7D",
       "{\"one\":\"\xC3\xA9\",\"two\":{\"\xC3\xA8\":\"\xC3\xAA\"}}"},
      {"one=x", "/one: must be JSON: expected a value at byte 0"},
      {"two=%7B%22a%22:1,%22a%22:2%7D", "/two: must be JSON: repeated name \"a\" at byte 7"},
  };
  expect_all(kSchema, kEncoding, kCases);
}

TEST(FormReader, GivesUndeclaredPropertiesTheTypeOfAdditionalOnes) {
  const Case kCases[] = {
      {"a=1&b=2", R"({"a":1,"b":2})"},
      {"a=1&a=2", "/a: must not be given more than once"},
      {"a/~b=1&a/~b=2", "/a~1~0b: must not be given more than once"},
  };
  expect_all(R"({"type": "object", "additionalProperties": {"type": "integer"}})", "null", kCases);
}

TEST(FormReader, GivesPropertiesKnownByPatternTheTypeOfTheirs) {
  const Case kCases[] = {
      {"n_a=5&n_any=6&s=7", R"({"n_any":6,"s":"7","n_a":5})"},
      {"n_a=x", R"({"n_a":"x"})"},
      {"n_a=1&n_a=2", "/n_a: must not be given more than once"},
      {"a_l=true&a_l=x", R"({"a_l":[true,"x"]})"},
      {"n_flag=1&flag=true", R"({"flag":true,"n_flag":1})"},
      {"free=5&free=6", R"({"free":["5","6"]})"},
      {"other=true&o_=%7B%22a%22:1%7D", R"({"o_":{"a":1},"other":true})"},
      {"deep[n_a]=5&deep[x]=true", R"({"deep":{"n_a":5,"x":true}})"},
  };
  constexpr std::string_view kPatterns = R"("patternProperties": {
    "^n_": {"type": "integer"}, "_l$": {"type": "array", "items": {"type": "boolean"}},
    "flag$": {"type": ["boolean", "string"]}, "^free": {},
    "^o_": {"type": "object"}}, "additionalProperties": {"type": "boolean"})";
  expect_all(R"({"type": "object", "properties": {"n_any": {}, "s": {"type": "string"},
               "deep": {"type": "object", )" +
                 std::string(kPatterns) + "}}, " + std::string(kPatterns) + "}",
             R"({"deep": {"style": "deepObject"}})", kCases);
}

TEST(FormReader, RefusesNamesThatAPatternTakesTooLongOn) {
  const Case kCases[] = {
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab=1",
       "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab: cannot be checked: a pattern takes "
       "too long on a name"},
      {"a=1", R"({"a":1})"},
  };
  expect_all(R"s({"patternProperties": {"^(?=(a+)+$)": {"type": "integer"}}})s", "", kCases);
}

TEST(FormReader, IsNotBuiltFromAnEncodingThatCannotBe) {
  const FormProgram form = compile_form(R"({"properties": {"a": {"type": "string"}}})");
  const struct {
    std::string_view encoding;
    std::string_view error;
  } kCases[] = {
      {R"([])", "'encoding' is no object"},
      {R"({"a": 1})", "the encoding of 'a' is no object"},
      {R"({"a": {"style": "matrix"}})", "the encoding of 'a' has an unknown style"},
      {R"({"a": {"explode": "yes"}})",
       "the encoding of 'a' has an 'explode' that is neither true nor false"},
      {R"({"a": {"contentType": "png"}})",
       "the encoding of 'a' has the content type 'png', which is none"},
      {R"({"a": {"headers": []}})", "the encoding of 'a' has 'headers' that are no object"},
  };
  for (const auto& [encoding, error] : kCases) {
    const auto reader = FormReader::build(form.program, form.id, encoding);
    ASSERT_FALSE(reader.has_value()) << encoding;
    EXPECT_EQ(reader.error().message, error);
  }
}

TEST(FormReader, RefusesMoreThanTenThousandPairs) {
  const FormProgram form = compile_form("{}");
  const auto reader = FormReader::build(form.program, form.id, "");
  std::string body;
  for (int i = 0; i < 10'000; ++i) body += "&n" + std::to_string(i % 5000) + "=v";
  Workspace workspace;
  const auto value = reader->read(body + "&&", workspace);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->size(), 5000);
  EXPECT_EQ(read(*reader, body + "&n", workspace), "body: must not have more than 10000 pairs");
}

TEST(FormReader, RefusesMoreThanTenThousandMembersInOneText) {
  const FormProgram form = compile_form(R"({"properties": {"o": {"type": "object"}}})");
  const auto reader =
      FormReader::build(form.program, form.id, R"({"o": {"style": "form", "explode": false}})");
  std::string body = "o=n0,v";
  for (int i = 1; i < 10'000; ++i) body += ",n" + std::to_string(i) + ",v";
  Workspace workspace;
  EXPECT_TRUE(reader->read(body, workspace).has_value());
  EXPECT_EQ(read(*reader, body + ",n,v", workspace), "/o: must not have more than 10000 members");
}

}  // namespace
}  // namespace barbacane::validation
