#include "gateway/dispatchers/http_upstream.h"

#include "gateway/problem.h"
#include "gateway/request_context.h"

namespace barbacane::gateway {
namespace {

constexpr std::string_view kName = "http-upstream";
constexpr std::string_view kReason = "proxying is not available yet";

class HttpUpstream final : public Dispatcher {
 public:
  std::string_view name() const override { return kName; }

  void answer(RequestContext& request) const override {
    request.worker.log.event(telemetry::Level::kError, "barbacane::dispatch", "dispatch_error",
                             {{"dispatcher", kName}, {"reason", kReason}},
                             log_context(request));
    answer_problem(
        request, Problem::kUpstreamUnavailable,
        {.detail = kReason, .spec = {}, .operation = {}, .dispatcher = kName, .errors = {}});
  }
};

}  // namespace

base::Result<std::unique_ptr<Dispatcher>> make_http_upstream(std::string_view) {
  return std::make_unique<HttpUpstream>();
}

}  // namespace barbacane::gateway
