#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "net/memory_trim.h"

/// Spare buffers of one worker: handed out when a connection gets busy, taken back when it rests.
namespace barbacane::http::h1 {

/// A space says whether it is worth keeping (`fit_to_keep`: not swollen, nothing unread in it) and
/// empties itself (`rest`). What is not kept goes back to the system.
template <class Space>
class SparePool {
 public:
  explicit SparePool(net::TimerWheel& timers) : trim_(timers) {}

  std::unique_ptr<Space> take() {
    if (spares_.empty()) return std::make_unique<Space>();
    std::unique_ptr<Space> space = std::move(spares_.back());
    spares_.pop_back();
    return space;
  }

  void give_back(std::unique_ptr<Space> space) {
    if (spares_.size() >= kSpares || !space->fit_to_keep()) return trim_.freed();
    space->rest();
    spares_.push_back(std::move(space));
  }

 private:
  static constexpr std::size_t kSpares = 32;

  std::vector<std::unique_ptr<Space>> spares_;
  net::MemoryTrim trim_;
};

}  // namespace barbacane::http::h1
