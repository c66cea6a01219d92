#include "spec/detail/extraction.h"

#include <algorithm>
#include <utility>

namespace barbacane::spec {

namespace {

/// Parameters, bodies, responses and the like of one description; the largest known one has 40,000.
constexpr std::size_t kBudget = 1'000'000;

/// So many bytes of copied text weigh as much as one part.
constexpr std::size_t kBytesPerPart = 256;

}  // namespace

NodeRef Extraction::target(NodeRef node) {
  if (!node) return {};
  auto found = project_.resolve(node);
  if (found) return *found;
  found.error().location = location_;
  report(std::move(found.error()));
  return {};
}

NodeRef Extraction::child(NodeRef object, std::string_view key) {
  return {object ? object->find(key) : nullptr, object.document};
}

std::vector<const Member*> Extraction::sorted_members(NodeRef object) {
  std::vector<const Member*> members;
  if (!object || !spend(object->members().size())) return members;
  for (const Member& member : object->members()) members.push_back(&member);
  std::ranges::sort(members, {}, [](const Member* member) { return member->key; });
  return members;
}

std::optional<std::string> Extraction::text(NodeRef object, std::string_view key) {
  const NodeRef value = child(object, key);
  if (!value || !value->is_string()) return std::nullopt;
  if (!spend(value->text().size() / kBytesPerPart)) return std::nullopt;
  return std::string(value->text());
}

void Extraction::report(base::Diagnostic diagnostic) {
  // A faulty part that many operations share is one problem.
  if (!reported_
           .emplace(diagnostic.message, diagnostic.place.file, diagnostic.place.position.line,
                    diagnostic.place.position.column)
           .second) {
    return;
  }
  diagnostics_.push_back(std::move(diagnostic));
}

void Extraction::structure_error(std::string what, base::SourcePlace place, std::string hint,
                                 std::vector<base::Diagnostic::Note> notes) {
  report({.code = "E1004",
          .message = "schema validation error: " + std::move(what),
          .location = location_,
          .place = std::move(place),
          .hint = std::move(hint),
          .notes = std::move(notes)});
}

void Extraction::warning(std::string message, base::SourcePlace place, std::string hint) {
  report({.severity = base::Severity::kWarning,
          .code = "E1004",
          .message = std::move(message),
          .location = location_,
          .place = std::move(place),
          .hint = std::move(hint),
          .notes = {}});
}

bool Extraction::spend(std::size_t amount) {
  const bool was_within = spent_ <= kBudget;
  spent_ += amount;
  if (spent_ <= kBudget) return true;
  if (was_within) {
    structure_error("the description has more than " + std::to_string(kBudget) +
                        " parameters, bodies and responses",
                    {.file = document_.path(), .position = {1, 1}, .length = 0},
                    "references multiply what they point to: split the description");
  }
  return false;
}

}  // namespace barbacane::spec
