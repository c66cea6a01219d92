#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "validation/detail/form_program.h"
#include "validation/multipart.h"

/// Input: a byte that seeds how the body is cut, then a body whose boundary is `b`. Checked besides
/// not crashing: the verdict and its reasons are the same however the body is cut.
namespace {

using namespace barbacane::validation;

constexpr std::string_view kSchema = R"({"type": "object", "required": ["id"],
  "properties": {
    "id": {"type": "integer", "minimum": 1}, "name": {"type": "string", "pattern": "^[a-z]+$"},
    "file": {"type": "string"}, "any": {}, "flag": {"type": ["boolean", "null"]},
    "meta": {"type": "object", "properties": {"a": {"type": "string"}}},
    "list": {"type": "array", "items": {"type": "integer"}},
    "comma": {"type": "array", "items": {"type": "integer"}},
    "deep": {"type": "object", "properties": {"x": {"type": "integer"}}},
    "image": {"type": "array", "items": {}}, "xml": {"type": "object"}},
  "patternProperties": {"^n": {"type": "number"}}})";
constexpr std::string_view kEncoding = R"({"comma": {"explode": false},
  "deep": {"style": "deepObject"}, "image": {"contentType": "image/*"},
  "xml": {"contentType": "application/xml"}, "meta": {"headers": {
    "X": {"schema": {"type": "array", "items": {"type": "integer"}}},
    "Y": {"content": {"application/json": {"schema": {"type": "object"}}}}}}})";
constexpr MultipartLimits kLimits{.head = 200, .file = 40, .files = 60, .held = 1'000};

const MultipartRules& rules() {
  static const detail::FormProgram form = detail::compile_form(kSchema, kEncoding);
  static const auto built =
      MultipartRules::build(form.program, form.id, kEncoding, kLimits, {}, form.headers);
  return *built;
}

template <class Cut>
std::string verdict(std::string_view body, Cut cut) {
  MultipartCheck check(rules(), "b");
  Workspace workspace;
  bool good = true;
  while (good && !body.empty()) {
    const std::size_t size = cut(body.size());
    const std::string copy(body.substr(0, size));
    good = check.feed(copy, workspace);
    body.remove_prefix(size);
  }
  std::string out;
  const bool valid = check.finish(workspace);
  if (valid != check.violations().empty()) std::abort();
  for (const Violation& why : check.violations()) out += why.field + ": " + why.reason + "\n";
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::minstd_rand random(data[0] + 1);
  const std::string whole = verdict(body, [](std::size_t left) { return left; });
  const std::string cut = verdict(body, [&](std::size_t left) {
    return std::min<std::size_t>(left, random() % (data[0] % 2 == 0 ? 4 : 64) + 1);
  });
  if (whole != cut) {
    std::fprintf(stderr, "multipart_fuzz: in one piece:\n%s\nin several:\n%s\n", whole.c_str(),
                 cut.c_str());
    std::abort();
  }
  return 0;
}
