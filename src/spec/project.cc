#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/json_pointer.h"
#include "base/text.h"
#include "spec/detail/file_store.h"
#include "spec/detail/reference.h"
#include "spec/detail/schema_index.h"
#include "spec/document.h"
#include "spec/keyword.h"

namespace barbacane::spec {

namespace {

/// A longer chain is no description but an attack on the time of every look-up.
constexpr std::size_t kMaxChain = 100;

/// Looking for the nearest name costs; nobody reads more hints than these.
constexpr std::size_t kMaxHints = 200;

base::Diagnostic unresolved(NodeRef reference, std::string hint) {
  return {.code = "E1003",
          .message = "unresolved $ref: " + std::string(reference->text()),
          .location = std::string(reference.document->file()),
          .place = reference.place(),
          .hint = std::move(hint),
          .notes = {}};
}

base::Diagnostic circular(NodeRef reference) {
  return {.code = "E1004",
          .message =
              "schema validation error: circular $ref detected: " + std::string(reference->text()),
          .location = std::string(reference.document->file()),
          .place = reference.place(),
          .hint = "the references lead to each other and never to a definition",
          .notes = {}};
}

}  // namespace

struct Project::State {
  State(const std::filesystem::path& root, ParseLimits limits) : files(root, limits) {}

  /// One step from the schema or object `owner`, whose reference stands at `reference`.
  std::expected<NodeRef, base::Diagnostic> follow_once(NodeRef reference, const Node* owner);
  std::expected<NodeRef, base::Diagnostic> follow_chain(NodeRef from,
                                                        bool (*ends)(const Node& node,
                                                                     const Node& reference));
  /// Where the fragment of a reference starts from.
  std::expected<NodeRef, base::Diagnostic> start_of(NodeRef reference, const Reference& target,
                                                    const SchemaIndex::Resource* resource);
  std::expected<const Document*, base::Diagnostic> document_of(NodeRef reference,
                                                               std::string_view uri);
  /// What stands for the URI of a file of the project.
  std::string uri_of(const Document& document) const {
    return "project:///" + files.relative_path(document);
  }
  base::Diagnostic missing(NodeRef reference, NodeRef start, const Reference& target);

  /// Takes down the names in a document that was just opened.
  FileStore::Opened known(FileStore::Opened opened) {
    if (opened) index_of(**opened);
    return opened;
  }
  const Node* find_anchor(NodeRef start, std::string_view name);
  NodeRef find_id(const std::string& uri);
  /// Null for a document in which nothing has a name.
  const SchemaIndex* index_of(const Document& document);
  const SchemaIndex::Spot* spot_of(NodeRef schema);

  FileStore files;
  std::size_t hints = 0;
  std::unordered_map<const Document*, std::unique_ptr<SchemaIndex>> indexes;
  /// What all documents looked at so far and the schemas in them call themselves.
  std::unordered_map<std::string, NodeRef> ids;
};

Project::Project(std::filesystem::path root, ParseLimits limits)
    : state_(std::make_unique<State>(root, limits)) {}
Project::~Project() = default;

std::expected<const Document*, base::Diagnostic> Project::open(const std::string& path) {
  return state_->known(state_->files.open(path));
}

std::expected<const Document*, base::Diagnostic> Project::add(std::string path, std::string text) {
  return state_->known(state_->files.add(std::move(path), std::move(text)));
}

std::vector<const Document*> Project::documents() const { return state_->files.documents(); }

std::optional<std::string_view> Project::text(std::string_view file) const {
  return state_->files.text(file);
}

std::string Project::relative_path(const Document& document) const {
  return state_->files.relative_path(document);
}

std::expected<NodeRef, base::Diagnostic> Project::resolve(NodeRef from) {
  return state_->follow_chain(from, [](const Node&, const Node&) { return false; });
}

std::expected<NodeRef, base::Diagnostic> Project::resolve_schema(NodeRef from, Siblings siblings) {
  const auto is_meta = [](const Node&, const Node& reference) {
    return is_meta_schema(reference.text());
  };
  if (siblings == Siblings::kIgnored) return state_->follow_chain(from, is_meta);
  // Wherever it leads, it has to lead somewhere.
  if (auto end = state_->follow_chain(from, is_meta); !end) return end;
  return state_->follow_chain(from, [](const Node& node, const Node& reference) {
    return node.members().size() > 1 || is_meta_schema(reference.text());
  });
}

std::expected<DynamicTarget, base::Diagnostic> Project::resolve_dynamic(NodeRef from) {
  const Node* reference = from->find("$dynamicRef");
  auto target = state_->follow_once({reference, from.document}, from.node);
  if (!target) return std::unexpected(std::move(target.error()));
  const Reference parts = split_reference(reference->text());
  const Node* anchor = (*target)->find("$dynamicAnchor");
  const bool is_dynamic =
      anchor != nullptr && anchor->is_string() && anchor->text() == parts.fragment;
  return DynamicTarget{*target, is_dynamic ? anchor->text() : std::string_view()};
}

std::vector<NameClash> Project::name_clashes(const Document& document) {
  std::vector<NameClash> all;
  const SchemaIndex* index = state_->index_of(document);
  if (index == nullptr) return all;
  for (const SchemaIndex::Clash& clash : index->clashes()) {
    all.push_back({clash.keyword, {clash.first, &document}, {clash.second, &document}});
  }
  return all;
}

std::optional<SchemaResource> Project::resource_of(NodeRef schema) {
  const SchemaIndex::Spot* spot = state_->spot_of(schema);
  if (spot == nullptr) return std::nullopt;
  return SchemaResource{spot->resource->root, spot->resource->dynamic};
}

std::string Project::pointer_in_resource(NodeRef schema) {
  std::vector<const SchemaIndex::Spot*> way;
  for (const auto* spot = state_->spot_of(schema); spot != nullptr && spot->parent != nullptr;
       spot = state_->spot_of({spot->parent, schema.document})) {
    way.push_back(spot);
  }
  std::string pointer;
  for (auto spot = way.rbegin(); spot != way.rend(); ++spot) {
    base::append_pointer_token(pointer, (*spot)->keyword);
    if ((*spot)->named) base::append_pointer_token(pointer, (*spot)->name);
    if ((*spot)->item >= 0) pointer += "/" + std::to_string((*spot)->item);
  }
  return pointer;
}

/// Follows references until nothing refers any more, or `ends` is true of a node behind the first.
std::expected<NodeRef, base::Diagnostic> Project::State::follow_chain(
    NodeRef from, bool (*ends)(const Node& node, const Node& reference)) {
  const Node* first = reference_node(*from.node);
  std::vector<const Node*> visited;
  NodeRef at = from;
  while (const Node* reference = reference_node(*at.node)) {
    if (!visited.empty() && ends(*at.node, *reference)) break;
    if (std::ranges::find(visited, at.node) != visited.end()) {
      return std::unexpected(circular({first, from.document}));
    }
    visited.push_back(at.node);
    if (visited.size() > kMaxChain) {
      return std::unexpected(unresolved({first, from.document},
                                        "more than 100 references lead to each other in a row"));
    }
    auto next = follow_once({reference, at.document}, at.node);
    if (!next) return next;
    at = *next;
  }
  return at;
}

std::expected<NodeRef, base::Diagnostic> Project::State::follow_once(NodeRef reference,
                                                                     const Node* owner) {
  const Reference target = split_reference(reference->text());
  const SchemaIndex::Spot* spot = spot_of({owner, reference.document});
  const SchemaIndex::Resource* resource = spot == nullptr ? nullptr : spot->resource;
  const auto start = start_of(reference, target, resource);
  if (!start) return start;
  const bool is_pointer = target.fragment.empty() || target.fragment.front() == '/';
  if (!is_pointer) {
    if (const Node* named = find_anchor(*start, target.fragment)) {
      return NodeRef{named, start->document};
    }
  } else if (const auto found = follow_pointer(*start->node, target.fragment, Suggestions::kOff);
             found.target != nullptr) {
    return NodeRef{found.target, start->document};
  }
  const NodeRef document{&reference.document->root(), reference.document};
  if (!is_pointer || !target.uri.empty() || start->node == document.node) {
    return std::unexpected(missing(reference, *start, target));
  }
  // Strictly, `#/components/…` below an `$id` starts at that schema. Authors mean the document.
  const auto found = follow_pointer(*document.node, target.fragment, Suggestions::kOff);
  if (found.target != nullptr) return NodeRef{found.target, document.document};
  return std::unexpected(missing(reference, document, target));
}

std::expected<NodeRef, base::Diagnostic> Project::State::start_of(
    NodeRef reference, const Reference& target, const SchemaIndex::Resource* resource) {
  const NodeRef document{&reference.document->root(), reference.document};
  if (target.uri.empty()) {
    return resource != nullptr && resource->identified ? resource->root : document;
  }
  const SchemaIndex* index = index_of(*reference.document);
  const std::string base = resource != nullptr ? resource->uri
                           : index != nullptr  ? index->uri()
                                               : uri_of(*reference.document);
  if (const NodeRef named = find_id(resolve_uri(base, target.uri))) return named;
  if (target.is_absolute_uri()) {
    return std::unexpected(
        unresolved(reference,
                   "nothing is fetched while compiling: save the file in the project and refer "
                   "to it by its relative path"));
  }
  auto file = document_of(reference, target.uri);
  if (!file) return std::unexpected(std::move(file.error()));
  return NodeRef{&(*file)->root(), *file};
}

base::Diagnostic Project::State::missing(NodeRef reference, NodeRef start,
                                         const Reference& target) {
  std::string hint;
  if (!target.fragment.empty() && target.fragment.front() != '/') {
    return unresolved(reference,
                      "a place inside a document is written '#/components/…'; there is "
                      "no $anchor of this name");
  }
  const auto suggestions = hints < kMaxHints ? Suggestions::kOn : Suggestions::kOff;
  const PointerResult found = follow_pointer(*start.node, target.fragment, suggestions);
  if (!found.suggestion.empty()) {
    ++hints;
    hint = "did you mean '" + target.uri + "#" + found.suggestion + "'?";
  } else if (!found.missing.empty()) {
    const std::string place = found.reached.empty()
                                  ? "at the root of " + std::string(start.document->file())
                                  : "in '" + target.uri + "#" + found.reached + "'";
    hint = "there is no '" + found.missing + "' " + place;
  }
  return unresolved(reference, std::move(hint));
}

std::expected<const Document*, base::Diagnostic> Project::State::document_of(NodeRef reference,
                                                                             std::string_view uri) {
  auto opened = files.open_reference(*reference.document, uri);
  if (!opened) {
    return std::unexpected(unresolved(
        reference, opened.error() == FileStore::Refusal::kOutsideRoot
                       ? "the file lies outside the project's folder"
                       : "there is no such file (the path starts at the file it is written in)"));
  }
  if (!*opened) {
    base::Diagnostic broken = std::move(opened->error());
    broken.notes.push_back({.message = "the file is referred to here", .place = reference.place()});
    return std::unexpected(std::move(broken));
  }
  return known(std::move(*opened));
}

const Node* Project::State::find_anchor(NodeRef start, std::string_view name) {
  const SchemaIndex* index = index_of(*start.document);
  if (index == nullptr) return nullptr;
  if (const SchemaIndex::Spot* spot = index->find(start.node)) {
    const auto own = spot->resource->anchors.find(name);
    if (own != spot->resource->anchors.end()) return own->second;
    if (spot->resource->identified) return nullptr;
  }
  return index->anchor(name);
}

NodeRef Project::State::find_id(const std::string& uri) {
  const auto found = ids.find(uri);
  return found == ids.end() ? NodeRef{} : found->second;
}

const SchemaIndex* Project::State::index_of(const Document& document) {
  const auto [known, is_new] = indexes.try_emplace(&document);
  if (!is_new || !SchemaIndex::is_needed(document)) return known->second.get();
  known->second = std::make_unique<SchemaIndex>(document, uri_of(document));
  const SchemaIndex& index = *known->second;
  if (index.uri() != uri_of(document)) {
    ids.try_emplace(index.uri(), NodeRef{&document.root(), &document});
  }
  for (const SchemaIndex::Resource& resource : index.resources()) {
    if (resource.identified) ids.try_emplace(resource.uri, resource.root);
  }
  return &index;
}

const SchemaIndex::Spot* Project::State::spot_of(NodeRef schema) {
  const SchemaIndex* index = index_of(*schema.document);
  return index == nullptr ? nullptr : index->find(schema.node);
}

}  // namespace barbacane::spec
