#include "calling_plugin.h"

#include <chrono>
#include <csignal>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "testkit/child.h"
#include "testkit/error.h"
#include "testkit/eventually.h"
#include "testkit/spec_builder.h"
#include "testkit/websocket.h"
#include "wasm/text_format.h"

namespace barbacane::integration {
namespace {

using testkit::Response;
using testkit::TestkitError;

/// Of an answer that is the plugin's own.
constexpr std::string_view kOwnType = "application/x-outcomes";

/// The calls lie at 65536: a letter, the length of a body (-1: none), the length of the JSON, the
/// body, the JSON. Outcomes lie from 131072 on: what came, the length of the result, that of the
/// slot (in eight bytes, -1: empty), the result, the slot. Input is put at 524288.
constexpr std::string_view kShared = R"(
  (import "barbacane" "host_http_call" (func $host_call (param i32 i32) (result i32)))
  (import "barbacane" "host_http_stream" (func $host_stream (param i32 i32) (result i32)))
  (import "barbacane" "host_http_detach" (func $host_detach (param i32 i32) (result i32)))
  (import "barbacane" "host_ws_upgrade" (func $host_upgrade (param i32 i32) (result i32)))
  (import "barbacane" "host_http_read_result" (func $read_result (param i32 i32) (result i32)))
  (import "barbacane" "host_http_request_body_set" (func $body_beside (param i32 i32)))
  (import "barbacane" "host_http_response_body_len" (func $slot_length (result i64)))
  (import "barbacane" "host_http_response_body_read" (func $read_slot (param i32 i32) (result i32)))
)";

constexpr std::string_view kSharedBodies = R"(
  (memory (export "memory") 16)
  (func $digit (param $c i32) (result i32)
    (i32.sub (local.get $c)
      (select (i32.const 87) (i32.const 48) (i32.ge_u (local.get $c) (i32.const 97)))))
  ;; Until something else than digits comes; where the calls end.
  (func $decode (param $at i32) (param $end i32) (result i32) (local $to i32)
    (local.set $to (i32.const 65536))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (br_if $done (i32.lt_u (i32.load8_u (local.get $at)) (i32.const 48)))
      (i32.store8 (local.get $to) (i32.or
        (i32.shl (call $digit (i32.load8_u (local.get $at))) (i32.const 4))
        (call $digit (i32.load8_u offset=1 (local.get $at)))))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br $next)))
    (local.get $to))
  (func $go_out (param $function i32) (param $json i32) (param $length i32) (result i32)
    (if (i32.eq (local.get $function) (i32.const 0x63)) (then
      (return (call $host_call (local.get $json) (local.get $length)))))
    (if (i32.eq (local.get $function) (i32.const 0x73)) (then
      (return (call $host_stream (local.get $json) (local.get $length)))))
    (if (i32.eq (local.get $function) (i32.const 0x64)) (then
      (return (call $host_detach (local.get $json) (local.get $length)))))
    (call $host_upgrade (local.get $json) (local.get $length)))
  ;; Where the outcome ends.
  (func $note (param $to i32) (param $came i32) (result i32) (local $length i32)
    (i32.store (local.get $to) (local.get $came))
    (local.set $length
      (call $read_result (i32.add (local.get $to) (i32.const 16)) (i32.const 131072)))
    (i32.store offset=4 (local.get $to) (local.get $length))
    (i64.store offset=8 (local.get $to) (call $slot_length))
    (local.set $to (i32.add (i32.add (local.get $to) (i32.const 16)) (local.get $length)))
    (i32.add (local.get $to) (call $read_slot (local.get $to) (i32.const 131072))))
  ;; How long the outcomes are.
  (func $run (param $text i32) (param $length i32) (result i32)
    (local $at i32) (local $end i32) (local $body i32) (local $json i32) (local $to i32)
    (local $first i32)
    (local.set $at (i32.const 65536))
    (local.set $to (i32.const 131072))
    (local.set $end
      (call $decode (local.get $text) (i32.add (local.get $text) (local.get $length))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $body (i32.load offset=1 (local.get $at)))
      (local.set $json (i32.load offset=5 (local.get $at)))
      (local.set $first (i32.add (local.get $at) (i32.const 9)))
      (if (i32.ge_s (local.get $body) (i32.const 0)) (then
        (call $body_beside (local.get $first) (local.get $body))
        (local.set $first (i32.add (local.get $first) (local.get $body)))))
      (local.set $to (call $note (local.get $to)
        (call $go_out (i32.load8_u (local.get $at)) (local.get $first) (local.get $json))))
      (local.set $at (i32.add (local.get $first) (local.get $json)))
      (br $next)))
    (i32.sub (local.get $to) (i32.const 131072)))
)";

constexpr std::string_view kJson = R"(
  (import "barbacane" "host_set_output" (func $set_output (param i32 i32)))
  (import "barbacane" "host_body_set" (func $set_body (param i32 i32)))
)";

constexpr std::string_view kJsonBodies = R"(
  (data (i32.const 16) "\"query\":")
  (data (i32.const 32)
    "{\"status\":200,\"headers\":{\"content-type\":\"application/x-outcomes\"}}")
  (func (export "alloc") (param i32) (result i32) (i32.const 524288))
  (func (export "init") (param i32 i32) (result i32) (i32.const 0))
  (func (export "dispatch") (param $text i32) (param $length i32) (result i32)
    (local $at i32)
    (local.set $at (local.get $text))
    (loop $next
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i64.ne (i64.load (local.get $at)) (i64.load (i32.const 16)))))
    (local.set $at (i32.add (local.get $at) (i32.const 9)))
    (call $set_body (i32.const 131072)
      (call $run (local.get $at) (i32.const 65536)))
    (call $set_output (i32.const 32) (i32.const 66))
    (i32.const 0))
)";

constexpr std::string_view kDirect = R"(
  (import "barbacane_direct" "field_get" (func $field_get (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "body_set" (func $set_body (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "header_set"
    (func $header_set (param i32 i32 i32 i32 i32) (result i32)))
)";

constexpr std::string_view kDirectBodies = R"(
  (data (i32.const 16) "content-type")
  (data (i32.const 32) "application/x-outcomes")
  (func (export "init") (result i32) (i32.const 0))
  (func (export "dispatch") (result i32)
    (drop (call $set_body (i32.const 1) (i32.const 131072)
      (call $run (i32.const 524288)
        (call $field_get (i32.const 2) (i32.const 524288) (i32.const 65536)))))
    (drop (call $header_set (i32.const 1) (i32.const 16) (i32.const 12)
      (i32.const 32) (i32.const 22)))
    (i32.const 0))
)";

std::string module_of(PluginAbi abi) {
  const bool json = abi == PluginAbi::kJson;
  std::string text = "(module ";
  text.append(kShared).append(json ? kJson : kDirect);
  text.append(kSharedBodies).append(json ? kJsonBodies : kDirectBodies).append(")");
  auto bytes = wasm::assemble(text);
  if (!bytes) throw TestkitError(bytes.error().message + "\n" + text);
  return *bytes;
}

std::string spec_of(const std::vector<std::string>& written) {
  std::string list;
  for (const std::string& url : written) list += (list.empty() ? "\"" : ",\"") + url + '"';
  testkit::SpecBuilder spec;
  spec.operation("GET", "/written").dispatch("calls", R"({"written":[)" + list + "]}");
  spec.operation("GET", "/computed").dispatch("calls", "{}");
  return spec.text();
}

testkit::GatewayOptions with_own_flags(testkit::GatewayOptions options) {
  options.compile_flags.emplace_back("--allow-plaintext");
  options.serve_flags.insert(options.serve_flags.end(), {"--workers", "1"});
  return options;
}

void append_number(std::string& bytes, std::int32_t number) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof number);
  bytes.append(raw, sizeof number);
}

std::string hexadecimal(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

std::string query_of(const std::vector<OutboundCall>& calls) {
  std::string bytes;
  for (const OutboundCall& call : calls) {
    bytes += static_cast<char>(call.function);
    append_number(bytes, call.body ? static_cast<std::int32_t>(call.body->size()) : -1);
    append_number(bytes, static_cast<std::int32_t>(call.json.size()));
    bytes += call.body.value_or("") + call.json;
  }
  return hexadecimal(bytes);
}

/// Takes it from the front of the bytes.
template <typename Number>
Number take_number(std::string_view& bytes) {
  Number number = 0;
  if (bytes.size() < sizeof number) throw TestkitError("the plugin's answer is cut off");
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

std::string take(std::string_view& bytes, std::size_t length) {
  if (bytes.size() < length) throw TestkitError("the plugin's answer is cut off");
  std::string text(bytes.substr(0, length));
  bytes.remove_prefix(length);
  return text;
}

CallOutcome take_outcome(std::string_view& bytes) {
  CallOutcome outcome;
  outcome.came = take_number<std::int32_t>(bytes);
  const auto result = take_number<std::int32_t>(bytes);
  const auto slot = take_number<std::int64_t>(bytes);
  outcome.result = take(bytes, static_cast<std::size_t>(result));
  if (slot >= 0) outcome.slot = take(bytes, static_cast<std::size_t>(slot));
  return outcome;
}

}  // namespace

std::string_view name_of(OutboundFunction function) {
  switch (function) {
    case OutboundFunction::kCall:
      return "Call";
    case OutboundFunction::kStream:
      return "Stream";
    case OutboundFunction::kDetach:
      return "Detach";
    case OutboundFunction::kUpgrade:
      return "Upgrade";
  }
  return "";
}

std::string http_request(std::string_view url, std::string_view more) {
  return R"({"method":"GET","url":")" + std::string(url) + '"' + std::string(more) + '}';
}

CallingGateway::CallingGateway(const CallingGatewayOptions& options)
    : gateway_(
          project_
              .plugin("calls", "dispatcher", module_of(options.abi), {"http_call", "ws_upgrade"})
              .serve(spec_of(options.written), with_own_flags(options.gateway))) {}

CallingGateway::~CallingGateway() {
  testkit::Child& process = gateway_.process();
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(std::chrono::milliseconds(20'000)), 0) << gateway_.standard_error();
}

Response CallingGateway::request(const std::vector<OutboundCall>& calls, Entry entry) const {
  // The handshake of a WebSocket is an ordinary request to everything else.
  return gateway_.request(testkit::websocket_handshake(
      (entry == Entry::kWritten ? "/written?" : "/computed?") + query_of(calls)));
}

std::vector<CallOutcome> CallingGateway::ask_each(const std::vector<OutboundCall>& calls,
                                                  Entry entry) const {
  const Response response = request(calls, entry);
  if (response.header("content-type") != kOwnType)
    throw TestkitError("not the plugin's own answer: " + response.body + '\n' + log());
  std::vector<CallOutcome> outcomes;
  for (std::string_view bytes = response.body; !bytes.empty();)
    outcomes.push_back(take_outcome(bytes));
  if (outcomes.size() != calls.size()) throw TestkitError("not one outcome for each call");
  return outcomes;
}

CallOutcome CallingGateway::ask(const OutboundCall& call, Entry entry) const {
  return ask_each({call}, entry).front();
}

std::vector<std::string> CallingGateway::failures() const {
  constexpr std::string_view kMember = R"("kind":")";
  const std::string text = log();
  std::vector<std::string> kinds;
  for (std::size_t at = text.find(kMember); at != std::string::npos; at = text.find(kMember, at)) {
    at += kMember.size();
    kinds.push_back(text.substr(at, text.find('"', at) - at));
  }
  return kinds;
}

bool CallingGateway::logs_failures(const std::vector<std::string>& kinds) const {
  return testkit::eventually(std::chrono::milliseconds(20'000),
                             [&] { return failures() == kinds; });
}

}  // namespace barbacane::integration
