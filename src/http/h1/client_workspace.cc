#include "http/h1/client_workspace.h"

namespace barbacane::http::h1 {

namespace {

/// A longer output is not kept for the next call.
constexpr std::size_t kKeptOutput = 64 * 1024;
/// Field lines of an ordinary answer; more make the arena grow.
constexpr std::size_t kExpectedFields = 16;

}  // namespace

ClientWorkspace::ClientWorkspace() : arena(arena_block, sizeof arena_block), head(&arena) {}

void ClientWorkspace::begin_head() {
  // The old head's memory belongs to the arena: let go of it before the arena is emptied.
  std::destroy_at(&head);
  arena.release();
  std::construct_at(&head, &arena);
  head.fields.reserve(kExpectedFields);
  parser.begin();
}

bool ClientWorkspace::fit_to_keep() const {
  return input.empty() && !input.grown() && output.capacity() <= kKeptOutput;
}

void ClientWorkspace::rest() {
  input.compact();
  window.reset();
  output.clear();
}

}  // namespace barbacane::http::h1
