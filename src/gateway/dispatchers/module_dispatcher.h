#pragma once

#include <memory>

#include "gateway/dispatchers/dispatcher.h"
#include "gateway/plugins/plugin_chain.h"

namespace barbacane::gateway {

/// A dispatcher that is a plugin module. `plugin` outlives it.
std::unique_ptr<Dispatcher> make_module_dispatcher(PluginChain::Entry plugin);

}  // namespace barbacane::gateway
