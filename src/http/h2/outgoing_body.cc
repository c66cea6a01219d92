#include "http/h2/outgoing_body.h"

#include <algorithm>
#include <utility>

#include "http/h2/outgoing_fields.h"
#include "http/h2/wire.h"

namespace barbacane::http::h2 {

namespace {

/// Pieces up to this size are copied; more are taken from where they lie.
constexpr std::size_t kCopied = 8 * 1024;
/// Copied bytes that wait for the peer's window before the writer has to.
constexpr std::size_t kCopiedTogether = 32 * 1024;
/// So much need not wait for the other streams of this turn.
constexpr std::size_t kWorthAWrite = 16 * 1024;

}  // namespace

OutgoingBody::OutgoingBody(Wire& wire, StreamBuffers& buffers)
    : wire_(wire), buffers_(buffers), moved_(wire.loop()) {}

nghttp2_data_provider OutgoingBody::provider() {
  moved_at_ = wire_.loop().now();
  return {.source = {.ptr = this}, .read_callback = offer};
}

ssize_t OutgoingBody::offer(nghttp2_session* session, std::int32_t id, std::uint8_t*,
                            std::size_t most, std::uint32_t* flags, nghttp2_data_source* source,
                            void*) {
  auto& body = *static_cast<OutgoingBody*>(source->ptr);
  const std::size_t bytes = std::min(most, body.unsent());
  const bool last = body.ended_ && bytes == body.unsent();
  body.deferred_ = body.dropped_ || (bytes == 0 && !last);
  if (body.deferred_) return NGHTTP2_ERR_DEFERRED;
  *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (last) *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (last && !body.buffers_.trailers_out.empty()) {
    const auto fields = outgoing_fields().trailers(body.buffers_.trailers_out);
    if (!fields.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      nghttp2_submit_trailer(session, id, fields.data(), fields.size());
    }
  }
  return static_cast<ssize_t>(bytes);
}

/// Frames are gathered in the worker's output, so this never has to wait.
int OutgoingBody::send_data(nghttp2_session*, nghttp2_frame*, const std::uint8_t* head,
                            std::size_t length, nghttp2_data_source* source, void* wire) {
  constexpr std::size_t kFrameHead = 9;
  constexpr std::size_t kEnough = 64 * 1024;
  std::string& out = static_cast<Wire*>(wire)->output();
  out.append(reinterpret_cast<const char*>(head), kFrameHead);
  static_cast<OutgoingBody*>(source->ptr)->move_to(out, length);
  return out.size() < kEnough ? 0 : NGHTTP2_ERR_PAUSE;
}

void OutgoingBody::move_to(std::string& out, std::size_t count) {
  std::string& copies = buffers_.outgoing;
  const std::size_t copied = std::min(count, copies.size() - taken_);
  out.append(copies, taken_, copied);
  taken_ += copied;
  if (taken_ == copies.size()) {
    copies.clear();
    taken_ = 0;
  }
  const std::size_t lent = std::min(count - copied, lent_.size());
  if (lent > 0) {
    out.append(lent_.substr(0, lent));
    lent_.remove_prefix(lent);
    if (lent_.empty()) moved_.pulse();
  }
  moved_at_ = wire_.loop().now();
}

bool OutgoingBody::put(std::string_view bytes, Push push) {
  if (unsent() == 0) moved_at_ = wire_.loop().now();
  if (bytes.size() <= kCopied && unsent() + bytes.size() <= kCopiedTogether) {
    buffers_.outgoing += bytes;
    if (push == Push::kNow) this->push();
    return true;
  }
  lent_ = bytes;
  if (unsent() < kWorthAWrite) {
    this->push();
  } else {
    resume();
    wire_.send_now();
  }
  return has_moved();
}

void OutgoingBody::put_whole(std::string_view bytes) {
  if (bytes.size() <= kCopied) {
    buffers_.outgoing = bytes;
  } else {
    lent_ = bytes;
  }
  end();
}

void OutgoingBody::push() {
  resume();
  wire_.send_soon();
}

void OutgoingBody::resume() {
  if (stream_ == 0 || !std::exchange(deferred_, false)) return;
  nghttp2_session_resume_data(wire_.session(), stream_);
}

void OutgoingBody::drop() {
  dropped_ = true;
  lent_ = {};
  buffers_.outgoing.clear();
  taken_ = 0;
  moved_.pulse();
}

}  // namespace barbacane::http::h2
