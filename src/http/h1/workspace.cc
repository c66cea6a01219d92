#include "http/h1/workspace.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace barbacane::http::h1 {

namespace {

/// Output and body strings above this are not kept for the next connection.
constexpr std::size_t kKeptString = 64 * 1024;

/// Field lines of an ordinary request; more make the arena grow.
constexpr std::size_t kExpectedFields = 24;

}  // namespace

void InputBuffer::compact() {
  if (begin_ == 0) return;
  std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  pinned_ = 0;
}

void InputBuffer::grow(std::size_t free) {
  compact();
  if (free_size() >= free) return;
  const std::size_t capacity = std::max(capacity_ * 2, end_ + free);
  std::unique_ptr<char[]> bytes(new char[capacity + kPadding]);
  std::memcpy(bytes.get(), bytes_.get(), end_);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

Workspace::Workspace() : arena(arena_block, sizeof arena_block), head(&arena) {}

void Workspace::begin_request() {
  // The old head's memory belongs to the arena: let go of it before the arena is emptied.
  std::destroy_at(&head);
  arena.release();
  std::construct_at(&head, &arena);
  head.fields.reserve(kExpectedFields);
  body.clear();
  parser.begin();
  chunks = {};
}

std::unique_ptr<Workspace> WorkspacePool::take() {
  if (spares_.empty()) return std::make_unique<Workspace>();
  std::unique_ptr<Workspace> workspace = std::move(spares_.back());
  spares_.pop_back();
  return workspace;
}

void WorkspacePool::give_back(std::unique_ptr<Workspace> workspace) {
  if (spares_.size() >= kSpares || workspace->input.grown() || !workspace->input.empty()) return;
  if (workspace->output.capacity() > kKeptString || workspace->body.capacity() > kKeptString)
    return;
  workspace->input.compact();
  workspace->output.clear();
  workspace->body.clear();
  spares_.push_back(std::move(workspace));
}

}  // namespace barbacane::http::h1
