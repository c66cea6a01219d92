#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "http/h1/body_reader.h"
#include "http/h1/input_buffer.h"
#include "http/h1/response_parser.h"
#include "http/message.h"
#include "net/memory_trim.h"

/// What a connection to an upstream needs only while a call is going on; one that lies idle holds
/// none of it.
namespace barbacane::http::h1 {

struct ClientWorkspace {
  ClientWorkspace();

  /// Ready for the next head; what is unread stays.
  void begin_head();

  InputBuffer input;
  std::unique_ptr<InputBuffer> window;  ///< see `body_input`
  std::string output;
  ResponseParser parser;
  BodyReader body_reader;

  std::byte arena_block[2048];
  std::pmr::monotonic_buffer_resource arena;
  ResponseHead head;
};

/// Spare ones of one worker.
class ClientWorkspacePool {
 public:
  explicit ClientWorkspacePool(net::TimerWheel& timers) : trim_(timers) {}

  std::unique_ptr<ClientWorkspace> take();
  void give_back(std::unique_ptr<ClientWorkspace> workspace);

 private:
  static constexpr std::size_t kSpares = 32;
  std::vector<std::unique_ptr<ClientWorkspace>> spares_;
  net::MemoryTrim trim_;
};

}  // namespace barbacane::http::h1
