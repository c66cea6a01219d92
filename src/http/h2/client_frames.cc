// How the frames of an upstream find their calls: what nghttp2 calls.

#include <nghttp2/nghttp2.h>

#include "http/h2/client_connection.h"
#include "http/h2/nghttp2_facts.h"

namespace barbacane::http::h2 {

namespace {

ClientStream* stream_of(nghttp2_session* session, std::int32_t id) {
  return static_cast<ClientStream*>(nghttp2_session_get_stream_user_data(session, id));
}

bool carries_message(const nghttp2_frame& frame) {
  return frame.hd.type == NGHTTP2_HEADERS || frame.hd.type == NGHTTP2_DATA;
}

}  // namespace

struct ClientConnection::Callbacks {
  static ClientConnection& of(void* user) {
    return static_cast<ClientConnection&>(*static_cast<Wire*>(user));
  }

  static int begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void*) {
    if (ClientStream* stream = stream_of(session, frame->hd.stream_id)) stream->begin_fields();
    return 0;
  }

  static int header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf* name,
                    nghttp2_rcbuf* value, std::uint8_t, void*) {
    if (ClientStream* stream = stream_of(session, frame->hd.stream_id))
      stream->add_field(view(name), view(value));
    return 0;
  }

  /// nghttp2 would leave such a field out; HTTP/1.1 refuses the answer, and so do we.
  static int invalid_header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf*,
                            nghttp2_rcbuf*, std::uint8_t, void*) {
    if (ClientStream* stream = stream_of(session, frame->hd.stream_id))
      stream->is_invalid("a field of the answer is not valid");
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int invalid_frame(nghttp2_session* session, const nghttp2_frame* frame, int error, void*) {
    if (ClientStream* stream = stream_of(session, frame->hd.stream_id))
      stream->is_invalid(nghttp2_strerror(error));
    return 0;
  }

  static int frame_received(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    ClientConnection& connection = of(user);
    const bool answer = (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0;
    if (frame->hd.type == NGHTTP2_SETTINGS && !answer) connection.settled_.raise();
    if (frame->hd.type == NGHTTP2_PING && answer) connection.ping_open_ = false;
    if (frame->hd.type == NGHTTP2_GOAWAY) connection.leaving_ = true;
    // Both may make room for more calls.
    connection.room_made_ |= frame->hd.type == NGHTTP2_SETTINGS || frame->hd.type == NGHTTP2_PING;
    ClientStream* stream = stream_of(session, frame->hd.stream_id);
    if (stream != nullptr && frame->hd.type == NGHTTP2_RST_STREAM) stream->reset_by_upstream();
    if (stream == nullptr || !carries_message(*frame)) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS) stream->fields_complete();
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) stream->answer_ended();
    return 0;
  }

  static int data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                  const std::uint8_t* bytes, std::size_t size, void*) {
    // A slow client holds up its own stream only.
    nghttp2_session_consume_connection(session, size);
    if (ClientStream* stream = stream_of(session, id))
      stream->receive({reinterpret_cast<const char*>(bytes), size});
    return 0;
  }

  static int stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t error_code,
                          void* user) {
    if (ClientStream* stream = stream_of(session, id)) {
      nghttp2_session_set_stream_user_data(session, id, nullptr);
      of(user).stream_closed(*stream, error_code);
    }
    return 0;
  }

  static nghttp2_session_callbacks* make() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
    nghttp2_session_callbacks_set_on_header_callback2(callbacks, header);
    nghttp2_session_callbacks_set_on_invalid_header_callback2(callbacks, invalid_header);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, invalid_frame);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_received);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_close);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, OutgoingBody::send_data);
    return callbacks;
  }
};

ClientConnection::Session ClientConnection::make_session(ClientConnection& connection) {
  // Copied into every session, so one of them serves all.
  static nghttp2_session_callbacks* const callbacks = Callbacks::make();

  nghttp2_session* session = nullptr;
  nghttp2_session_client_new2(&session, callbacks, static_cast<Wire*>(&connection),
                              session_options().get());
  return Session(session);
}

}  // namespace barbacane::http::h2
