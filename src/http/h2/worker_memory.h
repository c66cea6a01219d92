#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "http/message.h"

/// Memory that the HTTP/2 connections of a worker share, so that an idle one holds next to none.
namespace barbacane::http::h2 {

/// What one stream needs while it lives.
struct StreamMemory {
  StreamMemory()
      : arena(block.data(), block.size()), head(&arena), trailers(&arena), trailers_out(&arena) {}

  /// As new, with the strings' room kept.
  void clear();

  std::array<std::byte, 4096> block;
  std::pmr::monotonic_buffer_resource arena;
  RequestHead head;
  std::pmr::vector<Field> trailers;      ///< of the request
  std::pmr::vector<Field> trailers_out;  ///< of the answer
  std::string incoming;                  ///< body bytes that arrived and were not asked for yet
  std::string handed;                    ///< body bytes the handler looks at
  std::string outgoing;                  ///< body bytes of the answer that were copied
};

class WorkerMemory {
 public:
  static constexpr std::size_t kInput = 64 * 1024;

  /// Where bytes are received; whoever reads uses them up before it waits.
  char* input();
  /// Where frames are gathered for one write; the same.
  std::string& output() { return output_; }

  std::unique_ptr<StreamMemory> take();
  void give_back(std::unique_ptr<StreamMemory> memory);

 private:
  static constexpr std::size_t kSpares = 256;
  static constexpr std::size_t kKeptString = 64 * 1024;

  std::unique_ptr<std::array<char, kInput>> input_;
  std::string output_;
  std::vector<std::unique_ptr<StreamMemory>> spares_;
};

}  // namespace barbacane::http::h2
