#pragma once

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "artifact/artifact.h"
#include "artifact/model.h"
#include "base/result.h"
#include "compiler/compiler.h"
#include "compiler/detail/report.h"
#include "compiler/detail/schema_table.h"
#include "compiler/detail/spec_unit.h"
#include "compiler/manifest.h"
#include "compiler/plugin_source.h"

/// The stages of a compilation in travelling order, one source file each.
///
/// A stage reads what the earlier ones made, adds its own part and reports every problem it finds;
/// the pipeline (compiler.cc) stops behind a stage that found an error. README.md tells the story.
namespace barbacane::compiler {

// reading.cc: E1001 to E1004. A unit whose document is no OpenAPI description has no `api` after.
void read_spec(spec::Project& project, const spec::Document& document, SchemaTable& schemas,
               SpecUnit& unit, Report& report);
/// E1002 for documents whose aliases expand beyond any use and E1004 for schemas that share a name,
/// fragments included.
void check_documents(spec::Project& project, std::span<const SpecUnit> units, Report& report);

// extensions.cc: E1011 to E1015, E1004 of extension values. Fills everything beside `api`.
void read_extensions(SpecUnit& unit, Report& report);

// paths.cc: E1010, E1050, E1054, E1055, across all specs that could be read.
void check_paths(const std::vector<SpecUnit>& units, Report& report);

// plugins.cc, configs.cc: E1020, E1022 to E1024, E1040, E1070 and failures of resolution.
using PluginResolver =
    std::function<std::expected<ResolvedPlugin, std::string>(const PluginSource&)>;
struct Plugins {
  std::vector<artifact::Plugin> bundled;     ///< sorted by name
  std::map<std::string, std::string> names;  ///< as written (base name) to what the artifact stores
};
/// Also hands the manifest's default dispatcher to every operation that names none.
Plugins resolve_plugins(std::vector<SpecUnit>& units, const ProjectManifest& manifest,
                        const PluginResolver& resolve, Catalog catalog, Report& report);
/// The same for `validate`, which knows no manifest: E1020 as a warning.
void check_dispatchers(const SpecUnit& unit, Report& report);

// security.cc: E1030, E1031.
void check_security(const std::vector<SpecUnit>& units, PlaintextUpstreams plaintext,
                    Report& report);

// limits.cc: E1051, E1052.
void check_limits(const std::vector<SpecUnit>& units, Report& report);

// mcp.cc: E1060, E1061.
artifact::Mcp mcp_server(const std::vector<SpecUnit>& units);
std::optional<bool> mcp_enabled(const OperationExtensions& operation, const artifact::Mcp& server);
void check_mcp(const std::vector<SpecUnit>& units, const artifact::Mcp& server, Report& report);

// chains.cc: the chain of one operation, in the order requests run through it.
std::vector<const PluginMention*> chain_of(const RootExtensions& root,
                                           const OperationExtensions& operation);

// routes.cc. Fails when the operations would expand beyond any use. What `validate` does not know,
// a dispatcher or the plugins' names, is left out or taken as written.
struct RoutedOperation {
  const SpecUnit* unit;
  std::size_t index;
  const spec::Operation& operation() const { return unit->api->operations[index]; }
};
/// The operations of `routes.json` in its order.
std::vector<RoutedOperation> routed_operations(std::span<const SpecUnit> units);
base::Result<artifact::Routes> build_routes(const spec::Project& project,
                                            std::span<const SpecUnit> units, const Plugins& plugins,
                                            const artifact::Mcp& server, SchemaTable& schemas);

// query_keys.cc: `Validation::known_query` of all operations whose security schemes want a key in
// the query.
void add_query_keys(std::span<const SpecUnit> units, spec::Project& project,
                    artifact::Routes& routes);

// schemas.cc: E1004 of schemas and parameters that cannot be compiled as the data plane would.
void check_schemas(std::span<const SpecUnit> units, const artifact::Routes& routes,
                   SchemaTable& schemas, Report& report);

// mock_answers.cc: `Operation::mock` of all operations on `mock` with `from_spec`. Warnings where
// no example can be made and for examples that break their own schema. Fails like `build_routes`.
base::Result<> prepare_mock_answers(const std::vector<SpecUnit>& units, spec::Project& project,
                                    SchemaTable& schemas, artifact::Routes& routes, Report& report);

// sealing.cc: sources, signing key, time.
struct SealRequest {
  artifact::Contents contents;  ///< routes, plugins and documents
  artifact::Provenance provenance;
  artifact::Compression compression = artifact::Compression::kSmall;
};
/// An artifact stores specs by base name, so no two may share one.
base::Result<> check_file_names(const std::vector<SpecUnit>& units);
/// The specs themselves and the files they pulled in, sorted; fails when two share a name.
base::Result<std::vector<artifact::SourceSpec>> source_specs(const std::vector<SpecUnit>& units,
                                                             const spec::Project& project);
enum class Environment { kRead, kIgnore };
/// The archive. The error is the whole message, with its class.
base::Result<std::string> seal_artifact(SealRequest request, Environment environment);

}  // namespace barbacane::compiler
