#include "http/h1/client_workspace.h"

#include <utility>

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

std::unique_ptr<ClientWorkspace> ClientWorkspacePool::take() {
  if (spares_.empty()) return std::make_unique<ClientWorkspace>();
  std::unique_ptr<ClientWorkspace> workspace = std::move(spares_.back());
  spares_.pop_back();
  return workspace;
}

void ClientWorkspacePool::give_back(std::unique_ptr<ClientWorkspace> workspace) {
  const bool swollen = workspace->input.grown() || workspace->output.capacity() > kKeptOutput;
  if (spares_.size() >= kSpares || swollen || !workspace->input.empty()) return trim_.freed();
  workspace->window.reset();
  workspace->input.compact();
  workspace->output.clear();
  spares_.push_back(std::move(workspace));
}

}  // namespace barbacane::http::h1
