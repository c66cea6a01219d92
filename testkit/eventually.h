#pragma once

#include <chrono>
#include <functional>

namespace barbacane::testkit {

/// Asks until the condition holds; false when it does not within the time.
bool eventually(std::chrono::milliseconds within, const std::function<bool()>& condition);

}  // namespace barbacane::testkit
