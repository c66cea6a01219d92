#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {

bool dispatch_may_wait(const RequestContext& request) {
  return request.operation->dispatcher->waiting() == Dispatcher::Waiting::kPossible;
}

Step dispatch(RequestContext& request) { return request.operation->dispatcher->answer(request); }

net::Task<Step> dispatch_later(RequestContext& request) {
  co_await request.exchange.release_earlier_answers();
  co_return co_await request.operation->dispatcher->answer_later(request);
}

}  // namespace barbacane::gateway::stages
