#pragma once

#include <list>
#include <memory>

#include "http/client/call.h"
#include "http/h2/outgoing_body.h"
#include "http/h2/stream_list.h"
#include "http/h2/worker_memory.h"
#include "net/patience.h"
#include "net/signal.h"

/// One call on an HTTP/2 connection to an upstream: a stream (RFC 9113, 8).
///
/// Two keep it alive: the caller, who also keeps the connection, and nghttp2, which asks for the
/// bytes of the request until the last has left; its connection owns it and lets go when both are
/// done. Body bytes of the answer are kept here, at most a window of them, and the upstream may
/// send on as the caller takes them.
namespace barbacane::http::h2 {

class ClientConnection;

class ClientStream final : public client::Call {
 public:
  /// Of the answer, interim ones first; the caller has seen those before the first.
  using Heads = std::pmr::list<ResponseHead>;
  using Memory = StreamMemory<Heads>;

  ClientStream(std::shared_ptr<ClientConnection> connection, std::unique_ptr<Memory> memory);
  ~ClientStream() override;

  // What the connection tells it.
  void begin_fields();
  void add_field(std::string_view name, std::string_view value);
  void fields_complete();
  void reset_by_upstream() { reset_by_upstream_ = true; }
  void receive(std::string_view bytes);
  void answer_ended();
  /// The upstream does not keep to HTTP; the stream is going to be reset.
  void is_invalid(std::string_view text);
  /// nghttp2 knows it no longer; with the upstream's reason, or ours.
  void closed(std::uint32_t error_code);
  /// The same because the whole connection has ended.
  void connection_lost();
  bool done() const { return !open_ && keep_ == nullptr; }

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
  bool body_done() const override { return answer_ended_ && memory_->incoming.empty(); }
  net::Task<client::BodyPart> read_body_part(std::chrono::milliseconds patience) override;
  Tunnel tunnel() override { return {nullptr, {}}; }  // RFC 9113, 8.6: there is no switching
  void append_trailers(std::pmr::vector<Field>& fields) const override;
  void cancel() override;

 private:
  friend class ClientConnection;
  friend class StreamList<ClientStream>;

  void end() override;

  bool takes_body() const { return open_ && !body_ended_ && !write_broken_ && !cancelled_; }
  /// Something has come that can be given to the caller, or nothing more can come.
  bool has_head() const { return heads_seen_ < heads_complete_; }
  client::CallError error() const;
  client::CallError not_in_time(std::string_view text) const;
  void fail(client::CallFailure failure, std::string text);
  void reset(std::uint32_t error_code);
  /// The upstream may send as much again as was taken.
  void consume();

  void no_more();
  /// The upstream has neither ended nor reset the answer.
  bool may_answer() const { return !answer_ended_ && !error_ && !cancelled_; }

  ClientConnection& connection_;
  std::shared_ptr<ClientConnection> keep_;  ///< as long as it is held
  std::unique_ptr<Memory> memory_;
  OutgoingBody body_;  ///< of the request
  net::Signal readable_;
  net::Patience read_patience_{readable_};
  net::Patience write_patience_{body_.moved()};
  std::optional<client::CallError> error_;

  std::int32_t id_ = 0;
  std::uint64_t send_left_ = 0;  ///< of a body with a length
  client::TimePoint sent_at_;
  std::size_t fields_size_ = 0;  ///< of all heads and trailers
  std::size_t fields_count_ = 0;
  std::size_t unconsumed_ = 0;  ///< received, and not yet given back to the upstream's window
  unsigned heads_complete_ = 0;
  unsigned heads_seen_ = 0;  ///< by the caller
  bool reused_;              ///< others have called on this connection before
  bool open_ = false;        ///< nghttp2 knows the stream
  bool begun_ = false;       ///< it has known it
  bool has_length_ = false;
  bool body_ended_ = true;  ///< nothing more is written
  bool final_head_ = false;
  bool head_shown_ = false;  ///< the first on the list, to the caller
  bool reset_by_upstream_ = false;
  bool answer_ended_ = false;
  bool write_broken_ = false;
  bool cancelled_ = false;

  // On the connection's list.
  ClientStream* next_ = nullptr;
  ClientStream** link_ = nullptr;
};

}  // namespace barbacane::http::h2
