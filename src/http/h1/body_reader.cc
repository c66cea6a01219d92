#include "http/h1/body_reader.h"

#include <algorithm>

#include "base/text.h"

namespace barbacane::http::h1 {

namespace {

/// A body that has more than this to come passes through a window: fewer, larger reads.
constexpr std::uint64_t kWorthAWindow = 32 * 1024;
constexpr std::size_t kWindow = 64 * 1024;

}  // namespace

using Part = BodyReader::Part;

void BodyReader::begin(BodyFraming framing, std::uint64_t length) {
  framing_ = framing;
  left_ = length;
  received_ = 0;
  done_ = framing == BodyFraming::kNone || (framing == BodyFraming::kLength && length == 0);
  if (framing == BodyFraming::kChunked) chunks_ = {};
}

Part BodyReader::next(InputBuffer& input) {
  if (done_) return {Part::Status::kEnd, {}};
  if (framing_ == BodyFraming::kChunked) return next_chunk(input);
  if (input.empty()) return {Part::Status::kNeedMore, {}};
  std::size_t length = input.unread().size();
  if (framing_ == BodyFraming::kLength) {
    length = std::min<std::uint64_t>(length, left_);
    left_ -= length;
    done_ = left_ == 0;
  }
  const std::string_view data = input.unread().substr(0, length);
  input.consume(length);
  received_ += length;
  return {Part::Status::kData, data};
}

Part BodyReader::next_chunk(InputBuffer& input) {
  using Status = ChunkDecoder::Step::Status;
  const ChunkDecoder::Step step = chunks_.next(input.unread());
  input.consume(step.consumed);
  received_ += step.data.size();
  done_ = step.status == Status::kEnd;
  if (step.status == Status::kData) return {Part::Status::kData, step.data};
  if (step.status == Status::kNeedMore) return {Part::Status::kNeedMore, {}};
  return {done_ ? Part::Status::kEnd : Part::Status::kMalformed, {}};
}

bool BodyReader::end_of_connection() {
  done_ |= framing_ == BodyFraming::kUntilClose;
  return done_;
}

InputBuffer& body_input(InputBuffer& behind_head, std::unique_ptr<InputBuffer>& window,
                        const BodyReader& body) {
  const bool long_body = body.framing() != BodyFraming::kLength || body.left() > kWorthAWindow;
  // The first bytes come with the head; a body that ends with them needs no window.
  if (!window && long_body && behind_head.empty() && body.received() > 0)
    window = std::make_unique<InputBuffer>(kWindow);
  InputBuffer& input = window ? *window : behind_head;
  input.rewind_to_head();
  return input;
}

void BodyReader::append_trailers(std::pmr::vector<Field>& fields) const {
  if (framing_ != BodyFraming::kChunked) return;
  std::string_view rest = chunks_.trailers();
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    const std::size_t colon = line.find(':');
    fields.push_back({line.substr(0, colon), base::trim(line.substr(colon + 1))});
    rest.remove_prefix(line.size() + 2);
  }
}

}  // namespace barbacane::http::h1
