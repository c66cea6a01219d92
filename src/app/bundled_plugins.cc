#include "app/bundled_plugins.h"

#include <vector>

#include "wasm/bundled_modules.h"

namespace barbacane::app {

compiler::Catalog bundled_plugins() {
  static const std::vector<compiler::CatalogPlugin> all = [] {
    std::vector<compiler::CatalogPlugin> plugins;
    for (const plugins::BundledModule& module : plugins::bundled_modules()) {
      plugins.push_back({module.name, module.wasm});
    }
    return plugins;
  }();
  return all;
}

}  // namespace barbacane::app
