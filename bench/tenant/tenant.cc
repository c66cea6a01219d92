// tenant: reads one header of the request and sets one of the response, as plugins mostly do.

#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

class Tenant {
 public:
  Action on_request(Request& request) {
    const Value tenant = request.header("x-tenant");
    if (tenant && *tenant == "nobody") return problem(403, "no-tenant");
    return proceed();
  }

  void on_response(Response& response) { response.set_header("x-seen-by", "tenant"); }
};

}  // namespace

BARBACANE_MIDDLEWARE(Tenant)
