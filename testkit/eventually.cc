#include "testkit/eventually.h"

#include <thread>

namespace barbacane::testkit {

bool eventually(std::chrono::milliseconds within, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return condition();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace barbacane::testkit
