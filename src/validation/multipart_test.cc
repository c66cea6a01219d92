#include "validation/multipart.h"

#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "validation/detail/form_program.h"

namespace barbacane::validation {
namespace {

using detail::compile_form;
using detail::FormProgram;

constexpr std::string_view kBoundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

/// `DISPOSITION` is what stands behind `form-data; `; more header lines may follow it.
std::string part(std::string_view disposition, std::string_view content) {
  return "--" + std::string(kBoundary) + "\r\nContent-Disposition: form-data; " +
         std::string(disposition) + "\r\n\r\n" + std::string(content) + "\r\n";
}

std::string body_of(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& one : parts) out += one;
  return out + "--" + std::string(kBoundary) + "--\r\n";
}

/// The rules of one schema.
class Form {
 public:
  explicit Form(std::string_view schema, std::string_view encoding = {},
                MultipartLimits limits = {})
      : form_(compile_form(schema, encoding)),
        rules_(
            MultipartRules::build(form_.program, form_.id, encoding, limits, {}, form_.headers)) {
    if (!rules_) throw std::runtime_error(rules_.error().message);
  }

  using Cut = std::function<std::size_t(std::size_t left)>;

  /// `ok`, or `FIELD: REASON` of the first violation.
  std::string verdict(std::string_view body, const Cut& cut) const {
    MultipartCheck check(*rules_, std::string(kBoundary));
    Workspace workspace;
    bool good = true;
    while (good && !body.empty()) {
      const std::size_t size = cut(body.size());
      // A copy, so that a view kept for too long is seen by the sanitizer.
      const std::vector<char> bytes(body.begin(), body.begin() + static_cast<long>(size));
      good = check.feed({bytes.data(), bytes.size()}, workspace);
      body.remove_prefix(size);
    }
    if (check.finish(workspace)) return check.violations().empty() ? "ok" : "ok with violations";
    if (check.violations().empty()) return "no without violations";
    const Violation& why = check.violations().front();
    EXPECT_EQ(why.category, Category::kBody);
    EXPECT_EQ(why.code, code::kInvalidBody);
    return why.field + ": " + why.reason;
  }

  /// The same verdict however the body is cut.
  std::string verdict(std::string_view body) const {
    std::string whole = verdict(body, [](std::size_t left) { return left; });
    if (body.size() < 100'000) {
      EXPECT_EQ(verdict(body, [](std::size_t) { return 1; }), whole) << "byte by byte";
    }
    std::mt19937 random(3);
    for (int round = 0; round < 10; ++round) {
      const std::size_t most = round < 5 ? 50 : body.size();
      const Cut cut = [&](std::size_t left) { return std::min(left, 1 + random() % most); };
      EXPECT_EQ(verdict(body, cut), whole) << "cut at random";
    }
    return whole;
  }

  MultipartCheck check() const { return {*rules_, std::string(kBoundary)}; }

 private:
  FormProgram form_;
  base::Result<MultipartRules> rules_;
};

struct Case {
  std::vector<std::string> parts;
  std::string_view verdict;
};

void expect_all(const Form& form, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    const std::string body = body_of(one.parts);
    EXPECT_EQ(form.verdict(body), one.verdict) << body;
  }
}

constexpr std::string_view kProfile = R"({"type": "object",
  "required": ["id", "photo"],
  "additionalProperties": false,
  "properties": {
    "id": {"type": "integer", "minimum": 1},
    "nick": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 10},
    "photo": {"type": "string", "format": "binary", "maxLength": 100000},
    "address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
    "scores": {"type": "array", "maxItems": 3, "items": {"type": "integer"}},
    "scans": {"type": "array", "items": {"type": "string", "format": "binary"}},
    "subscribed": {"type": "boolean"}}})";

const std::string kId = part("name=\"id\"", "7");
const std::string kPhoto = part("name=\"photo\"; filename=\"cat.png\"\r\nContent-Type: image/png",
                                "\x89PNG\r\n\x1A\n\xFF\xFE");

TEST(MultipartCheck, JudgesPartsByTheirProperties) {
  const Form form(kProfile);
  const std::string json_type = "\r\nContent-Type: application/json";
  expect_all(
      form,
      {
          {{kId, kPhoto}, "ok"},
          {{kPhoto, kId, part("name=\"nick\"", "bob"), part("name=\"subscribed\"", "true")}, "ok"},
          {{kPhoto}, "body: must have the property 'id'"},
          {{}, "body: must have the property 'id'"},
          {{part("name=\"id\"", "0"), kPhoto}, "/id: must be at least 1, but is 0"},
          {{part("name=\"id\"", "x"), kPhoto}, "/id: must be an integer, but is 'x'"},
          {{kId, kId, kPhoto}, "/id: must not be given more than once"},
          {{kId, kPhoto, part("name=\"nick\"", "\xFF")}, "/nick: must be UTF-8"},
          {{kId, kPhoto, part("name=\"other\"", "x")}, "/other: is not a property of this form"},
          {{kId, kPhoto, part("name=\"a/b\"; filename=\"x\"", "x")},
           "/a~1b: is not a property of this form"},
          // Structures are JSON, labelled or not.
          {{kId, kPhoto, part("name=\"address\"", R"({"city":"Bern"})")}, "ok"},
          {{kId, kPhoto, part("name=\"address\"" + json_type, R"({"city":"Bern"})")}, "ok"},
          {{kId, kPhoto,
            part("name=\"address\"; filename=\"blob\"" + json_type, R"({"city":"B"})")},
           "ok"},
          {{kId, kPhoto, part("name=\"address\"\r\nContent-Type: text/plain", R"({"city":"B"})")},
           "ok"},
          {{kId, kPhoto, part("name=\"address\"", R"({"city":1})")},
           "/address/city: must be a string, but is a number"},
          {{kId, kPhoto, part("name=\"address\"\r\nContent-Type: application/xml", "<city/>")},
           "/address: must be of type application/json, but is of type application/xml"},
          {{kId, kPhoto, part("name=\"id\"\r\nContent-Type: image/png", "7")},
           "/id: must not be given more than once"},
          {{part("name=\"id\"" + json_type, " 7 "), kPhoto}, "ok"},
          // Arrays are parts of the same name, or one in JSON.
          {{kId, kPhoto, part("name=\"scores\"", "1")}, "ok"},
          {{kId, kPhoto, part("name=\"scores\"", "1"), part("name=\"scores\"", "2")}, "ok"},
          {{kId, kPhoto, part("name=\"scores\"" + json_type, "[1,2]")}, "ok"},
          {{kId, kPhoto, part("name=\"scores\"" + json_type, "[1,2,3,4]")},
           "/scores: must have at most 3 elements, but has 4"},
          {{kId, kPhoto, part("name=\"scores\"", "1"), part("name=\"scores\"", "x")},
           "/scores/1: must be an integer, but is 'x'"},
          {{kId, kPhoto, part("name=\"scans\"; filename=\"1\"\r\nContent-Type: image/png", "\xFF"),
            part("name=\"scans\"; filename=\"2\"\r\nContent-Type: image/png", "")},
           "ok"},
      });
}

TEST(MultipartCheck, RefusesJsonThatIsNoneAtOnce) {
  const Form form(kProfile);
  MultipartCheck check = form.check();
  Workspace workspace;
  EXPECT_TRUE(check.feed(part("name=\"address\"", "{]"), workspace));
  EXPECT_FALSE(check.feed(kId, workspace));
  ASSERT_EQ(check.violations().size(), 1);
  EXPECT_EQ(check.violations()[0].field, "/address");
  EXPECT_EQ(check.violations()[0].pointer, "/address");
  EXPECT_TRUE(check.violations()[0].reason.starts_with("must be JSON: "));
}

TEST(MultipartCheck, ExplainsAllThatIsWrongWithTheWhole) {
  const Form form(kProfile);
  MultipartCheck check = form.check();
  Workspace workspace;
  EXPECT_TRUE(check.feed(body_of({part("name=\"id\"", "0"), part("name=\"nick\"", "BOB"), kPhoto}),
                         workspace));
  EXPECT_FALSE(check.finish(workspace));
  ASSERT_EQ(check.violations().size(), 2);
  EXPECT_EQ(check.violations()[0].field, "/id");
  EXPECT_EQ(check.violations()[0].keyword, "minimum");
  EXPECT_EQ(check.violations()[0].expected, "at least 1");
  EXPECT_TRUE(check.violations()[0].schema.ends_with("#/properties/id/minimum"));
  EXPECT_EQ(check.violations()[1].field, "/nick");
}

TEST(MultipartCheck, LetsNobodyPassTextAsAFile) {
  const Form form(R"({"type": "object", "properties": {
    "role": {"enum": ["user", "guest"]}, "nick": {"type": "string", "pattern": "^[a-z]+$"},
    "mail": {"type": "string", "format": "email"}}})");
  const std::string png = "\r\nContent-Type: image/png";
  const std::string large(100'000, 'A');
  expect_all(form,
             {
                 {{part("name=\"role\"; filename=\"x\"", "user")}, "ok"},
                 {{part("name=\"nick\"" + png, "bob")}, "ok"},
                 {{part("name=\"nick\"; filename=\"x\"" + png, std::string(100'000, 'b'))}, "ok"},
                 {{part("name=\"nick\"; filename=\"x\"" + png, "\xFF")}, "/nick: must be UTF-8"},
             });
  for (const auto* name : {"role", "nick", "mail"}) {
    for (const std::string& content : {std::string("ADMIN"), large}) {
      const std::string verdict = form.verdict(
          body_of({part("name=\"" + std::string(name) + "\"; filename=\"x\"" + png, content)}));
      EXPECT_TRUE(verdict.starts_with("/" + std::string(name) + ": must")) << verdict;
    }
  }
}

TEST(MultipartCheck, LetsNobodyPassBytesWhereTextIsAskedFor) {
  const std::string png = "; filename=\"x\"\r\nContent-Type: image/png";
  const struct {
    std::string_view asked;  ///< of `it`
    std::size_t size;
  } kCases[] = {
      {R"({"type": "string", "minLength": 64, "maxLength": 64, "pattern": "^[0-9a-f]+$"})", 64},
      {R"({"type": "string", "minLength": 36, "maxLength": 36, "format": "uuid"})", 36},
      {R"({"type": "string", "minLength": 777, "maxLength": 777, "pattern": "^a"})", 777},
      {R"({"type": "string", "minLength": 70000, "pattern": "^a"})", 80'000},
      {R"({"type": "string", "minLength": 500000, "pattern": "^a"})", 500'000},
      {R"({"allOf": [{"type": "string"}, {"enum": ["user", "guest"]}]})", 4},
      {R"({"allOf": [{"type": "string"}, {"pattern": "^[a-z]+$"}]})", 4},
      {R"({"allOf": [{"type": "string"}, {"not": {"const": "root"}}]})", 4},
      {R"({"type": "string", "not": {"format": "uuid"}})", 36},
      {R"({"anyOf": [{"type": "string", "maxLength": 3}, {"pattern": "^[a-z]+$"}]})", 4},
      {R"({"type": "string", "if": {"pattern": "^a"}, "then": {"maxLength": 3}})", 4},
  };
  for (const auto& [asked, size] : kCases) {
    const std::string file = body_of({part("name=\"it\"" + png, std::string(size, '\xFF'))});
    const Form alone(R"({"properties": {"it": )" + std::string(asked) + "}}");
    EXPECT_NE(alone.verdict(file), "ok") << asked;
    const Form second(R"({"allOf": [{"properties": {"it": {"type": "string"}}},
                                    {"properties": {"it": )" +
                      std::string(asked) + "}}]}");
    EXPECT_NE(second.verdict(file), "ok") << "in a second schema: " << asked;
  }
  const Form files(R"({"properties": {"it": {"type": "string", "minLength": 64,
      "maxLength": 64}}})");
  EXPECT_EQ(files.verdict(body_of({part("name=\"it\"" + png, std::string(64, '\xFF'))})), "ok");
}

TEST(MultipartCheck, LetsNoUnreadablePartHideAnother) {
  const Form form(R"({"allOf": [
      {"properties": {"doc": {"type": "object"}, "it": {"type": "string"}}},
      {"properties": {"it": {"pattern": "^[a-z]+$"}}}]})",
                  R"({"doc": {"contentType": "application/xml"}})");
  const std::string doc = part("name=\"doc\"\r\nContent-Type: application/xml", "<a/>");
  const std::string it = "name=\"it\"; filename=\"x\"\r\nContent-Type: image/png";
  EXPECT_EQ(form.verdict(body_of({doc, part(it, "abc")})), "ok");
  EXPECT_NE(form.verdict(body_of({doc, part(it, "ABC")})), "ok");
  EXPECT_NE(form.verdict(body_of({doc, part(it, "\xFF")})), "ok");

  const Form twice(R"({"allOf": [
      {"properties": {"doc": {"type": "object"}}}, {"properties": {"doc": {"pattern": "^a"}}},
      {"properties": {"id": {"minimum": 1}}}]})",
                   R"({"doc": {"contentType": "application/xml"}})");
  EXPECT_NE(twice.verdict(body_of({doc, part("name=\"id\"", "0")})), "ok");
}

TEST(MultipartCheck, RefusesManyFilesThatMustDiffer) {
  const Form form(R"({"properties": {"scans": {"type": "array", "uniqueItems": true,
      "items": {"type": "string", "format": "binary"}}}})");
  std::vector<std::string> parts;
  for (int i = 0; i < 20; ++i) {
    parts.push_back(part("name=\"scans\"; filename=\"x\"\r\nContent-Type: image/png",
                         "\xFF" + std::to_string(i)));
    if (i > 0) {
      EXPECT_NE(form.verdict(body_of(parts)), "ok") << i;
    }
  }
}

TEST(MultipartCheck, CountsFilesWithoutKeepingThem) {
  const Form form(kProfile);
  const std::string head = "name=\"photo\"; filename=\"x\"\r\nContent-Type: image/png";
  expect_all(form, {
                       {{kId, part(head, std::string(100'000, '\xFF'))}, "ok"},
                       {{kId, part(head, std::string(100'001, '\xFF'))},
                        "/photo: must have at most 100000 characters, but has 100001"},
                       {{kId, part("name=\"photo\"", std::string(100'000, 'x'))}, "ok"},
                   });
}

TEST(MultipartCheck, HoldsPartsToTheContentTypesOfTheirEncoding) {
  const Form form(R"({"type": "object", "required": ["meta"], "properties": {
    "meta": {"type": "object", "required": ["a"]}, "photo": {}, "xml": {"type": "object"},
    "notes": {"type": "array", "items": {"type": "string"}}}})",
                  R"({"photo": {"contentType": "image/*, application/pdf"},
    "meta": {"contentType": "application/json", "headers": {"X-Sum": {"required": true},
             "X-Other": {}, "Content-Type": {"required": true}}},
    "xml": {"contentType": "application/xml; charset=utf-8"},
    "notes": {"contentType": "text/plain, text/markdown"}})");
  const std::string meta = part("name=\"meta\"\r\nX-Sum: 1", R"({"a":1})");
  expect_all(
      form,
      {
          {{meta}, "ok"},
          {{part("name=\"meta\"", R"({"a":1})")}, "/meta: must have the header 'X-Sum'"},
          {{meta, part("name=\"photo\"\r\nContent-Type: image/webp", "\xFF")}, "ok"},
          {{meta, part("name=\"photo\"\r\nContent-Type: APPLICATION/PDF; x=y", "\xFF")}, "ok"},
          {{meta, part("name=\"photo\"", "\xFF")}, "ok"},
          {{meta, part("name=\"photo\"\r\nContent-Type: text/html", "<script>")},
           "/photo: must be of type image/* or application/pdf, but is of type text/html"},
          {{meta, part("name=\"notes\"\r\nContent-Type: text/markdown", "# a"),
            part("name=\"notes\"", "b")},
           "ok"},
          {{meta, part("name=\"notes\"\r\nContent-Type: text/html", "a")},
           "/notes: must be of type text/plain or text/markdown, but is of type text/html"},
          // What cannot be read is taken; the rest is judged all the same.
          {{meta, part("name=\"xml\"\r\nContent-Type: application/xml; charset=utf-8", "<a/>")},
           "ok"},
          {{part("name=\"xml\"\r\nContent-Type: application/xml; charset=utf-8", "<a/>")},
           "body: must have the property 'meta'"},
          {{part("name=\"meta\"\r\nX-Sum: 1", "{}"),
            part("name=\"xml\"\r\nContent-Type: application/xml;charset=UTF-8", "<a/>")},
           "/meta: must have the property 'a'"},
      });
}

TEST(MultipartCheck, TakesStylesWhereTheEncodingGivesThem) {
  const Form form(R"({"type": "object", "additionalProperties": false, "properties": {
    "ids": {"type": "array", "items": {"type": "integer"}},
    "deep": {"type": "object", "properties": {"x": {"type": "integer"}}},
    "point": {"type": "object", "properties": {"lat": {"type": "number"}}}}})",
                  R"({"ids": {"style": "form", "explode": false}, "deep": {"style": "deepObject"},
                      "point": {"style": "form"}})");
  expect_all(form,
             {
                 {{part("name=\"ids\"", "1,2,3"), part("name=\"deep[x]\"", "1"),
                   part("name=\"lat\"", "1.5")},
                  "ok"},
                 {{part("name=\"ids\"", "1,b")}, "/ids/1: must be an integer, but is 'b'"},
                 {{part("name=\"ids\"", "1"), part("name=\"ids\"", "2")},
                  "/ids: must not be given more than once"},
                 {{part("name=\"deep\"", "1")}, "/deep: must be given by its members"},
                 {{part("name=\"deep[x]\"", "1"), part("name=\"deep[x]\"", "1")},
                  "/deep: must not have a member twice"},
                 {{part("name=\"lat\"", "north")}, "/point/lat: must be a number, but is 'north'"},
             });
}

TEST(MultipartCheck, TakesUndeclaredPropertiesWhereTheSchemaDoes) {
  const Form open("{}");
  expect_all(
      open, {{{}, "ok"},
             {{part("name=\"a\"", "1"), part("name=\"a\"", "2"), part("name=\"b\"", "\xFF")}, "ok"},
             {{part("name=\"a\"", std::string(200'000, 'x'))}, "ok"}});
  const Form typed(R"({"additionalProperties": {"type": "integer"}})");
  expect_all(typed, {{{part("name=\"a\"", "1"), part("name=\"b\"", "2")}, "ok"},
                     {{part("name=\"a\"", "x")}, "/a: must be an integer, but is 'x'"},
                     {{part("name=\"a\"", "1"), part("name=\"a\"", "2")},
                      "/a: must not be given more than once"}});
  const Form patterned(R"({"patternProperties": {"^n_": {"type": "integer"}},
                           "unevaluatedProperties": false})");
  expect_all(patterned, {{{part("name=\"n_a\"", "1")}, "ok"},
                         {{part("name=\"n_a\"", "x")}, "/n_a: must be an integer, but is 'x'"},
                         {{part("name=\"a\"", "1")}, "/a: must not have the property 'a'"}});
}

TEST(MultipartCheck, KeepsWhatIsLookedIntoHoweverLargeItIs) {
  const Form form(R"({"properties": {
    "meta": {"type": "object", "additionalProperties": {"type": "string"}},
    "rows": {"type": "array", "items": {"type": "integer"}, "maxItems": 20000},
    "note": {"type": "string", "pattern": "^[a-z\u00e9]+$", "maxLength": 200000},
    "text": {"type": "string", "maxLength": 200000}}})",
                  R"({"rows": {"style": "form", "explode": false}})");
  std::string meta = R"({"a": ")" + std::string(300'000, 'x') + "\"}";
  std::string rows = "0";
  for (int i = 1; i < 20'000; ++i) rows += "," + std::to_string(i);
  std::string letters;
  for (int i = 0; i < 200'000; ++i) letters += "\u00e9";
  const std::string json_type = "\r\nContent-Type: application/json";
  expect_all(form, {
                       {{part("name=\"meta\"" + json_type, meta)}, "ok"},
                       {{part("name=\"meta\"", meta + "]")},
                        "/meta: must be JSON: expected the end of the text at byte 300009"},
                       {{part("name=\"rows\"", rows)}, "ok"},
                       {{part("name=\"rows\"", rows + ",1")},
                        "/rows: must have at most 20000 elements, but has 20001"},
                       // By characters, whatever their bytes.
                       {{part("name=\"note\"", letters), part("name=\"text\"", letters)}, "ok"},
                       {{part("name=\"note\"", letters + "A")},
                        "/note: must have at most 200000 characters, but has 200001"},
                       {{part("name=\"text\"", letters + "A")},
                        "/text: must have at most 200000 characters, but has 200001"},
                       {{part("name=\"text\"", letters + "\xFF")}, "/text: must be UTF-8"},
                   });
}

TEST(MultipartCheck, TakesManyPartsInLinearTime) {
  const Form form(R"({"properties": {"n": {"type": "array", "items": {"type": "integer"}},
                      "xml": {"type": "array", "items": {"type": "object"}}}})",
                  R"({"xml": {"contentType": "application/xml"}})");
  const auto many = [](std::string_view one, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += one;
    return out;
  };
  const auto whole = [&](const std::string& body) {
    return form.verdict(body, [](std::size_t left) { return left; });
  };
  constexpr std::size_t kMany = 20'000;
  const std::string numbers = many(part("name=\"n\"", "1"), kMany);
  EXPECT_EQ(whole(numbers + body_of({})), "ok");
  EXPECT_EQ(whole(numbers + body_of({part("name=\"n\"", "x")})),
            "/n/20000: must be an integer, but is 'x'");
  std::string names;
  for (std::size_t i = 0; i < kMany; ++i) names += part("name=" + std::to_string(i), "");
  EXPECT_EQ(whole(names + body_of({})), "ok");
  // What cannot be read is passed over while the list of reasons is complete.
  const std::string xml = part("name=\"xml\"\r\nContent-Type: application/xml", "<a/>");
  EXPECT_EQ(whole(many(xml, 9'000) + body_of({})), "ok");
  EXPECT_EQ(whole(many(xml, kMany) + body_of({})), "body: must be a value of its schema");
}

TEST(MultipartCheck, HasLimits) {
  const Form form(R"({"properties": {"n": {"type": "integer"}, "f": {"type": "string"}}})", {},
                  {.head = 100, .file = 10, .files = 15, .held = 1'000});
  const std::string file = "name=\"f\"; filename=\"x\"";
  expect_all(form, {
                       {{part("name=\"n\"", std::string(900, '1'))}, "ok"},
                       {{part("name=\"n\"", std::string(1'000, '1'))},
                        "body: must not have fields that take more than 1000 bytes together"},
                       {std::vector(30, part("name=\"n1\"", "")),
                        "body: must not have fields that take more than 1000 bytes together"},
                       {{part("name=\"" + std::string(50, 'x') + "\"", "")}, "ok"},
                       {{part(file, std::string(10'000, 'x'))}, "ok"},
                       {{part("name=\"n\"; x=\"" + std::string(100, 'x') + "\"", "1")},
                        "body: must be well-formed, but the header section of a part is too large"},
                   });
}

/// A second schema looks into small files, as far as they are kept: what was not cannot pass.
TEST(MultipartCheck, KeepsFewFilesThatNothingSeemsToLookInto) {
  const Form form(R"({"allOf": [
      {"properties": {"f": {"type": "array", "items": {"type": "string"}}}},
      {"properties": {"f": {"items": {"pattern": "^a"}}}}]})",
                  {}, {.file = 10, .files = 25});
  const auto file = [](std::string_view content) {
    return part("name=\"f\"; filename=\"x\"", content);
  };
  const std::string ten(10, 'a');
  EXPECT_EQ(form.verdict(body_of({file(ten), file(ten), file("aaaaa")})), "ok");
  EXPECT_NE(form.verdict(body_of({file(ten), file(ten), file("aaaaaa")})), "ok");
  EXPECT_NE(form.verdict(body_of({file(ten + "a")})), "ok");
}

/// What a file is worth keeping for does not depend on the pieces in which it comes.
TEST(MultipartCheck, CountsAFileForWhichThereIsNoRoom) {
  const Form form(R"({"properties": {"f": {"type": "string"}, "n": {"type": "string"}}})", {},
                  {.held = 1000});
  const std::string file = part("name=\"f\"; filename=\"x\"", std::string(5000, 'a'));
  EXPECT_EQ(form.verdict(body_of({file})), "ok");
  EXPECT_EQ(form.verdict(body_of({file, part("name=\"n\"", std::string(500, 'a'))})), "ok");
}

TEST(MultipartCheck, ChecksTheHeadersThatItsEncodingDeclares) {
  const Form form(R"({"properties": {"meta": {"type": "object"}, "file": {"type": "string"}}})",
                  R"({"meta": {"headers": {
      "X-Sum": {"required": true, "schema": {"type": "string", "pattern": "^[0-9a-f]{4}$"}},
      "X-Part": {"schema": {"type": "integer", "minimum": 1}},
      "X-Tags": {"schema": {"type": "array", "items": {"enum": ["a", "b"]}}},
      "X-Json": {"content": {"application/json": {"schema": {"type": "object"}}}},
      "Content-Type": {"required": true, "schema": {"const": "nothing that is sent"}}}}})");
  const auto meta = [](std::string_view headers) {
    return std::vector{part("name=\"meta\"" + std::string(headers), "{}")};
  };
  expect_all(form,
             {
                 {meta("\r\nX-Sum: 12ef"), "ok"},
                 {meta("\r\nx-sum: 12ef\r\nX-Part: 7\r\nX-Tags: a, b\r\nX-Json: {}"), "ok"},
                 {meta("\r\nX-Sum: 12ef\r\nX-Tags: a\r\nX-Tags: b"), "ok"},
                 {meta(""), "/meta: must have the header 'X-Sum'"},
                 {meta("\r\nX-Sum: 12EF"),
                  "/meta: has the header 'X-Sum', which must match the pattern ^[0-9a-f]{4}$, but "
                  "is '12EF'"},
                 {meta("\r\nX-Sum: 12ef\r\nX-Part: 0"),
                  "/meta: has the header 'X-Part', which must be at least 1, but is 0"},
                 {meta("\r\nX-Sum: 12ef\r\nX-Tags: a\r\nX-Tags: c"),
                  "/meta: has the header 'X-Tags', which must be one of 'a', 'b', but is 'c'"},
                 {meta("\r\nX-Sum: 12ef\r\nX-Json: {"),
                  "/meta: has the header 'X-Json', which must be JSON: expected a name in quotes "
                  "at byte 1"},
                 {{part("name=\"file\"", "x")}, "ok"},
             });
  MultipartCheck check = form.check();
  Workspace workspace;
  EXPECT_FALSE(check.feed(meta("\r\nX-Sum: g\r\nX-Part: 0")[0], workspace));
  ASSERT_EQ(check.violations().size(), 2);
  const Violation& part_number = check.violations()[1];
  EXPECT_EQ(part_number.pointer, "/meta");
  EXPECT_EQ(part_number.keyword, "minimum");
  EXPECT_TRUE(part_number.schema.ends_with("#/meta/headers/X-Part/schema/minimum"))
      << part_number.schema;
}

TEST(MultipartCheck, ReadsTextInUtf8Only) {
  const Form form(R"({"properties": {"note": {"type": "string", "minLength": 2},
      "meta": {"type": "object"}, "file": {"type": "string", "format": "binary"}}})");
  const auto note = [](std::string_view charset, std::string_view content) {
    return std::vector{part(
        "name=\"note\"\r\nContent-Type: text/plain; charset=" + std::string(charset), content)};
  };
  constexpr std::string_view kForeign =
      "/note: must be UTF-8, but its Content-Type names another charset";
  expect_all(form,
             {
                 {note("UTF-8", "\u00e9\u00e9"), "ok"},
                 {note("us-ascii", "ab"), "ok"},
                 // Some clients label everything so, and most of it is nothing but US-ASCII.
                 {note("ISO-8859-1", "ab"), "ok"},
                 {note("\"windows-1252\"", "ab"), "ok"},
                 {note("ISO-8859-1", "caf\xE9"), kForeign},
                 {note("ISO-8859-1", "caf\u00e9"), kForeign},
                 {note("utf-16", "ab"), kForeign},
                 {note("iso-2022-jp", "ab"), kForeign},
                 {{part("name=\"meta\"\r\nContent-Type: application/json; charset=utf-16", "{}")},
                  "/meta: must be UTF-8, but its Content-Type names another charset"},
                 {{part("name=\"file\"; filename=\"x\"\r\nContent-Type: text/plain; charset=utf-16",
                        "\xFF\xFE")},
                  "ok"},
             });
}

TEST(MultipartCheck, RefusesWhatIsNotWellFormed) {
  const Form form("{}");
  const struct {
    std::string body;
    std::string_view verdict;
  } kCases[] = {
      {"", "body: must be well-formed, but the closing boundary is missing"},
      {"{\"a\":1}", "body: must be well-formed, but the closing boundary is missing"},
      {part("name=\"a\"", "1"), "body: must be well-formed, but the closing boundary is missing"},
      {body_of({part("name=\"a\"", "1")}) + "epilogue", "ok"},
      {"preamble\r\n" + body_of({part("name=\"a\"", "1")}), "ok"},
      {body_of({part("nam=\"a\"", "1")}), "body: must be well-formed, but part 1 has no name"},
      {body_of(
           {part("name=\"a\"", "1"), part("name=\"b\"\r\nContent-Transfer-Encoding: base64", "")}),
       "body: must be well-formed, but part 2 has a Content-Transfer-Encoding, which forms do not "
       "have"},
      {body_of({part("name=\"a\"", "1\n--" + std::string(kBoundary) + "\r\n")}),
       "body: must be well-formed, but a boundary stands behind a line feed without carriage "
       "return"},
  };
  for (const auto& [body, verdict] : kCases) EXPECT_EQ(form.verdict(body), verdict) << body;
}

TEST(MultipartBoundary, IsReadFromTheContentType) {
  const struct {
    std::string_view content_type;
    std::string_view boundary;
  } kCases[] = {
      {"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk",
       "----WebKitFormBoundary7MA4YWxk"},
      {"multipart/form-data; boundary=------------------------d74496d66958873e",
       "------------------------d74496d66958873e"},
      {"Multipart/Form-Data;charset=utf-8;BOUNDARY=\"a b:c=d\"", "a b:c=d"},
      {"multipart/form-data", "the content type has no boundary"},
      {"multipart/form-data; boundary=\"\"", "the boundary of the content type is not allowed"},
      {"multipart/form-data; boundary=\"a \"", "the boundary of the content type is not allowed"},
      {"multipart/form-data; boundary=\"a;b\"", "the boundary of the content type is not allowed"},
      {"multipart/form-data; boundary=a; boundary=b", "the content type has two boundaries"},
      {"multipart/form-data; boundary=a:b", "the content type is malformed"},
  };
  for (const auto& [content_type, boundary] : kCases) {
    const auto read = multipart_boundary(content_type);
    EXPECT_EQ(read ? *read : read.error().message, boundary) << content_type;
  }
  EXPECT_TRUE(multipart_boundary("a/b; boundary=" + std::string(70, 'x')).has_value());
  EXPECT_FALSE(multipart_boundary("a/b; boundary=" + std::string(71, 'x')).has_value());
}

}  // namespace
}  // namespace barbacane::validation
