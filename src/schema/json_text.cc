#include <string>
#include <vector>

#include "base/json_escape.h"
#include "schema/json.h"

namespace barbacane::schema {
namespace {

void append_string(std::string& out, std::string_view text) {
  out += '"';
  base::escape_json(out, text);
  out += '"';
}

/// Everything that is one token; containers get their opening bracket.
void append_token(std::string& out, Value value) {
  switch (value.kind()) {
    case Kind::kNull:
      out += "null";
      break;
    case Kind::kFalse:
      out += "false";
      break;
    case Kind::kTrue:
      out += "true";
      break;
    case Kind::kNumber:
      out += value.text();
      break;
    case Kind::kString:
      if (value.is_opaque())
        append_string(out, "(" + std::to_string(value.size()) + " bytes)");
      else
        append_string(out, value.text());
      break;
    case Kind::kArray:
      out += '[';
      break;
    case Kind::kObject:
      out += '{';
      break;
  }
}

std::string_view phrase(const JsonError& error) {
  if (!error.what.empty()) return error.what;
  switch (error.kind) {
    case JsonError::Kind::kEmpty:
      return "no JSON value";
    case JsonError::Kind::kEncoding:
      return "text that is not UTF-8";
    case JsonError::Kind::kTooDeep:
      return "nested too deeply";
    case JsonError::Kind::kTooLarge:
      return "too large";
    case JsonError::Kind::kRepeatedName:
    case JsonError::Kind::kSyntax:
      break;
  }
  return "malformed JSON";
}

}  // namespace

void append_json(std::string& out, Value value) {
  struct Open {
    const Value::Node* end;
    bool object;
  };
  std::vector<Open> open;  // depth is not bounded for tapes built by hand
  const Value::Node* node = value.node();
  const Value::Node* const end = node + node->extent;
  bool first = true;
  bool is_name = false;
  while (node != end || !open.empty()) {
    if (!open.empty() && node == open.back().end) {
      out += open.back().object ? '}' : ']';
      open.pop_back();
      first = false;
      is_name = !open.empty() && open.back().object;
      continue;
    }
    const Value token(node++);
    if (is_name) {
      if (!first) out += ',';
      append_string(out, token.text());
      out += ':';
      is_name = false;
      continue;
    }
    const bool in_array = !open.empty() && !open.back().object;
    if (in_array && !first) out += ',';
    append_token(out, token);
    const bool container = token.is_array() || token.is_object();
    if (container) open.push_back({token.node() + token.node()->extent, token.is_object()});
    first = container;
    is_name = !open.empty() && open.back().object;
  }
}

std::string describe(const JsonError& error) {
  using enum JsonError::Kind;
  std::string out(phrase(error));
  if (error.kind == kRepeatedName) {
    constexpr std::size_t kLongest = 64;
    out = "repeated name ";
    append_string(out, std::string_view(error.name).substr(0, kLongest));
  }
  if (error.kind == kEmpty || error.kind == kTooLarge) return out;
  return out + " at byte " + std::to_string(error.offset);
}

}  // namespace barbacane::schema
