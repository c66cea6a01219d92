#include "schema/detail/sentences.h"

#include "base/text.h"
#include "schema/detail/values.h"

namespace barbacane::schema::detail {
namespace {

struct TypeName {
  std::uint8_t bits;
  std::string_view name;
};

constexpr TypeName kTypeNames[] = {
    {TypeSet::kString, "a string"},    {TypeSet::kNumber, "a number"},
    {TypeSet::kInteger, "an integer"}, {TypeSet::kBoolean, "a boolean"},
    {TypeSet::kArray, "an array"},     {TypeSet::kObject, "an object"},
    {TypeSet::kNull, "null"},
};

std::string_view dash_bound(Keyword keyword) {
  switch (keyword) {
    case Keyword::kMinLength:
    case Keyword::kMinItems:
    case Keyword::kMinProperties:
      return "at least ";
    default:
      return "at most ";
  }
}

template <class Item>
std::string listed(std::size_t count, Item item) {
  constexpr std::size_t kMost = 8;
  const std::size_t shown_count = count > kMost + 1 ? kMost : count;
  std::string out;
  for (std::size_t i = 0; i < shown_count; ++i) {
    if (i != 0) out += ", ";
    out += item(i);
  }
  if (shown_count < count) out += " or " + std::to_string(count - shown_count) + " others";
  return out;
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return std::string(text);
  return std::string(base::utf8_prefix(text, kMost - 3)) + "…";  // the dots take three
}

std::string shown(Value value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kFalse:
      return "false";
    case Kind::kTrue:
      return "true";
    case Kind::kNumber:
      return shown(value.text());
    case Kind::kString:
      return value.is_opaque() ? "the content sent" : "'" + shown(value.text()) + "'";
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kFalse:
    case Kind::kTrue:
      return "a boolean";
    case Kind::kNumber:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

std::string types_name(std::uint8_t types) {
  std::string_view names[std::size(kTypeNames)];
  std::size_t count = 0;
  unsigned left = types;
  for (const TypeName& type : kTypeNames) {
    if ((left & type.bits) != type.bits) continue;
    left &= ~unsigned{type.bits};
    names[count++] = type.name;
  }
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) out += i + 1 == count ? " or " : ", ";
    out += names[i];
  }
  return out;
}

std::string choices(const Program::Impl& program, const Enum& values) {
  return listed(values.count, [&](std::size_t i) {
    const Value value = program.constant(program.enum_values[values.values + i]);
    if (value.kind() < Kind::kArray) return shown(value);
    std::string json;
    append_json(json, value);
    return shown(json);
  });
}

std::string choices(std::span<const std::string_view> names) {
  return listed(names.size(), [&](std::size_t i) { return "'" + shown(names[i]) + "'"; });
}

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return std::to_string(count).append(" ").append(count == 1 ? singular : plural);
}

Words words_for(const Program::Impl& program, const Instruction& in, Value value) {
  Words out;
  switch (in.op) {
    case Op::kMultipleOf:
      out.expected = "a multiple of " + shown(program.divisors[in.a].literal.view());
      out.sentence = "must be " + out.expected + ", but is " + shown(value);
      break;
    case Op::kNumberFormat:
      out.expected = "an integer of " + std::to_string(in.n) + " bits";
      out.sentence = "must fit into " + std::to_string(in.n) + " bits, but is " + shown(value);
      break;
    case Op::kPattern: {
      // The pattern is the schema's; but no sentence should fill a screen.
      const std::string_view source = program.patterns[in.a].source();
      std::string pattern(base::utf8_prefix(source, 200));
      if (pattern.size() < source.size()) pattern += "…";
      out.expected = "a string that matches " + pattern;
      out.sentence = "must match the pattern " + pattern + ", but is " + shown(value);
      break;
    }
    case Op::kStringFormat: {
      const auto format = static_cast<Format>(in.n);
      out.expected = std::string(example_of(format));
      out.sentence = "must be of format " + std::string(to_text(format)) + ": " + out.expected +
                     ", but is " + shown(value);
      break;
    }
    case Op::kEnum: {
      const Enum& values = program.enums[in.a];
      const std::string list = choices(program, values);
      out.expected = values.count == 1 ? list : "one of " + list;
      out.sentence = values.count == 0 ? "must not be there: no value is allowed"
                                       : "must be " + out.expected + ", but is " + shown(value);
      break;
    }
    case Op::kConst:
      out.expected = choices(program, program.enums[in.a]);
      out.sentence = "must be " + out.expected + ", but is " + shown(value);
      break;
    case Op::kNot:
      out.sentence = "must not be what the schema under 'not' describes";
      break;
    default:
      out.sentence = "is not valid";
      break;
  }
  return out;
}

Words words_for_size(Keyword keyword, std::uint32_t bound, std::uint64_t size) {
  const bool text = keyword == Keyword::kMinLength || keyword == Keyword::kMaxLength;
  const bool array = keyword == Keyword::kMinItems || keyword == Keyword::kMaxItems;
  const std::string_view one = text ? "character" : array ? "element" : "property";
  const std::string_view many = text ? "characters" : array ? "elements" : "properties";
  Words out;
  out.expected = std::string(dash_bound(keyword)) + counted(bound, one, many);
  out.sentence = "must have " + out.expected + ", but has " + std::to_string(size);
  return out;
}

}  // namespace barbacane::schema::detail
