#include "testkit/http2.h"

#include <algorithm>

namespace barbacane::testkit::http2 {

namespace {

std::string big_endian(std::uint64_t number, std::size_t bytes) {
  std::string text;
  for (std::size_t i = bytes; i > 0; --i) text += static_cast<char>(number >> (8 * (i - 1)));
  return text;
}

std::uint32_t number_of(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

/// A string literal, its length with a prefix of seven bits (RFC 7541, 5.1 and 5.2).
std::string literal(std::string_view text) {
  constexpr std::size_t kPrefix = 127;
  std::string bytes;
  if (text.size() < kPrefix) {
    bytes += static_cast<char>(text.size());
  } else {
    bytes += static_cast<char>(kPrefix);
    std::size_t rest = text.size() - kPrefix;
    for (; rest >= 128; rest /= 128) bytes += static_cast<char>(rest % 128 + 128);
    bytes += static_cast<char>(rest);
  }
  return bytes.append(text);
}

std::uint8_t end_flag(Last last) { return last == Last::kYes ? kEndStream : kNoFlags; }

}  // namespace

std::uint32_t Frame::number() const { return number_of(std::string_view(payload).substr(0, 4)); }

std::string frame(Type type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::string bytes = big_endian(payload.size(), 3);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  bytes += big_endian(stream, 4);
  return bytes.append(payload);
}

Frame parse_head(std::string_view bytes, std::size_t& length) {
  length = number_of(bytes.substr(0, 3));
  return {.type = static_cast<Type>(bytes[3]),
          .flags = static_cast<std::uint8_t>(bytes[4]),
          .stream = number_of(bytes.substr(5, 4)) & 0x7fff'ffff};
}

std::string settings(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& values) {
  std::string payload;
  for (const auto& [name, value] : values) payload += big_endian(name, 2) + big_endian(value, 4);
  return frame(Type::kSettings, kNoFlags, 0, payload);
}

std::string settings_ack() { return frame(Type::kSettings, kAck, 0); }

std::string ping(Flag flag, std::string_view payload) {
  return frame(Type::kPing, flag, 0, payload);
}

std::string goaway(std::uint32_t last_stream, Error error) {
  return frame(Type::kGoaway, kNoFlags, 0,
               big_endian(last_stream, 4) + big_endian(static_cast<std::uint32_t>(error), 4));
}

std::string reset_stream(std::uint32_t stream, Error error) {
  return frame(Type::kResetStream, kNoFlags, stream,
               big_endian(static_cast<std::uint32_t>(error), 4));
}

std::string window_update(std::uint32_t stream, std::uint32_t size) {
  return frame(Type::kWindowUpdate, kNoFlags, stream, big_endian(size, 4));
}

std::string data(std::uint32_t stream, std::string_view bytes, Last last) {
  return frame(Type::kData, end_flag(last), stream, bytes);
}

std::string field_block(const Fields& fields) {
  std::string block;
  for (const auto& [name, value] : fields) block += '\0' + literal(name) + literal(value);
  return block;
}

std::string headers(std::uint32_t stream, const Fields& fields, Last last) {
  return frame(Type::kHeaders, kEndHeaders | end_flag(last), stream, field_block(fields));
}

std::string head(std::uint32_t stream, int status, const Fields& fields, Last last) {
  Fields all = {{":status", std::to_string(status)}};
  all.insert(all.end(), fields.begin(), fields.end());
  return headers(stream, all, last);
}

}  // namespace barbacane::testkit::http2
