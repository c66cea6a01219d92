// The least a middleware can be that does something: what it costs is what the SDK costs.

#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

class Minimal {
 public:
  Action on_request(Request& request) {
    const Value name = request.header("x-name");
    if (name) request.set_header("x-greeting", *name);
    return proceed();
  }
  void on_response(Response& response) { response.set_header("x-seen", "yes"); }
};

}  // namespace

BARBACANE_MIDDLEWARE(Minimal)
