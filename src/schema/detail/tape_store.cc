#include "schema/detail/tape_store.h"

#include <algorithm>
#include <utility>

namespace barbacane::schema::detail {

char* TextArena::allocate(std::size_t bytes) {
  if (chunks_.empty() || chunks_.back().size - used_ < bytes) {
    constexpr std::size_t kSmallest = 1024;
    const std::size_t doubled = chunks_.empty() ? kSmallest : chunks_.back().size * 2;
    Chunk chunk{.begin = nullptr, .size = std::max(bytes, doubled)};
    chunk.begin = std::make_unique_for_overwrite<char[]>(chunk.size);
    chunks_.push_back(std::move(chunk));
    used_ = 0;
  }
  return chunks_.back().begin.get() + std::exchange(used_, used_ + bytes);
}

void TextArena::clear() {
  if (chunks_.size() > 1) chunks_.erase(chunks_.begin(), chunks_.end() - 1);
  used_ = 0;
}

std::size_t TextArena::bytes() const {
  std::size_t sum = 0;
  for (const Chunk& chunk : chunks_) sum += chunk.size;
  return sum;
}

void TextArena::release() {
  std::vector<Chunk>().swap(chunks_);
  used_ = 0;
}

std::size_t TapeStore::bytes() const {
  return nodes.capacity() * sizeof(Value::Node) + open.capacity() * sizeof(OpenContainer) +
         order.capacity() * sizeof(std::uint64_t) + texts.bytes();
}

void TapeStore::release() {
  clear();
  std::vector<Value::Node>().swap(nodes);
  std::vector<OpenContainer>().swap(open);
  std::vector<std::uint64_t>().swap(order);
  texts.release();
}

}  // namespace barbacane::schema::detail
