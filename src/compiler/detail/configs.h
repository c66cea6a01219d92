#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/detail/config_schemas.h"
#include "compiler/detail/report.h"

/// E1023 and E1070: the configs of a compilation against the schemas of their plugins. For
/// `http-upstream` also what no schema can say.
namespace barbacane::compiler {

class ConfigCheck {
 public:
  explicit ConfigCheck(Report& report) : report_(report) {}

  /// The schema a fetched plugin brought. One that cannot be compiled is a warning and checks
  /// nothing.
  void add_schema(const std::string& plugin, std::string_view json_schema,
                  const base::SourcePlace& place);

  /// The config of one use of a plugin, which goes by the name of its schema. What many operations
  /// share is checked once.
  void check(const Site& site, const PluginMention& mention, const std::string& plugin);

 private:
  void warn_of_parameters(const std::string& plugin, const Site& site,
                          const PluginMention& mention);
  void warn_of_secrets(const ConfigSchema& schema, const Site& site, const PluginMention& mention,
                       std::string_view config, const std::string& plugin);
  const ConfigSchema* schema_of(const std::string& plugin);

  Report& report_;
  std::map<std::string, std::optional<ConfigSchema>> schemas_;
  std::set<std::pair<std::string, const spec::Node*>> checked_;
  std::set<std::string> checked_defaults_;
  std::set<std::string> modules_;  ///< plugins that are no dispatchers of the data plane itself
};

}  // namespace barbacane::compiler
