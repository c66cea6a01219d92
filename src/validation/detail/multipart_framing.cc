#include "validation/detail/multipart_framing.h"

#include <algorithm>
#include <cstring>

namespace barbacane::validation::detail {
namespace {

constexpr std::string_view kCrlf = "\r\n";

/// How many bytes two texts have in common from their beginning.
std::size_t common_prefix(std::string_view a, std::string_view b) {
  const auto [end, other] = std::ranges::mismatch(a, b);
  return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

MultipartFraming::MultipartFraming(std::string_view boundary, std::size_t head_limit)
    : delimiter_("\r\n--"), head_limit_(head_limit) {
  delimiter_ += boundary;
}

MultipartFraming::Event MultipartFraming::fail(std::string_view why) {
  state_ = State::kError;
  error_ = why;
  return Event::kError;
}

MultipartFraming::Event MultipartFraming::next(std::string_view& input) {
  for (;;) {
    Event event = Event::kMore;
    if (state_ == State::kError) return Event::kError;
    // A delimiter at the end of the input is known to be one without another byte.
    if (input.empty() && matched_ < delimiter_.size()) return Event::kMore;
    if (state_ == State::kEpilogue) {
      input = {};
      return Event::kMore;
    }
    if (state_ == State::kPreamble || state_ == State::kContent) {
      event = content(input);
    } else if (state_ == State::kHead) {
      event = head_lines(input);
    } else {
      event = behind_delimiter(input);
    }
    if (event != Event::kMore) return event;
  }
}

MultipartFraming::Event MultipartFraming::emit(std::string_view data) {
  if (state_ == State::kPreamble || data.empty()) return Event::kMore;
  data_ = data;
  return Event::kData;
}

/// A whole delimiter, of which the first `size` bytes of the input are the end.
MultipartFraming::Event MultipartFraming::delimiter(std::size_t size, std::string_view& input) {
  if (!after_carriage_return_) {
    return fail("a boundary stands behind a line feed without carriage return");
  }
  input.remove_prefix(size);
  matched_ = 0;
  const bool ends_part = state_ == State::kContent;
  state_ = State::kDelimiter;
  return ends_part ? Event::kPartEnd : Event::kMore;
}

/// The bytes held back, and those that follow.
MultipartFraming::Event MultipartFraming::resume_match(std::string_view& input) {
  const std::string_view wanted = std::string_view(delimiter_).substr(matched_);
  const std::size_t common = common_prefix(input, wanted);
  if (common == wanted.size()) return delimiter(common, input);
  if (common == input.size()) {
    matched_ += common;
    input = {};
    return Event::kMore;
  }
  // Only its first byte is a CR, so no delimiter begins inside a broken one.
  const std::string_view held =
      std::string_view(delimiter_).substr(held_from_, matched_ - held_from_);
  matched_ = 0;
  return emit(held);
}

MultipartFraming::Event MultipartFraming::content(std::string_view& input) {
  if (matched_ != 0) return resume_match(input);

  const std::string_view from_line_feed = std::string_view(delimiter_).substr(1);
  const char* const begin = input.data();
  const char* const end = begin + input.size();
  for (const char* at = begin; at != end; ++at) {
    at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (at == nullptr) break;
    while (end - at > 1 && at[1] == '\n') ++at;
    if (end - at > 1 && at[1] != '-') continue;
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    const std::size_t common = common_prefix(rest, from_line_feed);
    if (common != from_line_feed.size() && common != rest.size()) continue;

    after_carriage_return_ = at != begin && at[-1] == '\r';
    held_from_ = after_carriage_return_ ? 0 : 1;
    const std::string_view data(begin, static_cast<std::size_t>(at - begin) - 1 + held_from_);
    matched_ = 1 + common;
    input = rest.substr(common);
    if (data.empty() || state_ == State::kPreamble) return resume_match(input);
    return emit(data);
  }

  std::string_view data = input;
  input = {};
  if (data.back() == '\r') {
    data.remove_suffix(1);
    matched_ = 1;
    held_from_ = 0;
    after_carriage_return_ = true;
  }
  return emit(data);
}

MultipartFraming::Event MultipartFraming::behind_delimiter(std::string_view& input) {
  const char c = input.front();
  input.remove_prefix(1);
  const bool space = c == ' ' || c == '\t';
  switch (state_) {
    case State::kDelimiter:
      if (c == '-') {
        state_ = State::kDash;
        return Event::kMore;
      }
      [[fallthrough]];
    case State::kPadding:
      if (!space && c != '\r') return fail("a boundary is not followed by a line end");
      state_ = space ? State::kPadding : State::kPaddingEnd;
      return Event::kMore;
    case State::kPaddingEnd:
      if (c != '\n') return fail("a boundary is not followed by a line end");
      state_ = State::kHead;
      head_.clear();
      line_ = 0;
      return Event::kMore;
    case State::kDash:
      if (c != '-') return fail("a boundary is not followed by a line end");
      state_ = State::kClosing;
      return Event::kMore;
    case State::kClosing:
      if (!space && c != '\r') return fail("the closing boundary is not followed by a line end");
      if (!space) state_ = State::kClosingEnd;
      return Event::kMore;
    default:
      if (c != '\n') return fail("the closing boundary is not followed by a line end");
      state_ = State::kEpilogue;
      return Event::kMore;
  }
}

MultipartFraming::Event MultipartFraming::head_lines(std::string_view& input) {
  while (!input.empty()) {
    const std::size_t line_feed = input.find('\n');
    const std::size_t size = line_feed == std::string_view::npos ? input.size() : line_feed + 1;
    if (size > head_limit_ - std::min(head_limit_, head_.size())) {
      return fail("the header section of a part is too large");
    }
    head_ += input.substr(0, size);
    input.remove_prefix(size);
    if (line_feed == std::string_view::npos) return Event::kMore;

    const std::string_view line = std::string_view(head_).substr(line_);
    if (!line.ends_with(kCrlf)) {
      return fail("a line in the header section of a part is not ended by CRLF");
    }
    if (line.starts_with(std::string_view(delimiter_).substr(kCrlf.size()))) {
      return fail("a boundary stands in the header section of a part");
    }
    if (line == kCrlf) {
      head_.resize(line_);
      state_ = State::kContent;
      // The empty line ends with the CRLF that a delimiter right behind it begins with.
      matched_ = kCrlf.size();
      held_from_ = kCrlf.size();
      after_carriage_return_ = true;
      return Event::kHead;
    }
    line_ = head_.size();
  }
  return Event::kMore;
}

}  // namespace barbacane::validation::detail
