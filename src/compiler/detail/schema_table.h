#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "artifact/model.h"
#include "base/diagnostic.h"
#include "spec/document.h"

/// Schemas on their way from the spec into `routes.json`.
///
/// Two passes. `visit` follows every reference reachable from a schema once and counts how often
/// each schema is used. `text` writes a schema as JSON Schema 2020-12: what is used more than once,
/// or recursively, is written once into the table and referred to by `{"$ref": "#/schemas/NAME"}`;
/// what is used once is written where it is used. A cycle is always entered through a schema with
/// two users, so writing ends. Compiler contract, 1.1, 1.2 and 7.3.
///
/// Names depend on the order of `text` calls only, not on that of `visit` calls.
namespace barbacane::compiler {

/// Which rules a schema was written under; a fragment may be used under both.
enum class Dialect : std::uint8_t { kOpenApi30, kOpenApi31 };

class SchemaTable {
 public:
  explicit SchemaTable(spec::Project& project) : project_(project) {}

  void visit(spec::NodeRef schema, Dialect dialect, std::vector<base::Diagnostic>& problems);

  /// `name` is what the schema is called should it land in the table without a better name.
  artifact::Json text(spec::NodeRef schema, Dialect dialect, std::string_view name);

  /// The `encoding` of a media type with the references of its headers resolved.
  artifact::Json encoding_text(spec::NodeRef encoding, Dialect dialect);

  std::map<std::string, artifact::Json> take_table() { return std::move(table_); }

  /// More text than any artifact may hold was asked for; what came out since is cut short.
  bool exhausted() const { return written_ > kMaxText; }
  /// Counts text that did not come from here against the same limit.
  void charge(std::size_t bytes) { written_ += bytes; }

 private:
  static constexpr std::size_t kMaxText = std::size_t{256} << 20;

  struct Use {
    std::uint32_t count = 0;
    bool referred = false;  ///< by a `$ref`, so that sharing needs no minimum size
    bool shared = false;    ///< in the table
    std::string name;       ///< in the table
    std::string small;      ///< text of what is used often and too short to share
  };
  using Uses = std::unordered_map<const spec::Node*, Use>;
  using Targets = std::unordered_map<const spec::Node*, spec::NodeRef>;  ///< of nodes with `$ref`
  struct Pending {
    spec::NodeRef schema;
    Dialect dialect;
  };

  // references.cc
  void visit_structure(spec::NodeRef schema, Dialect dialect, std::vector<Pending>& open,
                       std::vector<base::Diagnostic>& problems);
  void visit_reference(spec::NodeRef schema, Dialect dialect, std::vector<Pending>& open,
                       std::vector<base::Diagnostic>& problems);

  // schema_text.cc
  void write(std::string& out, spec::NodeRef schema, Dialect dialect, std::string_view name);
  void write_reference(std::string& out, spec::NodeRef schema, Dialect dialect);
  void write_object(std::string& out, spec::NodeRef schema, Dialect dialect);
  void write_member(std::string& out, const spec::Member& member, spec::NodeRef schema,
                    Dialect dialect);
  void write_pointer(std::string& out, spec::NodeRef target, Dialect dialect,
                     std::string_view name);
  void write_pending();
  const std::string& share(spec::NodeRef target, Dialect dialect, std::string_view name);

  Uses& uses(Dialect dialect) { return uses_[static_cast<std::size_t>(dialect)]; }

  Targets& targets(Dialect dialect) { return targets_[static_cast<std::size_t>(dialect)]; }

  spec::Project& project_;
  Uses uses_[2];
  Targets targets_[2];
  std::map<std::string, artifact::Json> table_;
  std::deque<Pending> pending_;  ///< named, not yet written
  std::size_t depth_ = 0;
  std::size_t written_ = 0;
};

/// Where subschemas stand in a schema object (JSON Schema 2020-12, and what came before it).
enum class Keyword : std::uint8_t { kOther, kSchema, kSchemas, kSchemaMap };
Keyword keyword_kind(std::string_view keyword);

/// The text of `$ref` when the object stands for something else, else empty. References to the
/// standard meta-schemas stay as they are.
std::string_view reference_of(const spec::Node& node);

}  // namespace barbacane::compiler
