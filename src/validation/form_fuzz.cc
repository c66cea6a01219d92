#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "validation/detail/form_program.h"
#include "validation/detail/form_value.h"
#include "validation/form.h"

/// Input: a body. Checked besides not crashing: a form without a schema is read as a simple
/// splitter reads it, and what is made of a form with one is well-formed, names no member twice,
/// and is the same again with the same workspace.
namespace {

using namespace barbacane;
using namespace barbacane::validation;

constexpr std::string_view kSchema = R"({"type": "object", "properties": {
    "i": {"type": "integer"}, "s": {"type": "string"}, "m": {"type": ["number", "string", "null"]},
    "o": {"type": "object"}, "e": {"type": ["object", "string"]},
    "l": {"type": "array", "items": {"type": "integer"}},
    "c": {"type": "array", "items": {"type": "boolean"}}, "p": {"type": "array"},
    "d": {"type": "object", "additionalProperties": {"type": "integer"}},
    "x": {"type": "object", "properties": {"left": {"type": "integer"}}},
    "t": {"type": "object"}, "j": {"type": "array"}},
  "patternProperties": {"^n_": {"type": "integer"}, "^[ij]": {"type": ["boolean", "string"]},
    "_l$": {"type": "array", "items": {"type": "boolean"}}},
  "additionalProperties": {"type": ["integer", "array"]}})";
constexpr std::string_view kEncoding = R"({"c": {"explode": false},
  "p": {"style": "pipeDelimited"}, "d": {"style": "deepObject"}, "x": {"style": "form"},
  "t": {"style": "form", "explode": false}, "j": {"contentType": "application/json"}})";

struct Reader {
  detail::FormProgram form;
  FormReader reader;

  explicit Reader(std::string_view schema, std::string_view encoding)
      : form(detail::compile_form(schema)),
        reader(*FormReader::build(form.program, form.id, encoding)) {}
};

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "form_fuzz: %s\n", what);
  std::abort();
}

void check_names(schema::Value value) {
  if (value.is_array()) {
    for (const schema::Value element : value.elements()) check_names(element);
  }
  if (!value.is_object()) return;
  std::set<std::string_view> names;
  for (const auto member : value.members()) {
    require(names.insert(member.name()).second, "a member stands twice");
    require(base::is_utf8(member.name()), "a name is not UTF-8");
    check_names(member.value);
  }
}

std::string read(const FormReader& reader, std::string_view body, Workspace& workspace) {
  const auto value = reader.read(body, workspace);
  if (!value) {
    require(!value.error().field.empty() && !value.error().reason.empty(), "no reason");
    return value.error().field + ": " + value.error().reason;
  }
  check_names(*value);
  std::string out;
  schema::append_json(out, *value);
  require(base::is_utf8(out), "a value is not UTF-8");
  return out;
}

std::string decoded(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c == '+') c = ' ';
  }
  return base::percent_decode(plain);
}

/// Every pair that a splitter finds is there; nothing when some text is not UTF-8.
bool has_all_pairs(std::string_view body, schema::Value form) {
  std::size_t pairs = 0;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    if (pair.empty()) continue;
    ++pairs;
    const std::size_t equals = pair.find('=');
    const auto value = form.find(decoded(pair.substr(0, equals)));
    if (!value) return false;
    const std::string wanted =
        equals == pair.npos ? std::string() : decoded(pair.substr(equals + 1));
    bool found = value->is_string() && value->text() == wanted;
    if (value->is_array()) {
      for (const schema::Value one : value->elements()) found = found || one.text() == wanted;
    }
    if (!found) return false;
  }
  std::size_t values = 0;
  for (const auto member : form.members()) {
    values += member.value.is_array() ? member.value.size() : 1;
  }
  return pairs == values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Reader plain("{}", "");
  static const Reader typed(kSchema, kEncoding);
  static Workspace workspace;
  if (size > 2 * detail::kMostPairs) return 0;  // could be refused for its pairs alone
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto form = plain.reader.read(body, workspace);
  require(form.has_value() == base::is_utf8(decoded(body)), "UTF-8 is judged differently");
  if (form) require(has_all_pairs(body, *form), "a pair is missing");
  const std::string once = read(typed.reader, body, workspace);
  require(read(typed.reader, body, workspace) == once, "reading twice differs");
  return 0;
}
