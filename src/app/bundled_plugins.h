#pragma once

#include <cstdint>

#include "compiler/catalog.h"

/// The catalog that is part of this program (compiler/catalog.h).
namespace barbacane::app {

/// Every plugin that comes with the gateway, sorted by name; lives as long as the program.
compiler::Catalog bundled_plugins();

/// What `--no-bundled-plugins` leaves of it.
inline compiler::Catalog catalog_for(bool without_bundled_plugins) {
  return without_bundled_plugins ? compiler::Catalog() : bundled_plugins();
}

inline constexpr const char* kNoBundledPluginsHelp =
    "Only what the manifest declares: plugins that come with barbacane are E1040 too";

}  // namespace barbacane::app
