#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The frames of WebSockets, as far as somebody needs to know them who only passes them on
/// (RFC 6455, 5).
namespace barbacane::http::websocket {

/// Close codes (RFC 6455, 7.4.1, and the registry it set up).
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kNoStatus = 1005,  ///< never sent: a close frame without a code
  kAbnormal = 1006,  ///< never sent: there was no close frame
  kTooBig = 1009,
  kBadGateway = 1014,
};

/// Follows the frames of one direction through bytes in any pieces, without keeping them.
class FrameTracker {
 public:
  /// Clients mask, servers do not; the other is a violation.
  enum class Sender : std::uint8_t { kClient, kServer };

  /// A message of more bytes than `max_message`, in however many frames, is a violation; 0: none
  /// is.
  explicit FrameTracker(Sender sender, std::uint64_t max_message = 0)
      : sender_(sender), max_message_(max_message) {}

  /// How many of the bytes may be passed on: all of them, unless a violation comes after those.
  /// With `kToBoundary` the count ends with the first frame that does.
  enum class Stop : std::uint8_t { kNever, kAtBoundary };
  std::size_t follow(std::string_view bytes, Stop stop = Stop::kNever);

  /// Between two frames: another one may be put here.
  bool at_boundary() const { return header_size_ == 0 && payload_left_ == 0; }
  bool violated() const { return violated_; }
  /// What whoever violated it is told.
  CloseCode violation() const { return too_big_ ? CloseCode::kTooBig : CloseCode::kProtocolError; }
  /// Of the close frame, once it has passed.
  std::optional<CloseCode> close_code() const { return close_code_; }

 private:
  /// Takes one byte of a header.
  void header_byte(std::uint8_t byte);
  std::size_t header_length() const;
  void begin_payload();
  void payload(std::string_view bytes);
  void count_message();
  bool is_control() const { return (header_[0] & 8) != 0; }

  Sender sender_;
  std::uint64_t max_message_;
  std::uint64_t message_size_ = 0;  ///< of the frames of a message so far
  std::array<std::uint8_t, 14> header_{};
  std::size_t header_size_ = 0;  ///< of a header that is not complete
  std::uint64_t payload_left_ = 0;
  std::size_t payload_seen_ = 0;  ///< of a close frame, as far as its code
  std::uint16_t code_ = 0;
  bool closing_ = false;  ///< the payload is that of a close frame
  bool in_message_ = false;
  bool violated_ = false;
  bool too_big_ = false;
  std::optional<CloseCode> close_code_;
};

/// A close frame with that code; a client's is masked, with a key of zeros, since it hides nothing.
std::string close_frame(CloseCode code, FrameTracker::Sender sender);

/// `sec-websocket-accept` for a `sec-websocket-key` (RFC 6455, 4.2.2).
std::string accept_key(std::string_view key);
/// Base64 of 16 bytes.
bool is_key(std::string_view text);
/// A fresh key from 16 random bytes.
std::string make_key(std::uint64_t first, std::uint64_t second);

}  // namespace barbacane::http::websocket
