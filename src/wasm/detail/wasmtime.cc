#include "wasm/detail/wasmtime.h"

#include <algorithm>
#include <string_view>

namespace barbacane::wasm {
namespace {

constexpr std::size_t kFramesShown = 4;

std::string_view view_of(const wasm_byte_vec_t& bytes) { return {bytes.data, bytes.size}; }

struct Reason {
  wasmtime_trap_code_t code;
  Trap::Kind kind;
  std::string_view words;
};

constexpr Reason kReasons[] = {
    {WASMTIME_TRAP_CODE_INTERRUPT, Trap::Kind::kOutOfTime, "ran out of time"},
    {WASMTIME_TRAP_CODE_STACK_OVERFLOW, Trap::Kind::kStackOverflow, "overflowed its stack"},
    {WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS, Trap::Kind::kMemory,
     "accessed memory it does not have"},
    {WASMTIME_TRAP_CODE_HEAP_MISALIGNED, Trap::Kind::kMemory, "accessed memory out of alignment"},
    {WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS, Trap::Kind::kMemory,
     "accessed a table entry it does not have"},
    {WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL, Trap::Kind::kCall,
     "called a function that is not there"},
    {WASMTIME_TRAP_CODE_BAD_SIGNATURE, Trap::Kind::kCall, "called a function of another type"},
    {WASMTIME_TRAP_CODE_INTEGER_OVERFLOW, Trap::Kind::kArithmetic, "overflowed an integer"},
    {WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO, Trap::Kind::kArithmetic, "divided by zero"},
    {WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER, Trap::Kind::kArithmetic,
     "converted a number that is no integer"},
    {WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED, Trap::Kind::kUnreachable,
     "aborted (executed unreachable)"},
};

/// ` in abort < on_request`, as far as the module has names.
std::string trace_of(wasm_frame_vec_t& frames) {
  std::string text;
  const std::size_t shown = std::min(frames.size, kFramesShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const wasm_name_t* name = wasmtime_frame_func_name(frames.data[i]);
    text += text.empty() ? " in " : " < ";
    text += name != nullptr ? std::string(view_of(*name))
                            : "function " + std::to_string(wasm_frame_func_index(frames.data[i]));
  }
  wasm_frame_vec_delete(&frames);
  return text;
}

}  // namespace

std::string message_of(const wasmtime_error_t& error) {
  wasm_name_t message;
  wasmtime_error_message(&error, &message);
  std::string text(view_of(message));
  wasm_byte_vec_delete(&message);
  return text;
}

Trap trap_of(const wasm_trap_t* trap, const wasmtime_error_t* error) {
  Trap result;
  if (trap == nullptr) {
    if (error == nullptr) return {Trap::Kind::kOther, "was stopped for no reason"};
    const std::string message = message_of(*error);
    result.text = message.substr(0, message.find('\n'));
    wasm_frame_vec_t frames;
    wasmtime_error_wasm_trace(error, &frames);
    result.text += trace_of(frames);
    return result;
  }
  wasmtime_trap_code_t code = 0;
  const bool has_code = wasmtime_trap_code(trap, &code);
  const auto* reason = std::ranges::find_if(
      kReasons, [&](const Reason& each) { return has_code && each.code == code; });
  if (reason != std::end(kReasons)) {
    result = {reason->kind, std::string(reason->words)};
  } else {
    wasm_byte_vec_t message;
    wasm_trap_message(trap, &message);
    const std::string_view text = view_of(message);
    result.text = text.substr(0, text.find_first_of(std::string_view("\n\0", 2)));
    wasm_byte_vec_delete(&message);
  }
  wasm_frame_vec_t frames;
  wasm_trap_trace(trap, &frames);
  result.text += trace_of(frames);
  return result;
}

}  // namespace barbacane::wasm
