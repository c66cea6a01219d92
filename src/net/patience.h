#pragma once

#include <chrono>

#include "net/signal.h"
#include "net/timer_wheel.h"

/// The deadline of what is waited for on a signal.
namespace barbacane::net {

/// Pulses the signal when its time has come; whoever waits looks at `over`. Lives no longer than
/// the signal.
class Patience final : public Deadline {
 public:
  explicit Patience(Signal& signal) : signal_(signal) {}

  void begin(TimerWheel& wheel, std::chrono::milliseconds patience) {
    over_ = false;
    arm(wheel, patience);
  }
  bool over() const { return over_; }

 private:
  void expired() override {
    over_ = true;
    signal_.pulse();
  }

  Signal& signal_;
  bool over_ = false;
};

}  // namespace barbacane::net
