#pragma once

#include <span>

#include "gateway/request_context.h"
#include "net/event_loop.h"
#include "validation/violation.h"

/// The stages of a request, in the order of the data-plane contract, section 2. One file each.
///
/// A stage that never waits is a plain function; only the body and waiting dispatchers suspend.
namespace barbacane::gateway::stages {

/// Step 3: the length of path and query. (limits.cc)
Step check_target(RequestContext& request);
/// Step 5: number and size of the field lines. (limits.cc)
Step check_fields(RequestContext& request);
/// Step 6: what `Content-Length` announces. (limits.cc)
Step check_declared_length(RequestContext& request);

/// Steps 7 and 8: the operation and the decoded values of its path. (route.cc)
Step find_route(RequestContext& request);

/// Decides by the head how the body will be checked. (validate.cc)
void plan_body(RequestContext& request);
/// Whether it is checked while it arrives: steps 9 and 10 in one. (multipart.cc)
bool checks_while_streaming(const RequestContext& request);
net::Task<Step> stream_and_validate(RequestContext& request);

/// Whether step 9 has anything to do. (body.cc)
bool has_body_to_collect(const RequestContext& request);
/// Step 9: the whole body, within the limit. (body.cc)
net::Task<Step> collect_body(RequestContext& request);

/// Whether the body goes from the client to the dispatcher without being looked at. (body.cc)
bool streams_body(const RequestContext& request);
/// Steps 9 and 10 for such a body: the parameters, and whether there is any of it. (body.cc)
net::Task<Step> begin_streamed_body(RequestContext& request);

/// Bodies above this size leave no memory behind that was needed to check them.
inline constexpr std::size_t kLargeBody = std::size_t{64} << 10;

/// What the body's failure to arrive means for its request. (body.cc)
Step refuse_body(RequestContext& request, http::BodyError error);

/// Step 10: the request against its operation. (validate.cc)
Step validate(RequestContext& request);
/// Its first part, path to cookie. (validate.cc)
Step validate_parameters(RequestContext& request);
/// For a body whose framing announced one and that had no bytes: as good as none. (validate.cc)
Step validate_missing_body(RequestContext& request);
/// Logs what is wrong and, unless the operation is in report mode, answers with it. (validate.cc)
Step refuse_invalid(RequestContext& request, std::span<const validation::Violation> violations);

/// A preflight for a path without OPTIONS: finds the operation whose middleware `cors` is to answer
/// it. (preflight.cc)
bool find_preflight(RequestContext& request, std::span<const std::uint32_t> operations);
/// What is answered when it lets the request pass. (preflight.cc)
Step allow_preflight(RequestContext& request);

/// Whether the operation has middlewares, or a dispatcher that is a module. (middleware.cc)
bool has_plugins(const RequestContext& request);
/// Whether some of them want the body, which must then be collected. (middleware.cc)
bool plugins_read_body(const RequestContext& request);
/// Before the first plugin. (middleware.cc)
Step begin_plugins(RequestContext& request);
/// Step 11: `kWait` when a plugin must wait; the other form goes on there. (middleware.cc)
Step run_request_chain(RequestContext& request);
net::Task<Step> run_request_chain_later(RequestContext& request);

/// Step 12, for dispatchers that never wait and for those that may. (dispatch.cc)
bool dispatch_may_wait(const RequestContext& request);
Step dispatch(RequestContext& request);
net::Task<Step> dispatch_later(RequestContext& request);

/// Whether step 13 has anything to do. (middleware.cc)
bool plugins_see_answer(const RequestContext& request);
/// Whether the body of the answer must be there as a whole first. (middleware.cc)
bool must_collect_answer(const RequestContext& request);
net::Task<Step> collect_answer(RequestContext& request);
/// Step 13, in both forms. (middleware.cc)
Step run_response_chain(RequestContext& request);
net::Task<Step> run_response_chain_later(RequestContext& request);

/// Step 14: deprecation, identity and security fields. (respond.cc)
void complete_head(RequestContext& request);
/// Whether the answer must be sent piece by piece. (respond.cc)
bool must_stream(const RequestContext& request);
void send(RequestContext& request);
net::Task<> stream(RequestContext& request);
/// Step 14 of an answer that ends HTTP on its connection, and all that comes then. (upgrade.cc)
net::Task<> upgrade(RequestContext& request);
/// The line in the log. (respond.cc)
void record(const RequestContext& request);

}  // namespace barbacane::gateway::stages
