#include "schema/detail/sample_draft.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace barbacane::schema {

namespace {

constexpr std::size_t kMaxSteps = 20'000;
constexpr std::size_t kMaxDepth = 32;
constexpr int kMaxReferences = 64;
constexpr std::size_t kMaxParts = 200;

/// Branches are taken in turn: two attempts at each, with all properties and with the required
/// ones, after the first two attempts, which try with and without examples.
std::size_t rotation(unsigned level) { return level < 2 ? 0 : (level - 1) / 2; }

bool has_object_keywords(Value schema) {
  return schema.find("properties") || schema.find("required") ||
         schema.find("additionalProperties") || schema.find("patternProperties") ||
         schema.find("minProperties") || schema.find("propertyNames") ||
         schema.find("dependentRequired") || schema.find("unevaluatedProperties");
}

bool has_array_keywords(Value schema) {
  return schema.find("items") || schema.find("prefixItems") || schema.find("contains") ||
         schema.find("minItems") || schema.find("maxItems") || schema.find("uniqueItems");
}

}  // namespace

unsigned SampleDraft::trouble_at(std::string_view pointer) const {
  const auto found = trouble_.find(pointer);
  return found == trouble_.end() ? 0 : found->second;
}

bool SampleDraft::trouble_below(std::string_view pointer) const {
  const auto found = trouble_.lower_bound(pointer);
  return found != trouble_.end() && found->first.starts_with(pointer);
}

SampleDraft::Place SampleDraft::target(Place schema) {
  for (int i = 0; i < kMaxReferences && schema && schema.value.is_object(); ++i) {
    const auto reference = schema.value.find("$ref");
    if (!reference || !reference->is_string()) return schema;
    schema = documents_.follow(reference->text(), schema);
  }
  return schema;
}

bool SampleDraft::is_open(const Parts& parts) const {
  return std::ranges::any_of(parts.places, [&](const Place& place) {
    return std::ranges::find(open_, place.value.node()) != open_.end();
  });
}

SampleDraft::Parts SampleDraft::gather(const std::vector<Place>& schemas, unsigned level) {
  Parts parts;
  for (const Place& schema : schemas) gather(schema, level, parts, 0);
  return parts;
}

void SampleDraft::gather(const Place& schema, unsigned level, Parts& parts, int depth) {
  if (!schema || depth > kMaxReferences || parts.places.size() > kMaxParts) return;
  if (schema.value.kind() == Kind::kFalse) parts.impossible = true;
  if (!schema.value.is_object()) return;
  const auto same = [&](const Place& place) { return place.value.node() == schema.value.node(); };
  if (std::ranges::any_of(parts.places, same)) return;
  parts.places.push_back(schema);
  ++steps_;
  for (std::string_view keyword : {"$ref", "$dynamicRef"}) {
    const auto reference = schema.value.find(keyword);
    if (!reference || !reference->is_string()) continue;
    gather(documents_.follow(reference->text(), schema), level, parts, depth + 1);
  }
  const auto all = schema.value.find("allOf");
  if (all && all->is_array()) {
    for (Value part : all->elements()) {
      gather({part, schema.document}, level, parts, depth + 1);
    }
  }
  gather_branch(schema, "anyOf", level, parts, depth);
  gather_branch(schema, "oneOf", level, parts, depth);
  gather_condition(schema, level, parts, depth);
}

void SampleDraft::gather_branch(const Place& owner, std::string_view keyword, unsigned level,
                                Parts& parts, int depth) {
  const auto list = owner.value.find(keyword);
  if (!list || !list->is_array() || list->size() == 0) return;
  TypeSet wanted;
  for (const Place& place : parts.places) {
    if (const auto type = place.value.find("type")) wanted.bits &= types_named(*type).bits;
  }
  // Best first: what leads on, then null, then what would only repeat the schemas around it.
  std::array<std::vector<Place>, 3> ranks;
  for (Value branch : list->elements()) {
    const Place place{branch, owner.document};
    const Place meant = target(place);
    if (!meant || meant.value.kind() == Kind::kFalse) continue;
    TypeSet types;
    if (meant.value.is_object()) {
      if (const auto type = meant.value.find("type")) types = types_named(*type);
    }
    if ((types.bits & wanted.bits) == 0) continue;
    const bool repeats = std::ranges::find(open_, meant.value.node()) != open_.end();
    ranks[repeats ? 2 : types.bits == TypeSet::kNull ? 1 : 0].push_back(place);
  }
  std::vector<Place> order;
  for (const auto& rank : ranks) order.insert(order.end(), rank.begin(), rank.end());
  if (order.empty()) {
    parts.impossible = true;
    return;
  }
  gather(order[rotation(level) % order.size()], level, parts, depth + 1);
}

void SampleDraft::gather_condition(const Place& owner, unsigned level, Parts& parts, int depth) {
  const auto condition = owner.value.find("if");
  if (!condition) return;
  const auto take = [&](std::string_view keyword) {
    const auto schema = owner.value.find(keyword);
    if (schema) gather({*schema, owner.document}, level, parts, depth + 1);
  };
  if (rotation(level) % 2 == 0 && condition->kind() != Kind::kFalse) {
    take("if");
    take("then");
  } else {
    take("else");
  }
}

bool SampleDraft::write_value(const std::vector<Place>& schemas, std::size_t ordinal) {
  const unsigned level = trouble_at(pointer_);
  const Parts parts = gather(schemas, level);
  if (parts.impossible || depth_ > kMaxDepth || ++steps_ > kMaxSteps ||
      out_.size() > options_.max_bytes) {
    return false;
  }
  const std::size_t opened = open_.size();
  for (const Place& place : parts.places) open_.push_back(place.value.node());
  ++depth_;
  const bool written = write_gathered(parts, level, ordinal);
  --depth_;
  open_.resize(opened);
  return written && out_.size() <= options_.max_bytes;
}

bool SampleDraft::write_gathered(const Parts& parts, unsigned level, std::size_t ordinal) {
  std::vector<Value> schemas;
  for (const Place& place : parts.places) schemas.push_back(place.value);
  const ScalarRules rules(schemas, patterns_);
  return write_chosen(parts, rules, level, ordinal) ||
         (rules.constants.empty() && rules.enums.empty() &&
          (write_example(parts, rules, level, ordinal) ||
           write_type(parts, rules, level, ordinal)));
}

bool SampleDraft::write_chosen(const Parts&, const ScalarRules& rules, unsigned level,
                               std::size_t ordinal) {
  std::vector<Value> allowed;
  std::vector<Value> nulls;
  const auto offer = [&](Value value) {
    if (rules.allow(value)) (value.kind() == Kind::kNull ? nulls : allowed).push_back(value);
  };
  for (Value constant : rules.constants) offer(constant);
  if (!rules.enums.empty()) {
    for (Value member : rules.enums.front().elements()) offer(member);
  }
  allowed.insert(allowed.end(), nulls.begin(), nulls.end());
  if (allowed.empty()) return false;
  return write_copy(allowed[(ordinal + rotation(level)) % allowed.size()]);
}

bool SampleDraft::write_example(const Parts& parts, const ScalarRules& rules, unsigned level,
                                std::size_t ordinal) {
  if (level > 0 || ordinal > 0) return false;
  const auto write = [&](Value value) {
    write_authored(value, parts);
    return true;
  };
  const auto fits = [&](Value value) {
    if (value.kind() == Kind::kNull) return rules.types.bits == TypeSet::kNull;
    const bool container = value.is_object() || value.is_array();
    if (container &&
        (trouble_below(pointer_) || options_.properties == SampleOptions::Properties::kRequired)) {
      return false;
    }
    return rules.allow(value);
  };
  for (std::string_view keyword : {"example", "examples", "default"}) {
    for (const Place& place : parts.places) {
      const auto found = place.value.find(keyword);
      if (!found) continue;
      if (keyword != "examples") {
        if (fits(*found)) return write(*found);
      } else if (found->is_array()) {
        for (Value example : found->elements()) {
          if (fits(example)) return write(example);
        }
      }
    }
  }
  return false;
}

bool SampleDraft::write_type(const Parts& parts, const ScalarRules& rules, unsigned level,
                             std::size_t ordinal) {
  std::vector<std::uint8_t> choices;
  const auto offer = [&](std::uint8_t type) {
    if ((rules.types.bits & type) == 0 || std::ranges::find(choices, type) != choices.end()) return;
    if (type != TypeSet::kNull) choices.push_back(type);
  };
  for (std::uint8_t type : rules.order) offer(type);
  for (const Place& place : parts.places) {
    if (has_object_keywords(place.value)) offer(TypeSet::kObject);
    if (has_array_keywords(place.value)) offer(TypeSet::kArray);
  }
  if (rules.textual) offer(TypeSet::kString);
  if (rules.numeric) offer(TypeSet::kNumber);
  if (choices.empty()) {
    if (depth_ == 1) offer(TypeSet::kObject);
    for (std::uint8_t type : {TypeSet::kString, TypeSet::kInteger, TypeSet::kObject,
                              TypeSet::kArray, TypeSet::kBoolean}) {
      offer(type);
    }
  }
  if (choices.empty()) return rules.types.has(TypeSet::kNull) && write_text("null");
  switch (choices[rotation(level) % choices.size()]) {
    case TypeSet::kObject:
      return write_object(parts, level);
    case TypeSet::kArray:
      return write_array(parts, level);
    case TypeSet::kBoolean:
      return write_text(ordinal % 2 == 0 ? "true" : "false");
    case TypeSet::kString: {
      const auto text = sample_string(rules, ordinal);
      return text && write_text(base::json_string(*text));
    }
    default: {
      const auto number = sample_number(rules, ordinal);
      return number && write_text(*number);
    }
  }
}

bool SampleDraft::write_copy(Value value) {
  append_json(out_, value);
  return true;
}

bool SampleDraft::write_text(std::string_view text) {
  out_ += text;
  return true;
}

}  // namespace barbacane::schema
