#include "http/h1/workspace.h"

namespace barbacane::http::h1 {

namespace {

/// Output and body strings above this are not kept for the next connection.
constexpr std::size_t kKeptString = 64 * 1024;

/// Field lines of an ordinary request; more make the arena grow.
constexpr std::size_t kExpectedFields = 24;

}  // namespace

Workspace::Workspace() : arena(arena_block, sizeof arena_block), head(&arena) {}

void Workspace::begin_request() {
  // The old head's memory belongs to the arena: let go of it before the arena is emptied.
  std::destroy_at(&head);
  arena.release();
  std::construct_at(&head, &arena);
  head.fields.reserve(kExpectedFields);
  body.clear();
  parser.begin();
}

bool Workspace::fit_to_keep() const {
  return input.empty() && !input.grown() && output.capacity() <= kKeptString &&
         body.capacity() <= kKeptString;
}

void Workspace::rest() {
  input.compact();
  window.reset();
  output.clear();
  body.clear();
}

}  // namespace barbacane::http::h1
