#include "compiler/detail/stages.h"

namespace barbacane::compiler {

artifact::Mcp mcp_server(const std::vector<SpecUnit>& units) {
  artifact::Mcp server;
  for (const SpecUnit& unit : units) {
    if (!unit.root.declares_mcp) continue;
    server.enabled = unit.root.mcp_enabled;
    server.server_name = unit.root.mcp_server_name;
    server.server_version = unit.root.mcp_server_version;
    break;
  }
  if (server.enabled) {
    const spec::Api& first = *units.front().api;
    if (!server.server_name) server.server_name = first.title;
    if (!server.server_version) server.server_version = first.info_version;
  }
  return server;
}

std::optional<bool> mcp_enabled(const OperationExtensions& operation, const artifact::Mcp& server) {
  if (operation.mcp_enabled) return operation.mcp_enabled;
  return server.enabled ? std::optional(true) : std::nullopt;
}

void check_mcp(const std::vector<SpecUnit>& units, const artifact::Mcp& server, Report& report) {
  for (const SpecUnit& unit : units) {
    for (std::size_t index : in_source_order(*unit.api)) {
      const spec::Operation& operation = unit.api->operations[index];
      const OperationExtensions& extensions = unit.operations[index];
      if (!mcp_enabled(extensions, server).value_or(false)) continue;
      const Site site = report.operation(unit, operation);
      if (!operation.operation_id) {
        report.warning(site, "E1060",
                       "operation is enabled for MCP but has no operationId, so it is not exposed",
                       operation.method_place,
                       "add an 'operationId', which becomes the name of the tool");
      }
      if (!operation.summary && !operation.description && !extensions.mcp_description) {
        report.warning(site, "E1061",
                       "operation is enabled for MCP but has neither a summary nor a description",
                       operation.method_place,
                       "add a 'summary' that tells a model what the tool is for");
      }
    }
  }
}

}  // namespace barbacane::compiler
