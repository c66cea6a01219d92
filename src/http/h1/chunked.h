#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The chunked transfer coding (RFC 9112, 7.1), strictly.
///
/// Takes bytes as they arrive, in any pieces, and hands out the data between the framing as views
/// of them. Nothing but the trailer section is buffered and nothing is lenient: CRLF only,
/// hexadecimal digits only, extensions and trailer fields by their grammar and within limits.
/// (Beast's own chunk parser fails an assertion on malformed last chunks, so it only gets the
/// heads.)
namespace barbacane::http::h1 {

class ChunkDecoder {
 public:
  struct Step {
    enum class Status : std::uint8_t { kData, kNeedMore, kEnd, kRefused } status;
    std::string_view data;     ///< of kData; part of the bytes given
    std::size_t consumed = 0;  ///< bytes to drop before the next call
  };

  /// Continues with `bytes`; after kEnd and kRefused only a new decoder is of use.
  Step next(std::string_view bytes);

  /// The trailer section, `name:value CRLF` line by line as received; complete after kEnd.
  std::string_view trailers() const { return trailers_; }

 private:
  enum class State : std::uint8_t {
    kSizeStart,
    kSize,
    kSizeBlank,
    kExtensionStart,
    kExtensionName,
    kExtensionNameEnd,
    kExtensionValueStart,
    kExtensionValue,
    kQuoted,
    kQuotedPair,
    kExtensionEnd,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,
    kTrailerName,
    kTrailerValue,
    kTrailerLf,
    kEndLf,
    kEnd,
    kRefused,
  };

  /// One byte of framing; false refuses.
  bool step(char c);
  bool size_digit(char c);
  /// `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`, after the first `;`.
  bool extension(char c);
  bool trailer_name(char c);

  /// A chunk header or a trailer section longer than this is nobody's honest request.
  static constexpr std::size_t kMaxLine = 1024;
  static constexpr std::size_t kMaxTrailers = 8192;

  State state_ = State::kSizeStart;
  std::uint64_t left_ = 0;   ///< of the chunk's data
  std::size_t framing_ = 0;  ///< bytes of the current header line or trailer section
  std::size_t digits_ = 0;
  std::string trailers_;
  std::size_t name_start_ = 0;  ///< of the trailer field at hand
};

}  // namespace barbacane::http::h1
