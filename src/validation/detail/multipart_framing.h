#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Where the parts of a multipart body begin and end (RFC 2046, 5.1.1), byte by byte if need be.
///
/// A pull parser: `next` takes bytes from the front of what it is given and says what they were,
/// until it needs more. How the body was cut into pieces never shows, except in how `data` is cut.
/// Nothing but the head of a part is ever kept.
///
/// Only CRLF ends a line, and whatever another reader of the same bytes might take for a delimiter
/// is refused rather than passed on as content: a delimiter behind a bare line feed, one with
/// something other than white space behind it, one inside a head. So nobody behind the gateway sees
/// a part that was not checked.
namespace barbacane::validation::detail {

class MultipartFraming {
 public:
  enum class Event : std::uint8_t {
    kMore,     ///< the input is used up
    kHead,     ///< of a part: `head`
    kData,     ///< content of that part: `data`
    kPartEnd,  ///< the delimiter behind that part was there
    kError,    ///< `error`; for good
  };

  MultipartFraming(std::string_view boundary, std::size_t head_limit);

  Event next(std::string_view& input);

  /// Lines with their line ends, without the empty one; until the next call.
  std::string_view head() const { return head_; }
  /// Part of the input, or of what was held back from an earlier one; until the next call.
  std::string_view data() const { return data_; }
  /// Half a sentence: `a line of a part's header section is not ended by CRLF`.
  std::string_view error() const { return error_; }
  /// Whether the body may end here: the closing delimiter was there. What follows it is passed
  /// over.
  bool complete() const { return state_ == State::kClosing || state_ == State::kEpilogue; }

 private:
  enum class State : std::uint8_t {
    kPreamble,
    kContent,
    kDelimiter,   ///< behind the boundary
    kDash,        ///< behind the first dash of the closing delimiter
    kPadding,     ///< white space behind a delimiter
    kPaddingEnd,  ///< behind its CR
    kClosing,     ///< white space behind the closing delimiter
    kClosingEnd,  ///< behind its CR
    kHead,
    kEpilogue,
    kError,
  };

  Event fail(std::string_view why);
  Event content(std::string_view& input);
  Event resume_match(std::string_view& input);
  Event delimiter(std::size_t size, std::string_view& input);
  Event emit(std::string_view data);
  Event head_lines(std::string_view& input);
  Event behind_delimiter(std::string_view& input);

  std::string delimiter_;  ///< CRLF, dashes, boundary
  std::size_t head_limit_;
  State state_ = State::kPreamble;
  /// How much of the delimiter the bytes before the input were: held back, as it is not known yet
  /// whether they are content. The body begins as if a CRLF stood before it.
  std::size_t matched_ = 2;
  /// Where in the delimiter the held bytes begin: what stands before it is no content.
  std::size_t held_from_ = 2;
  bool after_carriage_return_ = true;  ///< whether the line feed of the match had its CR
  std::string head_;
  std::size_t line_ = 0;  ///< where in the head the line being read begins
  std::string_view data_;
  std::string_view error_;
};

}  // namespace barbacane::validation::detail
