#include "spec/detail/schema_index.h"

#include <algorithm>
#include <array>

#include "spec/detail/reference.h"
#include "spec/keyword.h"

namespace barbacane::spec {

namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

/// Members whose value is data of the author, whatever it looks like.
bool holds_data(std::string_view key) {
  static constexpr std::array<std::string_view, 8> kData = {
      "example", "examples", "default", "enum", "const", "value", "mapping", "security"};
  return key.starts_with("x-") || is_one_of(key, kData);
}

/// Members of OpenAPI objects whose value maps names of the author's own.
bool holds_names(std::string_view key) {
  static constexpr std::array<std::string_view, 13> kOwnNames = {
      "paths",         "webhooks",  "callbacks", "responses", "headers",    "content", "encoding",
      "requestBodies", "pathItems", "links",     "channels",  "parameters", "messages"};
  return is_one_of(key, kOwnNames);
}

/// The keywords that give a schema a name, the resource aside.
constexpr std::array<std::string_view, 3> kNames = {"$id", "$anchor", "$dynamicAnchor"};

std::string_view text_of(const Node& schema, std::string_view key) {
  const Node* value = schema.find(key);
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

/// What the member says a schema is called; draft-07 writes anchors as `$id: '#name'`. Generators
/// write pointers there, which name nothing.
std::string_view anchor_in(const Node& schema, std::string_view keyword) {
  const std::string_view text = text_of(schema, keyword);
  if (keyword != "$id") return text;
  return text.starts_with('#') && !text.starts_with("#/") ? text.substr(1) : std::string_view();
}

/// A document of its own, or a part of one, that is a schema from its root on.
bool looks_like_schema(const Node& root) {
  static constexpr std::array<std::string_view, 7> kSigns = {
      "$schema", "$id", "$ref", "$defs", "type", "properties", "$dynamicAnchor"};
  return std::ranges::any_of(kSigns, [&](std::string_view key) { return root.find(key); });
}

}  // namespace

bool SchemaIndex::is_needed(const Document& document) {
  static constexpr std::array<std::string_view, 4> kKeywords = {"$id", "$self", "$anchor",
                                                                "$dynamicAnchor"};
  return std::ranges::any_of(kKeywords,
                             [&](std::string_view word) { return document.text().contains(word); });
}

SchemaIndex::SchemaIndex(const Document& document, std::string uri)
    : document_(document), uri_(std::move(uri)) {
  const Node& root = document.root();
  uri_ = resolve_uri(uri_, split_reference(text_of(root, "$self")).uri);
  const bool is_api = root.find("openapi") != nullptr || root.find("asyncapi") != nullptr;
  if (!is_api && looks_like_schema(root)) {
    uri_ = resolve_uri(uri_, split_reference(text_of(root, "$id")).uri);
    walk_schema(root);
  }
  walk_unknown(root);
}

const SchemaIndex::Spot* SchemaIndex::find(const Node* schema) const {
  const auto found = spots_.find(schema);
  return found == spots_.end() ? nullptr : &found->second;
}

const Node* SchemaIndex::anchor(std::string_view name) const {
  const auto found = anchors_.find(name);
  return found == anchors_.end() ? nullptr : found->second;
}

void SchemaIndex::walk_unknown(const Node& node) {
  if (!node.is_object() && !node.is_array()) return;
  if (!seen_.insert(&node).second || spots_.contains(&node)) return;
  if (node.find("$id") != nullptr) return walk_schema(node);
  for (const Node* item : node.items()) walk_unknown(*item);
  for (const Member& member : node.members()) {
    if (holds_data(member.key)) continue;
    const Keyword kind = keyword_kind(member.key);
    if (member.key == "schema" || kind == Keyword::kSchema) {
      walk_schema(*member.value);
    } else if (member.key == "schemas" || kind == Keyword::kSchemaMap) {
      for (const Member& entry : member.value->members()) walk_schema(*entry.value);
    } else if (holds_names(member.key) && member.value->is_object()) {
      walk_names(*member.value);
    } else {
      walk_unknown(*member.value);
    }
  }
}

void SchemaIndex::walk_names(const Node& map) {
  if (!seen_.insert(&map).second) return;
  for (const Member& entry : map.members()) {
    if (!entry.key.starts_with("x-")) walk_unknown(*entry.value);
  }
}

SchemaIndex::Resource& SchemaIndex::enter(const Node& schema, const Resource* around,
                                          std::string_view id) {
  const std::string& base = around != nullptr ? around->uri : uri_;
  Resource& resource = resources_.emplace_back();
  resource.root = {&schema, &document_};
  resource.uri = resolve_uri(base, split_reference(id).uri);
  resource.identified = !id.empty();
  if (!resource.identified) return resource;
  const auto [first, is_new] = identified_.try_emplace(resource.uri, &schema);
  if (!is_new) clashes_.push_back({"$id", first->second->find("$id"), schema.find("$id")});
  return resource;
}

void SchemaIndex::name(const Node& schema, Resource& resource, std::string_view keyword) {
  const std::string_view anchor = anchor_in(schema, keyword);
  if (anchor.empty()) return;
  const auto [own, is_new] = resource.anchors.try_emplace(anchor, &schema);
  if (!is_new) note_clash(*own->second, schema, keyword);
  if (resource.identified) return;
  // Resources that began for want of an `$id` share the URI of the document, and so its names. The
  // same `$dynamicAnchor` in several is how generic schemas are filled in.
  const auto [first, is_first] = anchors_.try_emplace(anchor, &schema);
  if (is_new && !is_first && keyword == "$anchor" && text_of(*first->second, keyword) == anchor) {
    note_clash(*first->second, schema, keyword);
  }
}

void SchemaIndex::note_clash(const Node& first, const Node& second, std::string_view keyword) {
  if (&first == &second) return;  // `$anchor` and `$dynamicAnchor` of one schema
  const Node* name = second.find(keyword);
  for (std::string_view each : kNames) {
    const Node* other = first.find(each);
    if (other == nullptr || !other->is_string() || other->text() != name->text()) continue;
    clashes_.push_back({keyword, other, name});
    return;
  }
}

void SchemaIndex::walk_schema(const Node& schema, Resource* around, Spot spot) {
  if (!schema.is_object() || spots_.contains(&schema)) return;
  std::string_view id = text_of(schema, "$id");
  if (id.starts_with('#')) id = {};  // an anchor of draft-07
  if (around == nullptr || !id.empty()) {
    around = &enter(schema, around, id);
    spot = {};
  }
  spot.resource = around;
  spots_.emplace(&schema, spot);
  around->dynamic |= !text_of(schema, "$dynamicAnchor").empty();
  for (std::string_view keyword : kNames) name(schema, *around, keyword);
  walk_subschemas(schema, *around);
}

void SchemaIndex::walk_subschemas(const Node& schema, Resource& resource) {
  for (const Member& member : schema.members()) {
    const Keyword kind = keyword_kind(member.key);
    Spot spot;
    spot.resource = &resource;
    spot.parent = &schema;
    spot.keyword = member.key;
    if (kind == Keyword::kSchemaMap) {
      spot.named = true;
      for (const Member& entry : member.value->members()) {
        spot.name = entry.key;
        walk_schema(*entry.value, &resource, spot);
      }
    } else if (kind != Keyword::kOther) {
      if (kind == Keyword::kSchema) walk_schema(*member.value, &resource, spot);
      for (const Node* item : member.value->items()) {
        ++spot.item;
        walk_schema(*item, &resource, spot);
      }
    }
  }
}

}  // namespace barbacane::spec
