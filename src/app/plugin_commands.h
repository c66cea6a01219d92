#pragma once

#include "app/commands.h"

/// The commands of `barbacane plugin`, one file each; by the same rules as those of `barbacane`,
/// but that what they are asked for goes to standard output.
namespace barbacane::app {

int run_plugin_list(Arguments arguments);
int run_plugin_show(Arguments arguments);
int run_plugin_new(Arguments arguments);
int run_plugin_test(Arguments arguments);
int run_plugin_inspect(Arguments arguments);

/// In the order of `--help`.
inline constexpr Command kPluginCommands[] = {
    {"list", "The plugins that come with barbacane", run_plugin_list},
    {"show", "What a plugin does and how it is configured", run_plugin_show},
    {"new", "Create a plugin of your own in C++", run_plugin_new},
    {"test", "Run a plugin's cases without a gateway", run_plugin_test},
    {"inspect", "What a module imports, exports and says about itself", run_plugin_inspect},
};

}  // namespace barbacane::app
