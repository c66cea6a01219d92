#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "compiler/detail/schema_table.h"

namespace barbacane::compiler {

Keyword keyword_kind(std::string_view keyword) {
  struct Entry {
    std::string_view name;
    Keyword kind;
  };
  static constexpr std::array<Entry, 22> kKeywords = {{
      {"properties", Keyword::kSchemaMap},
      {"items", Keyword::kSchema},
      {"allOf", Keyword::kSchemas},
      {"anyOf", Keyword::kSchemas},
      {"oneOf", Keyword::kSchemas},
      {"additionalProperties", Keyword::kSchema},
      {"not", Keyword::kSchema},
      {"if", Keyword::kSchema},
      {"then", Keyword::kSchema},
      {"else", Keyword::kSchema},
      {"contains", Keyword::kSchema},
      {"contentSchema", Keyword::kSchema},
      {"propertyNames", Keyword::kSchema},
      {"unevaluatedItems", Keyword::kSchema},
      {"unevaluatedProperties", Keyword::kSchema},
      {"additionalItems", Keyword::kSchema},
      {"prefixItems", Keyword::kSchemas},
      {"patternProperties", Keyword::kSchemaMap},
      {"dependentSchemas", Keyword::kSchemaMap},
      {"dependencies", Keyword::kSchemaMap},
      {"$defs", Keyword::kSchemaMap},
      {"definitions", Keyword::kSchemaMap},
  }};
  for (const Entry& entry : kKeywords) {
    if (entry.name == keyword) return entry.kind;
  }
  return Keyword::kOther;
}

std::string_view reference_of(const spec::Node& node) {
  const spec::Node* reference = node.is_object() ? node.find("$ref") : nullptr;
  if (reference == nullptr || !reference->is_string()) return {};
  const std::string_view text = reference->text();
  if (text.starts_with("https://json-schema.org/draft/") ||
      text.starts_with("http://json-schema.org/draft-")) {
    return {};
  }
  return text.empty() ? std::string_view("#") : text;
}

namespace {

/// In OpenAPI 3.1 the siblings of `$ref` count, also those of a reference on the way to the final
/// target: such a node is the target itself. Null when the way is direct. Followed inside the
/// document only; a chain through another file loses the siblings in between.
const spec::Node* next_hop(spec::NodeRef from) {
  std::string_view pointer = reference_of(*from.node);
  if (!pointer.starts_with("#/")) return nullptr;
  const spec::Node* node = &from.document->root();
  for (pointer.remove_prefix(1); !pointer.empty() && node != nullptr;) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::string token = base::percent_decode(pointer.substr(0, end));
    pointer.remove_prefix(end);
    for (std::size_t i = token.find('~'); i < token.size(); i = token.find('~', i + 1)) {
      if (token[i + 1] == '1')
        token.replace(i, 2, "/");
      else if (token[i + 1] == '0')
        token.replace(i, 2, "~");
    }
    node = node->find(token);
  }
  const bool has_siblings =
      node != nullptr && node->members().size() > 1 && !reference_of(*node).empty();
  return has_siblings ? node : nullptr;
}

}  // namespace

void SchemaTable::visit(spec::NodeRef schema, Dialect dialect,
                        std::vector<base::Diagnostic>& problems) {
  // References wait in a list of their own: chains of them may be longer than any stack.
  std::vector<Pending> open;
  visit_structure(schema, dialect, open, problems);
  while (!open.empty()) {
    const Pending next = open.back();
    open.pop_back();
    visit_structure(next.schema, next.dialect, open, problems);
  }
}

void SchemaTable::visit_reference(spec::NodeRef schema, Dialect dialect, std::vector<Pending>& open,
                                  std::vector<base::Diagnostic>& problems) {
  Targets& known_targets = targets(dialect);
  auto known = known_targets.find(schema.node);
  if (known == known_targets.end()) {
    auto target = project_.resolve(schema);
    if (!target) {
      problems.push_back(std::move(target.error()));
      target = spec::NodeRef{};
    } else if (dialect == Dialect::kOpenApi31) {
      if (const spec::Node* next = next_hop(schema)) target = {next, schema.document};
    }
    known = known_targets.emplace(schema.node, *target).first;
  }
  if (!known->second) return;
  uses(dialect)[known->second.node].referred = true;
  open.push_back({known->second, dialect});
}

void SchemaTable::visit_structure(spec::NodeRef schema, Dialect dialect, std::vector<Pending>& open,
                                  std::vector<base::Diagnostic>& problems) {
  if (!schema->is_object()) return;
  const bool refers = !reference_of(*schema.node).empty();
  const bool first_time = uses(dialect)[schema.node].count++ == 0;
  if (refers) visit_reference(schema, dialect, open, problems);
  if (!first_time || (refers && dialect == Dialect::kOpenApi30)) return;

  const auto child = [&](const spec::Node* node) {
    visit_structure({node, schema.document}, dialect, open, problems);
  };
  for (const spec::Member& member : schema->members()) {
    if (!member.value->is_object() && !member.value->is_array()) continue;
    switch (keyword_kind(member.key)) {
      case Keyword::kOther:
        break;
      case Keyword::kSchema:
      case Keyword::kSchemas:
        if (member.value->is_object()) child(member.value);
        for (const spec::Node* item : member.value->items()) child(item);
        break;
      case Keyword::kSchemaMap:
        for (const spec::Member& entry : member.value->members()) child(entry.value);
        break;
    }
  }
}

}  // namespace barbacane::compiler
