#include "gateway/plugins/answer_stream.h"

#include <utility>

#include "gateway/arena_text.h"
#include "gateway/dispatchers/answer_fields.h"
#include "gateway/plugins/plugin_answer.h"
#include "gateway/plugins/plugin_instance.h"
#include "gateway/request_context.h"
#include "gateway/stages/stages.h"
#include "net/fair_share.h"
#include "services/http_result.h"

namespace barbacane::gateway {
namespace {

using net::Task;
using Streamed = ChainState::Streamed;
using telemetry::Level;

constexpr std::int32_t kFailed = -1;

}  // namespace

AnswerStream::AnswerStream(PluginInstance& plugin, RequestContext& request,
                           services::HttpRequest asked)
    : plugin_(plugin),
      request_(request),
      call_(plugin.services().outbound, plugin.plugin().grant, std::move(asked)),
      most_copied_(plugin.services().outbound.options().max_response_bytes) {}

void AnswerStream::cancel() {
  left_ = true;
  call_.cancel();
}

std::int32_t AnswerStream::fail(const services::HttpProblem& problem) {
  if (left_) return kFailed;
  request_.worker.log.event(Level::kWarn, "barbacane::plugin", "plugin_http_call_failed",
                            {{"plugin", plugin_.plugin().name},
                             {"kind", services::text_of(problem.failure)},
                             {"error", problem.text}},
                            log_context(request_));
  return kFailed;
}

Task<std::int32_t> AnswerStream::run() {
  const auto head = co_await call_.begin();
  const bool begun = head && !left_ && (*head)->status >= kLeastStatus;
  if (!begun) {
    co_await call_.close();
    if (head) co_return fail({services::HttpFailure::kConnect, "the answer ends HTTP"});
    co_return fail(head.error());
  }
  services::HttpResult result;
  result.status = (*head)->status;
  result.headers = services::headers_of(**head);
  begin(**head);
  const bool whole = co_await relay();
  if (whole) keep_trailers();
  co_await call_.close();
  if (!whole) co_return kFailed;
  PluginSlots& slots = plugin_.slots();
  if (copies_) slots.http_response_body.put(std::move(copy_));
  co_return slots.http_result.put(services::result_json(result));
}

void AnswerStream::begin(const http::ResponseHead& head) {
  request_.chain->streamed = Streamed::kBegun;
  http::Response& reply = request_.reply;
  reply.status = head.status;
  reply.body = {};
  reply.fields.clear();
  add_answer_fields(head, reply);
  for (http::Field& field : reply.fields) {
    field.name = copy_to(request_.arena, field.name);
    field.value = copy_to(request_.arena, field.value);
  }
  // What the gateway adds is none of the observers' business.
  const std::pmr::vector<http::Field> observed(reply.fields, request_.arena);
  stages::complete_head(request_);
  request_.exchange.start(reply, call_.body_length());
  reply.fields = observed;
}

Task<bool> AnswerStream::relay() {
  http::Exchange& exchange = request_.exchange;
  net::FairShare share;
  for (;;) {
    services::HttpCall::Part part = call_.buffered_part();
    if (part && part->empty() && !call_.body_done()) {
      // Nothing is held back while the upstream thinks.
      const bool there = co_await exchange.flush();
      if (!there) break;
      part = co_await call_.read_body_part();
    }
    if (!part) {
      fail(part.error());
      // The client gets what there was, and sees that it is not all.
      if (!left_) co_await exchange.flush();
      break;
    }
    if (part->empty()) {
      const bool there = co_await exchange.flush();
      if (!there) break;
      request_.chain->streamed = Streamed::kWhole;
      co_return true;
    }
    const std::size_t size = part->size();
    keep(*part);
    const bool taken = co_await exchange.write(*part, http::Push::kWithNext);
    if (!taken) break;
    if (share.used_up(size)) co_await exchange.loop().yield();
  }
  break_streamed_answer(request_);
  co_return false;
}

void AnswerStream::keep(std::string_view part) {
  if (!copies_) return;
  copies_ = part.size() <= most_copied_ - copy_.size();
  if (copies_) {
    copy_ += part;
  } else {
    copy_ = std::string();
  }
}

void AnswerStream::keep_trailers() {
  std::pmr::vector<http::Field>& trailers = request_.chain->trailers;
  call_.append_trailers(trailers);
  drop_unfit_trailers(trailers);
  for (http::Field& field : trailers) {
    field.name = copy_to(request_.arena, field.name);
    field.value = copy_to(request_.arena, field.value);
  }
}

Task<> end_streamed_answer(RequestContext& request) {
  if (!request.chain || request.chain->streamed != Streamed::kWhole) co_return;
  request.chain->streamed = Streamed::kEnded;
  co_await request.exchange.finish(request.chain->trailers);
}

void break_streamed_answer(RequestContext& request) {
  request.chain->streamed = Streamed::kBroken;
  request.exchange.abort();
}

}  // namespace barbacane::gateway
