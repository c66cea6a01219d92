#include <algorithm>

#include "schema/detail/documents.h"
#include "schema/detail/keyword.h"
#include "schema/detail/uri.h"

/// Where resources begin and what dialect holds in them.
namespace barbacane::schema::detail {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

/// What the value of a keyword holds by way of schemas.
enum class Holds : std::uint8_t { kNothing, kSchema, kList, kMap };

Holds holds(Keyword keyword, Kind kind) {
  switch (keyword) {
    case Keyword::kNot:
    case Keyword::kIf:
    case Keyword::kThen:
    case Keyword::kElse:
    case Keyword::kItems:
    case Keyword::kAdditionalItems:
    case Keyword::kContains:
    case Keyword::kAdditionalProperties:
    case Keyword::kPropertyNames:
    case Keyword::kUnevaluatedItems:
    case Keyword::kUnevaluatedProperties:
      return kind == Kind::kArray ? Holds::kList : Holds::kSchema;
    case Keyword::kAllOf:
    case Keyword::kAnyOf:
    case Keyword::kOneOf:
    case Keyword::kPrefixItems:
      return Holds::kList;
    case Keyword::kDefs:
    case Keyword::kDefinitions:
    case Keyword::kProperties:
    case Keyword::kPatternProperties:
    case Keyword::kDependentSchemas:
    case Keyword::kDependencies:
      return Holds::kMap;
    default:
      return Holds::kNothing;
  }
}

constexpr std::string_view kVocabularies = "https://json-schema.org/draft/2020-12/vocab/";

}  // namespace

struct Documents::Identity {
  Value id;
  Value schema;
  Value anchor;
  Value dynamic_anchor;
  bool reference = false;

  explicit Identity(Value object) {
    for (const Member member : object.members()) {
      const auto keyword = parse_keyword(member.name(), member.key.node()->hash);
      if (!keyword) continue;
      if (*keyword == Keyword::kRef) reference = true;
      if (!member.value.is_string()) continue;
      if (*keyword == Keyword::kId) id = member.value;
      if (*keyword == Keyword::kSchema) schema = member.value;
      if (*keyword == Keyword::kAnchor) anchor = member.value;
      if (*keyword == Keyword::kDynamicAnchor) dynamic_anchor = member.value;
    }
  }
};

Document* Documents::document_of(std::string_view uri) const {
  for (const auto& document : documents_) {
    if (document->uri == uri) return document.get();
    if (!document->root.is_object()) continue;
    const auto id = document->root.find("$id");
    if (id && id->is_string() && split_fragment(id->text()).uri == uri) return document.get();
  }
  return nullptr;
}

void Documents::scan() {
  const std::size_t count = documents_.size();
  for (std::size_t i = 0; i < count; ++i) scan_root(*documents_[i]);
  for (std::size_t i = 0; i < count; ++i) scan_document(*documents_[i]);
}

void Documents::scan_root(Document& document) {
  static constexpr std::string_view kTelling[] = {"$id", "$anchor", "$dynamicAnchor", "$schema",
                                                  "$dynamicRef"};
  std::uint32_t hashes[std::size(kTelling)];
  std::ranges::transform(kTelling, hashes, name_hash);
  const Value::Node* const end = document.root.node() + document.root.node()->extent;
  for (const Value::Node* node = document.root.node(); node != end; ++node) {
    if (node->kind != Kind::kString || node->size > 14 || node->size < 3) continue;
    for (std::size_t i = 0; i < std::size(kTelling); ++i) {
      if (node->hash != hashes[i] || Value(node).text() != kTelling[i]) continue;
      document.has_identities = document.dialect != Dialect::kOpenApi30;
      dynamic_ = dynamic_ || (kTelling[i] == "$dynamicRef" && document.has_identities);
    }
  }
  document.blocks.assign(document.root.node()->extent, 0);
  if (document.has_identities) document.scanned.assign(document.root.node()->extent, false);

  const auto number = static_cast<std::uint32_t>(resources_.size());
  Resource& resource = resources_.emplace_back();
  resource.uri = document.uri;
  resource.document = &document;
  resource.end = document.root.node()->extent;
  resource.parent = resource.identity = number;
  resource.rules.dialect = document.dialect;
  resource.rules.assert_formats = document.assert_formats;
  document.resources.push_back(number);
  by_uri_.emplace(document.uri, number);
  if (!document.has_identities || !document.root.is_object()) return;
  const Identity identity(document.root);
  if (identity.schema) set_rules(resource, identity.schema);
  if (!identity.id || (identity.reference && !resource.rules.modern())) return;
  const std::string_view id = split_fragment(identity.id.text()).uri;
  if (id.empty()) return;
  resource.uri = resolve_uri(document.uri, id);
  by_uri_.emplace(resource.uri, number);
}

void Documents::scan_document(Document& document) {
  if (!document.has_identities || !document.root.is_object()) return;
  const std::uint32_t root = document.resources.front();
  scan_schema(document, document.root, root);
  // Where documents that are not schemas themselves keep theirs.
  const auto components = document.root.find("components");
  const auto tables = {document.root.find("schemas"), components && components->is_object()
                                                          ? components->find("schemas")
                                                          : std::nullopt};
  for (const auto& table : tables) {
    if (!table || !table->is_object()) continue;
    for (const Member member : table->members()) scan_schema(document, member.value, root);
  }
}

void Documents::scan_schema(Document& document, Value value, std::uint32_t resource) {
  if (!value.is_object()) return;
  const std::uint32_t offset = document.offset(value.node());
  if (document.scanned[offset]) return;
  document.scanned[offset] = true;
  const Identity identity(value);
  if (offset != 0 && (identity.id || identity.schema)) {
    resource = open_resource(document, value, identity, resource);
  }
  Resource& own = resources_[resources_[resource].identity];
  if (resources_[resource].rules.modern()) {
    if (identity.anchor) own.anchors.emplace(identity.anchor.text(), value.node());
    if (identity.dynamic_anchor) {
      own.anchors.emplace(identity.dynamic_anchor.text(), value.node());
      own.dynamic_anchors.emplace(identity.dynamic_anchor.text(), value.node());
    }
  } else if (identity.id && !identity.reference && identity.id.text().starts_with('#')) {
    own.anchors.emplace(identity.id.text().substr(1), value.node());
  }
  for (const Member member : value.members()) scan_children(document, member, resource);
}

void Documents::scan_children(Document& document, Member member, std::uint32_t resource) {
  const auto keyword = parse_keyword(member.name(), member.key.node()->hash);
  if (!keyword) return;
  const Holds what = holds(*keyword, member.value.kind());
  if (what == Holds::kSchema) scan_schema(document, member.value, resource);
  if (what == Holds::kList && member.value.is_array()) {
    for (const Value element : member.value.elements()) scan_schema(document, element, resource);
  }
  if (what == Holds::kMap && member.value.is_object()) {
    for (const Member each : member.value.members()) scan_schema(document, each.value, resource);
  }
}

std::uint32_t Documents::open_resource(Document& document, Value value, const Identity& identity,
                                       std::uint32_t parent) {
  const auto number = static_cast<std::uint32_t>(resources_.size());
  Resource resource;
  resource.document = &document;
  resource.begin = document.offset(value.node());
  resource.end = resource.begin + value.node()->extent;
  resource.parent = parent;
  resource.identity = resources_[parent].identity;
  resource.uri = resources_[parent].uri;
  resource.rules = resources_[parent].rules;
  if (identity.schema) set_rules(resource, identity.schema);
  const bool ignored = identity.reference && !resource.rules.modern();
  const std::string_view id =
      identity.id && !ignored ? split_fragment(identity.id.text()).uri : std::string_view();
  if (id.empty() && !identity.schema) return parent;
  if (!id.empty()) {
    resource.identity = number;
    resource.uri = resolve_uri(resource.uri, id);
    by_uri_.emplace(resource.uri, number);
  }
  const auto before =
      std::ranges::upper_bound(document.resources, resource.begin, {},
                               [this](std::uint32_t i) { return resources_[i].begin; });
  document.resources.insert(before, number);
  resources_.push_back(std::move(resource));
  return number;
}

void Documents::set_rules(Resource& resource, Value schema_uri, unsigned depth) {
  resource.trouble = {};
  const std::string_view uri = schema_uri.text();
  if (const auto dialect = parse_dialect(uri)) {
    const bool assert_formats = resource.rules.assert_formats;
    resource.rules = {};
    resource.rules.dialect = *dialect;
    resource.rules.assert_formats = assert_formats;
    return;
  }
  Document* metaschema = document_of(split_fragment(uri).uri);
  if (metaschema == nullptr || !metaschema->root.is_object() || depth > 8) {
    resource.trouble = {"unknown dialect " + quoted(uri.substr(0, 200)),
                        "known are https://json-schema.org/draft/2020-12/schema, "
                        "http://json-schema.org/draft-07/schema# and OpenAPI's own",
                        schema_uri.node()};
    return;
  }
  set_vocabulary(resource, *metaschema, schema_uri, depth);
}

void Documents::set_vocabulary(Resource& resource, Document& metaschema, Value at, unsigned depth) {
  const auto base = metaschema.root.find("$schema");
  if (base && base->is_string() && base->text() != at.text()) set_rules(resource, *base, depth + 1);
  const auto vocabulary = metaschema.root.find("$vocabulary");
  if (!vocabulary || !vocabulary->is_object() || !resource.rules.modern()) return;
  Rules& rules = resource.rules;
  rules.applicators = rules.unevaluated = rules.validation = false;
  for (const Member member : vocabulary->members()) {
    std::string_view name = member.name();
    const bool standard = name.starts_with(kVocabularies);
    if (standard) name.remove_prefix(kVocabularies.size());
    if (standard && name == "applicator") {
      rules.applicators = true;
    } else if (standard && name == "unevaluated") {
      rules.unevaluated = true;
    } else if (standard && name == "validation") {
      rules.validation = true;
    } else if (standard && name == "format-assertion") {
      rules.assert_formats = true;
    } else if (!standard && member.value.kind() == Kind::kTrue &&
               !name.starts_with("https://spec.openapis.org/")) {
      resource.trouble = {"its dialect requires the unknown vocabulary " + quoted(name), "",
                          at.node()};
    }
  }
}

void Documents::scan_here(Location location) {
  Document& document = *location.document;
  if (!document.has_identities) return;
  scan_schema(document, Value(location.node), index_of(location));
}

bool Documents::scan_everywhere() {
  if (scanned_everywhere_) return false;
  scanned_everywhere_ = true;
  for (const auto& document : documents_) {
    if (document->has_identities) scan_any(*document, document->root);
  }
  return true;
}

void Documents::scan_any(Document& document, Value value) {
  if (value.is_array()) {
    for (const Value element : value.elements()) scan_any(document, element);
  }
  if (!value.is_object()) return;
  const Identity identity(value);
  if (identity.id) scan_here({&document, value.node()});
  for (const Member member : value.members()) {
    const std::string_view name = member.name();
    if (name == "enum" || name == "const" || name == "default" || name.starts_with("example"))
      continue;
    scan_any(document, member.value);
  }
}

}  // namespace barbacane::schema::detail
