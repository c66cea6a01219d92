#include <string>

#include "compiler/detail/dialect_forms.h"
#include "compiler/detail/schema_table.h"
#include "schema/program_builder.h"

namespace barbacane::compiler {

namespace {

std::string_view text_of(const spec::Node& object, std::string_view key) {
  const spec::Node* value = object.find(key);
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

/// Nothing for a URI nobody knows, which the schema compiler will refuse.
std::optional<Dialect> named_dialect(std::string_view uri) {
  const auto dialect = uri.empty() ? std::nullopt : schema::parse_dialect(uri);
  if (!dialect) return std::nullopt;
  switch (*dialect) {
    case schema::Dialect::kDraft202012:
      return Dialect::kOpenApi31;
    case schema::Dialect::kOpenApi30:
      return Dialect::kOpenApi30;
    case schema::Dialect::kDraft07:
      return Dialect::kDraft07;
  }
  return std::nullopt;
}

}  // namespace

Dialect own_dialect(const spec::Node& schema, Dialect around) {
  // OpenAPI 3.0 has no `$schema`; what stands there means nothing.
  if (around == Dialect::kOpenApi30 || !schema.is_object()) return around;
  return named_dialect(text_of(schema, "$schema")).value_or(around);
}

bool names_dialect(std::string_view uri) { return named_dialect(uri).has_value(); }

std::optional<Dialect> dialect_of(const spec::Document& document) {
  const spec::Node& root = document.root();
  const std::string_view version = text_of(root, "openapi");
  if (version.empty()) return named_dialect(text_of(root, "$schema"));
  if (version.starts_with("3.0")) return Dialect::kOpenApi30;
  return named_dialect(text_of(root, "jsonSchemaDialect")).value_or(Dialect::kOpenApi31);
}

Dialect dialect_of(const spec::Api& api) {
  return dialect_of(*api.document).value_or(Dialect::kOpenApi31);
}

std::string_view reference_of(const spec::Node& node) {
  const spec::Node* reference = node.is_object() ? node.find("$ref") : nullptr;
  if (reference == nullptr || !reference->is_string()) return {};
  const std::string_view text = reference->text();
  if (spec::is_meta_schema(text)) return {};
  return text.empty() ? std::string_view("#") : text;
}

void SchemaTable::visit(spec::NodeRef schema, Dialect dialect,
                        std::vector<base::Diagnostic>& problems) {
  // References wait in a list of their own: chains of them may be longer than any stack.
  std::vector<Pending> open;
  Problems both{problems, open};
  visit_structure(schema, dialect, both);
  while (!open.empty()) {
    const Pending next = open.back();
    open.pop_back();
    visit_structure(next.schema, next.dialect, both);
  }
}

Dialect SchemaTable::dialect_at(spec::NodeRef target, Dialect referrer) {
  Dialect dialect = dialect_of(*target.document).value_or(referrer);
  if (const auto resource = project_.resource_of(target)) {
    dialect = own_dialect(*resource->root.node, dialect);
  }
  return dialect;
}

void SchemaTable::visit_reference(spec::NodeRef schema, Dialect dialect, Problems& problems) {
  Targets& known_targets = targets(dialect);
  auto known = known_targets.find(schema.node);
  if (known == known_targets.end()) {
    const auto target = project_.resolve_schema(schema, dialect == Dialect::kOpenApi31
                                                            ? spec::Project::Siblings::kCount
                                                            : spec::Project::Siblings::kIgnored);
    if (!target) problems.list.push_back(target.error());
    known =
        known_targets
            .emplace(schema.node, target ? Target{*target, dialect_at(*target, dialect)} : Target{})
            .first;
  }
  const Target target = known->second;
  if (!target.schema) return;
  uses(own_dialect(*target.schema.node, target.dialect))[target.schema.node].referred = true;
  problems.open.push_back({target.schema, target.dialect});
}

void SchemaTable::visit_dynamic(spec::NodeRef schema, Dialect dialect, Problems& problems) {
  const std::string_view text = text_of(*schema.node, "$dynamicRef");
  if (dialect != Dialect::kOpenApi31 || text.empty() || spec::is_meta_schema(text)) return;
  if (!dynamic_targets_.contains(schema.node)) {
    const auto target = project_.resolve_dynamic(schema);
    if (!target) problems.list.push_back(target.error());
    dynamic_targets_.emplace(schema.node, target ? *target : spec::DynamicTarget{});
  }
  const spec::NodeRef target = dynamic_targets_[schema.node].schema;
  if (!target) return;
  uses(dialect)[target.node].referred = true;
  problems.open.push_back({target, dialect});
}

spec::NodeRef SchemaTable::whole_resource(spec::NodeRef schema, Dialect dialect) const {
  if (dialect != Dialect::kOpenApi31) return {};
  const auto resource = project_.resource_of(schema);
  return resource && resource->dynamic ? resource->root : spec::NodeRef{};
}

void SchemaTable::visit_resource(spec::NodeRef schema, Dialect dialect, Problems& problems) {
  const spec::NodeRef root = whole_resource(schema, dialect);
  if (!root) return;
  Use& use = uses(dialect)[root.node];
  if (!std::exchange(use.pinned, true) && root.node != schema.node) {
    problems.open.push_back({root, dialect});
  }
}

void SchemaTable::pin_branches(spec::NodeRef schema, Dialect dialect) {
  for (std::string_view keyword : {"oneOf", "anyOf"}) {
    const spec::Node* branches = schema->find(keyword);
    if (branches == nullptr) continue;
    for (const spec::Node* branch : branches->items()) {
      const auto target = targets(dialect).find(branch);
      if (target == targets(dialect).end() || !target->second.schema) continue;
      const Target& to = target->second;
      uses(own_dialect(*to.schema.node, to.dialect))[to.schema.node].pinned = true;
    }
  }
}

void SchemaTable::visit_structure(spec::NodeRef schema, Dialect dialect, Problems& problems) {
  if (!schema->is_object()) return;
  dialect = own_dialect(*schema.node, dialect);
  const bool refers = !reference_of(*schema.node).empty();
  const bool first_time = uses(dialect)[schema.node].count++ == 0;
  if (refers) visit_reference(schema, dialect, problems);
  if (!first_time || (refers && dialect != Dialect::kOpenApi31)) return;
  check_forms(schema, dialect, problems.list);
  visit_dynamic(schema, dialect, problems);
  visit_resource(schema, dialect, problems);

  const auto child = [&](const spec::Node* node) {
    visit_structure({node, schema.document}, dialect, problems);
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
  if (schema->find("discriminator") != nullptr) pin_branches(schema, dialect);
}

}  // namespace barbacane::compiler
