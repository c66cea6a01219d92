#include "validation/parameter_set.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "validation/detail/parameter_trial.h"

/// The corners of reading and judging parameters, each a row of a table.
namespace barbacane::validation {
namespace {

using detail::Declared;
using detail::Trial;
using detail::TrialRequest;

constexpr const char* kInteger = R"({"type":"integer"})";
constexpr const char* kString = R"({"type":"string"})";
constexpr const char* kIntegers = R"({"type":"array","items":{"type":"integer"}})";
constexpr const char* kRgb =
    R"({"type":"object","properties":{"R":{"type":"integer"},"G":{"type":"integer"}},)"
    R"("required":["R"]})";
constexpr const char* kClosedRgb =
    R"({"type":"object","properties":{"R":{"type":"integer"},"G":{"type":"integer"}},)"
    R"("additionalProperties":false})";

Declared in_query(std::string name, std::string schema) {
  return {.name = std::move(name), .location = "query", .schema = std::move(schema)};
}

TrialRequest query(std::string text) { return {.query = std::move(text)}; }
TrialRequest field(std::string name, std::string value) {
  return {.fields = {{std::move(name), std::move(value)}}};
}

struct Row {
  Declared declared;
  TrialRequest request;
  bool valid;
};

std::string text_of(const TrialRequest& request) {
  std::string out = request.path.empty() ? "" : request.path[0];
  out += "?" + request.query;
  for (const auto& [name, value] : request.fields) out += " " + name + ": " + value;
  return out;
}

void expect_verdicts(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    Trial trial({row.declared});
    ASSERT_EQ(trial.error(), "");
    const bool valid = !trial.first_failing(row.request).has_value();
    EXPECT_EQ(valid, row.valid) << row.declared.schema << " for " << text_of(row.request);
    EXPECT_EQ(trial.explain(row.request).empty(), row.valid) << text_of(row.request);
  }
}

TEST(ParameterSet, TextBecomesWhatItsSchemaSays) {
  const auto schema = [](std::string text) { return in_query("q", std::move(text)); };
  expect_verdicts({
      {schema(kInteger), query("q=5"), true},
      {schema(kInteger), query("q=5.0"), true},
      {schema(kInteger), query("q=-12"), true},
      {schema(kInteger), query("q=5.5"), false},
      {schema(kInteger), query("q=05"), false},
      {schema(kInteger), query("q=%2B5"), false},
      {schema(kInteger), query("q=five"), false},
      {schema(kInteger), query("q="), false},
      {schema(kInteger), query("q= 5"), false},
      {schema(R"({"type":"integer","maximum":9007199254740993})"), query("q=9007199254740993"),
       true},
      {schema(R"({"type":"integer","maximum":9007199254740993})"), query("q=9007199254740994"),
       false},
      {schema(R"({"type":"number"})"), query("q=1e400"), true},
      {schema(R"({"type":"boolean"})"), query("q=true"), true},
      {schema(R"({"type":"boolean"})"), query("q=True"), false},
      {schema(R"({"type":"boolean"})"), query("q=1"), false},
      {schema(kString), query("q=5"), true},
      {schema(R"({"type":"string","const":"5"})"), query("q=5"), true},
      {schema(R"({"type":"string","pattern":"^[0-9]+$"})"), query("q=5"), true},
      {schema(R"({"type":"string","pattern":"^[0-9]+$"})"), query("q=x"), false},
      {schema(R"({"type":["integer","null"]})"), query("q="), true},
      {schema(R"({"type":["integer","null"]})"), query("q=null"), false},
      {schema(R"({"type":["string","null"],"minLength":1})"), query("q="), false},
      {schema(R"({"type":["integer","string"]})"), query("q=x"), true},
      {schema(R"({"type":["integer","string"],"maximum":3,"maxLength":1})"), query("q=5"), true},
      {schema(R"({"type":["integer","string"],"maximum":3,"maxLength":1})"), query("q=55"), false},
      {schema(R"({"enum":["5"]})"), query("q=5"), true},
      {schema(R"({"enum":[5]})"), query("q=5"), true},
      {schema(R"({"enum":[5]})"), query("q=6"), false},
      {schema(R"({"const":true})"), query("q=true"), true},
      {schema(R"({"minimum":3})"), query("q=2"), false},
      {schema(R"({"minimum":3})"), query("q=two"), true},
      {schema("{}"), query("q=anything"), true},
      {schema(""), query("q=anything"), true},
      {schema("false"), query("q=anything"), false},
      {schema(R"({"$ref":"#/0/$defs/n","$defs":{"n":{"type":"integer"}}})"), query("q=5"), true},
      {schema(R"({"$ref":"#/0/$defs/n","$defs":{"n":{"type":"integer"}}})"), query("q=x"), false},
      {schema(R"({"oneOf":[{"type":"integer"},{"type":"boolean"}]})"), query("q=false"), true},
      {schema(R"({"allOf":[{"type":"integer"},{"minimum":3}]})"), query("q=2"), false},
  });
}

TEST(ParameterSet, EscapesAreDecodedOncePerPlace) {
  const auto is = [](const char* location, const char* value) {
    return Declared{.name = "v",
                    .location = location,
                    .schema = R"({"type":"string","const":)" + base::json_string(value) + "}"};
  };
  expect_verdicts({
      {is("query", "a b"), query("v=a+b"), true},
      {is("query", "a b"), query("v=a%20b"), true},
      {is("query", "a+b"), query("v=a%2Bb"), true},
      {is("query", "%20"), query("v=%2520"), true},
      {is("query", "%zz"), query("v=%zz"), true},
      {is("query", "%"), query("v=%"), true},
      {is("query", "%4"), query("v=%4"), true},
      {is("query", "a=b"), query("v=a=b"), true},
      {is("query", "\xC3\xA9"), query("v=%C3%A9"), true},
      {is("query", "\xC3\xA9"), query("v=\xC3\xA9"), true},
      {is("path", "a+b"), {.path = {"a+b"}}, true},
      {is("path", "a b"), {.path = {"a%20b"}}, true},
      {is("path", "a/b"), {.path = {"a%2Fb"}}, true},
      {is("header", "a%20b+c"), field("v", "a%20b+c"), true},
      {is("cookie", "a b+c"), field("cookie", "v=a%20b+c"), true},
      {is("cookie", "\"a\""), field("cookie", "v=\"a\""), true},
  });
}

TEST(ParameterSet, TextThatIsNotUtf8FailsInItsOwnCategory) {
  const struct {
    const char* location;
    TrialRequest request;
    Category category;
  } kRows[] = {
      {"path", {.path = {"%FF"}}, Category::kPath},
      {"query", query("v=%C3"), Category::kQuery},
      {"query", query("v=\xFF"), Category::kQuery},
      {"header", field("v", "caf\xE9"), Category::kHeader},
      {"cookie", field("cookie", "v=%ED%A0%80"), Category::kCookie},
  };
  for (const auto& row : kRows) {
    for (const char* schema : {kString, kIntegers, ""}) {
      Trial trial({{.name = "v", .location = row.location, .schema = schema}});
      const auto violations = trial.explain(row.request);
      ASSERT_EQ(violations.size(), 1u) << text_of(row.request) << schema;
      EXPECT_EQ(violations[0].category, row.category);
      EXPECT_EQ(violations[0].code, code::kInvalidParameter);
      EXPECT_NE(violations[0].reason.find("UTF-8"), std::string::npos);
    }
  }
}

TEST(ParameterSet, MissingIsWrongOnlyWhenRequired) {
  for (const char* location : {"query", "header", "cookie"}) {
    for (const char* schema : {kInteger, kIntegers, kClosedRgb, ""}) {
      Trial optional({{.name = "X-V", .location = location, .schema = schema}});
      EXPECT_FALSE(optional.first_failing({})) << location << schema;
      Trial required({{.name = "X-V", .location = location, .schema = schema, .required = true}});
      const auto violations = required.explain({});
      ASSERT_EQ(violations.size(), 1u) << location << schema;
      EXPECT_EQ(violations[0].field, "X-V");
      EXPECT_EQ(violations[0].code, code::kMissingParameter);
      EXPECT_EQ(location_of(violations[0].category), location);
    }
  }
}

TEST(ParameterSet, PathParametersAreAlwaysRequired) {
  Trial trial({{.name = "id", .location = "path", .schema = kInteger}});
  EXPECT_EQ(trial.first_failing({}), Category::kPath);
}

TEST(ParameterSet, FieldsAreFoundWhateverTheirCase) {
  Trial trial({{.name = "X-Count", .location = "header", .schema = kInteger, .required = true}});
  EXPECT_FALSE(trial.first_failing(field("x-count", "5")));
  EXPECT_EQ(trial.explain(field("x-count", "five")).at(0).field, "X-Count");
}

TEST(ParameterSet, FieldsWithAStandardMeaningAreCheckedWhenDeclared) {
  for (const char* name : {"Accept", "Content-Type", "Authorization"}) {
    Trial trial({{.name = name, .location = "header", .schema = R"({"enum":["a/b"]})"}});
    EXPECT_FALSE(trial.first_failing(field(base::to_lower(name), "a/b")));
    EXPECT_EQ(trial.first_failing(field(base::to_lower(name), "c/d")), Category::kHeader);
  }
}

TEST(ParameterSet, CookiesAreReadAsBrowsersSendThem) {
  const Declared cookie{.name = "v", .location = "cookie", .schema = kInteger, .required = true};
  const Declared list{.name = "v", .location = "cookie", .schema = kIntegers, .required = true};
  const Declared one_text{
      .name = "v", .location = "cookie", .schema = kIntegers, .explode = false, .required = true};
  const Declared members{.name = "v", .location = "cookie", .schema = kRgb};
  const Declared text{.name = "v",
                      .location = "cookie",
                      .schema = R"({"type":"string","const":"a%20b"})",
                      .style = "cookie",
                      .required = true};
  expect_verdicts({
      {cookie, field("cookie", "a=b; v=5; c=d"), true},
      {cookie, field("cookie", "v=5;v=x"), false},
      {cookie, field("cookie", "v=5; v=5"), false},
      {cookie, field("cookie", "w=5; v=5; w=6"), true},
      {cookie, field("cookie", "V=5"), false},
      {cookie, field("cookie", "v"), false},
      {cookie, field("cookie", "av=5"), false},
      {cookie, field("cookie", "v=\"5\""), false},
      {list, field("cookie", "v=5; v=6"), true},
      {list, field("cookie", "v=5; v=x"), false},
      {one_text, field("cookie", "v=5,6"), true},
      {one_text, field("cookie", "v=5; v=6"), false},
      {members, field("cookie", "R=5; G=6; other=x; other=y"), true},
      {members, field("cookie", "R=5; R=x"), false},
      {text, field("cookie", "v=a%20b"), true},
  });
}

TEST(ParameterSet, AParameterThatIsNoListMustNotBeSentTwice) {
  expect_verdicts({
      {in_query("q", kInteger), query("q=5&q=5"), false},
      {in_query("q", kInteger), query("q=5&%71=6"), false},
      {in_query("q", kString), query("q=5&Q=6"), true},
      {in_query("q", ""), query("q=5&q=5"), false},
      {in_query("q", kIntegers), query("q=5&q=5"), true},
      {in_query("q", kIntegers), query("other=1&other=2"), true},
  });
  Trial trial({in_query("q", kInteger)});
  const auto violations = trial.explain(query("q=5&q=6"));
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].code, code::kInvalidParameter);
  EXPECT_NE(violations[0].reason.find("more than once"), std::string::npos);
}

TEST(ParameterSet, EveryPieceOfARepeatedListIsChecked) {
  expect_verdicts({
      {in_query("q", kIntegers), query("q=1&q=3"), true},
      {in_query("q", kIntegers), query("q=1&q=x"), false},
  });
}

TEST(ParameterSet, AListInOneTextMustNotBeSentTwice) {
  for (const char* style : {"form", "spaceDelimited", "pipeDelimited"}) {
    Declared list = in_query("q", kIntegers);
    list.style = style;
    list.explode = false;
    Trial trial({list});
    EXPECT_FALSE(trial.first_failing(query("q=1"))) << style;
    const auto violations = trial.explain(query("q=1&q=3"));
    ASSERT_EQ(violations.size(), 1u) << style;
    EXPECT_EQ(violations[0].reason, "must not be given more than once");
    list.explode = true;
    EXPECT_FALSE(Trial({list}).first_failing(query("q=1&q=3"))) << style;
  }
  Declared commas = in_query("q", kIntegers);
  commas.explode = false;
  expect_verdicts({{commas, query("q=1,2"), true}, {commas, query("q=1%2C2"), false}});
}

TEST(ParameterSet, AnEmptyValueIsAllowedWhereTheSpecSaysSo) {
  Declared allowed = in_query("q", kInteger);
  allowed.allow_empty_value = true;
  Declared list = in_query("q", kIntegers);
  list.allow_empty_value = true;
  Declared header = allowed;
  header.location = "header";
  expect_verdicts({
      {allowed, query("q="), true},
      {allowed, query("q"), true},
      {allowed, query("q=x"), false},
      {allowed, query("q=&q="), false},
      {list, query("q="), true},
      {list, query("q=&q=1"), false},
      {header, field("q", ""), false},
  });
}

TEST(ParameterSet, AnExplodedObjectIsMadeOfOrdinaryNames) {
  expect_verdicts({
      {in_query("rgb", kRgb), query(""), true},
      {in_query("rgb", kRgb), query("utm_source=x"), true},
      {in_query("rgb", kRgb), query("R=1&G=2"), true},
      {in_query("rgb", kRgb), query("%52=1"), true},
      {in_query("rgb", kRgb), query("G=2"), false},
      {in_query("rgb", kRgb), query("R=x"), false},
      {in_query("rgb", kRgb), query("R=1&R=2"), false},
      {in_query("rgb", kRgb), query("R=1&other=x&other=y"), true},
      {in_query("rgb", kClosedRgb), query("R=1&other=x"), true},
      {in_query("map", R"({"type":"object","additionalProperties":{"type":"integer"}})"),
       query("anything=1"), true},
      {in_query("map", R"({"type":"object","additionalProperties":{"type":"integer"}})"),
       query("anything=x"), false},
      {in_query("o", R"({"type":"object","properties":{"l":{"type":"array",)"
                     R"("items":{"type":"integer"}}}})"),
       query("l=1&l=2"), true},
      {in_query("o", R"({"type":"object","properties":{"l":{"type":"array",)"
                     R"("items":{"type":"integer"}}}})"),
       query("l=1&l=x"), false},
  });
}

TEST(ParameterSet, AnExplodedObjectLeavesNamesOfOtherParametersAlone) {
  Trial trial({in_query("map", R"({"type":"object","additionalProperties":{"type":"integer"}})"),
               in_query("name", kString)});
  EXPECT_FALSE(trial.first_failing(query("name=x&a=1")));
  EXPECT_TRUE(trial.first_failing(query("nome=x&a=1")));
}

TEST(ParameterSet, DeepObjectNamesMayBeEscaped) {
  Declared deep = in_query("id", kRgb);
  deep.style = "deepObject";
  Declared closed = in_query("id", kClosedRgb);
  closed.style = "deepObject";
  expect_verdicts({
      {deep, query("id[R]=1"), true},
      {deep, query("id%5BR%5D=1&id%5bG%5d=2"), true},
      {deep, query("id[R]=x"), false},
      {deep, query("id[G]=1"), false},
      {deep, query("id[R]=1&id[R]=2"), false},
      {closed, query("id[X]=1"), false},
      {closed, query("X=1"), true},
      {closed, query("idx[R]=x&id]=x&ID=x"), true},
  });
}

TEST(ParameterSet, ADeepObjectHasMembersOfOneLevel) {
  Declared deep = in_query("id", R"({"type":"object","properties":{"R":{"type":"integer"},)"
                                 R"("l":{"type":"array","items":{"type":"integer"}}}})");
  deep.style = "deepObject";
  expect_verdicts({
      {deep, query("id[l]=1&id[l]=2"), true},
      {deep, query("id[l]=1&id[l]=x"), false},
      {deep, query("id[%ff]=1"), false},
  });
  const struct {
    const char* query;
    const char* name;
  } kRows[] = {
      {"id[R][S]=1", "id[R][S]"}, {"id=1", "id"},     {"id[R]=1&id=2", "id"},
      {"id[]=1", "id[]"},         {"id[R=1", "id[R"}, {"id%5BR%5D%5B%5D=1", "id[R][]"},
      {"%69d[R]x=1", "id[R]x"},   {"id=", "id"},
  };
  Trial trial({deep});
  for (const auto& row : kRows) {
    const auto violations = trial.explain(query(row.query));
    ASSERT_EQ(violations.size(), 1u) << row.query;
    EXPECT_EQ(violations[0].code, code::kInvalidParameter);
    EXPECT_EQ(violations[0].field, "id");
    EXPECT_EQ(violations[0].reason, "must be members of the form id[name]=value, which '" +
                                        std::string(row.name) + "' is not");
  }
}

TEST(ParameterSet, ADeepObjectMayBeEmptyWhereTheSpecSaysSo) {
  Declared deep = in_query("id", kRgb);
  deep.style = "deepObject";
  deep.required = true;
  deep.allow_empty_value = true;
  expect_verdicts({
      {deep, query("id="), true},
      {deep, query("id"), true},
      {deep, query("id=&id[R]=1"), true},
      {deep, query("id=&id[R]=x"), false},
      {deep, query("id=1"), false},
      {deep, query(""), false},
  });
}

TEST(ParameterSet, NamesOfOtherParametersAreNoneOfADeepObject) {
  Declared deep = in_query("id", kClosedRgb);
  deep.style = "deepObject";
  Declared deeper = in_query("id[more]", kClosedRgb);
  deeper.style = "deepObject";
  Trial trial({deep, in_query("id[]", kIntegers), deeper,
               in_query("map", R"({"type":"object","additionalProperties":{"type":"integer"}})")});
  EXPECT_FALSE(trial.first_failing(query("id[R]=1&id[]=2&id[]=3&id[more][G]=4")));
  for (const char* wrong : {"id[]=x", "id[more][G]=x", "id[R][G]=1", "id[other][G]=1"}) {
    EXPECT_EQ(trial.explain(query(wrong)).size(), 1u) << wrong;
  }
}

TEST(ParameterSet, MembersKnownByPatternAreWhatTheirSchemasSay) {
  constexpr std::string_view kPatterns =
      R"({"type":"object","properties":{"n_any":{},"s":{"type":"string"}},)"
      R"("patternProperties":{"^n_":{"type":"integer"},"_l$":{"type":"array",)"
      R"("items":{"type":"boolean"}},"^b":{"type":["boolean","string"]},)"
      R"("flag$":{"type":["integer","boolean"]},"^free":{}},)"
      R"("additionalProperties":{"type":"number"}})";
  Declared deep = in_query("id", std::string(kPatterns));
  deep.style = "deepObject";
  Declared exploded = in_query("id", std::string(kPatterns));
  Declared in_turn = exploded;
  in_turn.explode = false;
  const struct {
    const char* member;
    const char* value;
    bool valid;
  } kRows[] = {
      {"n_a", "5", true},    {"n_a", "x", false},     {"n_any", "5", true},  {"n_any", "x", false},
      {"s", "5", true},      {"free", "x", true},     {"free", "5", true},   {"other", "1.5", true},
      {"other", "x", false}, {"bflag", "true", true}, {"bflag", "5", false}, {"bflag", "x", false},
      {"b", "x", true},
  };
  std::vector<Row> rows;
  for (const auto& [member, value, valid] : kRows) {
    const std::string name = member;
    rows.push_back({deep, query("id[" + name + "]=" + value), valid});
    rows.push_back({exploded, query(name + "=" + value), valid});
    rows.push_back({in_turn, query("id=" + name + "," + value), valid});
  }
  rows.push_back({deep, query("id[a_l]=true&id[a_l]=false"), true});
  rows.push_back({deep, query("id[a_l]=true&id[a_l]=x"), false});
  rows.push_back({deep, query("id[n_a]=1&id[n_a]=2"), false});
  expect_verdicts(rows);
}

TEST(ParameterSet, AClosedExplodedObjectHasTheMembersItsPatternsKnow) {
  const Declared closed =
      in_query("id", R"({"type":"object","properties":{"R":{"type":"integer"}},)"
                     R"("patternProperties":{"^n_":{"type":"integer"}},)"
                     R"("additionalProperties":false})");
  expect_verdicts({
      {closed, query("n_a=1&utm_source=x"), true},
      {closed, query("utm_source=x"), true},
      {closed, query("n_a=x"), false},
  });
  Trial reject({closed}, UnknownQuery::kReject);
  EXPECT_FALSE(reject.first_failing(query("n_a=1")));
  EXPECT_EQ(reject.explain(query("utm_source=x")).size(), 1u);
}

TEST(ParameterSet, APatternThatTakesTooLongOnANameRefuses) {
  Declared deep = in_query(
      "id", R"s({"type":"object","patternProperties":{"^(?=(a+)+$)":{"type":"integer"}}})s");
  deep.style = "deepObject";
  Trial trial({deep});
  const auto violations = trial.explain(query("id[" + std::string(60, 'a') + "b]=1"));
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].reason,
            "cannot be checked: a pattern takes too long on the names of its members");
}

TEST(ParameterSet, ContentIsReadByItsMediaType) {
  const auto with = [](const char* media_type, const char* schema) {
    Declared declared = in_query("q", schema);
    declared.content_type = media_type;
    return declared;
  };
  expect_verdicts({
      {with("application/json", kRgb), query("q=%7B%22R%22:1%7D"), true},
      {with("application/json", kRgb), query("q={\"R\":1}"), true},
      {with("application/json", kRgb), query("q={\"R\":\"x\"}"), false},
      {with("application/json", kRgb), query("q={\"R\":1"), false},
      {with("application/json", kRgb), query("q={\"R\":1,\"R\":1}"), false},
      {with("application/json", kInteger), query("q=5"), true},
      {with("application/json", kString), query("q=5"), false},
      {with("application/vnd.x+json; v=1", kIntegers), query("q=[1,2]"), true},
      {with("application/json", kIntegers), query("q=[1]&q=[2]"), false},
      {with("application/json", kRgb), query("q=%FF"), false},
      {with("text/plain", kString), query("q=5"), true},
      {with("text/plain", kInteger), query("q=5"), false},
      {with("application/x-www-form-urlencoded", kRgb), query("q=R%3D1%26G%3D2"), true},
      {with("application/x-www-form-urlencoded", kRgb), query("q=R%3Dx"), false},
      {with("application/xml", kRgb), query("q=<a/>"), true},
      {with("application/xml", R"({"type":"string","maxLength":2})"), query("q=<a/>"), false},
  });
}

TEST(ParameterSet, AWholeQueryIsOneValue) {
  const auto whole = [](std::optional<std::string> media_type, const char* schema) {
    return Declared{.name = "q",
                    .location = "querystring",
                    .schema = schema,
                    .required = true,
                    .content_type = std::move(media_type)};
  };
  constexpr const char* kForm = "application/x-www-form-urlencoded";
  expect_verdicts({
      {whole(kForm, kRgb), query("R=1&G=2"), true},
      {whole(kForm, kRgb), query("R=x"), false},
      {whole(kForm, kRgb), query(""), false},
      {whole(kForm, kRgb), query("R=1&R=2"), false},
      {whole(kForm, R"({"type":"string","pattern":"^R="})"), query("R=1"), true},
      {whole(kForm, R"({"type":"object","properties":{"a":{"type":"array",)"
                    R"("items":{"type":"integer"}}}})"),
       query("a=1&a=2"), true},
      {whole(std::nullopt, kRgb), query("R=1"), true},
      {whole("application/json", kRgb), query("%7B%22R%22%3A1%7D"), true},
      {whole("application/json", kRgb), query("R=1"), false},
      {whole("text/plain", R"({"const":"a%20b"})"), query("a%20b"), true},
  });
  Trial trial({whole(kForm, kRgb)});
  EXPECT_EQ(trial.first_failing({}), Category::kQuerystring);
}

TEST(ParameterSet, UnknownQueryNamesAreRefusedOnDemand) {
  Declared deep = in_query("deep", kClosedRgb);
  deep.style = "deepObject";
  const std::vector<Declared> kDeclared = {in_query("q", kInteger), in_query("rgb", kClosedRgb),
                                           deep};
  Trial pass(kDeclared);
  Trial reject(kDeclared, UnknownQuery::kReject);
  const struct {
    const char* query;
    std::vector<std::string> unknown;
  } kRows[] = {
      {"", {}},
      {"q=5&R=1&G=2&deep[R]=1", {}},
      {"%71=5", {}},
      {"deep%5BR%5D=1", {}},
      {"Q=5", {"Q"}},
      {"x=1&q=5&y", {"x", "y"}},
      {"x=1&x=2", {"x", "x"}},
      {"rgb=1", {"rgb"}},
      {"other[R]=1", {"other[R]"}},
      {"%C3%A9=1", {"\xC3\xA9"}},
      {"%FF=1", {"%FF"}},
      {"\xFF=1", {"?"}},
  };
  for (const auto& row : kRows) {
    EXPECT_FALSE(pass.first_failing(query(row.query))) << row.query;
    std::vector<std::string> unknown;
    for (const Violation& violation : reject.explain(query(row.query))) {
      EXPECT_EQ(violation.code, code::kUnknownParameter);
      unknown.push_back(violation.field);
    }
    EXPECT_EQ(unknown, row.unknown) << row.query;
  }
}

TEST(ParameterSet, AWrongNameOfADeepObjectIsNotUnknownAsWell) {
  Declared deep = in_query("deep", kClosedRgb);
  deep.style = "deepObject";
  Trial reject({deep}, UnknownQuery::kReject);
  for (const char* text : {"deep=1", "deep[R][S]=1"}) {
    const auto violations = reject.explain(query(text));
    ASSERT_EQ(violations.size(), 1u) << text;
    EXPECT_EQ(violations[0].code, code::kInvalidParameter);
  }
}

TEST(ParameterSet, NamesForSomethingElseAreNeitherUnknownNorMembers) {
  const Declared map =
      in_query("map", R"({"type":"object","additionalProperties":{"type":"integer"}})");
  for (const UnknownQuery unknown : {UnknownQuery::kPass, UnknownQuery::kReject}) {
    Trial trial({map, in_query("page", kInteger)}, unknown, {"api_key", "page"});
    EXPECT_FALSE(trial.first_failing(query("api_key=x&api_key=y&page=1&a=2")));
    EXPECT_TRUE(trial.first_failing(query("api_kez=x")));
    EXPECT_TRUE(trial.first_failing(query("page=x")));
  }
  Trial none({}, UnknownQuery::kReject, {"api_key"});
  EXPECT_FALSE(none.first_failing(query("api%5Fkey=x")));
  EXPECT_EQ(none.first_failing(query("api_key=x&y=1")), Category::kQuery);
}

TEST(ParameterSet, WithoutParametersEveryQueryNameIsUnknown) {
  Trial reject({}, UnknownQuery::kReject);
  EXPECT_FALSE(reject.first_failing(query("")));
  EXPECT_EQ(reject.first_failing(query("a")), Category::kQuery);
  Trial pass({});
  EXPECT_FALSE(pass.first_failing(query("a")));
}

TEST(ParameterSet, AnOpenExplodedObjectOrAWholeQueryKnowsEveryName) {
  Trial open({in_query("rgb", kRgb)}, UnknownQuery::kReject);
  EXPECT_FALSE(open.first_failing(query("R=1&x=2")));
  Trial whole({{.name = "q", .location = "querystring", .schema = kString}}, UnknownQuery::kReject);
  EXPECT_FALSE(whole.first_failing(query("x=2")));
}

TEST(ParameterSet, TheFirstFailingCategoryIsTheContractsFirst) {
  const std::vector<Declared> kDeclared = {
      {.name = "c", .location = "cookie", .schema = kInteger},
      {.name = "h", .location = "header", .schema = kInteger},
      {.name = "q", .location = "query", .schema = kInteger},
      {.name = "p", .location = "path", .schema = kInteger},
  };
  Trial trial(kDeclared);
  TrialRequest request{.path = {"x"}, .query = "q=x", .fields = {{"h", "x"}, {"cookie", "c=x"}}};
  EXPECT_EQ(trial.first_failing(request), Category::kPath);
  request.path[0] = "1";
  EXPECT_EQ(trial.first_failing(request), Category::kQuery);
  request.query = "q=1";
  EXPECT_EQ(trial.first_failing(request), Category::kHeader);
  request.fields["h"] = "1";
  EXPECT_EQ(trial.first_failing(request), Category::kCookie);
  request.fields["cookie"] = "c=1";
  EXPECT_EQ(trial.first_failing(request), std::nullopt);
}

TEST(ParameterSet, ExplainsEverythingInACategoryInTheOrderOfDeclaration) {
  Declared third = in_query("third", R"({"type":"array","items":{"type":"integer"}})");
  third.explode = false;
  Declared second = in_query("second", kInteger);
  second.required = true;
  Trial trial({in_query("first", R"({"type":"integer","minimum":1})"), second, third,
               in_query("fourth", kInteger)},
              UnknownQuery::kReject);
  const auto violations = trial.explain(query("zzz=1&third=1,x&fourth=4&first=0"));
  ASSERT_EQ(violations.size(), 4u);

  EXPECT_EQ(violations[0].field, "first");
  EXPECT_EQ(violations[0].code, code::kInvalidParameter);
  EXPECT_EQ(violations[0].keyword, "minimum");
  EXPECT_EQ(violations[0].schema, "trial#/0/minimum");
  EXPECT_EQ(violations[0].pointer, "");
  EXPECT_FALSE(violations[0].expected.empty());
  EXPECT_EQ(violations[1].field, "second");
  EXPECT_EQ(violations[1].code, code::kMissingParameter);
  EXPECT_EQ(violations[2].field, "third");
  EXPECT_EQ(violations[2].pointer, "/1");
  EXPECT_EQ(violations[2].keyword, "type");
  EXPECT_EQ(violations[3].field, "zzz");
  EXPECT_EQ(violations[3].code, code::kUnknownParameter);
}

TEST(ParameterSet, ExplainsTheValueThatWasMostLikelyMeant) {
  const struct {
    const char* schema;
    const char* query;
    std::string_view keyword;
    std::string_view pointer;
  } kRows[] = {
      {R"({"type":"integer"})", "q=x", "type", ""},
      {R"({"type":["integer","boolean"],"minimum":3})", "q=1", "minimum", ""},
      {R"({"type":["string","integer"],"minimum":3,"maxLength":0})", "q=1", "minimum", ""},
      {R"({"type":["string","integer"],"minimum":3,"maxLength":0})", "q=a", "maxLength", ""},
      {R"({"type":"array","items":{"type":"integer","minimum":3}})", "q=5&q=1", "minimum", "/1"},
      {R"({"type":"object","properties":{"R":{"minimum":3}}})", "R=1", "minimum", "/R"},
  };
  for (const auto& row : kRows) {
    Trial trial({in_query("q", row.schema)});
    const auto violations = trial.explain(query(row.query));
    ASSERT_FALSE(violations.empty()) << row.query;
    EXPECT_EQ(violations[0].keyword, row.keyword) << row.schema << row.query;
    EXPECT_EQ(violations[0].pointer, row.pointer) << row.schema << row.query;
  }
}

TEST(ParameterSet, ShowsTheTextThatIsOfNoTypeItsSchemaTakes) {
  const struct {
    const char* schema;
    std::string query;
    const char* pointer;
    const char* reason;
  } kRows[] = {
      {kInteger, "q=abc", "", "must be an integer, but is 'abc'"},
      {kInteger, "q=1.5", "", "must be an integer, but is 1.5"},
      {kInteger, "q=", "", "must be an integer, but is empty"},
      {R"({"type":"boolean"})", "q=5", "", "must be a boolean, but is '5'"},
      {R"({"type":["integer","boolean"]})", "q=a+b", "",
       "must be an integer or a boolean, but is 'a b'"},
      {kIntegers, "q=1&q=x", "/1", "must be an integer, but is 'x'"},
      {kRgb, "R=", "/R", "must be an integer, but is empty"},
      {kInteger, "q=" + std::string(200, 'x'), "",
       "must be an integer, but is 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'"},
  };
  for (const auto& row : kRows) {
    const auto violations = Trial({in_query("q", row.schema)}).explain(query(row.query));
    ASSERT_EQ(violations.size(), 1u) << row.query;
    EXPECT_EQ(violations[0].reason, row.reason);
    EXPECT_EQ(violations[0].pointer, row.pointer);
  }
  Declared json = in_query("q", kRgb);
  json.content_type = "application/json";
  const auto violations = Trial({json}).explain(query(R"(q={"R":"x"})"));
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].reason, "must be an integer, but is a string");
}

TEST(ParameterSet, SaysWhatIsWrongWithTextThatNoSchemaSaw) {
  const auto path = [](const char* style, bool explode, const char* schema) {
    return Declared{
        .name = "id", .location = "path", .schema = schema, .style = style, .explode = explode};
  };
  Declared json = in_query("id", kRgb);
  json.content_type = "application/json";
  const struct {
    Declared declared;
    TrialRequest request;
    const char* words;
  } kRows[] = {
      {path("label", false, kInteger), {.path = {"5"}}, "must begin with '.'"},
      {path("matrix", false, kInteger), {.path = {";x=5"}}, "must begin with ';id='"},
      {path("matrix", true, kIntegers), {.path = {";id=5;x=6"}}, "must repeat ';id='"},
      {path("simple", false, kRgb), {.path = {"R,1,G"}}, "the last name has no value"},
      {path("simple", true, kRgb), {.path = {"R=1,G"}}, "one has no '='"},
      {path("simple", true, kRgb), {.path = {"R=1,R=2"}}, "the member 'R' only once"},
      {json, query("id={"), "must be JSON: "},
  };
  for (const auto& row : kRows) {
    Trial trial({row.declared});
    const auto violations = trial.explain(row.request);
    ASSERT_EQ(violations.size(), 1u) << row.words;
    EXPECT_NE(violations[0].reason.find(row.words), std::string::npos) << violations[0].reason;
    EXPECT_FALSE(violations[0].expected.empty());
    EXPECT_EQ(violations[0].schema, "/parameters/0");
  }
}

TEST(ParameterSet, ADeclarationThatCannotBeIsAnError) {
  const auto declared = [](const char* location, const char* style, const char* schema) {
    return Declared{.name = "p", .location = location, .schema = schema, .style = style};
  };
  const struct {
    Declared declared;
    const char* error;
  } kRows[] = {
      {declared("header", "deepObject", kRgb),
       "parameter 'p': style 'deepObject' is not allowed in a header"},
      {declared("path", "form", kString), "parameter 'p': style 'form' is not allowed in a path"},
      {declared("query", "simple", kString),
       "parameter 'p': style 'simple' is not allowed in a query"},
      {declared("cookie", "matrix", kString),
       "parameter 'p': style 'matrix' is not allowed in a cookie"},
      {declared("query", "Form", kString), "parameter 'p': unknown style 'Form'"},
      {declared("query", "deepObject", kString),
       "parameter 'p': style 'deepObject' needs a schema that allows an object"},
      {declared("query", "deepObject", kIntegers),
       "parameter 'p': style 'deepObject' needs a schema that allows an object"},
      {declared("query", "pipeDelimited", kInteger),
       "parameter 'p': style 'pipeDelimited' needs a schema that allows an array or an object"},
      {declared("body", "form", kString), "parameter 'p': unknown location 'body'"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Trial({row.declared}).error(), row.error) << row.error;
  }
}

TEST(ParameterSet, AWholeQueryExcludesParametersOfIt) {
  const Declared whole{.name = "all", .location = "querystring", .schema = kString};
  constexpr const char* kText = "'querystring' and 'query' exclude each other";
  EXPECT_NE(Trial({whole, in_query("q", kString)}).error().find(kText), std::string::npos);
  EXPECT_NE(Trial({in_query("q", kString), whole}).error().find(kText), std::string::npos);
  EXPECT_NE(Trial({whole, Declared{.name = "two", .location = "querystring"}}).error(), "");
}

TEST(ParameterSet, TheLaterOfTwoDeclarationsOfANameHolds) {
  Trial trial({in_query("q", kInteger),
               in_query("q", kString),
               {.name = "X-A", .location = "header", .schema = kInteger},
               {.name = "x-a", .location = "header", .schema = kString}});
  EXPECT_FALSE(trial.first_failing({.query = "q=x", .fields = {{"x-a", "x"}}}));
}

TEST(ParameterSet, APathParameterOutsideTheTemplateIsIgnored) {
  schema::ProgramBuilder builder;
  builder.add("s", kInteger);
  const std::vector<std::optional<schema::SchemaId>> schemas(2, builder.want("s#"));
  const auto program = builder.build();
  ASSERT_TRUE(program.has_value());
  std::vector<artifact::Parameter> parameters(2);
  parameters[0].name = "elsewhere";
  parameters[1].name = "rest";
  for (auto& parameter : parameters) parameter.location = "path";
  const std::vector<std::string> captures = {"first", "rest+"};
  const auto set = ParameterSet::build(parameters, schemas, captures, *program, {});
  ASSERT_TRUE(set.has_value()) << set.error();
  Workspace workspace;
  const std::string_view right[] = {"x", "5"};
  const std::string_view wrong[] = {"5", "x"};
  EXPECT_FALSE(set->first_failing({.path_values = right, .query = {}}, workspace));
  EXPECT_EQ(set->first_failing({.path_values = wrong, .query = {}}, workspace), Category::kPath);
}

TEST(ParameterSet, TakesMoreParametersThanOnePassHasRoomFor) {
  std::vector<Declared> declared;
  std::string text;
  for (int i = 0; i < 100; ++i) {
    declared.push_back(in_query("p" + std::to_string(i), kInteger));
    declared.back().required = true;
    text = "p" + std::to_string(i) + "=" + std::to_string(i) + (i ? "&" : "") + text;
  }
  Trial trial(declared, UnknownQuery::kReject);
  EXPECT_FALSE(trial.first_failing(query(text)));
  EXPECT_EQ(trial.explain(query(text + "&p77=1")).at(0).field, "p77");
  EXPECT_EQ(trial.explain(query(text + "&p=1")).at(0).field, "p");
  EXPECT_EQ(trial.explain(query("p0=0")).size(), 99u);
}

TEST(ParameterSet, AFloodOfMembersIsReadInTime) {
  // Looking through the earlier members for each of them would take very long.
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "&k" + std::to_string(i) + "=1";
  Trial trial({in_query("map", R"({"type":"object","additionalProperties":{"type":"integer"}})")});
  EXPECT_FALSE(trial.first_failing(query(text)));
  EXPECT_TRUE(trial.first_failing(query(text + "&k10000=2")));
}

}  // namespace
}  // namespace barbacane::validation
