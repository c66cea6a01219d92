#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "compiler/detail/schema_table.h"
#include "compiler/detail/spec_unit.h"
#include "compiler/detail/stages.h"

/// From places in `routes.json` back into the specs.
///
/// Nothing is written down while schemas are: `SchemaTable::written` says of every place what was
/// put there, so the way back is walked when it is asked for.
namespace barbacane::compiler {

/// What stands behind a place of the schemas.
struct SpecPlace {
  spec::NodeRef object;  ///< null when the place leads to no schema
  std::string_view key;  ///< of the member of `object`; empty for the object itself
  bool is_key = false;

  base::SourcePlace source() const;
};

class SchemaPlaces {
 public:
  SchemaPlaces(std::span<const SpecUnit> units, SchemaTable& schemas)
      : operations_(routed_operations(units)), schemas_(schemas) {}

  /// `pointer` into `routes.json`, such as `/schemas/Pet/properties/name/minLength`. What is not
  /// found is answered with the nearest place around it.
  SpecPlace find(std::string_view pointer);

  /// The operation a pointer leads into, else null.
  const RoutedOperation* operation(std::string_view pointer) const;

 private:
  SpecPlace descend(spec::NodeRef schema, Dialect dialect, std::string_view entry,
                    std::string_view pointer);

  std::vector<RoutedOperation> operations_;
  SchemaTable& schemas_;
};

/// The map of all schemas that requests are judged by, packed as the artifact has it.
std::string write_source_map(const spec::Project& project, std::span<const SpecUnit> units,
                             SchemaTable& schemas);

}  // namespace barbacane::compiler
