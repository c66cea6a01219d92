#pragma once

#include <expected>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "schema/json.h"
#include "schema/program.h"

/// What the config of a plugin may say: E1023 (plugin catalogue, 1.2 and 2).
///
/// Plugins bring a `config-schema.json`; those of the data plane itself are in `config_schemas.cc`.
/// All ours are closed at every level, so that a misspelled field is found here and not at night.
/// Secret references are strings like others.
namespace barbacane::compiler {

/// JSON Schema of the config of a dispatcher of the data plane itself; empty for other plugins.
std::string_view native_config_schema(std::string_view plugin);

struct ConfigFault {
  std::string pointer;      ///< into the config; of a field that is missing, the object around it
  std::string sentence;     ///< `'status' must be at least 200, but is 101`; of the whole config
                            ///< without a subject: `has no field 'stauts'`
  std::string hint;         ///< may be empty
  bool undeclared = false;  ///< the name of the field is what is wrong, not its value
};

class ConfigSchema {
 public:
  /// The error says why the schema is none.
  static std::expected<ConfigSchema, std::string> compile(std::string plugin,
                                                          std::string_view json_schema);

  /// Everything that is wrong with a config, which is JSON.
  std::vector<ConfigFault> check(std::string_view config) const;

  /// Pointers to the texts of a config that should be secret references: fields the schema marks
  /// `writeOnly`, wherever they occur (compiler contract, 4.2).
  std::vector<std::string> literal_secrets(std::string_view config) const;

 private:
  ConfigSchema(std::string plugin, std::string text, schema::Program program,
               schema::SchemaId schema)
      : plugin_(std::move(plugin)),
        text_(std::move(text)),
        program_(std::move(program)),
        schema_(schema) {
    find_secret_fields();
  }

  void find_secret_fields();
  ConfigFault fault(const schema::Failure& failure, schema::Value root) const;

  std::string plugin_;
  std::string text_;
  std::set<std::string, std::less<>> secret_fields_;
  schema::Program program_;
  schema::SchemaId schema_;
};

}  // namespace barbacane::compiler
