#include "gateway/dispatchers/upstream_request.h"

#include "gateway/dispatchers/upstream_failure.h"
#include "gateway/dispatchers/upstream_fields.h"
#include "gateway/dispatchers/upstream_target.h"
#include "gateway/problem.h"

namespace barbacane::gateway {

std::optional<std::string_view> target_for(const RequestContext& request,
                                           const HttpUpstreamConfig& config) {
  return upstream_target(config,
                         {.path = request.seen().path,
                          .query = request.seen().query,
                          .route = request.operation->path,
                          .names = request.operation->parameters,
                          .values = request.path_values},
                         request.arena);
}

Step answer_bad_target(RequestContext& request) {
  return answer_problem(
      request, Problem::kBadRequest,
      dispatch_details(request, "a path parameter would leave the upstream's path"));
}

std::pmr::vector<http::Field> fields_for(RequestContext& request,
                                         const HttpUpstreamConfig& config) {
  const bool secure = request.exchange.scheme() == http::Scheme::kHttps;
  return upstream_fields(request.seen(), request.chain ? Author::kChain : Author::kClient,
                         {.ip = request.exchange.peer().ip, .scheme = secure ? "https" : "http"},
                         request.settings().trusted_proxies, request.identity, config,
                         request.worker.random, request.arena);
}

}  // namespace barbacane::gateway
