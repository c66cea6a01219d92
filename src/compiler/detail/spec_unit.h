#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model.h"
#include "base/diagnostic.h"
#include "spec/api.h"

/// What the stages know about one spec; it grows as the spec travels.
///
/// Plain values. `reading` fills `api`, `extensions` fills the rest; later stages only read. Nodes
/// live as long as the project they came from.
namespace barbacane::compiler {

/// A plugin named somewhere, as dispatcher, as an entry of a chain, or through sugar.
struct PluginMention {
  std::string name;        ///< as written, cut at the first `@`
  std::string constraint;  ///< what follows the `@`; empty when any version will do
  spec::NodeRef config;    ///< null when absent or made by sugar
  std::optional<artifact::Json> made_config;  ///< of sugar

  /// The mapping and the member of it that names the plugin: where diagnostics point.
  spec::NodeRef owner;
  std::string_view key;
  /// Set instead of `owner` for what does not stand in a spec.
  std::optional<base::SourcePlace> elsewhere;

  artifact::Json config_text() const;
};

/// Cuts the version suffix off; the caller fills config and place.
PluginMention mention(std::string_view written);

/// Fields of `x-barbacane-validation` as given; operations override the root field by field.
struct ValidationFields {
  std::optional<std::string> mode, unknown_query;
};

struct RootExtensions {
  std::vector<PluginMention> middlewares;
  std::optional<PluginMention> rate_limit;
  artifact::Observability observability;
  ValidationFields validation;

  bool declares_mcp = false;
  bool mcp_enabled = false;
  std::optional<std::string> mcp_server_name, mcp_server_version;
};

struct OperationExtensions {
  std::optional<PluginMention> dispatch;
  bool dispatch_malformed = false;
  std::optional<std::vector<PluginMention>> middlewares;  ///< absent when not declared
  std::optional<PluginMention> rate_limit, cache;
  artifact::Observability observability;
  ValidationFields validation;
  std::optional<std::string> sunset;  ///< IMF-fixdate
  std::string_view sunset_key;        ///< the key it came from
  std::optional<bool> mcp_enabled;
  std::optional<std::string> mcp_description;
};

struct SpecUnit {
  std::size_t index = 0;  ///< in input order
  std::string path;       ///< as typed
  std::string file;       ///< its base name
  std::optional<spec::Api> api;
  RootExtensions root;
  std::vector<OperationExtensions> operations;  ///< beside `api->operations`

  spec::NodeRef root_node() const { return {&api->document->root(), api->document}; }
};

/// Indexes of `api.operations` in the order they stand in the source, so that of two rivals the
/// later one is blamed.
std::vector<std::size_t> in_source_order(const spec::Api& api);

}  // namespace barbacane::compiler
