#pragma once

#include <string_view>
#include <vector>

/// What can be read off a WebAssembly module without running or compiling it.
///
/// Enough for the compiler to find a plugin's self-description (plugin ABI, 1.3) and to tell a
/// dispatcher from a middleware. Views point into the module. Any bytes are safe to pass: reading
/// stops at the first section that does not fit, with what was found until then.
namespace barbacane::compiler {

/// The eight bytes of magic number and version.
bool is_wasm(std::string_view module);

struct WasmOutline {
  struct CustomSection {
    std::string_view name;
    std::string_view payload;
  };
  std::vector<CustomSection> custom_sections;  ///< in module order
  std::vector<std::string_view> function_exports;

  /// Payload of the first section of that name; null data when there is none.
  std::string_view custom(std::string_view name) const;
  bool exports_function(std::string_view name) const;
};

WasmOutline outline_of(std::string_view module);

}  // namespace barbacane::compiler
