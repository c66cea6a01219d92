#pragma once

#include <span>
#include <string_view>

/// The plugins that come with the gateway.
///
/// Modules that describe themselves (plugin ABI, 1.3), embedded in the program; a project may use
/// them without a word in `barbacane.yaml`. The compiler takes them as a value, so that it needs
/// none. Names some plugins carry twice: plugin catalogue, 1.1.
namespace barbacane::compiler {

struct CatalogPlugin {
  std::string_view name;
  std::string_view wasm;
};

/// Sorted by nothing in particular; outlives whom it is given to.
using Catalog = std::span<const CatalogPlugin>;

/// A dispatcher of the data plane itself, usable without a declaration and without a module.
struct NativePlugin {
  std::string_view name;
  std::string_view version;
  std::string_view description;
  std::string_view config_schema;  ///< JSON Schema
};

/// Sorted by name.
std::span<const NativePlugin> native_plugins();
const NativePlugin* find_native(std::string_view name);

/// The other name of an official plugin that has two; empty for all others.
std::string_view other_name(std::string_view plugin);

/// The plugin of that name, else of the other name of its pair, else null.
const CatalogPlugin* find_plugin(Catalog catalog, std::string_view name);

}  // namespace barbacane::compiler
