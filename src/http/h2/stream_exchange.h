#pragma once

#include <cstdint>
#include <memory>

#include "http/exchange.h"
#include "http/h2/outgoing_body.h"
#include "http/h2/request_fields.h"
#include "http/h2/stream_list.h"
#include "http/h2/worker_memory.h"
#include "net/signal.h"

/// One stream: a request and its answer (RFC 9113, 8).
///
/// Two keep it alive: the handler that runs, and nghttp2, which asks for the bytes of the answer
/// until the last has left; its connection owns it and lets go when both are done. Body bytes of
/// the request are kept here, at most a window of them, and the client may send on as the handler
/// takes them; bytes of the answer wait here for the client's window.
namespace barbacane::http::h2 {

class Connection;

class StreamExchange final : public Exchange {
 public:
  using Memory = StreamMemory<RequestHead>;

  StreamExchange(Connection& connection, std::int32_t id, std::unique_ptr<Memory> memory);
  ~StreamExchange() override;

  // What the connection tells it.
  void add_field(std::string_view name, std::string_view value);
  void add_trailer(std::string_view name, std::string_view value);
  /// After the last field of the head. False: it was answered with 400, no handler is to run.
  bool complete_head(RequestFields::Body body);
  void receive(std::string_view bytes);
  void body_ended();
  /// Whether the client has said that it sends nothing more, by the end of the body or a reset.
  bool client_is_done() const { return body_ended_ || reset_by_client_; }
  void reset_by_client() { reset_by_client_ = true; }
  /// The last frame of the answer is on its way.
  void answer_ended();
  void closed();
  void handler_started() { handler_runs_ = true; }
  void handler_returned();
  /// Looks for waits that have lasted too long.
  void check_patience(net::EventLoop::Clock::time_point now);

  bool done() const { return !open_ && !handler_runs_; }
  std::int32_t id() const { return id_; }

  // Exchange
  const RequestHead& request() const override { return memory_->head; }
  Peer peer() const override;
  Scheme scheme() const override;
  net::EventLoop& loop() override;
  std::pmr::memory_resource* arena() override { return &memory_->arena; }
  net::Task<std::expected<std::string_view, BodyError>> read_body(std::size_t limit) override;
  net::Task<std::expected<std::string_view, BodyError>> read_body_part() override;
  bool body_is_read() const override {
    return body_ended_ && memory_->incoming.empty() && memory_->trailers.empty();
  }
  void stop_reading() override;
  void append_trailers(std::pmr::vector<Field>& fields) const override;
  void respond(const Response& response) override;
  net::Task<bool> inform(const Response& interim) override;
  void start(const Response& response, std::optional<std::uint64_t> length) override;
  net::Task<bool> write(std::string_view bytes, Push push) override;
  net::Task<bool> flush() override;
  net::Task<bool> finish(std::span<const Field> trailers) override;
  void abort() override;
  void watch_client(ClientWatcher* watcher) override;
  /// Nothing: no request here can be taken for a part of another.
  void close_after() override {}
  bool answered() const override { return phase_ != Phase::kUnanswered; }
  int answered_status() const override { return answered_status_; }
  std::uint64_t answered_bytes() const override { return answered_bytes_; }
  std::uint64_t received_bytes() const override { return received_; }

 private:
  friend class Connection;
  friend class StreamList<StreamExchange>;
  enum class Phase : std::uint8_t { kUnanswered, kStreaming, kAnswered, kAborted };
  enum class Content : std::uint8_t { kNone, kFollows };

  void submit_head(const Response& response, std::optional<std::uint64_t> length, Content content);
  void submit_interim(const Response& interim);
  void reset(std::uint32_t error);
  /// The client may send as much again as it has sent.
  void consume();
  /// Takes what came of a body that nobody is going to read.
  void absorb();
  net::Task<std::optional<BodyError>> wait_for_body();
  void client_left();

  Connection& connection_;
  const std::int32_t id_;
  std::unique_ptr<Memory> memory_;
  RequestFields fields_;
  OutgoingBody body_;  ///< of the answer
  std::size_t trailer_size_ = 0;
  net::Signal readable_;
  ClientWatcher* watcher_ = nullptr;

  // Of the body that comes.
  std::uint64_t received_ = 0;
  std::size_t absorbed_ = 0;
  std::size_t unconsumed_ = 0;  ///< received, and not yet given back to the client's window
  net::EventLoop::Clock::time_point reading_since_;

  // Of the answer.
  std::uint64_t answered_bytes_ = 0;
  std::uint64_t stream_left_ = 0;
  net::EventLoop::Clock::time_point ended_at_;
  int answered_status_ = 0;
  Phase phase_ = Phase::kUnanswered;
  bool has_length_ = false;
  bool sends_content_ = false;

  bool body_ended_ = false;
  bool answer_ended_ = false;
  bool open_ = true;  ///< nghttp2 knows the stream
  bool reset_by_client_ = false;
  bool gone_ = false;  ///< the client, before it had the whole answer
  bool handler_runs_ = false;
  bool stopped_ = false;
  bool reading_ = false;  ///< somebody waits for the body
  bool read_too_long_ = false;
  bool continue_due_ = false;

  // On the connection's lists.
  StreamExchange* next_ = nullptr;
  StreamExchange** link_ = nullptr;
  StreamExchange* next_to_start_ = nullptr;
};

}  // namespace barbacane::http::h2
