#pragma once

#include <cstddef>
#include <utility>

namespace barbacane::http::h2 {

/// The streams of one connection, which owns them through this list. A stream has `next_` and
/// `link_`, the list's own, and tells by `done` when nobody needs it any more.
template <class Stream>
class StreamList {
 public:
  StreamList() = default;
  StreamList(const StreamList&) = delete;
  StreamList& operator=(const StreamList&) = delete;
  ~StreamList() {
    while (first_ != nullptr) delete std::exchange(first_, first_->next_);
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  /// Takes ownership.
  void add(Stream& stream) {
    stream.next_ = first_;
    stream.link_ = &first_;
    if (first_ != nullptr) first_->link_ = &stream.next_;
    first_ = &stream;
    ++size_;
  }
  /// Deletes it if it is done; true then.
  bool settle(Stream& stream) {
    if (!stream.done()) return false;
    *stream.link_ = stream.next_;
    if (stream.next_ != nullptr) stream.next_->link_ = stream.link_;
    --size_;
    delete &stream;
    return true;
  }
  /// The stream that is visited may be settled during its visit.
  template <class Visit>
  void for_each(Visit visit) {
    for (Stream* stream = first_; stream != nullptr;) visit(*std::exchange(stream, stream->next_));
  }

 private:
  Stream* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace barbacane::http::h2
