#include <algorithm>
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

/// What a reference says beside `$ref` counts from OpenAPI 3.1 on.
bool keeps_siblings(spec::NodeRef schema, Dialect dialect) {
  return dialect == Dialect::kOpenApi31 && schema->members().size() > 1;
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
    entry_ = pending_.front();
    pending_.pop_front();
    std::string text;
    write_object(text, entry_.schema, entry_.dialect);
    written_ += text.size();
    table_[uses(entry_.dialect)[entry_.schema.node].name].text = std::move(text);
  }
  entry_.schema = {};
}

void SchemaTable::write_pointer(std::string& out, spec::NodeRef target, Dialect dialect,
                                std::string_view name) {
  out += "{\"$ref\":";
  append_string(out, reference_to(target, dialect, name));
  out.push_back('}');
}

void SchemaTable::write(std::string& out, spec::NodeRef schema, Dialect dialect,
                        std::string_view name) {
  if (!schema->is_object()) return append_json(out, *schema.node);
  dialect = own_dialect(*schema.node, dialect);
  const bool refers = !reference_of(*schema.node).empty();
  if (refers && !keeps_siblings(schema, dialect)) return write_reference(out, schema, dialect);
  if (stands_apart(schema, dialect)) return write_pointer(out, schema, dialect, name);
  Use& use = uses(dialect)[schema.node];
  if (use.count < 2 || whole_resource(schema, dialect)) return write_object(out, schema, dialect);

  if (use.small.empty()) {
    std::string text;
    write_object(text, schema, dialect);
    if (text.size() >= kWorthSharing) return write_pointer(out, schema, dialect, name);
    use.small = std::move(text);
  }
  out += use.small;
}

void SchemaTable::write_reference(std::string& out, spec::NodeRef schema, Dialect dialect) {
  const Target target = targets(dialect)[schema.node];
  if (!target.schema || exhausted()) {
    out += "{}";
    return;
  }
  if (!target.schema->is_object()) return append_json(out, *target.schema.node);
  const Dialect own = own_dialect(*target.schema.node, target.dialect);
  if (stands_apart(target.schema, own) || uses(own)[target.schema.node].count > 1 ||
      depth_ > kMaxInlineDepth) {
    return write_pointer(out, target.schema, own, reference_of(*schema.node));
  }
  write_object(out, target.schema, own);
}

SchemaTable::Written SchemaTable::written(spec::NodeRef schema, Dialect dialect,
                                          std::string_view inside) {
  const auto around = entries_.find(inside);
  entry_ = around == entries_.end() ? Pending{{}, dialect} : around->second;
  dialect = own_dialect(*schema.node, dialect);
  if (!reference_of(*schema.node).empty() && !keeps_siblings(schema, dialect)) {
    const Target target = targets(dialect)[schema.node];
    if (!target.schema) return {};
    schema = target.schema;
    dialect = own_dialect(*schema.node, target.dialect);
  }
  if (!schema->is_object() || !stands_apart(schema, dialect)) return {schema, dialect, {}};
  const spec::NodeRef whole = whole_resource(schema, dialect);
  return {{}, dialect, uses(dialect)[whole ? whole.node : schema.node].name};
}

std::optional<SchemaTable::Written> SchemaTable::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  return Written{found->second.schema, found->second.dialect, {}};
}

void SchemaTable::write_object(std::string& out, spec::NodeRef schema, Dialect dialect) {
  ++depth_;
  out.push_back('{');
  const std::size_t begin = out.size();
  const auto separate = [&] {
    if (out.size() != begin) out.push_back(',');
  };
  std::vector<std::pair<std::string_view, std::string>> identity = identity_of(schema, dialect);
  auto own = identity.begin();
  const auto write_identity = [&](auto&& is_next) {
    for (; own != identity.end() && is_next(own->first); ++own) {
      separate();
      append_key(out, own->first);
      append_string(out, own->second);
    }
  };
  for (const spec::Member* member : sorted_members(*schema.node)) {
    write_identity([&](std::string_view key) { return key < member->key; });
    const std::size_t before = out.size();
    separate();
    const std::size_t after_comma = out.size();
    write_member(out, *member, schema, dialect);
    if (out.size() == after_comma) out.resize(before);
  }
  write_identity([](std::string_view) { return true; });
  out.push_back('}');
  --depth_;
}

namespace {

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
  if (write_naming(out, member, schema, dialect)) return;
  append_key(out, member.key);
  const bool has_branches = schema->find("oneOf") != nullptr || schema->find("anyOf") != nullptr;
  if (keyword_kind(member.key) != Keyword::kOther) {
    write_subschemas(out, member, schema, dialect);
  } else if (member.key == "discriminator" && member.value->is_object() && has_branches) {
    write_discriminator(out, *member.value, schema, dialect);
  } else {
    append_json(out, *member.value);
  }
}

void SchemaTable::write_subschemas(std::string& out, const spec::Member& member,
                                   spec::NodeRef schema, Dialect dialect) {
  const spec::Node& value = *member.value;
  const auto child = [&](const spec::Node* node, std::string_view name) {
    write(out, {node, schema.document}, dialect, name);
  };
  const bool is_map = keyword_kind(member.key) == Keyword::kSchemaMap;
  if (is_map && value.is_object()) {
    out.push_back('{');
    bool first = true;
    for (const spec::Member* entry : sorted_members(value)) {
      if (!std::exchange(first, false)) out.push_back(',');
      append_key(out, entry->key);
      child(entry->value, entry->key);
    }
    out.push_back('}');
  } else if (!is_map && value.is_array()) {
    out.push_back('[');
    bool first = true;
    for (const spec::Node* item : value.items()) {
      if (!std::exchange(first, false)) out.push_back(',');
      child(item, "schema");
    }
    out.push_back(']');
  } else if (!is_map) {
    child(&value, "schema");
  } else {
    append_json(out, value);
  }
}

namespace {

/// Writes `{` the members `}`, each but its comma by `write`.
void write_list(std::string& out, const auto& members, const auto& write) {
  out.push_back('{');
  bool first = true;
  for (const auto& member : members) {
    if (!std::exchange(first, false)) out.push_back(',');
    write(member);
  }
  out.push_back('}');
}

}  // namespace

void SchemaTable::write_part_header(std::string& out, const spec::Parameter& header,
                                    Dialect dialect) {
  append_key(out, header.name);
  out.push_back('{');
  if (header.content_type) {
    append_key(out, "content");
    out.push_back('{');
    append_key(out, *header.content_type);
    out.push_back('{');
  }
  if (header.schema) {
    append_key(out, "schema");
    write(out, header.schema, dialect, header.name);
  }
  if (header.content_type) out += "}}";
  const auto separate = [&] {
    if (out.back() != '{') out.push_back(',');
  };
  if (header.explode) {
    separate();
    out += *header.explode ? "\"explode\":true" : "\"explode\":false";
  }
  if (header.required) {
    separate();
    out += "\"required\":true";
  }
  if (header.style) {
    separate();
    append_key(out, "style");
    append_string(out, *header.style);
  }
  out.push_back('}');
}

artifact::Json SchemaTable::encoding_text(const spec::MediaType& media, Dialect dialect) {
  artifact::Json json;
  if (!media.encoding || !media.encoding->is_object() || exhausted()) return json;
  std::string& out = json.text;
  const auto write_member = [&](const spec::Member* member, std::string_view property) {
    append_key(out, member->key);
    if (member->key != "headers" || !member->value->is_object()) {
      return append_json(out, *member->value);
    }
    const auto headers =
        std::ranges::equal_range(media.part_headers, property, {}, &spec::PartHeader::property);
    write_list(out, headers, [&](const spec::PartHeader& header) {
      write_part_header(out, header.parameter, dialect);
    });
  };
  write_list(out, sorted_members(*media.encoding.node), [&](const spec::Member* part) {
    append_key(out, part->key);
    if (!part->value->is_object()) return append_json(out, *part->value);
    write_list(out, sorted_members(*part->value),
               [&](const spec::Member* member) { write_member(member, part->key); });
  });
  written_ += out.size();
  write_pending();
  return json;
}

}  // namespace barbacane::compiler
