#include "compiler/detail/json_text.h"

#include <algorithm>

#include "base/text.h"

namespace barbacane::compiler {

std::vector<const spec::Member*> sorted_members(const spec::Node& object) {
  std::vector<const spec::Member*> members;
  members.reserve(object.members().size());
  for (const spec::Member& member : object.members()) members.push_back(&member);
  std::ranges::sort(members, {}, &spec::Member::key);
  return members;
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  base::append_json_escaped(out, text);
  out.push_back('"');
}

void append_key(std::string& out, std::string_view key) {
  append_string(out, key);
  out.push_back(':');
}

void append_json(std::string& out, const spec::Node& node) {
  switch (node.kind()) {
    case spec::Kind::kString:
      out.push_back('"');
      base::append_json_escaped(out, node.text());
      out.push_back('"');
      return;
    case spec::Kind::kArray: {
      out.push_back('[');
      bool first = true;
      for (const spec::Node* item : node.items()) {
        if (!first) out.push_back(',');
        first = false;
        append_json(out, *item);
      }
      out.push_back(']');
      return;
    }
    case spec::Kind::kObject: {
      out.push_back('{');
      bool first = true;
      for (const spec::Member* member : sorted_members(node)) {
        if (!first) out.push_back(',');
        first = false;
        out.push_back('"');
        base::append_json_escaped(out, member->key);
        out += "\":";
        append_json(out, *member->value);
      }
      out.push_back('}');
      return;
    }
    default:
      out += node.text();
  }
}

artifact::Json json_text(const spec::Node& node) {
  artifact::Json json;
  append_json(json.text, node);
  return json;
}

}  // namespace barbacane::compiler
