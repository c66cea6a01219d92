#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "http/message.h"

/// The fields of a request as HTTP/2 carries them, made into the head that handlers know
/// (RFC 9113, 8.3).
///
/// What could be read in two ways is refused here as HTTP/1.1 refuses it; what is malformed as
/// HTTP/2 (field order, connection-specific fields, letter case) nghttp2 has refused before.
namespace barbacane::http::h2 {

class RequestFields {
 public:
  /// Texts are copied to `arena`, of which the head's vector is made as well.
  RequestFields(RequestHead& head, std::pmr::memory_resource& arena) : head_(head), arena_(arena) {}

  /// A head of more than `limit` bytes is cut there.
  void add(std::string_view name, std::string_view value, std::size_t limit);

  enum class Body : std::uint8_t { kNone, kFollows };
  /// After the last one. False: answer 400.
  bool complete(Body body, std::size_t max_target);

  /// Name and value in the arena.
  static Field copy(std::string_view name, std::string_view value,
                    std::pmr::memory_resource& arena);

 private:
  void add_pseudo(std::string_view name, std::string_view value);
  bool settle_host();
  bool split_target();
  bool settle_body(Body body);
  void join_cookies();

  RequestHead& head_;
  std::pmr::memory_resource& arena_;
  std::string_view authority_;
  std::string_view scheme_;
  std::size_t size_ = 0;
  std::size_t cookies_ = 0;
  bool cut_ = false;
};

}  // namespace barbacane::http::h2
