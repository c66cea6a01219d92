#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>

#include "http/h1/body_reader.h"
#include "http/h1/input_buffer.h"
#include "http/h1/response_parser.h"
#include "http/h1/spare_pool.h"
#include "http/message.h"

/// What a connection to an upstream needs only while a call is going on; one that lies idle holds
/// none of it.
namespace barbacane::http::h1 {

struct ClientWorkspace {
  ClientWorkspace();

  /// Ready for the next head; what is unread stays.
  void begin_head();

  // For the pool of spare ones.
  bool fit_to_keep() const;
  void rest();

  InputBuffer input;
  std::unique_ptr<InputBuffer> window;  ///< see `body_input`
  std::string output;
  ResponseParser parser;
  BodyReader body_reader;

  std::byte arena_block[2048];
  std::pmr::monotonic_buffer_resource arena;
  ResponseHead head;
};

using ClientWorkspacePool = SparePool<ClientWorkspace>;

}  // namespace barbacane::http::h1
