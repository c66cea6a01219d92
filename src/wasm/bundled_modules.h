#pragma once

#include <array>
#include <span>
#include <string_view>

/// The catalog of official plugins that comes with the program: modules of the direct interface,
/// each with its manifest and its config schema in custom sections.
///
/// The bytes are part of the program's read-only data, valid for the whole run. Defined by the
/// library `bb_bundled_plugins`, which plugins/ builds; whoever calls this links it.
namespace barbacane::plugins {

struct BundledModule {
  std::string_view name;
  std::string_view wasm;
};

/// In order of their names.
std::span<const BundledModule> bundled_modules();

}  // namespace barbacane::plugins
