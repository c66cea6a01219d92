#include "http/websocket/frames.h"

#include <algorithm>
#include <cstring>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace barbacane::http::websocket {

namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;  // of extensions, of which none was negotiated
constexpr std::uint8_t kOpcode = 0x0F;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLength = 0x7F;
constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;
constexpr std::uint8_t kContinuation = 0;
constexpr std::uint8_t kBinary = 2;
constexpr std::uint8_t kClose = 8;
constexpr std::uint8_t kPong = 10;
constexpr std::uint64_t kLongestControl = 125;

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace

std::size_t FrameTracker::follow(std::string_view bytes, Stop stop) {
  std::size_t at = 0;
  std::size_t sound = 0;  // up to here everything may be passed on
  while (at < bytes.size() && !violated_) {
    if (at_boundary()) sound = at;
    if (payload_left_ > 0) {
      const std::size_t length = std::min<std::uint64_t>(payload_left_, bytes.size() - at);
      payload(bytes.substr(at, length));
      payload_left_ -= length;
      at += length;
    } else {
      header_byte(static_cast<std::uint8_t>(bytes[at++]));
    }
    if (at_boundary() && closing_) {
      close_code_ = payload_seen_ < 2 ? CloseCode::kNoStatus : static_cast<CloseCode>(code_);
      closing_ = false;
    }
    if (stop == Stop::kAtBoundary && at_boundary()) break;
  }
  if (!violated_) return at;
  // A frame whose beginning was passed on before cannot be taken back.
  if (header_size_ <= at - sound) header_size_ = payload_left_ = 0;
  return sound;
}

std::size_t FrameTracker::header_length() const {
  if (header_size_ < 2) return 2;
  const std::uint8_t length = header_[1] & kLength;
  const std::size_t extended = length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
  return 2 + extended + ((header_[1] & kMasked) != 0 ? 4 : 0);
}

void FrameTracker::header_byte(std::uint8_t byte) {
  header_[header_size_++] = byte;
  if (header_size_ == 1) {
    const std::uint8_t opcode = byte & kOpcode;
    const bool known = opcode <= kBinary || (opcode >= kClose && opcode <= kPong);
    const bool fragmented_control = is_control() && (byte & kFinal) == 0;
    // A message is one frame, or one that is followed by continuations (5.4).
    const bool out_of_order = !is_control() && (opcode == kContinuation) != in_message_;
    violated_ |= !known || (byte & kReserved) != 0 || fragmented_control || out_of_order;
    violated_ |= close_code_.has_value();  // nothing comes behind a close
    return;
  }
  if (header_size_ == 2) {
    violated_ |= ((byte & kMasked) != 0) != (sender_ == Sender::kClient);
    violated_ |= is_control() && (byte & kLength) > kLongestControl;
  }
  if (header_size_ >= 2 && header_size_ == header_length()) begin_payload();
}

void FrameTracker::begin_payload() {
  const std::uint8_t length = header_[1] & kLength;
  payload_left_ = length;
  const std::size_t extended = length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
  if (extended > 0) {
    payload_left_ = 0;
    for (std::size_t i = 0; i < extended; ++i) payload_left_ = payload_left_ << 8 | header_[2 + i];
    violated_ |= payload_left_ >> 63 != 0;
  }
  if (!is_control()) count_message();
  closing_ = (header_[0] & kOpcode) == kClose;
  payload_seen_ = 0;
  code_ = 0;
  violated_ |= closing_ && payload_left_ == 1;
  if (!violated_) header_size_ = 0;
}

void FrameTracker::count_message() {
  if (!in_message_) message_size_ = 0;
  in_message_ = (header_[0] & kFinal) == 0;
  if (max_message_ == 0) return;
  too_big_ = payload_left_ > max_message_ - message_size_;
  violated_ |= too_big_;
  message_size_ += payload_left_;
}

void FrameTracker::payload(std::string_view bytes) {
  if (!closing_) return;
  const std::uint8_t* mask = header_.data() + 2;  // a close frame has a short length
  for (const char c : bytes) {
    if (payload_seen_ == 2) return;
    auto byte = static_cast<std::uint8_t>(c);
    if (sender_ == Sender::kClient) byte ^= mask[payload_seen_ % 4];
    code_ = static_cast<std::uint16_t>(code_ << 8 | byte);
    ++payload_seen_;
  }
}

std::string close_frame(CloseCode code, FrameTracker::Sender sender) {
  const auto number = static_cast<std::uint16_t>(code);
  std::string frame;
  frame.push_back(static_cast<char>(kFinal | kClose));
  const bool masked = sender == FrameTracker::Sender::kClient;
  frame.push_back(static_cast<char>(2 | (masked ? kMasked : 0)));
  if (masked) frame.append(4, '\0');
  frame.push_back(static_cast<char>(number >> 8));
  frame.push_back(static_cast<char>(number & 0xFF));
  return frame;
}

std::string accept_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

bool is_key(std::string_view text) {
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  return text.size() == 24 && text.ends_with("==") &&
         std::all_of(text.begin(), text.end() - 2, is_digit);
}

std::string make_key(std::uint64_t first, std::uint64_t second) {
  std::array<char, 16> bytes{};
  std::memcpy(bytes.data(), &first, 8);
  std::memcpy(bytes.data() + 8, &second, 8);
  return base64({bytes.data(), bytes.size()});
}

}  // namespace barbacane::http::websocket
