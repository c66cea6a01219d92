#pragma once

#include "net/stream.h"
#include "net/timer_wheel.h"

/// The deadline of what a stream is waited for in one direction.
namespace barbacane::net {

/// Cancels the waits when its time has come. Lives no longer than the stream.
class Alarm final : public Deadline {
 public:
  Alarm(Stream& stream, Descriptor::Direction direction) : stream_(stream), direction_(direction) {}

  /// Whether it was the alarm that ended a wait.
  bool rang() const { return rang_; }
  void forget() { rang_ = false; }

 private:
  void expired() override {
    rang_ = true;
    stream_.cancel(direction_);
  }

  Stream& stream_;
  Descriptor::Direction direction_;
  bool rang_ = false;
};

}  // namespace barbacane::net
