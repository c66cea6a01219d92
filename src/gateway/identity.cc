#include "gateway/identity.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/byte_word.h"
#include "base/text.h"

namespace barbacane::gateway {
namespace {

constexpr std::size_t kUuidLength = 36;
constexpr std::size_t kTraceIdLength = 32;

/// Sixteen lower-case hexadecimal digits, one for each half byte, in no promised order: enough for
/// random numbers, and without a table.
void put_random_digits(char* out, std::uint64_t random) {
  using base::all_bytes;
  for (const std::uint64_t nibbles : {random & all_bytes(15), random >> 4 & all_bytes(15)}) {
    const std::uint64_t above_nine = (nibbles + all_bytes(6)) >> 4 & all_bytes(1);
    const std::uint64_t digits = nibbles + all_bytes('0') + above_nine * ('a' - '0' - 10);
    std::memcpy(out, &digits, sizeof digits);
    out += sizeof digits;
  }
}

void put_uuid(char* out, Random& random) {
  char digits[32];
  put_random_digits(digits, random.next());
  put_random_digits(digits + 16, random.next());
  digits[12] = '4';
  digits[16] = "89ab"[digits[16] & 3];
  std::memcpy(out, digits, 8);
  std::memcpy(out + 9, digits + 8, 4);
  std::memcpy(out + 14, digits + 12, 4);
  std::memcpy(out + 19, digits + 16, 4);
  std::memcpy(out + 24, digits + 20, 12);
  out[8] = out[13] = out[18] = out[23] = '-';
}

void put_trace_id(char* out, Random& random) {
  put_random_digits(out, random.next() | 1);  // never all zero
  put_random_digits(out + 16, random.next());
}

bool lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool all_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

/// Two `traceparent` lines are as good as none.
std::string_view only_traceparent(const http::RequestHead& head) {
  const http::Field* first = head.find(http::KnownField::kTraceparent);
  if (first == nullptr) return {};
  const auto lines = std::count_if(head.fields.begin(), head.fields.end(), [](const auto& field) {
    return field.known == http::KnownField::kTraceparent;
  });
  return lines == 1 ? first->value : std::string_view{};
}

}  // namespace

bool acceptable_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string_view trace_id_of(std::string_view traceparent) {
  // version "-" trace-id "-" parent-id "-" flags; higher versions may go on after another dash.
  constexpr std::size_t kLength = 2 + 1 + 32 + 1 + 16 + 1 + 2;
  if (traceparent.size() < kLength) return {};
  if (traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-') return {};
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view trace_id = traceparent.substr(3, 32);
  const std::string_view parent_id = traceparent.substr(36, 16);
  const std::string_view flags = traceparent.substr(53, 2);
  if (!lower_hex(version) || !lower_hex(trace_id) || !lower_hex(parent_id) || !lower_hex(flags)) {
    return {};
  }
  if (version == "ff" || all_zero(trace_id) || all_zero(parent_id)) return {};
  if (traceparent.size() > kLength && (version == "00" || traceparent[kLength] != '-')) return {};
  return trace_id;
}

std::string_view next_traceparent(const Identity& identity, Random& random,
                                  std::pmr::memory_resource* arena) {
  constexpr std::size_t kSpanIdLength = 16;
  constexpr std::size_t kLength = 3 + kTraceIdLength + 1 + kSpanIdLength + 3;
  constexpr std::size_t kFlags = 54;  // the last digit of them, in what the client sent
  auto* text = static_cast<char*>(arena->allocate(kLength, 1));
  std::memcpy(text, "00-", 3);
  std::memcpy(text + 3, identity.trace_id.data(), kTraceIdLength);
  text[3 + kTraceIdLength] = '-';
  put_random_digits(text + 4 + kTraceIdLength, random.next() | 1);  // never all zero
  const bool sampled =
      identity.parent.empty() || (base::hex_digit(identity.parent[kFlags]) & 1) != 0;
  std::memcpy(text + kLength - 3, sampled ? "-01" : "-00", 3);
  return {text, kLength};
}

Identity identify(const http::RequestHead& head, Random& random, std::pmr::memory_resource* arena) {
  auto* room = static_cast<char*>(arena->allocate(kUuidLength + kTraceIdLength, 1));
  Identity identity;
  identity.request_id = head.value(http::KnownField::kXRequestId);
  if (!acceptable_request_id(identity.request_id)) {
    put_uuid(room, random);
    identity.request_id = {room, kUuidLength};
  }
  const std::string_view parent = only_traceparent(head);
  identity.trace_id = trace_id_of(parent);
  if (!identity.trace_id.empty()) {
    identity.parent = parent;
  } else {
    put_trace_id(room + kUuidLength, random);
    identity.trace_id = {room + kUuidLength, kTraceIdLength};
  }
  return identity;
}

}  // namespace barbacane::gateway
