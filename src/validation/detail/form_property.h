#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/program.h"
#include "validation/detail/coerce_plan.h"
#include "validation/detail/style_rule.h"
#include "validation/media_type.h"

/// The properties of a form, whatever media type carries it, and what its encoding object says
/// about them (OpenAPI 3.1, 4.8.14 and 4.8.15).
namespace barbacane::validation::detail {

struct FormProperty {
  /// Media types a value may have. The declared list, split at its commas.
  struct ContentTypes {
    std::vector<std::string> names;
    MediaTypeTable table{{}};
    bool accept(std::string_view content_type) const {
      return names.empty() || table.find(content_type).has_value();
    }
  };

  std::string name;  ///< empty for those not declared
  std::optional<schema::SchemaId> schema;
  ValuePlan plan;
  /// Of one value, which is an element where the property is an array.
  Kinds element;
  bool element_typed = false;

  ContentTypes content_types;
  bool json = false;  ///< the declared content type is JSON
  /// Given in so many words; then the content type counts for nothing.
  std::optional<StyleChoice> style;

  unsigned width() const { return plan.width(); }
  bool is_list() const { return plan.kinds.has(Kinds::kArray); }
  /// May stand more than once. Nothing is known about a property without types.
  bool may_repeat() const { return is_list() || !plan.typed; }
  bool is_deep() const { return style && style->style == Style::kDeepObject; }
  /// Its members stand beside the other names of the form.
  bool is_exploded_object() const {
    return style && style->style == Style::kForm && style->explode && !is_list() &&
           plan.kinds.has(Kinds::kObject);
  }
};

struct FormProperties {
  /// A member of an object whose members stand beside the other names.
  struct Exploded {
    std::string name;
    std::uint32_t property;
  };
  /// Whose value a name of the form stands for.
  struct Target {
    static constexpr std::uint32_t kUndeclared = UINT32_MAX;
    std::uint32_t property = kUndeclared;  ///< index among the declared ones
    std::string_view name;                 ///< of a member of it; of an undeclared one itself
  };

  std::vector<FormProperty> declared;  ///< sorted by name
  std::vector<Exploded> exploded;      ///< likewise
  std::vector<PatternPlan<FormProperty>> patterns;
  std::optional<FormProperty> additional;  ///< what all others are, if anything is said
  bool open = true;                        ///< ones that are not declared may be there
  std::vector<std::string> required;

  std::optional<std::size_t> find(std::string_view name) const;
  /// What is said about one that is not declared.
  const FormProperty& undeclared(std::string_view name, NameMatcher& matcher) const;
  /// Nothing for the name of an object that is written by its members only.
  std::optional<Target> resolve(std::string_view name) const;
};

/// `encoding` as JSON text, empty for none; what it says about undeclared properties is ignored.
base::Result<FormProperties> plan_form(const schema::Program& program, schema::SchemaId schema,
                                       std::string_view encoding);

}  // namespace barbacane::validation::detail
