#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "spec/tree.h"

/// Files of a project and the references between them.
///
/// A `Project` owns every document that was read, the specs themselves and the files they refer to,
/// and is the only one that opens files: references stay inside its root, and nothing is fetched
/// from the network (compiler contract, section 1.1). Not thread-safe; documents, once handed out,
/// are immutable and live as long as the project.
namespace barbacane::spec {

struct ParseLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t nesting = 512;
  /// Nodes counted as if every alias were expanded.
  std::size_t nodes = 10'000'000;
};

class Document {
 public:
  Document();
  ~Document();

  /// The path as the user typed it; of files pulled in by a reference, as the user would type it.
  const std::string& path() const { return path_; }
  /// Base name of `path()`.
  std::string_view file() const;
  /// The raw bytes.
  const std::string& text() const { return text_; }
  const Node& root() const { return *root_; }
  /// Read as JSON, so that every key stands in quotes.
  bool is_json() const { return json_; }

 private:
  friend class TreeBuilder;
  class Arena;
  std::string path_;
  std::string text_;
  const Node* root_ = nullptr;
  bool json_ = false;
  std::unique_ptr<Arena> arena_;
};

/// Parses one text as YAML or JSON; content decides, not the name. The error is an E1002 diagnostic
/// with its place. Never throws on any input.
std::expected<std::unique_ptr<Document>, base::Diagnostic> parse_document(
    std::string path, std::string text, const ParseLimits& limits = {});

/// A node together with the document its relative references start from.
struct NodeRef {
  const Node* node = nullptr;
  const Document* document = nullptr;

  explicit operator bool() const { return node != nullptr; }
  const Node* operator->() const { return node; }
  /// Scalars of one line are underlined to their end.
  base::SourcePlace place() const;
};

/// Where a member's key stands, underlined.
base::SourcePlace key_place(const Document& document, const Member& member);

/// What identifies the schema a node belongs to (JSON Schema 2020-12, core, 4.3.5).
struct SchemaResource {
  NodeRef root;  ///< the schema with the `$id`, else the outermost schema
  /// Has a `$dynamicAnchor`, so that it matters which resources a reference passes through.
  bool dynamic = false;
};

/// Two schemas of a document with one name.
struct NameClash {
  std::string_view keyword;  ///< that gives the name for the second time
  NodeRef first, second;     ///< the names
};

/// Where a `$dynamicRef` leads unless the dynamic scope says otherwise.
struct DynamicTarget {
  NodeRef schema;
  std::string_view anchor;  ///< empty when it is an ordinary reference after all
};

class Project {
 public:
  /// References may reach files below `root` only; symbolic links are followed before the check.
  explicit Project(std::filesystem::path root, ParseLimits limits = {});
  ~Project();

  /// Reads and parses a spec (any path, also outside the root). Same path, same document.
  std::expected<const Document*, base::Diagnostic> open(const std::string& path);
  /// The same for text that is not in a file; used by the control plane and by tests.
  std::expected<const Document*, base::Diagnostic> add(std::string path, std::string text);

  /// Follows `$ref` until something else stands there. A node without `$ref` is its own target.
  /// Errors: E1003 (unresolvable, leaves the root, network), E1004 (circular, 1.1), E1002 (the
  /// referred file does not parse), with the place of the reference.
  std::expected<NodeRef, base::Diagnostic> resolve(NodeRef from);

  /// The same for schemas, which may refer to the standard meta-schemas and, where `siblings` count
  /// (from OpenAPI 3.1 on), may say more than their reference does: both end the way.
  enum class Siblings { kIgnored, kCount };
  std::expected<NodeRef, base::Diagnostic> resolve_schema(NodeRef from, Siblings siblings);
  /// Of a schema with a `$dynamicRef`.
  std::expected<DynamicTarget, base::Diagnostic> resolve_dynamic(NodeRef from);

  /// Names that cannot be told apart: an `$anchor`, `$dynamicAnchor` or `$id` given twice.
  std::vector<NameClash> name_clashes(const Document& document);

  /// Empty when nothing in the document has a name of its own, or the node is no schema.
  std::optional<SchemaResource> resource_of(NodeRef schema);
  /// JSON Pointer to a schema from the root of its resource.
  std::string pointer_in_resource(NodeRef schema);

  /// Every document read so far, in the order of reading.
  std::vector<const Document*> documents() const;
  /// The text behind a `SourcePlace::file`, also of files that did not parse.
  std::optional<std::string_view> text(std::string_view file) const;
  /// The path of the document relative to the root with `/` between its parts, as `specs/` of the
  /// artifact stores fragments.
  std::string relative_path(const Document& document) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace barbacane::spec
