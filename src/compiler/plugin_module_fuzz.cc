#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "compiler/detail/config_schemas.h"
#include "compiler/plugin_source.h"

/// Input: a module with whatever it says about itself in its custom sections. Checked besides not
/// crashing: what comes out fits an artifact, and a schema that is taken can judge a config.
namespace {

using namespace barbacane;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view module(reinterpret_cast<const char*>(data), size);
  const auto plugin = compiler::resolve_plugin(compiler::CatalogPlugin{"fuzzed", module});
  if (!plugin) {
    require(!plugin.error().empty());
    return 0;
  }
  require(plugin->plugin.name == "fuzzed");
  require(plugin->plugin.wasm == module);
  if (!plugin->config_schema) return 0;
  const auto schema = compiler::ConfigSchema::compile("fuzzed", *plugin->config_schema);
  if (!schema) return 0;
  constexpr std::string_view kConfig = R"({"key": "text", "list": [{"password": "x"}, 5, null]})";
  schema->check(kConfig);
  require(schema->literal_secrets(kConfig).size() <= 2);
  return 0;
}
