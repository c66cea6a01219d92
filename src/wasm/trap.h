#pragma once

#include <cstdint>
#include <string>

/// Why a guest was stopped.
namespace barbacane::wasm {

struct Trap {
  enum class Kind : std::uint8_t {
    kOutOfTime,
    kStackOverflow,
    kMemory,       ///< an access outside memory or table
    kUnreachable,  ///< `unreachable`: an abort or a panic, as compilers write it
    kArithmetic,
    kCall,        ///< of a function that is not there, or has another type
    kHost,        ///< a host function refused to go on
    kNoInstance,  ///< it could not even be made
    kOther,
  } kind = Kind::kOther;
  /// For the log: what happened, and where in the module as far as it has names.
  std::string text;
};

}  // namespace barbacane::wasm
