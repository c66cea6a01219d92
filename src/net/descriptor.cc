#include "net/descriptor.h"

#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

namespace barbacane::net {

namespace {

constexpr std::uint32_t kReading = EPOLLIN | EPOLLRDHUP;
constexpr std::uint32_t kBroken = EPOLLHUP | EPOLLERR;  // reported whether asked for or not

}  // namespace

void Descriptor::add(Waiter& waiter, Direction direction) {
  if (!open()) return loop_.make_ready(waiter, false);
  (direction == Direction::kRead ? readers_ : writers_).push(waiter);
  watch(watched_ | (direction == Direction::kRead ? kReading : std::uint32_t{EPOLLOUT}));
}

void Descriptor::watch(std::uint32_t events) {
  if (events == watched_) return;
  epoll_event event{};
  event.events = events;
  event.data.ptr = this;
  const int operation = events == 0 ? EPOLL_CTL_DEL : watched_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  watched_ = events;
  if (::epoll_ctl(loop_.epoll_, operation, descriptor_, &event) == 0) return;
  // Out of kernel memory: the waits fail instead of lasting for ever.
  watched_ = 0;
  wake(readers_, false);
  wake(writers_, false);
}

void Descriptor::happened(std::uint32_t events) {
  const bool read_for = !readers_.empty();
  const bool written_for = !writers_.empty();
  std::uint32_t unwanted = 0;
  if ((events & (kReading | kBroken)) != 0) {
    if (read_for) wake(readers_, true);
    if (!read_for) unwanted |= events & kReading;
    if (!read_for && listener_ != nullptr && (events & (listens_for_ | kBroken)) != 0) {
      std::exchange(listener_, nullptr)->came_unasked();
    }
  }
  if ((events & (EPOLLOUT | kBroken)) != 0) {
    if (written_for) wake(writers_, true);
    if (!written_for) unwanted |= events & EPOLLOUT;
  }
  // What is broken is reported for ever; when nobody waits, nobody needs to hear it again.
  const bool told_nobody = (events & kBroken) != 0 && !read_for && !written_for;
  if (told_nobody) {
    watch(0);
  } else if (unwanted != 0) {
    watch(watched_ & ~unwanted);
  }
}

void Descriptor::wake(WaiterList& list, bool granted) {
  while (Waiter* waiter = list.pop()) loop_.make_ready(*waiter, granted);
}

void Descriptor::cancel() {
  wake(readers_, false);
  wake(writers_, false);
}

void Descriptor::cancel(Direction direction) {
  wake(direction == Direction::kRead ? readers_ : writers_, false);
}

void Descriptor::close() {
  if (!open()) return;
  cancel();
  // Closing takes it out of the loop's set: nothing else refers to the open socket.
  ::close(std::exchange(descriptor_, -1));
  watched_ = 0;
  listener_ = nullptr;
}

void Descriptor::listen(Listener& listener, Listen what) {
  if (!open()) return;
  listener_ = &listener;
  listens_for_ = what == Listen::kHangUp ? std::uint32_t{EPOLLRDHUP} : kReading;
  watch(watched_ | listens_for_);
}

}  // namespace barbacane::net
