// How frames find their streams: what nghttp2 calls, and what it is told to hold clients to.

#include <algorithm>
#include <cstdlib>

#include <nghttp2/nghttp2.h>

#include "http/h2/connection.h"
#include "http/h2/nghttp2_facts.h"

namespace barbacane::http::h2 {

namespace {

StreamExchange* stream_of(nghttp2_session* session, std::int32_t id) {
  return static_cast<StreamExchange*>(nghttp2_session_get_stream_user_data(session, id));
}

bool is_request(const nghttp2_frame& frame) {
  return frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST;
}

/// PING, SETTINGS, PRIORITY, unknown and empty DATA frames between two that serve a request: they
/// cost us something and get the client nowhere.
constexpr std::size_t kIdleFrames = 1000;

bool ends_stream(const nghttp2_frame& frame) {
  return (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

}  // namespace

struct Connection::Callbacks {
  static Connection& of(void* user) { return static_cast<Connection&>(*static_cast<Wire*>(user)); }

  static int begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (!is_request(*frame)) return 0;
    StreamExchange* stream = of(user).begin_stream(frame->hd.stream_id);
    if (stream == nullptr) {
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                NGHTTP2_REFUSED_STREAM);
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, stream);
    return 0;
  }

  static int header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf* name,
                    nghttp2_rcbuf* value, std::uint8_t, void*) {
    StreamExchange* stream = stream_of(session, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (is_request(*frame)) {
      stream->add_field(view(name), view(value));
    } else {
      stream->add_trailer(view(name), view(value));
    }
    return 0;
  }

  /// nghttp2 would leave such a field out; HTTP/1.1 refuses the request, and so do we.
  static int invalid_header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf*,
                            nghttp2_rcbuf*, std::uint8_t, void*) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                              NGHTTP2_PROTOCOL_ERROR);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int frame_received(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Connection& connection = of(user);
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) {
      connection.ping_answered(
          {reinterpret_cast<const char*>(frame->ping.opaque_data), sizeof frame->ping.opaque_data});
    }
    StreamExchange* stream = stream_of(session, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (frame->hd.type == NGHTTP2_RST_STREAM) stream->reset_by_client();
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    if (is_request(*frame)) {
      using Body = RequestFields::Body;
      connection.request_complete(*stream, ends_stream(*frame) ? Body::kNone : Body::kFollows);
    } else if (ends_stream(*frame)) {
      stream->body_ended();
    }
    return 0;
  }

  static int data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                  const std::uint8_t* bytes, std::size_t size, void*) {
    if (StreamExchange* stream = stream_of(session, id)) {
      stream->receive({reinterpret_cast<const char*>(bytes), size});
    } else {
      nghttp2_session_consume(session, id, size);
    }
    return 0;
  }

  static int stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t, void* user) {
    if (StreamExchange* stream = stream_of(session, id)) {
      nghttp2_session_set_stream_user_data(session, id, nullptr);
      of(user).stream_closed(*stream);
    }
    return 0;
  }

  static int frame_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_RST_STREAM) of(user).remember(frame->hd.stream_id, Closed::kByUs);
    const bool of_answer = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!of_answer || !ends_stream(*frame)) return 0;
    if (StreamExchange* stream = stream_of(session, frame->hd.stream_id)) stream->answer_ended();
    return 0;
  }

  /// An answer without a head is none.
  static int frame_not_sent(nghttp2_session* session, const nghttp2_frame* frame, int, void*) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                     NGHTTP2_INTERNAL_ERROR);
  }

  static nghttp2_session_callbacks* make() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
    nghttp2_session_callbacks_set_on_header_callback2(callbacks, header);
    nghttp2_session_callbacks_set_on_invalid_header_callback2(callbacks, invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_received);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_close);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frame_sent);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, frame_not_sent);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, OutgoingBody::send_data);
    return callbacks;
  }
};

// ---- what nghttp2 lets pass -----------------------------------------------------------------

void Connection::judge(const FrameHead& head) {
  const bool is_data = head.type == NGHTTP2_DATA;
  const bool is_headers = head.type == NGHTTP2_HEADERS;
  const bool ends = (head.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  const bool serves = is_headers || head.type == NGHTTP2_CONTINUATION ||
                      head.type == NGHTTP2_RST_STREAM || head.type == NGHTTP2_WINDOW_UPDATE ||
                      (is_data && (head.length > 0 || ends));
  idle_frames_ = is_headers || (is_data && head.length > 0) ? 0 : idle_frames_ + (serves ? 0 : 1);
  std::uint32_t error = NGHTTP2_NO_ERROR;
  if (idle_frames_ > kIdleFrames) error = NGHTTP2_ENHANCE_YOUR_CALM;
  if (head.type == NGHTTP2_PRIORITY && head.stream == 0) error = NGHTTP2_PROTOCOL_ERROR;
  const bool stray =
      (is_data || is_headers) && nghttp2_session_find_stream(session(), head.stream) == nullptr;
  if (stray) error = error_of_stray(head.stream, is_data);
  if (error != NGHTTP2_NO_ERROR) nghttp2_session_terminate_session(session(), error);
}

std::uint32_t Connection::error_of_stray(std::int32_t id, bool is_data) const {
  if (id > nghttp2_session_get_last_proc_stream_id(session())) return NGHTTP2_NO_ERROR;
  for (const std::int32_t ended : ended_streams_) {
    if (ended == -id) return NGHTTP2_STREAM_CLOSED;
    if (ended == id) return NGHTTP2_NO_ERROR;
  }
  // It was never opened, if it is not too old to be known.
  const auto oldest =
      std::ranges::min(ended_streams_, {}, [](std::int32_t ended) { return std::abs(ended); });
  return std::abs(oldest) < id && !is_data ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_NO_ERROR;
}

void Connection::remember(std::int32_t id, Closed closed) {
  for (std::int32_t& ended : ended_streams_) {
    if (std::abs(ended) != id) continue;
    if (closed == Closed::kByClient) ended = -id;
    return;
  }
  ended_streams_[next_ended_++ % ended_streams_.size()] = closed == Closed::kByClient ? -id : id;
}

Connection::Session Connection::make_session(Connection& connection) {
  // Copied into every session, so one of them serves all.
  static nghttp2_session_callbacks* const callbacks = Callbacks::make();
  constexpr std::size_t kFrame = 16 * 1024;
  constexpr std::size_t kLeastContinuations = 8;

  // Debt: a single name or value above 64 KiB is a COMPRESSION_ERROR of the connection, not a 431.
  // That bound of nghttp2's decoder has no option; it takes a decoder that skips over what is long.
  const SessionOptions options = session_options();
  nghttp2_option_set_max_continuations(
      options.get(),
      std::max(kLeastContinuations, connection.server_->options.max_head / kFrame + 1));
  nghttp2_session* session = nullptr;
  nghttp2_session_server_new2(&session, callbacks, static_cast<Wire*>(&connection), options.get());
  return Session(session);
}

}  // namespace barbacane::http::h2
