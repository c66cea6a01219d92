#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "schema/json.h"
#include "schema/number.h"

/// The bytes as a JSON text. simdjson's own document of it must say the same where both take it,
/// and one of few reasons must hold where only one does; what was read is written and read again;
/// its numbers are compared with doubles. The same bytes then drive the calls that build a tape by
/// hand, next to the text they should come to.
namespace {

using namespace barbacane::schema;
using simdjson::dom::element;
using ErrorKind = JsonError::Kind;

constexpr JsonOptions kLastWins{.repeated = JsonOptions::RepeatedNames::kLastWins};

void require(bool holds) {
  if (!holds) std::abort();
}

std::string text_of(Value value) {
  std::string out;
  append_json(out, value);
  return out;
}

double double_of(std::string_view literal) {
  return std::strtod(std::string(literal).c_str(), nullptr);
}

bool is_string(const element& theirs, std::string_view text) {
  std::string_view other;
  return theirs.get_string().get(other) == simdjson::SUCCESS && other == text;
}

void require_same(Value ours, element theirs);

void require_same_array(Value ours, const element& theirs) {
  simdjson::dom::array array;
  require(theirs.get_array().get(array) == simdjson::SUCCESS);
  auto other = array.begin();
  for (const Value value : ours.elements()) {
    require(other != array.end());
    require_same(value, *other);
    ++other;
  }
  require(!(other != array.end()));
}

void require_same_object(Value ours, const element& theirs) {
  simdjson::dom::object object;
  require(theirs.get_object().get(object) == simdjson::SUCCESS);
  auto other = object.begin();
  for (const Member member : ours.members()) {
    require(other != object.end());
    require(other.key() == member.name());
    require(member.key.node()->hash == name_hash(member.name()));
    require_same(member.value, other.value());
    ++other;
  }
  require(!(other != object.end()));
}

// Depth is bounded by our default.
void require_same(Value ours, element theirs) {
  switch (ours.kind()) {
    case Kind::kNull:
      return require(theirs.is_null());
    case Kind::kFalse:
    case Kind::kTrue:
      return require(theirs.is_bool() && bool(theirs) == (ours.kind() == Kind::kTrue));
    case Kind::kString:
      return require(is_string(theirs, ours.text()));
    case Kind::kNumber:
      require(is_number_literal(ours.text()));
      return require(theirs.is_number() && double(theirs) == double_of(ours.text()));
    case Kind::kArray:
      return require_same_array(ours, theirs);
    case Kind::kObject:
      return require_same_object(ours, theirs);
  }
}

std::vector<std::string_view> numbers_of(Value value) {
  std::vector<std::string_view> numbers;
  for (std::uint32_t i = 0; i < value.node()->extent; ++i)
    if (const Value part(value.node() + i); part.is_number()) numbers.push_back(part.text());
  return numbers;
}

/// What simdjson's document cannot hold: integers beyond 64 bits and fractions beyond a double.
bool has_huge_number(Value value) {
  for (const std::string_view literal : numbers_of(value))
    if (std::isinf(double_of(literal)) || literal.size() >= 19) return true;
  return false;
}

void compare_with_simdjson(std::string_view text, const std::expected<Value, JsonError>& ours) {
  static simdjson::dom::parser parser;
  element theirs;
  const auto error = parser.parse(simdjson::padded_string(text)).get(theirs);
  if (ours && error == simdjson::SUCCESS) return require_same(*ours, theirs);
  if (ours) return require(error == simdjson::NUMBER_ERROR && has_huge_number(*ours));
  if (error != simdjson::SUCCESS) return;
  const ErrorKind kind = ours.error().kind;
  // It lets a lone surrogate through, which the text then spells `\u`.
  require(kind == ErrorKind::kRepeatedName || kind == ErrorKind::kTooDeep ||
          (kind == ErrorKind::kEncoding && text.substr(ours.error().offset).starts_with("\\u")));
}

void require_same_tape(Value a, Value b) {
  require(a.node()->extent == b.node()->extent);
  for (std::uint32_t i = 0; i < a.node()->extent; ++i) {
    const Value::Node &x = a.node()[i], &y = b.node()[i];
    require(x.kind == y.kind && x.size == y.size && x.extent == y.extent && x.hash == y.hash);
    if (x.text != nullptr || y.text != nullptr)
      require(std::string_view(x.text, x.size) == std::string_view(y.text, y.size));
  }
}

void read_again(Value value) {
  static Tape tape;
  const std::string written = text_of(value);
  const auto again = tape.read(written);
  require(again.has_value());
  require_same_tape(value, *again);
  tape.shrink(1 << 20);
}

void keep_last(std::string_view text, const std::expected<Value, JsonError>& strict) {
  static Tape tape;
  const auto kept = tape.read(text, kLastWins);
  if (strict) return require_same_tape(*strict, kept.value());
  if (kept) {
    require(strict.error().kind == ErrorKind::kRepeatedName);
    read_again(*kept);
  }
}

void check_numbers(Value value) {
  auto literals = numbers_of(value);
  if (literals.size() > 16) literals.resize(16);
  for (const std::string_view a : literals) {
    for (const std::string_view b : literals) {
      const Number x(a), y(b);
      const double dx = double_of(a), dy = double_of(b);
      // Rounding keeps the order, but may lose a difference.
      require((x <=> y) == (0 <=> (y <=> x)));
      if (dx < dy) require(x < y);
      if (x == y) require(dx == dy);
      if (y.is_zero() || y.is_negative()) continue;
      const bool multiple = x.is_multiple_of(y);
      if (x == y) require(multiple);
      constexpr double kExact = 9007199254740992;
      if (x.is_integer() && y.is_integer() && std::abs(dx) < kExact && dy < kExact)
        require(multiple == (std::fmod(dx, dy) == 0));
    }
  }
}

/// Calls of the builder, chosen by bytes, and the text that should come of them.
class Builder {
 public:
  void run(std::string_view bytes) {
    tape_.begin();
    open(bytes.size() % 2 == 0);
    for (const char c : bytes) step(static_cast<unsigned char>(c));
    while (!objects_.empty()) close();
    require(text_of(tape_.built()) == expected_);
    read_again(tape_.built());
  }

 private:
  void step(unsigned char byte) {
    switch (byte % 8) {
      case 0:
      case 1:
        if (objects_.size() < 100) return open(byte % 8 == 0);
        return;
      case 2:
        if (objects_.size() > 1) close();
        return;
      case 3:
        return value([&] { tape_.boolean(byte < 128); }, byte < 128 ? "true" : "false");
      case 4:
        return value([&] { tape_.null(); }, "null");
      case 5:
        return value([&] { tape_.number("-1.5e400"); }, "-1.5e400");
      case 6: {
        char* text = tape_.allocate_text(byte);
        std::memset(text, 'x', byte);
        return value([&] { tape_.string({text, byte}); }, '"' + std::string(byte, 'x') + '"');
      }
      default: {
        static Tape other;
        const auto copied = other.read(R"({"a":[1,{"b":"c"}],"d":{}})");
        return value([&] { tape_.copy(copied.value()); }, text_of(*copied));
      }
    }
  }

  template <class Add>
  void value(Add add, const std::string& text) {
    if (!empty_) expected_ += ',';
    if (!objects_.empty() && objects_.back()) {
      names_.push_back(std::make_unique<std::string>("name" + std::to_string(names_.size())));
      tape_.name(*names_.back());
      expected_ += '"' + *names_.back() + "\":";
    }
    add();
    expected_ += text;
    empty_ = false;
  }

  void open(bool object) {
    value([&] { object ? tape_.open_object() : tape_.open_array(); }, object ? "{" : "[");
    objects_.push_back(object);
    empty_ = true;
  }

  void close() {
    tape_.close();
    expected_ += objects_.back() ? '}' : ']';
    objects_.pop_back();
    empty_ = false;
  }

  Tape tape_;
  std::string expected_;
  std::vector<bool> objects_;
  std::vector<std::unique_ptr<std::string>> names_;
  bool empty_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Tape tape;
  // Of exactly its size, so that a step beyond the text is seen.
  const auto exact = std::make_unique_for_overwrite<char[]>(size);
  std::memcpy(exact.get(), data, size);
  const std::string_view text(exact.get(), size);
  tape.shrink(0);  // a tape with room to spare would hide a step beyond its end
  const auto value = tape.read(text);
  if (!value) require(!describe(value.error()).empty() && value.error().offset <= size);
  compare_with_simdjson(text, value);
  keep_last(text, value);
  if (value) {
    read_again(*value);
    check_numbers(*value);
  }
  Builder().run(text.substr(0, 200));
  return 0;
}
