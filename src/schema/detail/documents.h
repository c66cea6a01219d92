#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/json.h"
#include "schema/program_builder.h"

/// The documents schemas come from, and everything in them that a reference can name.
///
/// A resource is a part of a document with its own URI (`$id`), or its own rules (`$schema`). As a
/// document lies flat on a tape, a resource is an interval of nodes, and the one a node belongs to
/// is the innermost that holds it. Only documents that say `$id` and the like at all are searched
/// for resources, and only where schemas stand: `$id` inside an `enum` is data.
namespace barbacane::schema::detail {

/// How a schema is to be read.
struct Rules {
  Dialect dialect = Dialect::kDraft202012;
  bool applicators = true;
  bool unevaluated = true;
  bool validation = true;
  bool assert_formats = true;

  bool modern() const { return dialect == Dialect::kDraft202012; }
  bool openapi() const { return dialect == Dialect::kOpenApi30; }
};

struct Document {
  std::string uri;
  std::string text;
  Tape tape;
  Value root;  ///< empty when the text was not JSON
  Dialect dialect = Dialect::kDraft202012;
  bool assert_formats = true;
  bool has_identities = false;           ///< says `$id`, `$anchor`, … somewhere
  std::vector<bool> scanned;             ///< nodes that were searched as schemas
  std::vector<std::uint32_t> resources;  ///< by their first node
  std::vector<std::uint32_t> blocks;     ///< of each node, 1 + its number; 0: not compiled

  std::uint32_t offset(const Value::Node* node) const {
    return static_cast<std::uint32_t>(node - root.node());
  }
};

struct Resource {
  /// Why its `$schema` cannot be followed; said only when a schema in it is compiled.
  struct Trouble {
    std::string message;
    std::string hint;
    const Value::Node* node = nullptr;
  };

  std::string uri;
  Document* document = nullptr;
  std::uint32_t begin = 0;  ///< nodes
  std::uint32_t end = 0;
  std::uint32_t parent = 0;    ///< the resource around it, or itself
  std::uint32_t identity = 0;  ///< itself, or the one whose URI it shares
  Rules rules;
  Trouble trouble;
  std::unordered_map<std::string_view, const Value::Node*> anchors;
  std::unordered_map<std::string_view, const Value::Node*> dynamic_anchors;
};

/// A schema in a document.
struct Location {
  Document* document = nullptr;
  const Value::Node* node = nullptr;
  explicit operator bool() const { return node != nullptr; }
};

class Documents {
 public:
  struct Unresolved {
    std::string message;
    std::string hint;
  };

  void add(std::string uri, std::string_view json, Dialect dialect, bool assert_formats,
           std::vector<SchemaError>& errors);
  void set_shared_table(std::string uri) { shared_table_ = std::move(uri); }

  /// Finds resources and anchors; to be called when all documents are there.
  void scan();

  /// `URI#/pointer` from outside.
  std::expected<Location, Unresolved> find(std::string_view uri);
  /// A `$ref` that stands in `from`.
  std::expected<Location, Unresolved> resolve(Location from, std::string_view reference);

  /// The innermost resource around a schema.
  const Resource& resource_of(Location location) const { return resources_[index_of(location)]; }
  const std::deque<Resource>& resources() const { return resources_; }
  /// Whether any document uses `$dynamicRef`.
  bool dynamic() const { return dynamic_; }

  /// A place for messages: `URI#/pointer`.
  static std::string place_of(Location location);

 private:
  struct Identity;  ///< what a schema says about itself

  std::uint32_t index_of(Location location) const;
  Document* document_of(std::string_view uri) const;
  void scan_document(Document& document);
  void scan_root(Document& document);
  void scan_schema(Document& document, Value value, std::uint32_t resource);
  void scan_children(Document& document, Member member, std::uint32_t resource);
  void scan_here(Location location);
  bool scan_everywhere();
  void scan_any(Document& document, Value value);
  std::uint32_t open_resource(Document& document, Value value, const Identity& identity,
                              std::uint32_t parent);
  void set_rules(Resource& resource, Value schema_uri, unsigned depth = 0);
  void set_vocabulary(Resource& resource, Document& metaschema, Value at, unsigned depth);
  std::optional<std::uint32_t> find_resource(const std::string& uri);
  std::expected<Location, Unresolved> resolve_now(Location from, std::string_view reference);
  std::expected<Location, Unresolved> in_resource(std::uint32_t resource,
                                                  std::string_view fragment);
  std::expected<Location, Unresolved> at_pointer(Document& document, Value root,
                                                 std::string_view pointer);
  std::optional<Value> member(Value object, std::string_view name);
  std::optional<Value> element(Value array, std::size_t index);

  std::deque<std::unique_ptr<Document>> documents_;
  std::deque<Resource> resources_;
  std::unordered_map<std::string, std::uint32_t> by_uri_;
  std::unordered_map<std::string, std::expected<Location, Unresolved>> resolved_;
  /// What large objects and arrays hold, made on first use.
  std::unordered_map<const Value::Node*, std::unordered_map<std::string_view, const Value::Node*>>
      large_objects_;
  std::unordered_map<const Value::Node*, std::vector<const Value::Node*>> large_arrays_;
  std::string shared_table_;
  bool dynamic_ = false;
  bool scanned_everywhere_ = false;
};

}  // namespace barbacane::schema::detail
