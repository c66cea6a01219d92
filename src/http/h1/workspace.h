#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>

#include "http/h1/body_reader.h"
#include "http/h1/input_buffer.h"
#include "http/h1/request_parser.h"
#include "http/h1/spare_pool.h"
#include "http/message.h"

/// What a connection needs only while it is busy.
///
/// An idle keep-alive connection holds none of this; a worker keeps a few spare ones and hands them
/// out when bytes arrive. So ten thousand idle clients cost little more than their sockets.
namespace barbacane::http::h1 {

struct Workspace {
  Workspace();

  /// Ready for the next request: arena and body emptied, unread input kept.
  void begin_request();

  // For the pool of spare ones.
  bool fit_to_keep() const;
  void rest();

  InputBuffer input;
  /// Where a long body passes through, so that the head stays where it is; null until there is one.
  std::unique_ptr<InputBuffer> window;
  std::string output;
  RequestParser parser;
  BodyReader body_reader;
  std::string body;  ///< of requests whose body does not fit behind their head

  std::byte arena_block[4096];
  std::pmr::monotonic_buffer_resource arena;
  RequestHead head;
};

using WorkspacePool = SparePool<Workspace>;

}  // namespace barbacane::http::h1
