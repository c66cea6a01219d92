#include "http/h1/chunked.h"

#include <algorithm>

#include "base/text.h"
#include "http/h1/grammar.h"

namespace barbacane::http::h1 {

namespace {

/// Fields that must not come after the body they would describe (RFC 9110, 6.5.1).
bool is_forbidden_trailer(std::string_view name) {
  using base::equals_ignoring_case;
  return equals_ignoring_case(name, "content-length") ||
         equals_ignoring_case(name, "transfer-encoding") || equals_ignoring_case(name, "host");
}

}  // namespace

ChunkDecoder::Step ChunkDecoder::next(std::string_view bytes) {
  std::size_t at = 0;
  while (state_ != State::kEnd) {
    if (at == bytes.size()) return {Step::Status::kNeedMore, {}, at};
    if (state_ == State::kData) {
      const std::size_t length = std::min<std::uint64_t>(left_, bytes.size() - at);
      left_ -= length;
      if (left_ == 0) state_ = State::kDataCr;
      return {Step::Status::kData, bytes.substr(at, length), at + length};
    }
    if (state_ == State::kRefused || !step(bytes[at++])) {
      state_ = State::kRefused;
      return {Step::Status::kRefused, {}, at};
    }
  }
  return {Step::Status::kEnd, {}, at};
}

bool ChunkDecoder::step(char c) {
  const bool in_trailers = state_ >= State::kTrailerStart;
  if (++framing_ > (in_trailers ? kMaxTrailers : kMaxLine)) return false;
  if (in_trailers && (state_ != State::kTrailerStart || c != '\r') && state_ != State::kEndLf)
    trailers_.push_back(c);
  switch (state_) {
    case State::kSizeStart:
      left_ = 0;
      digits_ = 0;
      state_ = State::kSize;
      return size_digit(c);
    case State::kSize:
      if (c == '\r')
        state_ = State::kSizeLf;
      else if (c == ';')
        state_ = State::kExtensionStart;
      else if (is_blank(c))
        state_ = State::kSizeBlank;
      else
        return size_digit(c);
      return true;
    case State::kSizeBlank:
      if (c == ';') state_ = State::kExtensionStart;
      return c == ';' || is_blank(c);
    case State::kSizeLf:
      state_ = left_ > 0 ? State::kData : State::kTrailerStart;
      framing_ = 0;
      return c == '\n';
    case State::kDataCr:
      state_ = State::kDataLf;
      framing_ = 0;
      return c == '\r';
    case State::kDataLf:
      state_ = State::kSizeStart;
      return c == '\n';
    case State::kTrailerStart:
      name_start_ = trailers_.size() - (c == '\r' ? 0 : 1);
      state_ = c == '\r' ? State::kEndLf : State::kTrailerName;
      return c == '\r' || (c != ':' && trailer_name(c));
    case State::kTrailerName:
      return trailer_name(c);
    case State::kTrailerValue:
      if (c == '\r') state_ = State::kTrailerLf;
      return c == '\r' || is_field_byte(c);
    case State::kTrailerLf:
      state_ = State::kTrailerStart;
      return c == '\n';
    case State::kEndLf:
      state_ = State::kEnd;
      return c == '\n';
    case State::kData:
    case State::kEnd:
    case State::kRefused:
      return false;
    default:
      return extension(c);
  }
}

bool ChunkDecoder::size_digit(char c) {
  const int digit = base::hex_digit(c);
  if (digit < 0 || ++digits_ > 15) return false;
  left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
  return true;
}

bool ChunkDecoder::extension(char c) {
  const auto go = [&](State next) {
    state_ = next;
    return true;
  };
  const auto end_or_next = [&] {
    if (c == '\r') return go(State::kSizeLf);
    return c == ';' && go(State::kExtensionStart);
  };
  switch (state_) {
    case State::kExtensionStart:
      return is_blank(c) || (is_token_byte(c) && go(State::kExtensionName));
    case State::kExtensionName:
      if (is_token_byte(c)) return true;
      [[fallthrough]];
    case State::kExtensionNameEnd:
      if (is_blank(c)) return go(State::kExtensionNameEnd);
      return c == '=' ? go(State::kExtensionValueStart) : end_or_next();
    case State::kExtensionValueStart:
      if (c == '"') return go(State::kQuoted);
      return is_blank(c) || (is_token_byte(c) && go(State::kExtensionValue));
    case State::kExtensionValue:
      if (is_token_byte(c)) return true;
      [[fallthrough]];
    case State::kExtensionEnd:
      return is_blank(c) ? go(State::kExtensionEnd) : end_or_next();
    case State::kQuoted:
      if (c == '"') return go(State::kExtensionEnd);
      return c == '\\' ? go(State::kQuotedPair) : is_field_byte(c);
    case State::kQuotedPair:
      return is_field_byte(c) && go(State::kQuoted);
    default:
      return false;
  }
}

bool ChunkDecoder::trailer_name(char c) {
  if (c == ':') {
    state_ = State::kTrailerValue;
    const std::string_view field = std::string_view(trailers_).substr(name_start_);
    return !is_forbidden_trailer(field.substr(0, field.size() - 1));
  }
  return is_token_byte(c);
}

}  // namespace barbacane::http::h1
