#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validation/detail/form_property.h"
#include "validation/detail/form_value.h"
#include "validation/detail/multipart_head.h"
#include "validation/detail/multipart_part.h"
#include "validation/multipart.h"
#include "validation/violation.h"
#include "validation/workspace.h"

/// The parts of one body as they come, judged by what the spec says of their properties.
namespace barbacane::validation {

struct MultipartRules::Impl {
  const schema::Program& program;
  schema::SchemaId schema;
  detail::FormProperties properties;
  std::vector<detail::PartRule> parts;  ///< of the declared properties, in their order
  detail::PartRule undeclared;
  MultipartLimits limits;
};

namespace detail {

class MultipartForm {
 public:
  explicit MultipartForm(const MultipartRules::Impl& rules);

  /// Each false when the body cannot be valid any more.
  bool begin_part(std::string_view head);
  bool add(std::string_view data);
  bool end_part();
  /// Of the whole body, all of whose parts were ended.
  bool finish(Workspace& workspace);

  /// Adds a violation of the body as a whole. False.
  bool refuse_body(std::string reason);

  bool required_passed() const { return missing_ == 0; }
  const std::vector<Violation>& violations() const { return violations_; }

 private:
  struct Part {
    std::uint32_t property = FormProperties::Target::kUndeclared;
    std::size_t name_at = 0;  ///< in `kept_`; as in `FormProperties::Target`
    std::size_t name_size = 0;
    std::size_t at = 0;  ///< in `kept_`
    std::size_t size = 0;
    PartContent content;
  };

  const PartRule& rule_of(const Part& part) const;
  bool is_declared(const Part& part) const;
  std::string_view target_name(const Part& part) const;
  std::string_view name_of(const Part& part) const;
  FormEntry entry_of(const Part& part) const;
  bool refuse(const Part& part, std::string reason);
  bool keep(std::string_view data);
  void forget(Part& part);
  /// Reads the part at hand as what its property is, and notes whether it passes.
  bool judge(const Part& part);
  bool is_unread(std::string_view instance) const;
  void explain(schema::Value form, Workspace& workspace);
  Workspace& workspace();

  const MultipartRules::Impl& rules_;
  std::vector<Part> parts_;
  std::string kept_;
  std::vector<bool> seen_;    ///< by declared property
  std::vector<bool> passed_;  ///< by required name
  std::size_t missing_;       ///< of those
  bool unread_ = false;       ///< whether some part cannot be read
  std::optional<Workspace> workspace_;
  std::vector<Violation> violations_;
};

}  // namespace detail
}  // namespace barbacane::validation
