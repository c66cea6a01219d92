#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "http/h1/chunked.h"
#include "http/h1/request_parser.h"
#include "http/message.h"

/// What a connection needs only while it is busy.
///
/// An idle keep-alive connection holds none of this; a worker keeps a few spare ones and hands them
/// out when bytes arrive. So ten thousand idle clients cost little more than their sockets.
namespace barbacane::http::h1 {

/// Bytes read and not yet used. Grows only while nothing points into it.
class InputBuffer {
 public:
  /// simdjson may read this far behind the text it is given.
  static constexpr std::size_t kPadding = 64;
  static constexpr std::size_t kInitial = 16 * 1024;

  InputBuffer() : bytes_(new char[kInitial + kPadding]), capacity_(kInitial) {}

  std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void consume(std::size_t count) { begin_ += count; }

  char* free_space() { return bytes_.get() + end_; }
  std::size_t free_size() const { return capacity_ - end_; }
  void received(std::size_t count) { end_ += count; }

  std::size_t capacity() const { return capacity_; }
  bool grown() const { return capacity_ > kInitial; }

  /// Moves what is unread to the front. Invalidates views.
  void compact();
  /// Makes room for at least `free` more bytes. Invalidates views.
  void grow(std::size_t free);

  /// The head that was just parsed stays in place; body bytes may come and go behind it.
  void pin_head(std::size_t length) {
    begin_ += length;
    pinned_ = begin_;
  }
  /// Forgets body bytes that were consumed, if all were. Views of the head stay good.
  void rewind_to_head() {
    if (begin_ == end_) begin_ = end_ = pinned_;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t pinned_ = 0;
};

struct Workspace {
  Workspace();

  /// Ready for the next request: arena and body emptied, unread input kept.
  void begin_request();

  InputBuffer input;
  std::string output;
  RequestParser parser;
  ChunkDecoder chunks;
  std::string body;  ///< of requests whose body does not fit behind their head

  std::byte arena_block[4096];
  std::pmr::monotonic_buffer_resource arena;
  RequestHead head;
};

/// Spare workspaces of one worker.
class WorkspacePool {
 public:
  std::unique_ptr<Workspace> take();
  /// Buffers that grew are given back to the system.
  void give_back(std::unique_ptr<Workspace> workspace);

 private:
  static constexpr std::size_t kSpares = 64;
  std::vector<std::unique_ptr<Workspace>> spares_;
};

}  // namespace barbacane::http::h1
