#pragma once

#include <cstdint>

namespace barbacane::gateway {

/// What a stage decided.
enum class Step : std::uint8_t {
  kGoOn,
  kAnswer,  ///< `reply` is the answer, later stages are skipped
  kSent,    ///< the answer has left already, later stages only observe it
  kGone,    ///< the client has left; there is nobody to answer
  kWait,    ///< of stages with two forms: the one that may wait has to go on
};

}  // namespace barbacane::gateway
