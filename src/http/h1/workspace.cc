#include "http/h1/workspace.h"

#include <utility>

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

std::unique_ptr<Workspace> WorkspacePool::take() {
  if (spares_.empty()) return std::make_unique<Workspace>();
  std::unique_ptr<Workspace> workspace = std::move(spares_.back());
  spares_.pop_back();
  return workspace;
}

void WorkspacePool::give_back(std::unique_ptr<Workspace> workspace) {
  const bool swollen = workspace->input.grown() || workspace->output.capacity() > kKeptString ||
                       workspace->body.capacity() > kKeptString;
  if (spares_.size() >= kSpares || swollen || !workspace->input.empty()) return trim_.freed();
  workspace->input.compact();
  workspace->window.reset();
  workspace->output.clear();
  workspace->body.clear();
  spares_.push_back(std::move(workspace));
}

}  // namespace barbacane::http::h1
