#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "http/message.h"

/// Heads as bytes, of requests and of answers (RFC 9112, 5).
namespace barbacane::http::h1 {

/// Room that the lines of these fields take at most.
std::size_t room_for(std::span<const Field> fields);

/// Writes behind `out` without asking for room at every piece.
class HeadWriter {
 public:
  /// `room` bytes at most are put.
  HeadWriter(std::string& out, std::size_t room) : out_(out), start_(out.size()) {
    out_.resize(start_ + room);
    at_ = out_.data() + start_;
  }
  ~HeadWriter() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }
  HeadWriter(const HeadWriter&) = delete;
  HeadWriter& operator=(const HeadWriter&) = delete;

  void put(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put(std::uint64_t number) { at_ = std::to_chars(at_, at_ + 20, number).ptr; }
  /// A whole line; nothing when name or value are not legal.
  void put_field(const Field& field);

 private:
  std::string& out_;
  std::size_t start_;
  char* at_;
};

}  // namespace barbacane::http::h1
