#include "schema/detail/sample_rules.h"

#include <algorithm>
#include <charconv>

#include "schema/number.h"

namespace barbacane::schema {

namespace {

std::uint64_t code_points(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool same(Value a, Value b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_number()) return Number(a.text()) == Number(b.text());
  if (a.is_string()) return a.text() == b.text();
  if (!a.is_array() && !a.is_object()) return true;
  std::string left, right;
  append_json(left, a);
  append_json(right, b);
  return left == right;
}

std::uint8_t type_bits(Value value) {
  switch (value.kind()) {
    case Kind::kNull:
      return TypeSet::kNull;
    case Kind::kFalse:
    case Kind::kTrue:
      return TypeSet::kBoolean;
    case Kind::kNumber:
      return Number(value.text()).is_integer() ? TypeSet::kInteger : TypeSet::kFraction;
    case Kind::kString:
      return TypeSet::kString;
    case Kind::kArray:
      return TypeSet::kArray;
    case Kind::kObject:
      return TypeSet::kObject;
  }
  return 0;
}

std::uint8_t bits_named(std::string_view name) {
  if (name == "null") return TypeSet::kNull;
  if (name == "boolean") return TypeSet::kBoolean;
  if (name == "integer") return TypeSet::kInteger;
  if (name == "number") return TypeSet::kNumber;
  if (name == "string") return TypeSet::kString;
  if (name == "array") return TypeSet::kArray;
  if (name == "object") return TypeSet::kObject;
  return 0;
}

bool is_of_numbers(Format format) { return format == Format::kInt32 || format == Format::kInt64; }

}  // namespace

TypeSet types_named(Value type) {
  TypeSet set;
  if (type.is_string()) set.bits = bits_named(type.text());
  if (type.is_array()) {
    set.bits = 0;
    for (Value name : type.elements()) {
      if (name.is_string()) set.bits |= bits_named(name.text());
    }
  }
  return set;
}

std::uint64_t count_of(Value number) {
  if (!number.is_number() || number.text().starts_with('-')) return 0;
  double value = 0;
  const std::string_view text = number.text();
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value < 1e15 ? static_cast<std::uint64_t>(value) : std::uint64_t{1} << 50;
}

const PatternCache::Entry& PatternCache::get(std::string_view source) {
  if (const auto found = entries_.find(source); found != entries_.end()) return found->second;
  Entry entry;
  if (auto pattern = Pattern::compile(source)) entry.pattern = *std::move(pattern);
  entry.sampler = PatternSampler::parse(source);
  return entries_.emplace(std::string(source), std::move(entry)).first->second;
}

ScalarRules::ScalarRules(const std::vector<Value>& schemas, PatternCache& cache) {
  for (Value schema : schemas) read(schema, cache);
}

void ScalarRules::read(Value schema, PatternCache& cache) {
  for (const Member& member : schema.members()) {
    const std::string_view keyword = member.name();
    const Value value = member.value;
    if (keyword == "type") {
      read_types(value);
    } else if (keyword == "const") {
      constants.push_back(value);
    } else if (keyword == "enum" && value.is_array()) {
      enums.push_back(value);
    } else if (keyword == "format" && value.is_string()) {
      if (const auto format = parse_format(value.text())) formats.push_back(*format);
      textual = textual || value.text() == "password" || value.text() == "byte" ||
                value.text() == "binary";
    } else if (keyword == "pattern" && value.is_string()) {
      patterns.push_back(&cache.get(value.text()));
    } else if (keyword == "minLength") {
      least_length = std::max(least_length, count_of(value));
    } else if (keyword == "maxLength") {
      most_length = std::min(most_length, count_of(value));
    }
  }
  read_bound(schema, "minimum", Bound::Kind::kLeast);
  read_bound(schema, "exclusiveMinimum", Bound::Kind::kMore);
  read_bound(schema, "maximum", Bound::Kind::kMost);
  read_bound(schema, "exclusiveMaximum", Bound::Kind::kLess);
  read_bound(schema, "multipleOf", Bound::Kind::kMultiple);
  numeric = numeric || !bounds.empty() || std::ranges::any_of(formats, is_of_numbers);
  textual = textual || !patterns.empty() || least_length > 0 || most_length < UINT64_MAX ||
            std::ranges::any_of(formats, [](Format format) { return !is_of_numbers(format); });
}

void ScalarRules::read_types(Value type) {
  types.bits &= types_named(type).bits;
  if (!order.empty()) return;
  if (type.is_string()) order.push_back(bits_named(type.text()));
  if (!type.is_array()) return;
  for (Value name : type.elements()) {
    if (name.is_string()) order.push_back(bits_named(name.text()));
  }
}

void ScalarRules::read_bound(Value schema, std::string_view keyword, Bound::Kind kind) {
  const auto value = schema.find(keyword);
  if (value && value->is_number()) bounds.push_back({*value, kind});
}

bool ScalarRules::is_chosen(Value value) const {
  return std::ranges::all_of(constants, [&](Value constant) { return same(constant, value); }) &&
         std::ranges::all_of(enums, [&](Value list) {
           for (Value member : list.elements()) {
             if (same(member, value)) return true;
           }
           return false;
         });
}

bool ScalarRules::allow(Value value) const {
  if ((types.bits & type_bits(value)) == 0 || !is_chosen(value)) return false;
  if (value.is_string()) return allows_string(value.text());
  return !value.is_number() || allows_number(value.text());
}

bool ScalarRules::allows_string(std::string_view text) const {
  const std::uint64_t length = code_points(text);
  if (length < least_length || length > most_length) return false;
  const auto has_format = [&](Format format) {
    return is_of_numbers(format) || matches(format, text);
  };
  const auto has_pattern = [&](const PatternCache::Entry* entry) { return entry->matches(text); };
  return std::ranges::all_of(formats, has_format) && std::ranges::all_of(patterns, has_pattern);
}

bool ScalarRules::allows_number(std::string_view literal) const {
  const Number number(literal);
  if (!types.has(TypeSet::kFraction) && !number.is_integer()) return false;
  for (Format format : formats) {
    if (is_of_numbers(format) && number.is_integer() &&
        !number.fits(format == Format::kInt32 ? 32 : 64)) {
      return false;
    }
  }
  return std::ranges::all_of(bounds, [&](const Bound& bound) {
    const Number limit(bound.value.text());
    switch (bound.kind) {
      case Bound::Kind::kLeast:
        return number >= limit;
      case Bound::Kind::kMore:
        return number > limit;
      case Bound::Kind::kMost:
        return number <= limit;
      case Bound::Kind::kLess:
        return number < limit;
      case Bound::Kind::kMultiple:
        return limit.is_zero() || limit.is_negative() || number.is_multiple_of(limit);
    }
    return false;
  });
}

}  // namespace barbacane::schema
