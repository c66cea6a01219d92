#include "schema/detail/values.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "schema/detail/number_decimal.h"
#include "schema/number.h"

namespace barbacane::schema::detail {
namespace {

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ kGolden) * (b ^ 0xB7E151628AED2A6B);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t seed() {
  static const std::uint64_t value = [] {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
  }();
  return value;
}

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t state) {
  state = mix(state, bytes.size() + 1);
  while (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    state = mix(state ^ word, seed());
    bytes.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, bytes.data(), bytes.size());
  return mix(state ^ rest, seed() ^ kGolden);
}

std::uint64_t hash_number(std::string_view literal, std::uint64_t state) {
  const Decimal number = take_apart(literal);
  if (number.is_zero()) return mix(state, 0);
  state = mix(state ^ static_cast<std::uint64_t>(number.exponent), number.negative ? 3 : 5);
  const std::size_t count = number.count();
  for (std::size_t begin = 0; begin < count; begin += kWordDigits) {
    state = mix(state ^ word(number, begin, std::min(begin + kWordDigits, count)), seed());
  }
  return mix(state ^ count, seed());
}

std::uint64_t hash_value(Value value, std::uint64_t state) {
  switch (value.kind()) {
    case Kind::kNull:
    case Kind::kFalse:
    case Kind::kTrue:
      return mix(state, 7 + static_cast<std::uint64_t>(value.kind()));
    case Kind::kNumber:
      return hash_number(value.text(), state ^ 11);
    case Kind::kString:
      if (value.is_opaque()) return mix(state, value.size() + 29);
      return hash_bytes(value.text(), state ^ 13);
    case Kind::kArray: {
      std::uint64_t out = mix(state, 17);
      for (const Value element : value.elements()) out = mix(hash_value(element, state), out);
      return mix(out, value.size());
    }
    case Kind::kObject: {
      std::uint64_t sum = 0;  // whatever the order
      for (const Member member : value.members()) {
        sum += mix(hash_value(member.value, state), hash_bytes(member.name(), state ^ 19));
      }
      return mix(state ^ sum, value.size() + 23);
    }
  }
  return 0;
}

bool equal_objects(Value a, Value b) {
  if (a.size() != b.size()) return false;
  // Looking up each name in a long list takes quadratic time; a client could ask for that.
  constexpr std::size_t kMany = 16;
  if (a.size() > kMany) {
    const std::uint64_t other = mix(seed(), kGolden);
    return hash(a) == hash(b) && hash_value(a, other) == hash_value(b, other);
  }
  auto same = b.members().begin();  // most often in the same order
  for (const Member member : a.members()) {
    Member candidate = *same;
    ++same;
    if (candidate.name() != member.name()) {
      const auto found = b.find(member.name());
      if (!found) return false;
      candidate.value = *found;
    }
    if (!equal(member.value, candidate.value)) return false;
  }
  return true;
}

bool equal_arrays(Value a, Value b) {
  if (a.size() != b.size()) return false;
  auto other = b.elements().begin();
  for (const Value element : a.elements()) {
    if (!equal(element, *other)) return false;
    ++other;
  }
  return true;
}

}  // namespace

bool is_integer(std::string_view literal) { return Number(literal).is_integer(); }

std::optional<std::uint32_t> parse_count(std::string_view literal) {
  constexpr std::uint32_t kLargest = 0xFFFFFFFE;
  const Number number(literal);
  if (number.is_negative() || !number.is_integer()) return std::nullopt;
  if (number > Number("4294967294")) return kLargest;
  if (number.is_zero()) return 0;
  const Decimal digits = take_apart(literal);
  std::uint64_t value = word(digits, 0, digits.count());
  for (std::int64_t i = 0; i < digits.exponent; ++i) value *= 10;
  return static_cast<std::uint32_t>(value);
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

Weight weigh(const Value::Node* node) {
  Weight out;
  std::uint64_t bytes = 0;
  for (const Value::Node* at = node; at != node + node->extent; ++at) {
    if (at->kind != Kind::kNumber && at->kind != Kind::kString) continue;
    if (at->opaque) {
      out.opaque = true;
    } else {
      bytes += at->size;
    }
  }
  out.steps = 1 + node->extent / 4 + bytes / 64;
  return out;
}

bool equal(Value a, Value b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
    case Kind::kFalse:
    case Kind::kTrue:
      return true;
    case Kind::kNumber:
      return a.text() == b.text() || Number(a.text()) == Number(b.text());
    case Kind::kString:
      return !a.is_opaque() && !b.is_opaque() && a.text() == b.text();
    case Kind::kArray:
      return equal_arrays(a, b);
    case Kind::kObject:
      return equal_objects(a, b);
  }
  return false;
}

std::uint64_t hash(Value value) { return hash_value(value, seed()); }

}  // namespace barbacane::schema::detail
