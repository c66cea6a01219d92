#include "schema/detail/documents.h"

#include <algorithm>
#include <charconv>

#include "base/json_pointer.h"
#include "base/text.h"
#include "schema/detail/metaschemas.h"
#include "schema/detail/pointer_text.h"
#include "schema/detail/uri.h"

namespace barbacane::schema::detail {
namespace {

using Unresolved = Documents::Unresolved;

/// Members or elements that are worth an index.
constexpr std::size_t kLarge = 24;

std::unexpected<Unresolved> unresolved(std::string message, std::string hint = {}) {
  return std::unexpected(Unresolved{std::move(message), std::move(hint)});
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string similar_name(Value object, std::string_view name) {
  constexpr std::size_t kMany = 4000;
  if (object.size() > kMany || name.size() > 100) return {};
  std::vector<std::string_view> names;
  for (const Member member : object.members()) names.push_back(member.name());
  const std::string_view found = base::nearest(name, names);
  return found.empty() ? std::string() : "did you mean " + quoted(found) + "?";
}

}  // namespace

void Documents::add(std::string uri, std::string_view json, Dialect dialect, bool assert_formats,
                    std::vector<SchemaError>& errors) {
  auto document = std::make_unique<Document>();
  document->uri = std::move(uri);
  document->text = json;
  document->dialect = dialect;
  document->assert_formats = assert_formats;
  JsonOptions options;
  options.max_depth = 512;
  options.repeated = JsonOptions::RepeatedNames::kLastWins;
  auto read = document->tape.read(document->text, options);
  if (!read) {
    errors.push_back({document->uri + "#", "not a JSON document: " + describe(read.error()), ""});
    return;
  }
  document->root = *read;
  documents_.push_back(std::move(document));
}

std::uint32_t Documents::index_of(Location location) const {
  const Document& document = *location.document;
  if (document.resources.size() == 1) return document.resources.front();
  const std::uint32_t offset = document.offset(location.node);
  const auto after = std::ranges::upper_bound(
      document.resources, offset, {}, [this](std::uint32_t i) { return resources_[i].begin; });
  std::uint32_t index = *(after - 1);
  while (resources_[index].end <= offset) index = resources_[index].parent;
  return index;
}

std::optional<std::uint32_t> Documents::find_resource(const std::string& uri) {
  auto found = by_uri_.find(uri);
  if (found != by_uri_.end()) return found->second;
  if (const std::string_view text = standard_metaschema(uri); !text.empty()) {
    std::vector<SchemaError> none;
    add(uri, text, Dialect::kDraft202012, documents_.front()->assert_formats, none);
    scan_root(*documents_.back());
    scan_document(*documents_.back());
  } else if (!scan_everywhere()) {
    return std::nullopt;
  }
  found = by_uri_.find(uri);
  if (found == by_uri_.end()) return std::nullopt;
  return found->second;
}

std::expected<Location, Unresolved> Documents::find(std::string_view uri) {
  const UriParts parts = split_fragment(uri);
  if (documents_.empty()) return unresolved("no such document: " + quoted(parts.uri));
  const auto resource = find_resource(std::string(parts.uri));
  if (!resource) return unresolved("no such document: " + quoted(parts.uri));
  return in_resource(*resource, parts.fragment);
}

std::expected<Location, Unresolved> Documents::resolve(Location from, std::string_view reference) {
  std::string key = std::to_string(resource_of(from).identity);
  key.append(" ").append(reference);
  const auto known = resolved_.find(key);
  if (known != resolved_.end()) return known->second;
  auto found = resolve_now(from, reference);
  resolved_.emplace(std::move(key), found);
  return found;
}

std::expected<Location, Unresolved> Documents::resolve_now(Location from,
                                                           std::string_view reference) {
  if (!shared_table_.empty() && reference.starts_with("#/schemas/")) {
    const auto table = by_uri_.find(shared_table_);
    if (table == by_uri_.end()) return unresolved("no such document: " + quoted(shared_table_));
    return in_resource(table->second, reference.substr(1));
  }
  const UriParts parts = split_fragment(reference);
  std::uint32_t resource = resource_of(from).identity;
  if (!parts.uri.empty()) {
    const std::string uri = resolve_uri(resources_[resource].uri, parts.uri);
    const auto found = find_resource(uri);
    if (!found) return unresolved("no document has the URI " + quoted(uri));
    resource = *found;
  }
  return in_resource(resource, parts.fragment);
}

std::expected<Location, Unresolved> Documents::in_resource(std::uint32_t number,
                                                           std::string_view fragment) {
  Resource& resource = resources_[number];
  Document& document = *resource.document;
  const Value root(document.root.node() + resource.begin);
  if (fragment.empty()) return Location{&document, root.node()};
  if (!fragment.starts_with('/')) {
    const std::string name = base::percent_decode(fragment);
    auto found = resource.anchors.find(name);
    if (found == resource.anchors.end() && scan_everywhere()) found = resource.anchors.find(name);
    if (found != resource.anchors.end()) return Location{&document, found->second};
    return unresolved("no schema has the anchor " + quoted(name));
  }
  auto location = at_pointer(document, root, fragment);
  if (!location && fragment.find('%') != std::string_view::npos) {
    auto decoded = at_pointer(document, root, base::percent_decode(fragment));
    if (decoded) location = decoded;
  }
  if (location) scan_here(*location);
  return location;
}

std::expected<Location, Unresolved> Documents::at_pointer(Document& document, Value root,
                                                          std::string_view pointer) {
  Value at = root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string token = base::unescape_pointer_token(pointer.substr(0, end));
    pointer.remove_prefix(end);
    std::optional<Value> next;
    std::string hint;
    if (at.is_object()) {
      next = member(at, token);
      if (!next) hint = similar_name(at, token);
    } else if (at.is_array()) {
      std::size_t index = 0;
      const auto [last, error] = std::from_chars(token.data(), token.data() + token.size(), index);
      if (error == std::errc() && last == token.data() + token.size()) next = element(at, index);
    }
    if (!next) {
      return unresolved(
          "there is no " + quoted(token) + " at '" + place_of({&document, at.node()}) + "'",
          std::move(hint));
    }
    at = *next;
  }
  return Location{&document, at.node()};
}

std::optional<Value> Documents::element(Value array, std::size_t index) {
  if (index >= array.size()) return std::nullopt;
  if (array.size() <= kLarge) {
    auto at = array.elements().begin();
    for (; index > 0; --index) ++at;
    return *at;
  }
  auto& elements = large_arrays_[array.node()];
  if (elements.empty()) {
    elements.reserve(array.size());
    for (const Value each : array.elements()) elements.push_back(each.node());
  }
  return Value(elements[index]);
}

std::optional<Value> Documents::member(Value object, std::string_view name) {
  if (object.size() <= kLarge) return object.find(name);
  auto& names = large_objects_[object.node()];
  if (names.empty()) {
    names.reserve(object.size());
    for (const Member each : object.members()) names.emplace(each.name(), each.value.node());
  }
  const auto found = names.find(name);
  if (found == names.end()) return std::nullopt;
  return Value(found->second);
}

std::string Documents::place_of(Location location) {
  return location.document->uri + "#" + pointer_to(location.document->root.node(), location.node);
}

}  // namespace barbacane::schema::detail
