#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "spec/document.h"

/// What the schemas of one document call themselves: `$id`, `$anchor`, `$dynamicAnchor`.
///
/// Names count where a schema stands and nowhere else: an example may hold an `$id` of its own. A
/// schema without `$id` belongs to the resource around it or, when there is none, to a resource
/// that begins at the outermost schema and has the URI of its document: that is how authors of
/// OpenAPI read JSON Schema 2020-12, core, 4.3.5. Most documents have no such names and need no
/// index. Nodes shared through YAML aliases belong to where they were seen first.
namespace barbacane::spec {

class SchemaIndex {
 public:
  static bool is_needed(const Document& document);

  /// `uri` is that of a document that does not name itself.
  SchemaIndex(const Document& document, std::string uri);

  struct Resource {
    NodeRef root;
    std::string uri;
    bool identified = false;                                    ///< has an `$id` of its own
    bool dynamic = false;                                       ///< has a `$dynamicAnchor`
    std::unordered_map<std::string_view, const Node*> anchors;  ///< of both kinds
  };

  /// Where a schema stands in its resource.
  struct Spot {
    const Resource* resource = nullptr;
    const Node* parent = nullptr;  ///< the schema around it; null at the root of a resource
    std::string_view keyword;
    std::string_view name;  ///< in a map of schemas
    bool named = false;
    int item = -1;  ///< in a list of schemas
  };
  /// A name that two schemas of a resource have, or an `$id` that two of the document have.
  struct Clash {
    std::string_view keyword;
    const Node* first = nullptr;  ///< where the name is given, twice
    const Node* second = nullptr;
  };
  const std::vector<Clash>& clashes() const { return clashes_; }

  /// Null for what is no schema.
  const Spot* find(const Node* schema) const;

  /// The URI of the document.
  const std::string& uri() const { return uri_; }
  /// A name of the document that no resource of its own claims.
  const Node* anchor(std::string_view name) const;
  const std::deque<Resource>& resources() const { return resources_; }

 private:
  void walk_unknown(const Node& node);
  void walk_names(const Node& map);
  void walk_schema(const Node& schema) { walk_schema(schema, nullptr, {}); }
  void walk_schema(const Node& schema, Resource* around, Spot spot);
  void walk_subschemas(const Node& schema, Resource& resource);
  Resource& enter(const Node& schema, const Resource* around, std::string_view id);
  void name(const Node& schema, Resource& resource, std::string_view keyword);
  void note_clash(const Node& first, const Node& second, std::string_view keyword);

  const Document& document_;
  std::string uri_;
  std::deque<Resource> resources_;
  std::unordered_map<const Node*, Spot> spots_;
  std::unordered_set<const Node*> seen_;  ///< of what is no schema
  std::unordered_map<std::string_view, const Node*> anchors_;
  std::unordered_map<std::string, const Node*> identified_;  ///< schemas with an `$id`, by URI
  std::vector<Clash> clashes_;
};

}  // namespace barbacane::spec
