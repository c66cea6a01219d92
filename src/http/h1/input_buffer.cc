#include "http/h1/input_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace barbacane::http::h1 {

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

void InputBuffer::append(std::string_view bytes) {
  if (free_size() < bytes.size()) grow(bytes.size());
  std::memcpy(free_space(), bytes.data(), bytes.size());
  received(bytes.size());
}

}  // namespace barbacane::http::h1
