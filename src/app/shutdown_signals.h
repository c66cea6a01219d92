#pragma once

/// SIGTERM and SIGINT, waited for instead of handled.
///
/// Make one before any other thread exists: it blocks both signals, and threads inherit that. The
/// first signal is returned from `wait`; from then on a second one ends the process at once, for
/// the operator who does not want to wait for the drain.
namespace barbacane::app {

class ShutdownSignals {
 public:
  ShutdownSignals();
  ShutdownSignals(const ShutdownSignals&) = delete;
  ShutdownSignals& operator=(const ShutdownSignals&) = delete;

  /// Blocks until the first signal and returns its number.
  int wait();
};

}  // namespace barbacane::app
