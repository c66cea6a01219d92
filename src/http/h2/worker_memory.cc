#include "http/h2/worker_memory.h"

namespace barbacane::http::h2 {

char* WireMemory::input() {
  if (!input_) input_ = std::make_unique_for_overwrite<std::array<char, kInput>>();
  return input_->data();
}

void StreamBuffers::clear() {
  std::destroy_at(&trailers);
  std::destroy_at(&trailers_out);
  arena.release();
  std::construct_at(&trailers, &arena);
  std::construct_at(&trailers_out, &arena);
  incoming.clear();
  handed.clear();
  outgoing.clear();
}

bool StreamBuffers::swollen() const {
  constexpr std::size_t kKeptString = 64 * 1024;
  return incoming.capacity() > kKeptString || handed.capacity() > kKeptString ||
         outgoing.capacity() > kKeptString;
}

}  // namespace barbacane::http::h2
