#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "artifact/model.h"
#include "base/diagnostic.h"
#include "spec/api.h"
#include "spec/document.h"
#include "spec/keyword.h"

/// Schemas on their way from the spec into `routes.json`.
///
/// Two passes. `visit` follows every reference reachable from a schema once and counts how often
/// each schema is used. `text` writes a schema as JSON Schema 2020-12: what is used more than once,
/// or recursively, is written once into the table and referred to by `{"$ref": "#/schemas/NAME"}`;
/// what is used once is written where it is used. A cycle is always entered through a schema with
/// two users, so writing ends. Compiler contract, 1.1, 1.2 and 7.3.
///
/// Every reference is resolved here, so the texts need no `$id`, `$anchor` and `$schema` and have
/// none, but for two kinds of table entries, which are schema resources of their own and named
/// `urn:barbacane:schema:NAME`:
///
/// - Draft-07 schemas, for `$schema` has a meaning at the root of a resource only.
/// - Resources with a `$dynamicAnchor`. What `$dynamicRef` leads to depends on the resources that
///   evaluation came through, so these are written whole, in one entry, and references into them
///   read `urn:barbacane:schema:NAME#/pointer`, dynamic ones `urn:barbacane:schema:NAME#anchor`.
///
/// The branches of a `oneOf` or `anyOf` with a `discriminator` are in the table when they were
/// references, and its `mapping` names them all as the branches do: `{"cat": "#/schemas/Cat"}`.
///
/// Names depend on the order of `text` calls only, not on that of `visit` calls.
namespace barbacane::compiler {

using spec::Keyword;
using spec::keyword_kind;

/// Which rules a schema was written under; a fragment may be used under several.
enum class Dialect : std::uint8_t { kOpenApi30, kOpenApi31, kDraft07 };
/// Of the schemas of a document: by its version and its `jsonSchemaDialect`, or by the `$schema` of
/// one that is a schema itself. Nothing for fragments, which follow who refers to them.
std::optional<Dialect> dialect_of(const spec::Document& document);
/// Of the schemas of a description, which has one always.
Dialect dialect_of(const spec::Api& api);
/// That of its own `$schema`, else the one around it.
Dialect own_dialect(const spec::Node& schema, Dialect around);
/// Somebody may have made that `$schema` up.
bool names_dialect(std::string_view uri);

class SchemaTable {
 public:
  explicit SchemaTable(spec::Project& project) : project_(project) {}

  void visit(spec::NodeRef schema, Dialect dialect, std::vector<base::Diagnostic>& problems);

  /// `name` is what the schema is called should it land in the table without a better name.
  artifact::Json text(spec::NodeRef schema, Dialect dialect, std::string_view name);

  /// The `encoding` of a media type, of its headers what they are judged by.
  artifact::Json encoding_text(const spec::MediaType& media, Dialect dialect);

  std::map<std::string, artifact::Json> take_table() { return std::move(table_); }

  /// More text than any artifact may hold was asked for; what came out since is cut short.
  bool exhausted() const { return written_ > kMaxText; }
  /// Counts text that did not come from here against the same limit.
  void charge(std::size_t bytes) { written_ += bytes; }

  /// What a text has where a schema of the spec stands, for finding the way back.
  struct Written {
    spec::NodeRef object;  ///< whose members are there; also of what is no object
    Dialect dialect = Dialect::kOpenApi31;
    std::string_view entry;  ///< of the table, when there is a reference to it instead
  };
  Written written(spec::NodeRef schema, Dialect dialect, std::string_view inside = {});
  /// The schema an entry of the table was made from; nothing for an unknown name.
  std::optional<Written> entry(std::string_view name) const;

 private:
  static constexpr std::size_t kMaxText = std::size_t{256} << 20;

  struct Use {
    std::uint32_t count = 0;
    bool referred = false;  ///< by a `$ref`, so that sharing needs no minimum size
    bool pinned = false;    ///< has to be in the table, however often it is used
    bool shared = false;    ///< in the table
    std::string name;       ///< in the table
    std::string small;      ///< text of what is used often and too short to share
  };
  using Uses = std::unordered_map<const spec::Node*, Use>;
  struct Target {
    spec::NodeRef schema;
    Dialect dialect = Dialect::kOpenApi31;
  };
  using Targets = std::unordered_map<const spec::Node*, Target>;  ///< of nodes with `$ref`
  struct Pending {
    spec::NodeRef schema;
    Dialect dialect;
  };
  struct Problems {
    std::vector<base::Diagnostic>& list;
    std::vector<Pending>& open;
  };

  // references.cc
  void visit_structure(spec::NodeRef schema, Dialect dialect, Problems& problems);
  void visit_reference(spec::NodeRef schema, Dialect dialect, Problems& problems);
  void visit_dynamic(spec::NodeRef schema, Dialect dialect, Problems& problems);
  void visit_resource(spec::NodeRef schema, Dialect dialect, Problems& problems);
  void pin_branches(spec::NodeRef schema, Dialect dialect);
  Dialect dialect_at(spec::NodeRef target, Dialect referrer);
  /// The root of the resource when it has to be kept whole, else null.
  spec::NodeRef whole_resource(spec::NodeRef schema, Dialect dialect) const;

  // schema_text.cc
  void write(std::string& out, spec::NodeRef schema, Dialect dialect, std::string_view name);
  void write_reference(std::string& out, spec::NodeRef schema, Dialect dialect);
  void write_object(std::string& out, spec::NodeRef schema, Dialect dialect);
  void write_member(std::string& out, const spec::Member& member, spec::NodeRef schema,
                    Dialect dialect);
  void write_subschemas(std::string& out, const spec::Member& member, spec::NodeRef schema,
                        Dialect dialect);
  std::vector<std::pair<std::string_view, std::string>> identity_of(spec::NodeRef schema,
                                                                    Dialect dialect);
  bool write_naming(std::string& out, const spec::Member& member, spec::NodeRef schema,
                    Dialect dialect);
  void write_discriminator(std::string& out, const spec::Node& discriminator, spec::NodeRef schema,
                           Dialect dialect);
  void write_part_header(std::string& out, const spec::Parameter& header, Dialect dialect);
  void write_pointer(std::string& out, spec::NodeRef target, Dialect dialect,
                     std::string_view name);
  void write_pending();
  std::string reference_to(spec::NodeRef target, Dialect dialect, std::string_view name);
  bool stands_apart(spec::NodeRef schema, Dialect dialect);
  const std::string& share(spec::NodeRef target, Dialect dialect, std::string_view name);

  Uses& uses(Dialect dialect) { return uses_[static_cast<std::size_t>(dialect)]; }
  Targets& targets(Dialect dialect) { return targets_[static_cast<std::size_t>(dialect)]; }

  spec::Project& project_;
  Uses uses_[3];
  Targets targets_[3];
  std::unordered_map<const spec::Node*, spec::DynamicTarget> dynamic_targets_;
  std::map<std::string, artifact::Json> table_;
  std::map<std::string, Pending, std::less<>> entries_;  ///< what the table was made from
  std::deque<Pending> pending_;                          ///< named, not yet written
  Pending entry_{{}, Dialect::kOpenApi31};  ///< of the table, being written; null outside of it
  std::size_t depth_ = 0;
  std::size_t written_ = 0;
};

/// The text of `$ref` when the object stands for something else, else empty. References to the
/// standard meta-schemas stay as they are.
std::string_view reference_of(const spec::Node& node);

}  // namespace barbacane::compiler
