#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <nghttp2/nghttp2.h>

#include "http/exchange.h"
#include "http/h2/worker_memory.h"
#include "net/signal.h"

/// The body of one stream on its way out: nghttp2 asks for it as far as the peer's windows allow.
///
/// Small pieces are copied, so that whoever writes need not wait; of larger ones the writer keeps
/// the bytes where they are until all have moved. Its session calls it until the stream has closed.
namespace barbacane::http::h2 {

class Wire;

class OutgoingBody {
 public:
  /// `buffers` are the stream's: for copies, and the trailers that are to follow.
  OutgoingBody(Wire& wire, StreamBuffers& buffers);

  /// For `nghttp2_submit_response` or `nghttp2_submit_request`; refers to this body.
  nghttp2_data_provider provider();
  /// The session's callback for the bytes of DATA frames; the user pointer is a `Wire`.
  static int send_data(nghttp2_session* session, nghttp2_frame* frame, const std::uint8_t* head,
                       std::size_t length, nghttp2_data_source* source, void* wire);
  /// The stream it belongs to, once there is one.
  void belongs_to(std::int32_t stream) { stream_ = stream; }

  /// True: it is taken. False: it must stay where it is until it `has_moved`.
  bool put(std::string_view bytes, Push push);
  /// The same for all there will ever be, before the session asks for the first byte.
  void put_whole(std::string_view bytes);
  bool has_moved() const { return lent_.empty(); }
  /// Pulsed when it has, or when the stream is `wake`d for another reason.
  net::Signal& moved() { return moved_; }
  /// Nothing is put any more; the trailers stand in the buffers.
  void end() { ended_ = true; }
  /// What was put can leave.
  void push();
  /// What has not left will not.
  void drop();
  /// The stream is no more: there is nobody to ask.
  void close() { stream_ = 0; }

  std::size_t unsent() const { return buffers_.outgoing.size() - taken_ + lent_.size(); }
  /// When bytes left last, or began to wait.
  net::EventLoop::Clock::time_point moved_at() const { return moved_at_; }

 private:
  static ssize_t offer(nghttp2_session* session, std::int32_t id, std::uint8_t* place,
                       std::size_t most, std::uint32_t* flags, nghttp2_data_source* source,
                       void* wire);
  void move_to(std::string& out, std::size_t count);
  void resume();

  Wire& wire_;
  StreamBuffers& buffers_;
  net::Signal moved_;
  std::string_view lent_;  ///< bytes that lie with the writer, behind those that were copied
  std::size_t taken_ = 0;  ///< of those that were copied
  net::EventLoop::Clock::time_point moved_at_;
  std::int32_t stream_ = 0;
  bool ended_ = false;
  bool dropped_ = false;
  bool deferred_ = false;  ///< nghttp2 has asked and got nothing
};

}  // namespace barbacane::http::h2
