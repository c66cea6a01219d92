#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/detail/server_state.h"
#include "http/exchange.h"
#include "http/h1/response_writer.h"
#include "http/h1/workspace.h"
#include "net/event_loop.h"
#include "net/timer_wheel.h"

/// One HTTP/1.1 connection: reads requests, lets the handler answer each, writes answers in order.
///
/// No `co_return` stands inside a `switch` here: GCC 12 miscompiles it.
///
/// Life of a request here: wait for bytes without holding a buffer, parse the head, call the
/// handler, finish the answer, drop or drain what is left of the body. One deadline covers whatever
/// the connection waits for. The connection is owned by the coroutine `serve` and is on its
/// server's list while it lives.
namespace barbacane::http::h1 {

/// What the bytes at hand amount to.
enum class HeadResult : std::uint8_t { kReady, kIncomplete, kRefused };

class Connection final : public Exchange, public ServerState::Member, private net::Deadline {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, net::Executor>;

  Connection(std::shared_ptr<ServerState> server, Socket socket);
  ~Connection() override;

  /// Runs the connection to its end.
  static net::Task<> serve(std::unique_ptr<Connection> connection);

  // ServerState::Member
  void drain() override;
  void cut() override;

  // Exchange
  const RequestHead& request() const override { return workspace_->head; }
  Peer peer() const override { return {peer_text_.data(), peer_port_}; }
  net::EventLoop& loop() override { return server_->loop; }
  std::pmr::memory_resource* arena() override { return &workspace_->arena; }
  net::Task<std::expected<std::string_view, BodyError>> read_body(std::size_t limit) override;
  net::Task<std::expected<std::string_view, BodyError>> read_body_part() override;
  void respond(const Response& response) override;
  net::Task<bool> start(const Response& response, std::optional<std::uint64_t> length) override;
  net::Task<bool> write(std::string_view bytes) override;
  net::Task<bool> finish() override;
  void abort() override;
  net::Task<> release_earlier_answers() override;
  void close_after() override { keep_alive_ = false; }
  bool answered() const override { return phase_ != Phase::kUnanswered; }
  int answered_status() const override { return answered_status_; }
  std::uint64_t answered_bytes() const override { return answered_bytes_; }
  std::uint64_t received_bytes() const override { return received_bytes_; }

 private:
  enum class Phase : std::uint8_t { kUnanswered, kStreaming, kAnswered, kAborted };
  enum class Io : std::uint8_t { kDone, kWait, kEnd };

  void expired() override;

  net::Task<> run();
  /// True when a head is ready; otherwise the connection ends.
  net::Task<bool> next_request();
  HeadResult try_parse_head();
  net::Task<bool> end_request();
  /// Reads what the client still sends of a body nobody wanted, or gives up on the connection.
  net::Task<bool> drain_body();
  /// Closing on these would reset the connection and could take the last answer with it.
  bool has_unread_bytes();
  net::Task<> linger();

  void begin_exchange();
  void refuse(std::string_view answer);
  void settle_persistence();
  bool will_close() const;
  Persistence persistence() const;

  /// One system call each, without waiting.
  Io receive();
  Io send(std::string_view& bytes);
  /// Waits under the deadline; false when it passed, the peer vanished or the server stops.
  net::Task<bool> wait_readable(std::chrono::milliseconds patience);
  net::Task<bool> wait_writable();
  net::Task<bool> flush();
  net::Task<bool> send_all(std::string_view bytes);

  net::Task<std::optional<BodyError>> receive_body_bytes();
  net::Task<std::expected<std::string_view, BodyError>> next_chunk();

  std::shared_ptr<ServerState> server_;
  Socket socket_;
  std::unique_ptr<Workspace> workspace_;

  // Of the exchange at hand.
  std::uint64_t body_left_ = 0;  ///< of a body with a length
  std::uint64_t received_bytes_ = 0;
  std::uint64_t answered_bytes_ = 0;
  std::uint64_t stream_left_ = 0;
  std::string_view unsent_body_;  ///< of a buffered answer too large to copy
  int answered_status_ = 0;
  Phase phase_ = Phase::kUnanswered;
  Framing::Kind stream_framing_ = Framing::Kind::kLength;
  bool body_done_ = true;
  bool continue_due_ = false;
  bool keep_alive_ = true;

  // Of the connection.
  bool broken_ = false;  ///< nothing can be read or written any more
  bool timed_out_ = false;
  bool idle_ = true;
  bool head_timed_ = false;  ///< the deadline of a head that arrives in pieces is running
  std::uint16_t peer_port_ = 0;
  std::array<char, 46> peer_text_{};
};

}  // namespace barbacane::http::h1
