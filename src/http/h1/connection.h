#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "http/detail/peer_name.h"
#include "http/detail/server_state.h"
#include "http/exchange.h"
#include "http/h1/response_writer.h"
#include "http/h1/workspace.h"
#include "net/alarm.h"
#include "net/listener.h"
#include "net/stream.h"

/// One HTTP/1.1 connection: reads requests, lets the handler answer each, writes answers in order.
///
/// No `co_return` stands inside a `switch` here: GCC 12 miscompiles it.
///
/// Life of a request here: wait for bytes without holding a buffer, parse the head, call the
/// handler, finish the answer, drop or drain what is left of the body. Reading and writing have a
/// deadline each, for a handler may do both at once. The connection is on its server's list while
/// it lives.
namespace barbacane::http::h1 {

/// What the bytes at hand amount to.
enum class HeadResult : std::uint8_t { kReady, kIncomplete, kRefused };

class Connection final : public Exchange,
                         public ServerState::Member,
                         private net::Descriptor::Listener {
 public:
  Connection(std::shared_ptr<ServerState> server, std::unique_ptr<net::Stream> stream,
             const PeerName& peer);
  ~Connection() override;

  /// Runs the connection to its end; when the client turns out to speak HTTP/2, in that.
  static net::Task<> serve(std::unique_ptr<Connection> connection);

  // ServerState::Member
  void drain() override;
  void cut() override;

  // Exchange
  const RequestHead& request() const override { return workspace_->head; }
  Peer peer() const override { return peer_.peer(); }
  Scheme scheme() const override;
  net::EventLoop& loop() override { return server_->loop; }
  std::pmr::memory_resource* arena() override { return &workspace_->arena; }
  net::Task<std::expected<std::string_view, BodyError>> read_body(std::size_t limit) override;
  net::Task<std::expected<std::string_view, BodyError>> read_body_part() override;
  bool body_is_read() const override;
  void stop_reading() override;
  void append_trailers(std::pmr::vector<Field>& fields) const override;
  void respond(const Response& response) override;
  net::Task<bool> inform(const Response& interim) override;
  void start(const Response& response, std::optional<std::uint64_t> length) override;
  net::Task<bool> write(std::string_view bytes, Push push) override;
  net::Task<bool> flush() override { return flush_with({}); }
  net::Task<bool> finish(std::span<const Field> trailers) override;
  net::Task<std::optional<Tunnel>> switch_protocols(const Response& response,
                                                    std::string_view protocol) override;
  void abort() override;
  net::Task<> release_earlier_answers() override;
  void watch_client(ClientWatcher* watcher) override;
  void close_after() override { keep_alive_ = false; }
  bool answered() const override { return phase_ != Phase::kUnanswered; }
  int answered_status() const override { return answered_status_; }
  std::uint64_t answered_bytes() const override { return answered_bytes_; }
  std::uint64_t received_bytes() const override { return body().received(); }

 private:
  enum class Phase : std::uint8_t { kUnanswered, kStreaming, kAnswered, kAborted };

  void came_unasked() override;

  net::Task<> run();
  /// True when a head is ready; otherwise the connection ends.
  net::Task<bool> next_request();
  HeadResult try_parse_head();
  /// Whether what was refused is how a client that knows beforehand begins HTTP/2 (RFC 9113, 3.3).
  bool begins_http2() const;
  net::Task<bool> end_request();
  /// Reads what the client still sends of a body nobody wanted, or gives up on the connection.
  net::Task<bool> drain_body();
  /// Closing on unread bytes would reset the connection and could take the last answer with it.
  net::Task<> linger();

  void begin_exchange();
  void refuse(std::string_view answer);
  void settle_persistence();
  bool will_close() const;
  Persistence persistence() const;

  /// One try to read into a buffer.
  net::Stream::Io receive(InputBuffer& input);
  /// Waits under the deadline; false when it passed, the peer vanished or the server stops.
  net::Task<bool> wait_readable(std::chrono::milliseconds patience);
  net::Task<bool> wait_writable();
  /// Sends what was gathered, and `bytes` behind it.
  net::Task<bool> flush_with(std::string_view bytes);

  BodyReader& body() { return workspace_->body_reader; }
  const BodyReader& body() const { return workspace_->body_reader; }
  InputBuffer& body_input() {
    return h1::body_input(workspace_->input, workspace_->window, body());
  }
  /// What follows a body goes back to where the next head is looked for; moves the head at hand.
  void leave_window();
  net::Task<std::optional<BodyError>> receive_body_bytes();

  std::shared_ptr<ServerState> server_;
  std::unique_ptr<net::Stream> stream_;
  std::unique_ptr<Workspace> workspace_;
  net::Alarm read_alarm_{*stream_, net::Descriptor::Direction::kRead};
  net::Alarm write_alarm_{*stream_, net::Descriptor::Direction::kWrite};
  ClientWatcher* watcher_ = nullptr;

  // Of the exchange at hand.
  std::uint64_t answered_bytes_ = 0;
  std::uint64_t stream_left_ = 0;
  std::string_view unsent_body_;  ///< of a buffered answer too large to copy
  int answered_status_ = 0;
  Phase phase_ = Phase::kUnanswered;
  Framing::Kind stream_framing_ = Framing::Kind::kLength;
  bool continue_due_ = false;
  bool keep_alive_ = true;

  // Of the connection.
  bool switched_ = false;  ///< what is spoken now is not HTTP
  bool broken_ = false;    ///< nothing can be read or written any more
  bool stopped_ = false;   ///< whoever reads the body is to give up
  bool idle_ = true;
  bool head_timed_ = false;    ///< the deadline of a head that arrives in pieces is running
  bool served_ = false;        ///< a request has been here
  bool skipped_line_ = false;  ///< an empty one, before the head that is awaited
  bool found_http2_ = false;   ///< what came was the preface of HTTP/2
  PeerName peer_;
};

}  // namespace barbacane::http::h1
