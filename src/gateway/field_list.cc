#include "gateway/field_list.h"

#include <algorithm>

#include "base/text.h"
#include "gateway/arena_text.h"
#include "http/response_fields.h"

namespace barbacane::gateway {
namespace {

using http::Field;

/// Most lines of a message are told apart by length or first letter. No name is empty.
bool has_name(const Field& field, std::string_view name) {
  return field.name.size() == name.size() && !name.empty() &&
         ((field.name.front() ^ name.front()) & ~0x20) == 0 &&
         base::equals_ignoring_case(field.name, name);
}

}  // namespace

const Field* FieldList::find(const std::pmr::vector<Field>& fields, std::string_view name,
                             std::size_t index) {
  for (const Field& field : fields) {
    if (has_name(field, name) && index-- == 0) return &field;
  }
  return nullptr;
}

bool FieldList::is_legal(std::string_view name, std::string_view value) {
  return http::is_legal({name, value});
}

Field FieldList::make(std::string_view name, std::string_view value) const {
  auto* lower = static_cast<char*>(arena_->allocate(name.size() + value.size(), 1));
  std::ranges::transform(
      name, lower, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  std::ranges::copy(value, lower + name.size());
  const std::string_view written(lower, name.size());
  return {written, {lower + name.size(), value.size()}, http::known_field(written)};
}

void FieldList::set(std::string_view name, std::string_view value) {
  const auto is_it = [&](const Field& field) { return has_name(field, name); };
  const auto first = std::ranges::find_if(fields_, is_it);
  if (first == fields_.end()) return add(name, value);
  *first = make(name, value);
  fields_.erase(std::remove_if(first + 1, fields_.end(), is_it), fields_.end());
}

void FieldList::add(std::string_view name, std::string_view value) {
  fields_.push_back(make(name, value));
}

std::size_t FieldList::remove(std::string_view name) {
  return std::erase_if(fields_, [&](const Field& field) { return has_name(field, name); });
}

}  // namespace barbacane::gateway
