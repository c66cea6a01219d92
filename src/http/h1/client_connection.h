#pragma once

#include <cstdint>
#include <memory>

#include "http/client/call.h"
#include "http/h1/client_workspace.h"
#include "net/alarm.h"
#include "net/stream.h"

/// One HTTP/1.1 connection to an upstream: one call after another (RFC 9112, 9).
///
/// No `co_return` stands inside a `switch` here: GCC 12 miscompiles it.
namespace barbacane::http::client {
class Pool;
}

namespace barbacane::http::h1 {

class ClientConnection final : public client::Call, private net::Descriptor::Listener {
 public:
  /// `pool` outlives it; `upstream_id` tells where in the pool it belongs.
  ClientConnection(client::Pool& pool, std::size_t upstream_id,
                   std::unique_ptr<net::Stream> stream);
  ~ClientConnection() override;

  std::size_t upstream_id() const { return upstream_id_; }

  // Of the pool, between calls.
  void begin_call();
  /// The buffers go back; somebody else's call comes next, or a rest.
  void leave_call();
  void lie_idle();
  /// Whether it can still take a call after it lay idle. No system call, as a rule.
  bool still_open();

  // client::Call
  net::Task<std::expected<void, client::CallError>> send(
      const client::OutgoingRequest& request, std::chrono::milliseconds patience) override;
  net::Task<bool> write(std::string_view bytes, Push push,
                        std::chrono::milliseconds patience) override;
  net::Task<bool> finish(std::span<const Field> trailers,
                         std::chrono::milliseconds patience) override;
  net::Task<std::expected<const ResponseHead*, client::CallError>> read_head(
      client::TimePoint deadline) override;
  std::optional<std::uint64_t> body_length() const override;
  client::BodyPart buffered_part() override;
  bool body_done() const override { return body().done(); }
  net::Task<client::BodyPart> read_body_part(std::chrono::milliseconds patience) override;
  Tunnel tunnel() override;
  void append_trailers(std::pmr::vector<Field>& fields) const override;
  void cancel() override;

 private:
  void end() override;
  void came_unasked() override { disturbed_ = true; }

  BodyReader& body() { return workspace_->body_reader; }
  const BodyReader& body() const { return workspace_->body_reader; }

  /// Takes the head off the input; nothing when more bytes are needed.
  std::optional<std::expected<const ResponseHead*, client::CallError>> parse_head();
  client::CallError failure(client::CallFailure kind, std::string_view text) const;
  /// Why nothing more can be read.
  client::CallError ended() const;
  client::CallError not_in_time() const;

  net::Task<bool> flush_with(std::string_view bytes, std::chrono::milliseconds patience);
  /// Waits for bytes and takes them; what is wrong otherwise.
  net::Task<std::optional<client::CallError>> receive(InputBuffer& input,
                                                      std::chrono::milliseconds patience);

  client::Pool& pool_;
  std::size_t upstream_id_;
  std::unique_ptr<net::Stream> stream_;
  std::unique_ptr<ClientWorkspace> workspace_;
  net::Alarm read_alarm_{*stream_, net::Descriptor::Direction::kRead};
  net::Alarm write_alarm_{*stream_, net::Descriptor::Direction::kWrite};

  // Of the call at hand.
  ResponseFraming framing_;
  std::uint64_t send_left_ = 0;  ///< of a body with a length
  unsigned interim_heads_ = 0;
  bool upgrading_ = false;       ///< to another protocol
  bool asked_for_head_ = false;  ///< by HEAD: an answer without body whatever it says
  bool sends_chunks_ = false;
  bool sent_ = false;       ///< the whole request has left
  bool answering_ = false;  ///< a byte of the answer has come
  bool final_head_ = false;
  bool filled_ = false;  ///< the last read took all there was room for: more is probably there
  bool write_broken_ = false;
  bool cancelled_ = false;

  // Of the connection.
  bool reused_ = false;
  bool broken_ = false;
  bool orderly_end_ = false;  ///< the upstream ended the connection, and said so
  bool disturbed_ = false;    ///< something came while it lay idle
};

}  // namespace barbacane::http::h1
