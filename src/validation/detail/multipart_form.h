#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
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
  std::string place;  ///< of the declaration, as in `Violation::schema`
};

namespace detail {

class MultipartForm {
 public:
  explicit MultipartForm(const MultipartRules::Impl& rules);

  /// Each false when the body cannot be valid any more.
  bool begin_part(std::string_view head, Workspace& workspace);
  bool add(std::string_view data);
  bool end_part(Workspace& workspace);
  /// Of the whole body, all of whose parts were ended.
  bool finish(Workspace& workspace);

  /// Adds a violation that no schema is behind, of the body as a whole. False.
  bool refuse_body(std::string reason) { return refuse("body", std::move(reason)); }

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
  std::string_view text_of(const Part& part) const;
  bool refuse(std::string field, std::string reason);
  bool refuse(const Part& part, std::string reason);
  /// Whether that many bytes may be held besides what is.
  bool has_room(std::size_t bytes) const;
  bool refuse_size();
  bool check_repeat(const Part& part);
  bool check_headers(const Part& part, const PartHead& head, Workspace& workspace);
  bool check_json(const Part& part, Workspace& workspace);
  void end_file(Part& part);
  void forget(Part& part);
  std::vector<std::string> unread_pointers() const;
  void explain(schema::Value form, Workspace& workspace);

  const MultipartRules::Impl& rules_;
  std::vector<Part> parts_;
  std::string kept_;
  std::size_t kept_files_ = 0;  ///< bytes in `kept_` that nothing asks for
  std::vector<bool> seen_;      ///< by declared property
  std::vector<bool> unread_;    ///< likewise: some part of it cannot be read
  std::size_t unread_parts_ = 0;
  std::vector<Violation> violations_;
};

}  // namespace detail
}  // namespace barbacane::validation
