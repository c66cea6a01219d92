#include <algorithm>
#include <set>
#include <utility>

#include "base/json_pointer.h"
#include "base/text.h"
#include "schema/detail/sample_draft.h"

namespace barbacane::schema {

namespace {

/// Below this many open values, and while the sample is still small, optional properties are
/// written too.
constexpr std::size_t kTypicalDepth = 4;
constexpr std::size_t kTypicalBytes = 4096;
/// More elements or properties than these are nobody's idea of an example.
constexpr std::uint64_t kMaxCount = 2000;
/// Attempts to find an element unlike those before it.
constexpr std::size_t kMaxOrdinals = 64;
/// Authors' values nested deeper are copied as they are.
constexpr std::size_t kMaxAuthoredDepth = 64;

bool is_true(Value schema, std::string_view keyword) {
  const auto flag = schema.find(keyword);
  return flag && flag->kind() == Kind::kTrue;
}

std::uint64_t count_at(Value schema, std::string_view keyword, std::uint64_t otherwise) {
  const auto count = schema.find(keyword);
  return count && count->is_number() ? count_of(*count) : otherwise;
}

}  // namespace

struct SampleDraft::Properties {
  std::vector<std::string_view> names;  ///< declared, in order
  std::vector<std::string_view> required;
  std::uint64_t least = 0;
  std::uint64_t most = UINT64_MAX;
  bool maps = false;  ///< a map: names are free, values have a schema

  bool requires_name(std::string_view name) const {
    return std::ranges::find(required, name) != required.end();
  }
};

SampleDraft::Properties SampleDraft::properties_of(const Parts& parts) {
  Properties all;
  const auto add = [](std::vector<std::string_view>& list, std::string_view name) {
    if (std::ranges::find(list, name) == list.end()) list.push_back(name);
  };
  bool closed = false;
  for (const Place& place : parts.places) {
    const Value schema = place.value;
    if (const auto declared = schema.find("properties"); declared && declared->is_object()) {
      for (const Member& member : declared->members()) add(all.names, member.name());
    }
    if (const auto required = schema.find("required"); required && required->is_array()) {
      for (Value name : required->elements()) {
        if (name.is_string()) add(all.required, name.text());
      }
    }
    all.least = std::max(all.least, count_at(schema, "minProperties", 0));
    all.most = std::min(all.most, count_at(schema, "maxProperties", UINT64_MAX));
    for (std::string_view keyword : {"additionalProperties", "unevaluatedProperties"}) {
      const auto rest = schema.find(keyword);
      closed = closed || (rest && rest->kind() == Kind::kFalse);
      all.maps = all.maps || (rest && rest->is_object() && rest->size() > 0);
    }
    all.maps = all.maps || schema.find("patternProperties").has_value();
  }
  // What is required brings others with it.
  for (std::size_t i = 0; i < all.required.size(); ++i) {
    for (const Place& place : parts.places) {
      const auto dependents = place.value.find("dependentRequired");
      if (!dependents || !dependents->is_object()) continue;
      const auto names = dependents->find(all.required[i]);
      if (!names || !names->is_array()) continue;
      for (Value name : names->elements()) {
        if (name.is_string()) add(all.required, name.text());
      }
    }
  }
  all.maps = all.maps && !closed;
  return all;
}

std::vector<SampleDraft::Place> SampleDraft::schemas_of(std::string_view name, const Parts& parts) {
  std::vector<Place> schemas;
  for (const Place& place : parts.places) {
    bool declared = false;
    const auto use = [&](Value schema) {
      schemas.push_back({schema, place.document});
      declared = true;
    };
    if (const auto properties = place.value.find("properties");
        properties && properties->is_object()) {
      if (const auto schema = properties->find(name)) use(*schema);
    }
    if (const auto by_pattern = place.value.find("patternProperties");
        by_pattern && by_pattern->is_object()) {
      for (const Member& member : by_pattern->members()) {
        if (patterns_.get(member.name()).matches(name)) use(member.value);
      }
    }
    if (declared) continue;
    const auto rest = place.value.find("additionalProperties");
    if (rest && (rest->is_object() || rest->kind() == Kind::kFalse)) {
      use(*rest);
    } else if (const auto other = place.value.find("unevaluatedProperties");
               other && other->is_object()) {
      use(*other);
    }
  }
  return schemas;
}

/// What goes the other way only. References are followed, for `gather` would choose branches.
bool SampleDraft::is_left_out(const std::vector<Place>& schemas) {
  const std::string_view flag =
      direction_ == Sampler::Direction::kRequest ? "readOnly" : "writeOnly";
  const auto says = [&](const Place& place) {
    return place && place.value.is_object() && is_true(place.value, flag);
  };
  return std::ranges::any_of(
      schemas, [&](const Place& place) { return says(place) || says(target(place)); });
}

/// An author's value, but for the members that are left out.
void SampleDraft::write_authored(Value value, const Parts& parts, std::size_t depth) {
  ++steps_;
  const bool ends = (!value.is_object() && !value.is_array()) || depth == kMaxAuthoredDepth ||
                    out_.size() > options_.max_bytes;
  if (ends) return append_json(out_, value);
  const auto separate = [&] {
    if (out_.back() != '{' && out_.back() != '[') out_.push_back(',');
  };
  if (value.is_array()) {
    out_.push_back('[');
    std::size_t index = 0;
    for (Value element : value.elements()) {
      separate();
      write_authored(element, gather(items_of(parts, index++), 0), depth + 1);
    }
    out_.push_back(']');
    return;
  }
  out_.push_back('{');
  for (const Member& member : value.members()) {
    const std::vector<Place> schemas = schemas_of(member.name(), parts);
    if (is_left_out(schemas)) continue;
    separate();
    out_ += base::json_string(member.name());
    out_.push_back(':');
    write_authored(member.value, gather(schemas, 0), depth + 1);
  }
  out_.push_back('}');
}

bool SampleDraft::write_object(const Parts& parts, unsigned level) {
  const Properties all = properties_of(parts);
  const bool typical =
      options_.properties == SampleOptions::Properties::kTypical && (level < 2 || level % 2 == 1);
  const auto is_room = [&] { return depth_ <= kTypicalDepth && out_.size() < kTypicalBytes; };
  std::vector<std::string_view> names = all.names;
  for (std::string_view name : all.required) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  std::size_t still_required = all.required.size();
  std::uint64_t count = 0;
  out_.push_back('{');
  for (std::string_view name : names) {
    const bool required = all.requires_name(name);
    if (required) --still_required;
    const bool wanted = required || count < all.least || (typical && is_room());
    if (!wanted || (!required && count + still_required >= all.most)) continue;
    const std::size_t before = out_.size();
    if (write_member(name, parts, required)) {
      count += out_.size() != before;
    } else if (required) {
      return false;
    }
  }
  const std::uint64_t made_up = typical && all.maps && names.empty() && is_room() ? 1 : 0;
  if (all.least > kMaxCount) return false;
  for (std::size_t i = 0; count < std::max(all.least, made_up) && i < all.least + 8; ++i) {
    const std::string name = made_up_name(parts, i);
    if (std::ranges::find(names, name) != names.end()) continue;
    count += write_member(name, parts, false) ? 1 : 0;
  }
  if (count < all.least) return false;
  out_.push_back('}');
  return true;
}

/// Leaves the text as it was when the property cannot be written, or must not be.
bool SampleDraft::write_member(std::string_view name, const Parts& parts, bool required) {
  const std::size_t before = out_.size();
  const std::size_t above = pointer_.size();
  base::append_pointer_token(pointer_, name);
  bool written = true;
  const std::vector<Place> schemas = schemas_of(name, parts);
  const bool repeats = std::ranges::any_of(schemas, [&](const Place& place) {
    const Place meant = target(place);
    return meant && std::ranges::find(open_, meant.value.node()) != open_.end();
  });
  if (is_left_out(schemas)) {
    // Not a failure: what goes the other way only need not be there, even where it is required.
  } else if (!required && (repeats || trouble_at(pointer_) >= 2)) {
    written = false;
  } else {
    if (out_.back() != '{') out_.push_back(',');
    out_ += base::json_string(name);
    out_.push_back(':');
    written = write_value(schemas, salt_);
  }
  pointer_.resize(above);
  if (!written) out_.resize(before);
  return written;
}

std::string SampleDraft::made_up_name(const Parts& parts, std::size_t ordinal) {
  std::vector<Value> schemas;
  for (const Place& place : parts.places) {
    if (const auto names = place.value.find("propertyNames")) {
      for (const Place& part : gather({{*names, place.document}}, 0).places) {
        schemas.push_back(part.value);
      }
    }
  }
  const ScalarRules rules(schemas, patterns_);
  std::vector<std::string> candidates;
  if (!rules.enums.empty()) {
    for (Value name : rules.enums.front().elements()) {
      if (name.is_string()) candidates.emplace_back(name.text());
    }
    return candidates.empty() ? std::string() : candidates[ordinal % candidates.size()];
  }
  for (const Place& place : parts.places) {
    const auto by_pattern = place.value.find("patternProperties");
    if (!by_pattern || !by_pattern->is_object()) continue;
    for (const Member& member : by_pattern->members()) {
      ScalarRules pattern = rules;
      pattern.patterns.push_back(&patterns_.get(member.name()));
      if (auto name = sample_string(pattern, ordinal)) return *std::move(name);
    }
  }
  if (!rules.textual) return "property" + std::to_string(ordinal + 1);
  return sample_string(rules, ordinal).value_or("property" + std::to_string(ordinal + 1));
}

std::vector<SampleDraft::Place> SampleDraft::items_of(const Parts& parts, std::size_t index) const {
  std::vector<Place> schemas;
  for (const Place& place : parts.places) {
    const auto prefix = place.value.find("prefixItems");
    const std::size_t fixed = prefix && prefix->is_array() ? prefix->size() : 0;
    if (index < fixed) {
      std::size_t i = 0;
      for (Value schema : prefix->elements()) {
        if (i++ == index) schemas.push_back({schema, place.document});
      }
    } else if (const auto items = place.value.find("items")) {
      schemas.push_back({*items, place.document});
    } else if (const auto rest = place.value.find("unevaluatedItems")) {
      schemas.push_back({*rest, place.document});
    }
  }
  return schemas;
}

bool SampleDraft::write_array(const Parts& parts, unsigned level) {
  std::uint64_t least = 0;
  std::uint64_t most = UINT64_MAX;
  std::size_t fixed = 0;
  std::uint64_t contained = 0;
  bool unique = false;
  std::vector<Place> contains;
  for (const Place& place : parts.places) {
    const Value schema = place.value;
    least = std::max(least, count_at(schema, "minItems", 0));
    most = std::min(most, count_at(schema, "maxItems", UINT64_MAX));
    unique = unique || is_true(schema, "uniqueItems");
    if (const auto prefix = schema.find("prefixItems"); prefix && prefix->is_array()) {
      fixed = std::max(fixed, prefix->size());
    }
    if (const auto inner = schema.find("contains")) {
      contains.push_back({*inner, place.document});
      contained = std::max(contained, count_at(schema, "minContains", 1));
    }
  }
  const bool typical = options_.properties == SampleOptions::Properties::kTypical && level < 2;
  std::uint64_t count = std::max(least, contained);
  if (typical && depth_ <= kTypicalDepth) {
    count = std::max<std::uint64_t>({count, 1, fixed});
  }
  count = std::min(std::max(count, least), most);
  if (least > kMaxCount) return false;

  out_.push_back('[');
  std::set<std::string, std::less<>> seen;
  std::size_t ordinal = 0;
  for (std::size_t index = 0; index < count; ++index) {
    std::vector<Place> schemas = items_of(parts, index);
    const bool needed = index < std::max(least, contained);
    if (!needed && is_open(gather(schemas, 0))) break;
    if (index >= fixed && index - std::min(fixed, index) < contained) {
      schemas.insert(schemas.end(), contains.begin(), contains.end());
    }
    const std::size_t before = out_.size();
    const std::size_t limit = ordinal + (unique ? kMaxOrdinals : 1);
    bool written = false;
    for (; !written && ordinal < limit; ++ordinal) {
      out_.resize(before);
      if (index > 0) out_.push_back(',');
      const std::size_t begin = out_.size();
      if (!write_element(schemas, index, unique ? ordinal : salt_)) break;
      written = !unique || seen.insert(out_.substr(begin)).second;
    }
    if (written) continue;
    out_.resize(before);
    if (needed) return false;
    break;
  }
  out_.push_back(']');
  return true;
}

bool SampleDraft::write_element(const std::vector<Place>& schemas, std::size_t index,
                                std::size_t ordinal) {
  const std::size_t above = pointer_.size();
  const std::size_t outer_salt = std::exchange(salt_, ordinal);
  base::append_pointer_token(pointer_, std::to_string(index));
  const bool written = write_value(schemas, ordinal);
  pointer_.resize(above);
  salt_ = outer_salt;
  return written;
}

}  // namespace barbacane::schema
