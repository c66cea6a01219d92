#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "schema/detail/compiler.h"
#include "schema/detail/string_set.h"
#include "schema/detail/values.h"

/// Keywords that hold no schemas.
namespace barbacane::schema::detail {
namespace {

struct NamedType {
  std::string_view name;
  std::uint8_t bits;
};

constexpr NamedType kTypes[] = {
    {"null", TypeSet::kNull},     {"boolean", TypeSet::kBoolean}, {"integer", TypeSet::kInteger},
    {"number", TypeSet::kNumber}, {"string", TypeSet::kString},   {"array", TypeSet::kArray},
    {"object", TypeSet::kObject},
};

}  // namespace

std::uint8_t Compiler::type_bit(const Draft& draft, Value name) {
  if (!name.is_string()) {
    fail(draft, Keyword::kType,
         "'type' must name a type, not " + std::string(kind_name(name.kind())));
    return TypeSet::kAll;
  }
  for (const NamedType& type : kTypes) {
    if (type.name == name.text()) return type.bits;
  }
  std::string_view names[std::size(kTypes)];
  std::ranges::transform(kTypes, names, &NamedType::name);
  const std::string_view near = base::nearest(name.text(), names);
  fail(draft, Keyword::kType, "unknown type " + quote(name.text()),
       near.empty() ? "types are null, boolean, integer, number, string, array and object"
                    : "did you mean '" + std::string(near) + "'?");
  return TypeSet::kAll;
}

void Compiler::type(Draft& draft) {
  const Value type = draft[Keyword::kType];
  if (!type) return;
  draft.types = 0;
  if (type.is_array()) {
    if (type.size() == 0) fail(draft, Keyword::kType, "'type' must name at least one type");
    for (const Value each : type.elements()) draft.types |= type_bit(draft, each);
  } else {
    draft.types = type_bit(draft, type);
  }
  const Value nullable = draft[Keyword::kNullable];
  if (!nullable || !draft.rules->openapi()) return;
  if (nullable.kind() == Kind::kTrue) {
    // It widens `type` alone: an `enum` without null goes on refusing null (OpenAPI 3.0.3, 4.7.24).
    draft.types |= TypeSet::kNull;
  } else if (nullable.kind() != Kind::kFalse) {
    fail(draft, Keyword::kNullable, "'nullable' must be true or false");
  }
}

void Compiler::constants(Draft& draft, Keyword keyword) {
  const Value value = draft[keyword];
  if (!value) return;
  if (keyword == Keyword::kEnum && !value.is_array()) {
    return fail(draft, keyword,
                "'enum' must be a list of values, not " + std::string(kind_name(value.kind())));
  }
  Enum out;
  out.values = static_cast<std::uint32_t>(out_.enum_values.size());
  std::vector<Text> strings;
  const auto add = [&](Value each) {
    out_.enum_values.push_back(add_constant(each));
    ++out.count;
    if (each.is_string()) strings.push_back(out_.pool.intern(each.text()));
  };
  if (keyword == Keyword::kConst) {
    add(value);
  } else {
    for (const Value each : value.elements()) add(each);
  }
  out.strings = add_strings(out_, strings);
  const Op op = keyword == Keyword::kConst ? Op::kConst : Op::kEnum;
  draft.emit(kAnything, {op, keyword, 0, static_cast<std::uint32_t>(out_.enums.size())});
  out_.enums.push_back(out);
}

std::uint32_t Compiler::add_constant(Value value) {
  const auto index = static_cast<std::uint32_t>(out_.constants.size());
  const Value::Node* node = value.node();
  for (const Value::Node* const end = node + node->extent; node != end; ++node) {
    Value::Node copy = *node;
    if (copy.kind == Kind::kNumber || copy.kind == Kind::kString) {
      copy.text = out_.pool.intern(Value(node).text()).data;
    }
    out_.constants.push_back(copy);
  }
  return index;
}

void Compiler::range(Draft& draft) {
  Range range;
  range.bounds = static_cast<std::uint32_t>(out_.bounds.size());
  const auto bound = [&](Keyword keyword, Value value) {
    out_.bounds.push_back({keyword, out_.pool.intern(value.text())});
    ++range.count;
    const auto small = small_integer(value.text());
    if (!small) {
      range.small = false;
      return;
    }
    if (keyword == Keyword::kMinimum) range.low = std::max(range.low, *small);
    if (keyword == Keyword::kExclusiveMinimum) range.low = std::max(range.low, *small + 1);
    if (keyword == Keyword::kMaximum) range.high = std::min(range.high, *small);
    if (keyword == Keyword::kExclusiveMaximum) range.high = std::min(range.high, *small - 1);
  };
  const auto side = [&](Keyword inclusive, Keyword exclusive) {
    const Value limit = draft[inclusive];
    const Value strict = draft[exclusive];
    const std::string name(to_text(inclusive));
    if (limit && !limit.is_number()) fail(draft, inclusive, "'" + name + "' must be a number");
    const bool is_flag = strict && (strict.kind() == Kind::kTrue || strict.kind() == Kind::kFalse);
    if (is_flag && draft.rules->openapi()) {
      if (limit && limit.is_number()) {
        bound(strict.kind() == Kind::kTrue ? exclusive : inclusive, limit);
      }
      return;
    }
    if (limit && limit.is_number()) bound(inclusive, limit);
    if (!strict) return;
    if (strict.is_number()) return bound(exclusive, strict);
    fail(draft, exclusive, "'" + std::string(to_text(exclusive)) + "' must be a number",
         is_flag ? "true and false are OpenAPI 3.0's; write the bound itself here, without '" +
                       name + "'"
                 : "");
  };
  side(Keyword::kMinimum, Keyword::kExclusiveMinimum);
  side(Keyword::kMaximum, Keyword::kExclusiveMaximum);
  if (range.count == 0) return;
  draft.emit(kNumbers,
             {Op::kRange, Keyword::kMinimum, 0, static_cast<std::uint32_t>(out_.ranges.size())});
  out_.ranges.push_back(range);
}

void Compiler::multiple_of(Draft& draft) {
  const Value value = draft[Keyword::kMultipleOf];
  if (!value) return;
  if (!value.is_number() || Number(value.text()).is_zero() || Number(value.text()).is_negative()) {
    return fail(draft, Keyword::kMultipleOf, "'multipleOf' must be a number above 0");
  }
  draft.emit(kNumbers, {Op::kMultipleOf, Keyword::kMultipleOf, 0,
                        static_cast<std::uint32_t>(out_.divisors.size())});
  out_.divisors.push_back(
      {out_.pool.intern(value.text()), small_integer(value.text()).value_or(0)});
}

std::uint32_t Compiler::count_of(const Draft& draft, Keyword keyword, std::uint32_t otherwise) {
  const Value value = draft[keyword];
  if (!value) return otherwise;
  const auto count = value.is_number() ? parse_count(value.text()) : std::nullopt;
  if (count) return *count;
  fail(draft, keyword, "'" + std::string(to_text(keyword)) + "' must be a non-negative integer");
  return otherwise;
}

void Compiler::length(Draft& draft) {
  const std::uint32_t least = count_of(draft, Keyword::kMinLength, 0);
  const std::uint32_t most = count_of(draft, Keyword::kMaxLength, kNowhere);
  if (least == 0 && most == kNowhere) return;
  draft.emit(kStrings, {Op::kLength, Keyword::kMinLength, 0, least, most});
}

void Compiler::sizes(Draft& draft, Keyword least, Group group, Op op) {
  const auto most = static_cast<Keyword>(static_cast<unsigned>(least) + 1);
  const std::uint32_t from = count_of(draft, least, 0);
  const std::uint32_t to = count_of(draft, most, kNowhere);
  if (from == 0 && to == kNowhere) return;
  draft.emit(group, {op, least, 0, from, to});
}

void Compiler::pattern(Draft& draft) {
  const Value value = draft[Keyword::kPattern];
  if (!value) return;
  if (!value.is_string()) return fail(draft, Keyword::kPattern, "'pattern' must be a string");
  const std::uint32_t number = add_pattern(value, out_.spell(draft.place) + "/pattern");
  draft.emit(kStrings, {Op::kPattern, Keyword::kPattern, 0, number});
}

std::uint32_t Compiler::add_pattern(Value source, const std::string& where) {
  const auto [known, added] = patterns_.emplace(source.text(), kNowhere);
  if (!added && known->second != kNowhere) return known->second;
  auto compiled = Pattern::compile(source.text());
  if (!compiled) {
    fail_at(where,
            quote(source.text()) + " is not a regular expression: " + compiled.error().message);
    return 0;
  }
  known->second = static_cast<std::uint32_t>(out_.patterns.size());
  out_.patterns.push_back(std::move(*compiled));
  return known->second;
}

void Compiler::format(Draft& draft) {
  const Value value = draft[Keyword::kFormat];
  if (!value) return;
  if (!value.is_string()) return fail(draft, Keyword::kFormat, "'format' must be a string");
  if (!draft.rules->assert_formats) return;
  const auto format = parse_format(value.text());
  if (!format) return;
  if (*format == Format::kInt32 || *format == Format::kInt64) {
    const std::uint16_t bits = *format == Format::kInt32 ? 32 : 64;
    draft.emit(kNumbers, {Op::kNumberFormat, Keyword::kFormat, bits});
  } else {
    draft.emit(kStrings,
               {Op::kStringFormat, Keyword::kFormat, static_cast<std::uint16_t>(*format)});
  }
}

void Compiler::unique_items(Draft& draft) {
  const Value value = draft[Keyword::kUniqueItems];
  if (!value || value.kind() == Kind::kFalse) return;
  if (value.kind() != Kind::kTrue) {
    return fail(draft, Keyword::kUniqueItems, "'uniqueItems' must be true or false");
  }
  draft.emit(kArrays, {Op::kUnique, Keyword::kUniqueItems});
}

}  // namespace barbacane::schema::detail
