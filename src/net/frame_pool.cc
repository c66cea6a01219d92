#include "net/frame_pool.h"

#include <array>
#include <new>

namespace barbacane::net {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kPooled = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
constexpr bool kPooled = false;
#else
constexpr bool kPooled = true;
#endif
#else
constexpr bool kPooled = true;
#endif

constexpr std::size_t kStep = 64;
constexpr std::size_t kClasses = 32;    ///< frames up to 2 KiB are kept
constexpr unsigned kKeptPerClass = 64;  ///< enough for the bursts between two turns of a loop

struct FreeFrame {
  FreeFrame* next;
};

class Pool {
 public:
  ~Pool() {
    for (const Class& kept : classes_) {
      for (FreeFrame* frame = kept.first; frame != nullptr;) {
        FreeFrame* next = frame->next;
        ::operator delete(frame);
        frame = next;
      }
    }
  }

  void* take(std::size_t index) {
    Class& kept = classes_[index];
    if (kept.first == nullptr) return ::operator new((index + 1) * kStep);
    FreeFrame* frame = kept.first;
    kept.first = frame->next;
    --kept.count;
    return frame;
  }

  void give_back(void* memory, std::size_t index) {
    Class& kept = classes_[index];
    if (kept.count >= kKeptPerClass) return ::operator delete(memory);
    kept.first = new (memory) FreeFrame{kept.first};
    ++kept.count;
  }

 private:
  struct Class {
    FreeFrame* first = nullptr;
    unsigned count = 0;
  };
  std::array<Class, kClasses> classes_;
};

Pool& pool() {
  thread_local Pool of_this_thread;
  return of_this_thread;
}

}  // namespace

void* allocate_frame(std::size_t size) {
  const std::size_t index = (size - 1) / kStep;
  if (!kPooled || index >= kClasses) return ::operator new(size);
  return pool().take(index);
}

void free_frame(void* frame, std::size_t size) noexcept {
  const std::size_t index = (size - 1) / kStep;
  if (!kPooled || index >= kClasses) return ::operator delete(frame);
  pool().give_back(frame, index);
}

}  // namespace barbacane::net
