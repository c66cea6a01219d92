#include "app/plugin_runner.h"

namespace barbacane::app {

base::Result<std::unique_ptr<PluginRunner>> make_plugin_runner(const artifact::Plugin&) {
  return base::fail("this program was built without an engine for plugins");
}

}  // namespace barbacane::app
