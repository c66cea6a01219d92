#include "app/bundled_plugins.h"

namespace barbacane::app {

compiler::Catalog bundled_plugins() { return {}; }

}  // namespace barbacane::app
