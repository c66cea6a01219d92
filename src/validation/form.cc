#include "validation/form.h"

#include <cstdint>
#include <span>
#include <utility>

#include "validation/detail/field_pointer.h"
#include "validation/detail/form_property.h"
#include "validation/detail/form_value.h"
#include "validation/detail/query_pairs.h"

namespace barbacane::validation {
namespace {

using detail::FormEntry;
using detail::FormProperties;
using detail::PairCursor;

/// Counts no further than one too many.
std::size_t count_pairs(std::string_view body) {
  std::size_t count = 0;
  PairCursor pairs(body, PairCursor::Syntax::kQuery);
  while (count <= detail::kMostPairs && pairs.next()) ++count;
  return count;
}

bool is_json(const FormProperties& properties, const FormProperties::Target& target) {
  if (target.property == FormProperties::Target::kUndeclared) return false;
  const auto& property = properties.declared[target.property];
  return property.json && !property.style;
}

}  // namespace

struct FormReader::Impl {
  const schema::Program& program;
  FormProperties properties;
};

base::Result<FormReader> FormReader::build(const schema::Program& program, schema::SchemaId schema,
                                           std::string_view encoding) {
  auto properties = detail::plan_form(program, schema, encoding);
  if (!properties) return std::unexpected(std::move(properties.error()));
  return FormReader(std::make_unique<const Impl>(Impl{program, std::move(*properties)}));
}

std::expected<schema::Value, FormReader::Refusal> FormReader::read(std::string_view body,
                                                                   Workspace& workspace) const {
  const FormProperties& properties = impl_->properties;
  schema::Tape& tape = workspace.tape;
  tape.begin();
  const std::size_t count = count_pairs(body);
  if (count > detail::kMostPairs) {
    return std::unexpected(Refusal{
        "body", "must not have more than " + std::to_string(detail::kMostPairs) + " pairs"});
  }
  const std::span<FormEntry> entries = detail::allocate_entries(tape, count);
  PairCursor pairs(body, PairCursor::Syntax::kQuery);
  for (std::size_t i = 0; i < entries.size() && pairs.next(); ++i) {
    FormEntry& entry = entries[i];
    const auto name = detail::decode(pairs.name, detail::Decoding::kForm, tape);
    if (!name) return std::unexpected(Refusal{"body", "must not have a name that is not UTF-8"});
    const auto target = properties.resolve(*name);
    if (!target) {
      return std::unexpected(Refusal{detail::pointer_to(*name), "must be given by its members"});
    }
    entry.target = *target;
    entry.order = static_cast<std::uint32_t>(i);
    entry.raw = pairs.value;
    if (is_json(properties, *target)) entry.content = FormEntry::Content::kJson;
  }
  detail::FormValues values(impl_->program, properties, detail::Decoding::kForm, workspace);
  if (!values.append_object(entries)) {
    return std::unexpected(Refusal{values.flaw().field, values.flaw().reason});
  }
  return tape.built();
}

FormReader::FormReader(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
FormReader::FormReader(FormReader&&) noexcept = default;
FormReader& FormReader::operator=(FormReader&&) noexcept = default;
FormReader::~FormReader() = default;

}  // namespace barbacane::validation
