#pragma once

#include <cstdint>

#include "net/event_loop.h"

/// A non-blocking file descriptor and the coroutines that wait for it.
///
/// The kernel is told what is watched only when that changes: a connection that reads, answers and
/// reads again stays registered for reading all its life and costs no call for that. What is not
/// wanted any more is taken off when it is next reported, so a peer that sends while nobody reads
/// costs one call, once. Its loop's thread only. Owns and closes the descriptor.
namespace barbacane::net {

class Descriptor {
 public:
  /// Told what came while nobody waited to read: how a request in progress learns that its client
  /// has left, and a pool that an idle connection is of no use any more.
  class Listener {
   public:
    /// Called once. Must neither resume coroutines nor destroy the descriptor; `cancel` is fine.
    virtual void came_unasked() = 0;

   protected:
    ~Listener() = default;
  };
  enum class Listen : std::uint8_t {
    kHangUp,    ///< the other side has closed its half, or the connection broke
    kAnything,  ///< that, or bytes
  };

  enum class Direction : std::uint8_t { kRead, kWrite };

  /// `co_await` gives whether it is worth trying now; false when the wait was cancelled.
  class [[nodiscard]] Wait final : private Waiter {
   public:
    enum class State : bool { kToCome, kReady };

    /// kReady: there is nothing to wait for.
    Wait(Descriptor& descriptor, Direction direction, State state = State::kToCome)
        : descriptor_(descriptor), direction_(direction) {
      granted_ = state == State::kReady;
    }

    bool await_ready() const noexcept { return granted_; }
    void await_suspend(std::coroutine_handle<> coroutine) {
      coroutine_ = coroutine;
      descriptor_.add(*this, direction_);
    }
    bool await_resume() const noexcept { return granted_; }

   private:
    Descriptor& descriptor_;
    Direction direction_;
  };

  Descriptor(EventLoop& loop, int descriptor) : loop_(loop), descriptor_(descriptor) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  EventLoop& loop() const { return loop_; }
  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }

  Wait readable() { return {*this, Direction::kRead}; }
  Wait writable() { return {*this, Direction::kWrite}; }

  /// Ends all waits, or those of one direction; later ones are possible.
  void cancel();
  void cancel(Direction direction);
  /// Ends all waits and gives the descriptor back to the system.
  void close();

  /// Until it is told, or `stop_listening`.
  void listen(Listener& listener, Listen what);
  void stop_listening() { listener_ = nullptr; }

 private:
  friend class EventLoop;

  void add(Waiter& waiter, Direction direction);
  void watch(std::uint32_t events);
  /// What the kernel reports; resumes nobody itself.
  void happened(std::uint32_t events);
  void wake(WaiterList& list, bool granted);

  EventLoop& loop_;
  int descriptor_;
  std::uint32_t watched_ = 0;  ///< what the kernel was told; 0: not registered
  Listener* listener_ = nullptr;
  std::uint32_t listens_for_ = 0;
  WaiterList readers_;
  WaiterList writers_;
};

}  // namespace barbacane::net
