#include <utility>

#include "base/text.h"
#include "compiler/detail/json_text.h"
#include "compiler/detail/schema_table.h"

namespace barbacane::compiler {

namespace {

/// A schema used twice that nobody named is only worth a table entry above this size.
constexpr std::size_t kWorthSharing = 256;
/// Beyond this many open levels a reference goes through the table, so that chains of references
/// do not become a deep stack here or a deep document later.
constexpr std::size_t kMaxInlineDepth = 128;

/// `#/components/schemas/simple~1user` becomes `simple-user`, `./user.yaml` becomes `user`.
std::string table_name(std::string_view reference) {
  std::string_view last = reference.substr(reference.find_last_of("/#") + 1);
  if (last.empty()) {
    last = reference.substr(0, reference.find('#'));
    last = last.substr(last.find_last_of('/') + 1);
  }
  if (!reference.contains('#')) last = last.substr(0, last.find('.'));
  std::string name;
  for (char c : base::percent_decode(last.substr(0, 200))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '.' || c == '-';
    if (plain)
      name.push_back(c);
    else if (c == '~')
      name.push_back('-');
    else if (static_cast<unsigned char>(c) < 0x80)
      name.push_back('-');
  }
  return name.empty() ? "schema" : name;
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  base::append_json_escaped(out, text);
  out.push_back('"');
}

}  // namespace

artifact::Json SchemaTable::text(spec::NodeRef schema, Dialect dialect, std::string_view name) {
  artifact::Json json;
  if (!schema || exhausted()) return json;
  write(json.text, schema, dialect, name);
  written_ += json.text.size();
  write_pending();
  return json;
}

void SchemaTable::write_pending() {
  while (!pending_.empty() && !exhausted()) {
    const Pending next = pending_.front();
    pending_.pop_front();
    std::string text;
    write_object(text, next.schema, next.dialect);
    written_ += text.size();
    table_[uses(next.dialect)[next.schema.node].name].text = std::move(text);
  }
}

const std::string& SchemaTable::share(spec::NodeRef target, Dialect dialect,
                                      std::string_view name) {
  Use& use = uses(dialect)[target.node];
  if (use.shared) return use.name;
  const std::string wanted = table_name(name);
  use.name = wanted;
  for (int n = 2; !table_.emplace(use.name, artifact::Json{}).second; ++n) {
    use.name = wanted + "-" + std::to_string(n);
  }
  use.shared = true;
  pending_.push_back({target, dialect});
  return use.name;
}

void SchemaTable::write_pointer(std::string& out, spec::NodeRef target, Dialect dialect,
                                std::string_view name) {
  out += "{\"$ref\":\"#/schemas/" + share(target, dialect, name) + "\"}";
}

void SchemaTable::write(std::string& out, spec::NodeRef schema, Dialect dialect,
                        std::string_view name) {
  if (!schema->is_object()) return append_json(out, *schema.node);
  Use& use = uses(dialect)[schema.node];
  if (use.shared || (use.referred && use.count > 1)) {
    return write_pointer(out, schema, dialect, name);
  }
  if (!reference_of(*schema.node).empty()) return write_reference(out, schema, dialect);
  if (use.count < 2) return write_object(out, schema, dialect);

  if (use.small.empty()) {
    std::string text;
    write_object(text, schema, dialect);
    if (text.size() >= kWorthSharing) return write_pointer(out, schema, dialect, name);
    use.small = std::move(text);
  }
  out += use.small;
}

void SchemaTable::write_reference(std::string& out, spec::NodeRef schema, Dialect dialect) {
  const spec::NodeRef target = targets(dialect)[schema.node];
  if (!target || exhausted()) {
    out += "{}";
    return;
  }
  const std::string_view name = reference_of(*schema.node);
  if (!target->is_object()) return append_json(out, *target.node);
  if (dialect == Dialect::kOpenApi31 && schema->members().size() > 1) {
    return write_object(out, schema, dialect);
  }
  const Use& use = uses(dialect)[target.node];
  if (use.shared || use.count > 1 || depth_ > kMaxInlineDepth) {
    return write_pointer(out, target, dialect, name);
  }
  write_object(out, target, dialect);
}

void SchemaTable::write_object(std::string& out, spec::NodeRef schema, Dialect dialect) {
  ++depth_;
  out.push_back('{');
  const std::size_t begin = out.size();
  for (const spec::Member* member : sorted_members(*schema.node)) {
    const std::size_t before = out.size();
    if (out.size() != begin) out.push_back(',');
    const std::size_t after_comma = out.size();
    write_member(out, *member, schema, dialect);
    if (out.size() == after_comma) out.resize(before);
  }
  out.push_back('}');
  --depth_;
}

namespace {

void append_key(std::string& out, std::string_view key) {
  append_string(out, key);
  out.push_back(':');
}

/// Writes what OpenAPI 3.0 says differently, which may be nothing; false for everything else.
bool write_translated(std::string& out, const spec::Member& member, const spec::Node& schema) {
  const spec::Node& value = *member.value;
  const auto is_true = [&](std::string_view name) {
    const spec::Node* flag = schema.find(name);
    return flag != nullptr && flag->is_true();
  };
  if (member.key == "nullable") return true;
  if (member.key == "type" && value.is_string() && is_true("nullable")) {
    out += "\"type\":[";
    append_string(out, value.text());
    out += ",\"null\"]";
    return true;
  }
  struct Bound {
    std::string_view limit, exclusive;
  };
  for (const Bound& bound :
       {Bound{"minimum", "exclusiveMinimum"}, Bound{"maximum", "exclusiveMaximum"}}) {
    if (member.key == bound.limit) return is_true(bound.exclusive);
    if (member.key != bound.exclusive || value.kind() != spec::Kind::kBool) continue;
    const spec::Node* limit = schema.find(bound.limit);
    if (!value.is_true() || limit == nullptr || !limit->is_number()) return true;
    append_key(out, bound.exclusive);
    out += limit->text();
    return true;
  }
  return false;
}

}  // namespace

/// Writes nothing for a member that has no place in JSON Schema 2020-12.
void SchemaTable::write_member(std::string& out, const spec::Member& member, spec::NodeRef schema,
                               Dialect dialect) {
  if (dialect == Dialect::kOpenApi30 && write_translated(out, member, *schema.node)) return;
  const spec::Node& value = *member.value;
  append_key(out, member.key);
  if (member.key == "$ref" && !reference_of(*schema.node).empty()) {
    const spec::NodeRef target = targets(dialect)[schema.node];
    append_string(out, "#/schemas/" + share(target, dialect, reference_of(*schema.node)));
    return;
  }
  const auto child = [&](const spec::Node* node, std::string_view name) {
    write(out, {node, schema.document}, dialect, name);
  };
  const Keyword kind = keyword_kind(member.key);
  if (kind == Keyword::kSchemaMap && value.is_object()) {
    out.push_back('{');
    bool first = true;
    for (const spec::Member* entry : sorted_members(value)) {
      if (!std::exchange(first, false)) out.push_back(',');
      append_key(out, entry->key);
      child(entry->value, entry->key);
    }
    out.push_back('}');
  } else if (kind != Keyword::kOther && kind != Keyword::kSchemaMap && value.is_array()) {
    out.push_back('[');
    bool first = true;
    for (const spec::Node* item : value.items()) {
      if (!std::exchange(first, false)) out.push_back(',');
      child(item, "schema");
    }
    out.push_back(']');
  } else if (kind != Keyword::kOther && kind != Keyword::kSchemaMap) {
    child(&value, "schema");
  } else {
    append_json(out, value);
  }
}

artifact::Json SchemaTable::encoding_text(spec::NodeRef encoding, Dialect dialect) {
  artifact::Json json;
  if (!encoding || !encoding->is_object()) return json;
  std::string& out = json.text;
  const auto object = [&](const spec::Node& node, const auto& write_value) {
    out.push_back('{');
    bool first = true;
    for (const spec::Member* member : sorted_members(node)) {
      if (!std::exchange(first, false)) out.push_back(',');
      append_string(out, member->key);
      out.push_back(':');
      write_value(*member);
    }
    out.push_back('}');
  };
  const auto header = [&](spec::NodeRef node) {
    const auto target = project_.resolve(node);
    if (!target || !(*target)->is_object()) return append_json(out, *node.node);
    object(*target->node, [&](const spec::Member& member) {
      if (member.key == "schema")
        write(out, {member.value, target->document}, dialect, "header");
      else
        append_json(out, *member.value);
    });
  };
  object(*encoding.node, [&](const spec::Member& part) {
    if (!part.value->is_object()) return append_json(out, *part.value);
    object(*part.value, [&](const spec::Member& member) {
      if (member.key != "headers" || !member.value->is_object()) {
        return append_json(out, *member.value);
      }
      object(*member.value,
             [&](const spec::Member& entry) { header({entry.value, encoding.document}); });
    });
  });
  written_ += out.size();
  write_pending();
  return json;
}

}  // namespace barbacane::compiler
