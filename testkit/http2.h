#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Frames of HTTP/2 as bytes, right or wrong (RFC 9113, 4 and 6; RFC 7541).
///
///     send(http2::settings() + http2::head(1, 200) + http2::data(1, "ok", http2::Last::kYes))
///
/// Nothing is checked and nothing remembered: field lines are literals that leave the table of the
/// compression alone, so that every frame can stand anywhere.
namespace barbacane::testkit::http2 {

enum class Type : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kResetStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};

enum Flag : std::uint8_t {
  kNoFlags = 0,
  kEndStream = 1,
  kAck = 1,
  kEndHeaders = 4,
  kPadded = 8,
};

enum class Error : std::uint32_t {
  kNoError = 0,
  kProtocolError = 1,
  kInternalError = 2,
  kFlowControlError = 3,
  kRefusedStream = 7,
  kCancel = 8,
  kEnhanceYourCalm = 11,
  kHttp11Required = 13,
};

/// Whether a message ends here.
enum class Last : std::uint8_t { kNo, kYes };

using Fields = std::vector<std::pair<std::string, std::string>>;

/// What a client says first.
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::size_t kFrameHead = 9;
constexpr std::uint16_t kMaxConcurrentStreams = 3;
constexpr std::uint16_t kInitialWindowSize = 4;

struct Frame {
  Type type = Type::kData;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string payload = {};

  bool has(Flag flag) const { return (flags & flag) != 0; }
  /// The first four bytes: what RST_STREAM and WINDOW_UPDATE say.
  std::uint32_t number() const;
};

std::string frame(Type type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload = {});
/// The frame at the beginning of the bytes, whose head is there.
Frame parse_head(std::string_view bytes, std::size_t& length);

std::string settings(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& values = {});
std::string settings_ack();
std::string ping(Flag flag = kNoFlags, std::string_view payload = "8 bytes.");
std::string goaway(std::uint32_t last_stream, Error error = Error::kNoError);
std::string reset_stream(std::uint32_t stream, Error error);
std::string window_update(std::uint32_t stream, std::uint32_t size);
std::string data(std::uint32_t stream, std::string_view bytes, Last last = Last::kNo);

/// The field lines, compressed in the plainest way there is.
std::string field_block(const Fields& fields);
/// HEADERS with these fields and no others.
std::string headers(std::uint32_t stream, const Fields& fields, Last last = Last::kNo);
/// The head of an answer.
std::string head(std::uint32_t stream, int status, const Fields& fields = {},
                 Last last = Last::kNo);

}  // namespace barbacane::testkit::http2
