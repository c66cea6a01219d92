#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"

/// Memory that the HTTP/2 connections of a worker share, so that an idle one holds next to none.
namespace barbacane::http::h2 {

/// What bytes pass through on their way from and to a socket.
class WireMemory {
 public:
  static constexpr std::size_t kInput = 64 * 1024;

  /// Where bytes are received; whoever reads uses them up before it waits.
  char* input();
  /// Where frames are gathered for one write; the same.
  std::string& output() { return output_; }

 private:
  std::unique_ptr<std::array<char, kInput>> input_;
  std::string output_;
};

/// What one stream needs while it lives, whichever side it is on.
struct StreamBuffers {
  StreamBuffers() : arena(block.data(), block.size()), trailers(&arena), trailers_out(&arena) {}

  /// As new, with the strings' room kept.
  void clear();
  bool swollen() const;

  std::array<std::byte, 4096> block;
  std::pmr::monotonic_buffer_resource arena;
  std::pmr::vector<Field> trailers;      ///< that came
  std::pmr::vector<Field> trailers_out;  ///< that are to leave
  std::string incoming;                  ///< body bytes that arrived and were not asked for yet
  std::string handed;                    ///< body bytes somebody looks at
  std::string outgoing;                  ///< body bytes that were copied
};

/// The same with what it receives: one head, or a list of them.
template <class Head>
struct StreamMemory : StreamBuffers {
  StreamMemory() : head(&arena) {}

  void clear() {
    // Whose memory is the arena's lets go of it before the arena is emptied.
    std::destroy_at(&head);
    StreamBuffers::clear();
    std::construct_at(&head, &arena);
  }

  Head head;
};

template <class Memory>
class SpareStreams {
 public:
  std::unique_ptr<Memory> take() {
    if (spares_.empty()) return std::make_unique<Memory>();
    std::unique_ptr<Memory> memory = std::move(spares_.back());
    spares_.pop_back();
    return memory;
  }
  void give_back(std::unique_ptr<Memory> memory) {
    if (memory->swollen() || spares_.size() >= kSpares) return;
    memory->clear();
    spares_.push_back(std::move(memory));
  }

 private:
  static constexpr std::size_t kSpares = 256;

  std::vector<std::unique_ptr<Memory>> spares_;
};

}  // namespace barbacane::http::h2
