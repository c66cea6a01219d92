#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "wasm/text_format.h"

/// Plugins for tests, written as the text of a handler or two.
///
///     JsonGuest guest;
///     guest.on_request = guest.answer(R"({"status":204,"headers":{}})") + "(i32.const 1)";
///     PluginHarness harness("x", guest.wasm(), "{}", {});
///
/// A guest has four pages of memory: constants from 1024 on, room for whatever from `kRoom` on, and
/// input at 65536, where its `alloc` puts it. Handlers of the JSON ABI find theirs in `$p` and
/// `$n`, and every handler has the locals `$i`, `$j` and `$l` (an i64).
namespace barbacane::gateway {

inline constexpr int kRoom = 32768;

/// `(i32.const n)`.
inline std::string constant(std::int64_t number) {
  return "(i32.const " + std::to_string(number) + ")";
}

/// Bytes as the text format writes them.
inline std::string escaped(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'\\', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

class GuestText {
 public:
  /// Pointer and length of constant bytes, as two arguments.
  std::string text(std::string_view bytes) {
    const std::string arguments =
        constant(end_) + constant(static_cast<std::int64_t>(bytes.size()));
    data_ += "(data (i32.const " + std::to_string(end_) + ") \"" + escaped(bytes) + "\")\n";
    end_ += static_cast<int>(bytes.size());
    if (end_ > kRoom) throw std::runtime_error("too many constants");
    return arguments;
  }

  /// Imports, `(import "barbacane" …)`, and whatever else stands beside the handlers.
  std::string imports;
  std::string more;
  std::string memory = R"((memory (export "memory") 4))";

 protected:
  std::string assembled(const std::string& handlers) const {
    const std::string whole =
        "(module\n" + imports + memory + "\n" + data_ + more + "\n" + handlers + ")";
    auto bytes = wasm::assemble(whole);
    if (!bytes) throw std::runtime_error(bytes.error().message + "\n" + whole);
    return *bytes;
  }

  static std::string handler(std::string_view name, std::string_view parameters,
                             std::string_view body) {
    return "(func (export \"" + std::string(name) + "\") " + std::string(parameters) +
           " (result i32) (local $i i32) (local $j i32) (local $l i64)\n" + std::string(body) +
           ")\n";
  }

 private:
  std::string data_;
  int end_ = 1024;
};

/// Of the JSON ABI. Core functions are imported as `$output`, `$body_len`, `$body_read`,
/// `$body_set` and `$body_clear`.
class JsonGuest : public GuestText {
 public:
  JsonGuest() {
    imports = R"(
  (import "barbacane" "host_set_output" (func $output (param i32 i32)))
  (import "barbacane" "host_body_len" (func $body_len (result i64)))
  (import "barbacane" "host_body_read" (func $body_read (param i32 i32) (result i32)))
  (import "barbacane" "host_body_set" (func $body_set (param i32 i32)))
  (import "barbacane" "host_body_clear" (func $body_clear))
)";
  }

  std::string init = "(i32.const 0)";
  std::string on_request = "(i32.const 0)";
  std::string on_response = "(i32.const 0)";
  std::string dispatch;                     ///< unless empty, a dispatcher and no middleware
  std::string alloc = "(i32.const 65536)";  ///< empty: there is none

  std::string output(std::string_view json) { return "(call $output " + text(json) + ")"; }
  std::string body(std::string_view bytes) { return "(call $body_set " + text(bytes) + ")"; }

  /// A handler that answers with these numbers, eight bytes each, as body: what `numbers_of` reads.
  std::string report(const std::vector<std::string>& numbers) {
    std::string code;
    int at = kRoom;
    for (const std::string& number : numbers) {
      code +=
          "(i64.store (i32.const " + std::to_string(at) + ") (i64.extend_i32_s " + number + "))";
      at += 8;
    }
    return code + "(call $body_set " + constant(kRoom) + constant(at - kRoom) + ")" +
           output(R"({"status":200,"headers":{}})") + "(i32.const 1)";
  }

  std::string wasm() const {
    constexpr std::string_view kInput = "(param $p i32) (param $n i32)";
    std::string all = handler("init", kInput, init);
    if (dispatch.empty()) {
      all +=
          handler("on_request", kInput, on_request) + handler("on_response", kInput, on_response);
    } else {
      all += handler("dispatch", kInput, dispatch);
    }
    if (!alloc.empty()) all += handler("alloc", "(param $n i32)", alloc);
    return assembled(all);
  }
};

inline std::vector<std::int64_t> numbers_of(std::string_view body) {
  std::vector<std::int64_t> numbers(body.size() / 8);
  body.copy(reinterpret_cast<char*>(numbers.data()), numbers.size() * 8);
  return numbers;
}

}  // namespace barbacane::gateway
