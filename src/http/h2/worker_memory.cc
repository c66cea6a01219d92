#include "http/h2/worker_memory.h"

#include <utility>

namespace barbacane::http::h2 {

namespace {

/// Field lines of an ordinary request; more make the arena grow.
constexpr std::size_t kExpectedFields = 24;

}  // namespace

void StreamMemory::clear() {
  // Whose memory is the arena's lets go of it before the arena is emptied.
  std::destroy_at(&head);
  std::destroy_at(&trailers);
  std::destroy_at(&trailers_out);
  arena.release();
  std::construct_at(&head, &arena);
  std::construct_at(&trailers, &arena);
  std::construct_at(&trailers_out, &arena);
  head.fields.reserve(kExpectedFields);
  incoming.clear();
  handed.clear();
  outgoing.clear();
}

char* WorkerMemory::input() {
  if (!input_) input_ = std::make_unique_for_overwrite<std::array<char, kInput>>();
  return input_->data();
}

std::unique_ptr<StreamMemory> WorkerMemory::take() {
  std::unique_ptr<StreamMemory> memory;
  if (spares_.empty()) {
    memory = std::make_unique<StreamMemory>();
  } else {
    memory = std::move(spares_.back());
    spares_.pop_back();
  }
  memory->clear();
  return memory;
}

void WorkerMemory::give_back(std::unique_ptr<StreamMemory> memory) {
  const bool grown = memory->incoming.capacity() > kKeptString ||
                     memory->handed.capacity() > kKeptString ||
                     memory->outgoing.capacity() > kKeptString;
  if (grown || spares_.size() >= kSpares) return;
  spares_.push_back(std::move(memory));
}

}  // namespace barbacane::http::h2
