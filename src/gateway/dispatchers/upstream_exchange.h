#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>

#include "gateway/answer_body.h"
#include "gateway/request_context.h"
#include "http/client/call.h"
#include "http/client/pool.h"
#include "net/fair_share.h"
#include "net/signal.h"
#include "services/circuit_breaker.h"

/// One request on its way through an upstream, from the connection to the last byte of the answer.
///
/// The body of the request is written by a coroutine of its own, so that an upstream may answer
/// before it has heard everything, and both directions may stream at once. When the client leaves,
/// everything that waits ends. Lives in the arena of the request, whose context owns it once there
/// is an answer; `close` must have been awaited before it dies.
namespace barbacane::gateway {

/// Why there is no answer to pass on.
struct UpstreamFailure {
  http::client::CallError error;
  /// The client's own body is to blame, or its leaving.
  std::optional<http::BodyError> request_body = {};
};

class UpstreamExchange final : public AnswerBody, private http::ClientWatcher {
 public:
  /// `timeout`: how long either body may stand still.
  UpstreamExchange(RequestContext& request, std::shared_ptr<const http::client::Upstream> upstream,
                   std::chrono::milliseconds timeout);
  ~UpstreamExchange() override;

  struct Deadlines {
    http::client::TimePoint connected;
    http::client::TimePoint answered;  ///< or later, while the body is on its way
  };
  enum class Connection : std::uint8_t { kAny, kFresh };
  /// Sends the request on such a connection and waits for the head of the answer; interim answers
  /// go to the client.
  net::Task<std::expected<const http::ResponseHead*, UpstreamFailure>> ask(
      const http::client::OutgoingRequest& outgoing, Deadlines deadlines, Connection which);
  /// Reports to the breaker how the body went.
  void use_pass(services::CircuitBreaker::Pass pass) { pass_ = std::move(pass); }
  /// For whoever goes on with the connection otherwise.
  http::client::CallPtr take_call() { return std::move(call_); }
  /// The call is over, another may be begun on another connection.
  net::Task<> give_up_call();

  // AnswerBody
  std::optional<std::uint64_t> length() const override;
  Part buffered() override;
  bool ended() const override { return call_->body_done(); }
  net::Task<Part> next() override;
  void append_trailers(std::pmr::vector<http::Field>& fields) const override;
  net::Task<> close() override;

 private:
  void client_left() override;

  net::Task<std::expected<void, UpstreamFailure>> connect(http::client::TimePoint deadline,
                                                          Connection which);

  /// `whole` is the body, unless it has to come from somewhere.
  net::Task<> upload(std::string_view whole);
  net::Task<> upload_whole(std::string_view body);
  net::Task<> upload_stream();
  net::Task<> upload_spool();
  /// False when the upstream takes no more.
  net::Task<bool> upload_part(std::string_view part);
  net::Task<std::expected<const http::ResponseHead*, http::client::CallError>> next_head(
      http::client::TimePoint deadline);
  net::Task<> pass_on_interim(const http::ResponseHead& head);
  UpstreamFailure failure(http::client::CallError error) const;
  Part checked(http::client::BodyPart part);

  RequestContext& request_;
  http::client::Pool& pool_;
  const std::shared_ptr<const http::client::Upstream> upstream_;
  const std::chrono::milliseconds timeout_;
  const http::client::TimePoint since_;
  http::client::Pool::Wish* wish_ = nullptr;  ///< while a connection is waited for
  http::client::CallPtr call_;
  services::CircuitBreaker::Pass pass_;
  std::optional<net::Signal> upload_over_;  ///< of an upload that was begun
  std::uint64_t uploaded_ = 0;
  net::FairShare upload_share_;
  std::optional<http::BodyError> upload_error_;
  bool left_ = false;
};

}  // namespace barbacane::gateway
