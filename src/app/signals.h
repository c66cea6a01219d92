#pragma once

#include <csignal>
#include <initializer_list>

/// Signals that are waited for instead of handled.
///
/// Make one before any other thread exists: it blocks the signals, and threads inherit that.
namespace barbacane::app {

class Signals {
 public:
  explicit Signals(std::initializer_list<int> numbers);
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Blocks until the next one and returns its number.
  int wait() const;

  /// From now on SIGTERM and SIGINT end the process at once, for the operator who does not want to
  /// wait for the end that has begun; the others are forgotten.
  void exit_on_next() const;

  /// While it lives they end the process as they always do, for work that nobody could interrupt
  /// otherwise. On one thread, and those it starts meanwhile.
  class Deadly {
   public:
    explicit Deadly(const Signals& signals);
    ~Deadly();
    Deadly(const Deadly&) = delete;
    Deadly& operator=(const Deadly&) = delete;

   private:
    const Signals& signals_;
  };

 private:
  sigset_t set_;
};

}  // namespace barbacane::app
