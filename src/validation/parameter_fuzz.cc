#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "validation/detail/parameter_trial.h"

/// Input: a character that chooses a set of parameters, then in lines what stands in the path (for
/// every path parameter), in the query, in every header, in the `cookie` field.
/// Checked besides not crashing: a verdict and its explanation agree in every category, the second
/// look gives what the first gave, and what is said about a request can stand in a document.
namespace {

using namespace barbacane::validation;
using detail::Declared;
using detail::Trial;
using detail::TrialRequest;

constexpr const char* kText = R"({"type":"string","maxLength":9,"pattern":"^[^x]*$"})";
constexpr const char* kNumber = R"({"type":["integer","null"],"maximum":99})";
constexpr const char* kList = R"({"type":"array","items":{"type":"integer"},"maxItems":5})";
constexpr const char* kMixedList =
    R"({"type":["array","boolean"],"items":{"type":["integer","string"],"maximum":9},)"
    R"("prefixItems":[{"type":"boolean"}]})";
constexpr const char* kObject =
    R"({"type":"object","properties":{"R":{"type":"integer"},"G":{"enum":["a",1]},)"
    R"("L":{"type":"array","items":{"type":"integer"}}},"required":["R"]})";
constexpr const char* kMap =
    R"({"type":"object","additionalProperties":{"type":"integer"},"maxProperties":4})";
constexpr const char* kPatterns =
    R"({"type":"object","properties":{"n_":{}},"patternProperties":{"^n_":{"type":"integer"},)"
    R"("l$":{"type":["array","string"],"items":{"type":"boolean"}}},"additionalProperties":false})";
constexpr const char* kEither = R"({"oneOf":[{"type":"integer"},{"type":"object"}]})";

Declared one(std::string name, std::string location, const char* schema,
             std::optional<std::string> style = {}, std::optional<bool> explode = {}) {
  return {.name = std::move(name),
          .location = std::move(location),
          .schema = schema,
          .style = std::move(style),
          .explode = explode};
}

Declared content(std::string location, std::string media_type, const char* schema) {
  Declared out = one("c", std::move(location), schema);
  out.content_type = std::move(media_type);
  return out;
}

std::vector<Declared> of_paths(bool explode) {
  std::vector<Declared> out;
  for (const char* style : {"simple", "label", "matrix"}) {
    for (const char* schema : {kText, kNumber, kList, kMixedList, kObject, kEither}) {
      out.push_back(one("id", "path", schema, style, explode));
      out.back().name += std::to_string(out.size());
    }
  }
  return out;
}

/// Sets of parameters; few share a set, so that one failing does not hide the others.
std::array<Trial, 14>& trials() {
  using Set = std::vector<Declared>;
  static std::array<Trial, 14> all = {
      Trial(Set{one("a", "query", kText), one("b", "query", kNumber), one("o", "query", kObject)},
            UnknownQuery::kReject),
      Trial(Set{one("a", "query", kList), one("b", "query", kMixedList, "form", false)}),
      Trial(Set{one("a", "query", kList, "spaceDelimited"),
                one("b", "query", kObject, "pipeDelimited")}),
      Trial(Set{one("a", "query", kObject, "deepObject"), one("b", "query", kMap)},
            UnknownQuery::kReject),
      Trial(Set{one("m", "query", kMap, "deepObject"), one("e", "query", kEither)},
            UnknownQuery::kReject),
      Trial(Set{content("query", "application/json", kObject)}),
      Trial(Set{content("querystring", "application/x-www-form-urlencoded", kObject)}),
      Trial(Set{one("a", "cookie", kList), one("b", "cookie", kObject),
                one("c", "cookie", kText, "cookie")}),
      Trial(Set{one("a", "header", kObject, "simple", true), one("b", "header", kList),
                one("d", "header", kObject), content("header", "application/json", kMap)}),
      Trial(of_paths(false)),
      Trial(of_paths(true)),
      Trial(Set{one("a", "query", kNumber), one("b", "query", ""), one("c", "cookie", kMap)}),
      Trial(Set{one("a", "query", kPatterns, "deepObject"), one("b", "query", kPatterns),
                one("a[b]", "query", kMap, "deepObject")},
            UnknownQuery::kReject, {"key"}),
      Trial(Set{one("a", "query", kPatterns, "form", false), one("c", "cookie", kPatterns),
                one("d", "header", kPatterns)}),
  };
  return all;
}

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "parameter_fuzz: %s\n", what);
  std::abort();
}

std::string take_line(std::string_view& input) {
  const std::string_view line = input.substr(0, input.find('\n'));
  input.remove_prefix(std::min(line.size() + 1, input.size()));
  return std::string(line);
}

void check_words(const Violation& violation) {
  require(!violation.field.empty() || violation.code == code::kUnknownParameter, "no field");
  require(!violation.code.empty() && !violation.reason.empty(), "no words");
  require(barbacane::base::is_utf8(violation.field), "a field that is not UTF-8");
  require(barbacane::base::is_utf8(violation.reason), "a reason that is not UTF-8");
  require(barbacane::base::is_utf8(violation.pointer), "a pointer that is not UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Trial& trial = trials()[static_cast<unsigned char>(input[0]) % trials().size()];
  input.remove_prefix(1);
  TrialRequest request;
  request.path.assign(32, take_line(input));
  request.query = take_line(input);
  const std::string header = take_line(input);
  for (const char* name : {"a", "b", "c", "d"}) request.fields[name] = header;
  request.fields["cookie"] = take_line(input);

  const auto failing = trial.first_failing(request);
  for (const Category category : {Category::kPath, Category::kQuery, Category::kQuerystring,
                                  Category::kHeader, Category::kCookie}) {
    const auto violations = trial.explain(category, request);
    for (const Violation& violation : violations) {
      require(violation.category == category, "a violation of another category");
      check_words(violation);
    }
    if (failing == category) {
      require(!violations.empty(), "a failure without a reason");
      break;
    }
    require(violations.empty(), "a reason without a failure");
  }
  require(trial.first_failing(request) == failing, "the second verdict differs");
  return 0;
}
