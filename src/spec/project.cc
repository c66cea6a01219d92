#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "spec/detail/file_store.h"
#include "spec/detail/reference.h"
#include "spec/document.h"

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

  std::expected<NodeRef, base::Diagnostic> follow_once(NodeRef reference);
  std::expected<const Document*, base::Diagnostic> document_of(NodeRef reference,
                                                               std::string_view uri);
  NodeRef find_id(const std::string& uri);
  void index_ids(const Document& document);

  FileStore files;
  std::size_t hints = 0;
  /// `$id`s of all documents and of the schemas in them; filled when the first URI is looked up.
  std::unordered_map<std::string, NodeRef> ids;
  std::unordered_set<const Document*> indexed;
};

Project::Project(std::filesystem::path root, ParseLimits limits)
    : state_(std::make_unique<State>(root, limits)) {}
Project::~Project() = default;

std::expected<const Document*, base::Diagnostic> Project::open(const std::string& path) {
  return state_->files.open(path);
}

std::expected<const Document*, base::Diagnostic> Project::add(std::string path, std::string text) {
  return state_->files.add(std::move(path), std::move(text));
}

std::vector<const Document*> Project::documents() const { return state_->files.documents(); }

std::optional<std::string_view> Project::text(std::string_view file) const {
  return state_->files.text(file);
}

std::string Project::relative_path(const Document& document) const {
  return state_->files.relative_path(document);
}

std::expected<NodeRef, base::Diagnostic> Project::resolve(NodeRef from) {
  const Node* first = reference_node(*from.node);
  std::vector<const Node*> visited;
  NodeRef at = from;
  while (const Node* reference = reference_node(*at.node)) {
    if (std::ranges::find(visited, at.node) != visited.end()) {
      return std::unexpected(circular({first, from.document}));
    }
    visited.push_back(at.node);
    if (visited.size() > kMaxChain) {
      return std::unexpected(unresolved({first, from.document},
                                        "more than 100 references lead to each other in a row"));
    }
    auto next = state_->follow_once({reference, at.document});
    if (!next) return std::unexpected(std::move(next.error()));
    at = *next;
  }
  return at;
}

std::expected<NodeRef, base::Diagnostic> Project::State::follow_once(NodeRef reference) {
  const Reference target = split_reference(reference->text());
  NodeRef start{&reference.document->root(), reference.document};
  if (target.is_absolute_uri()) {
    start = find_id(target.uri);
    if (!start) {
      return std::unexpected(
          unresolved(reference,
                     "nothing is fetched while compiling: save the file in the project and refer "
                     "to it by its relative path"));
    }
  } else if (!target.uri.empty()) {
    auto document = document_of(reference, target.uri);
    if (!document) return std::unexpected(std::move(document.error()));
    start = {&(*document)->root(), *document};
  }
  const auto suggestions = hints < kMaxHints ? Suggestions::kOn : Suggestions::kOff;
  const PointerResult found = follow_pointer(*start.node, target.fragment, suggestions);
  if (found.target != nullptr) return NodeRef{found.target, start.document};
  std::string hint;
  if (!found.suggestion.empty()) {
    ++hints;
    hint = "did you mean '" + target.uri + "#" + found.suggestion + "'?";
  } else if (!target.fragment.empty() && target.fragment.front() != '/') {
    hint = "a place inside a document is written '#/components/…'";
  } else if (!found.missing.empty()) {
    const std::string place = found.reached.empty()
                                  ? "at the root of " + std::string(start.document->file())
                                  : "in '" + target.uri + "#" + found.reached + "'";
    hint = "there is no '" + found.missing + "' " + place;
  }
  return std::unexpected(unresolved(reference, std::move(hint)));
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
  return **opened;
}

NodeRef Project::State::find_id(const std::string& uri) {
  for (const Document* document : files.documents()) {
    if (indexed.insert(document).second) index_ids(*document);
  }
  const auto found = ids.find(uri);
  return found == ids.end() ? NodeRef{} : found->second;
}

void Project::State::index_ids(const Document& document) {
  const auto remember = [&](const Node& node, std::string_view keyword) {
    const Node* id = node.find(keyword);
    if (id == nullptr || !id->is_string()) return;
    ids.try_emplace(split_reference(id->text()).uri, NodeRef{&node, &document});
  };
  remember(document.root(), "$self");
  std::vector<const Node*> open{&document.root()};
  std::unordered_set<const Node*> seen;
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    remember(*node, "$id");
    for (const Node* item : node->items()) {
      if (item->is_object() || item->is_array()) open.push_back(item);
    }
    for (const Member& member : node->members()) {
      if (member.value->is_object() || member.value->is_array()) open.push_back(member.value);
    }
  }
}

}  // namespace barbacane::spec
