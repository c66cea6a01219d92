#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateway/detail/guest_text.h"
#include "gateway/detail/host_import.h"
#include "gateway/detail/test_chain.h"
#include "wasm/host_interface.h"

/// Input: calls of host functions, as a guest might make them. Each is a byte that picks a function
/// and four bytes for each argument; the first byte of the input picks the ABI and the phase. A
/// guest that is made of all host functions there are interprets them. Checked besides not
/// crashing: no call traps, and the worker answers the next request.
namespace {

using namespace barbacane;
using namespace barbacane::gateway;
using wasm::HostFunction;
using wasm::HostModule;
using wasm::ValueType;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Ends the call, or reaches beyond this process.
bool is_left_out(const HostFunction& function) {
  return function.name == "proc_exit" || function.name == "host_http_detach" ||
         function.answer == wasm::Answer::kMayWait;
}

bool belongs_to(const HostFunction& function, wasm::Abi abi) {
  return function.usable_from(abi) && !is_left_out(function);
}

/// One argument: the next four bytes of the script.
std::string next_argument(ValueType type) {
  constexpr const char* kWord = "(call $word)";
  if (type == ValueType::kI64) return "(i64.extend_i32_s " + std::string(kWord) + ")";
  if (type == ValueType::kF64) return "(f64.convert_i32_s " + std::string(kWord) + ")";
  return kWord;
}

/// The script lies from `kScript` to `$end`; `$run` makes its calls.
constexpr int kScript = 200'000;

struct Interpreter {
  std::string imports;
  std::string code;
};

Interpreter interpreter_for(wasm::Abi abi) {
  Interpreter made;
  std::string table;
  int count = 0;
  for (const HostFunction& function : wasm::kHostFunctions) {
    if (!belongs_to(function, abi)) continue;
    const std::string id = std::to_string(count++);
    made.imports += host_import(function, "$host" + id);
    std::string call = "(call $host" + id;
    const auto parameters = function.signature.type().parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) call += next_argument(parameters[i]);
    call += ")";
    if (!function.signature.type().results.empty()) call = "(drop " + call + ")";
    made.code += "(func $do" + id + " " + call + ")\n";
    table += " $do" + id;
  }
  made.code +=
      "(table " + std::to_string(count) + " funcref) (elem (i32.const 0)" + table +
      ") (type $none (func))"
      "(global $pc (mut i32) (i32.const 0)) (global $end (mut i32) (i32.const 0))"
      "(func $byte (result i32)"
      "  (if (i32.ge_u (global.get $pc) (global.get $end)) (then (return (i32.const 0))))"
      "  (i32.load8_u (global.get $pc))"
      "  (global.set $pc (i32.add (global.get $pc) (i32.const 1))))"
      "(func $word (result i32) (i32.or (i32.or (call $byte)"
      "  (i32.shl (call $byte) (i32.const 8))) (i32.or (i32.shl (call $byte) (i32.const 16))"
      "  (i32.shl (call $byte) (i32.const 24)))))"
      "(func $run (param $length i32)"
      "  (global.set $pc (i32.const " +
      std::to_string(kScript) +
      "))"
      "  (global.set $end (i32.add (global.get $pc) (local.get $length)))"
      "  (block $done (loop $next"
      "    (br_if $done (i32.ge_u (global.get $pc) (global.get $end)))"
      "    (call_indirect (type $none) (i32.rem_u (call $byte) (i32.const " +
      std::to_string(count) +
      ")))"
      "    (br $next))))";
  return made;
}

std::vector<std::string> everything() {
  std::vector<std::string> all(std::begin(wasm::kCapabilityNames),
                               std::end(wasm::kCapabilityNames));
  all.emplace_back("body_access");
  return all;
}

/// The script is the body of the request; in `on_response` that of the answer.
std::string json_module() {
  const Interpreter interpreter = interpreter_for(wasm::Abi::kJson);
  JsonGuest guest;
  guest.imports += interpreter.imports;
  guest.more = interpreter.code;
  const std::string take = "(call $run (call $body_read " + constant(kScript) + constant(60'000) +
                           "))"
                           "(call $body_clear) (call $output (i32.const 0) (i32.const 0))";
  guest.on_request = guest.on_response = take + constant(0);
  return guest.wasm();
}

std::string direct_module() {
  const Interpreter interpreter = interpreter_for(wasm::Abi::kDirect);
  const auto handler = [](const char* name, const std::string& code) {
    return "(func (export \"" + std::string(name) + "\") (result i32) " + code + "(i32.const 0))";
  };
  const auto take = [](int message) {
    return "(call $run (call $fuzz_read " + constant(message) + "(i64.const 0)" +
           constant(kScript) + constant(60'000) + "))";
  };
  auto bytes = wasm::assemble(
      R"((module (import "barbacane_direct" "body_read"
        (func $fuzz_read (param i32 i64 i32 i32) (result i32))))" +
      interpreter.imports + R"((memory (export "memory") 4))" + interpreter.code +
      handler("init", "") + handler("on_request", take(0)) + handler("on_response", take(1)) + ")");
  if (!bytes) std::abort();
  return *bytes;
}

/// An answer with the body of its request.
std::string echo_module() {
  JsonGuest guest;
  guest.dispatch =
      "(local.set $i (call $body_read (i32.const 65536) (i32.const 60000)))"
      "(call $body_set (i32.const 65536) (local.get $i))" +
      guest.output(R"({"status":200,"headers":{"x-echo":"1"}})") + constant(0);
  guest.alloc = constant(1 << 17);
  return guest.wasm();
}

TestChain& chain_of(wasm::Abi abi) {
  const auto make = [](const std::string& wasm) {
    auto chain = std::make_unique<TestChain>();
    chain->module("fuzzed", wasm, everything()).module("echo", echo_module());
    chain->middleware("fuzzed").dispatcher("echo");
    if (!chain->start("POST").empty()) std::abort();
    return chain;
  };
  static const auto json = make(json_module());
  static const auto direct = make(direct_module());
  return abi == wasm::Abi::kJson ? *json : *direct;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 60'000) return 0;
  TestChain& chain = chain_of((data[0] & 1) != 0 ? wasm::Abi::kDirect : wasm::Abi::kJson);
  const std::string script(reinterpret_cast<const char*>(data + 1), size - 1);
  const FakeExchange& answer =
      chain.send("POST", "/a?b=c&d", script, {{"x-one", "1"}, {"x-one", "2"}, {"cookie", "e=f"}});
  require(answer.status() >= 200);
  // A status of 500 may be the guest's own.
  require(answer.status() != 500 || answer.sent().find("internal-error") == std::string::npos);
  return 0;
}
