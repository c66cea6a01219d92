#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schema/json.h"
#include "schema/program.h"
#include "validation/detail/form_property.h"
#include "validation/detail/query_decode.h"
#include "validation/workspace.h"

/// From what was sent for the properties of a form to values on a tape.
namespace barbacane::validation::detail {

/// One value as it was sent.
struct FormEntry {
  enum class Content : std::uint8_t {
    kByKind,  ///< structures are JSON, the rest is text
    kJson,
    kEither,  ///< JSON if it is an object or array, else text
    kOpaque,  ///< not at hand: `size` is all that is known
  };

  FormProperties::Target target;
  std::uint32_t order = 0;
  std::string_view raw;
  std::size_t size = 0;
  Content content = Content::kByKind;
};

/// Of one body. An entry takes far more room than the two bytes it may be written in.
inline constexpr std::size_t kMostPairs = 10'000;

/// In the text room of a tape, so that gathering entries allocates nothing of its own.
std::span<FormEntry> allocate_entries(schema::Tape& tape, std::size_t count);

/// Why the values of a form cannot be read.
struct FormFlaw {
  std::string field;  ///< JSON Pointer
  std::string reason;
};

class FormValues {
 public:
  /// Values go to `workspace.tape`; JSON is read on `workspace.part`.
  FormValues(const schema::Program& program, const FormProperties& properties, Decoding decoding,
             Workspace& workspace)
      : program_(program), properties_(properties), decoding_(decoding), workspace_(workspace) {}

  /// Appends one object of all entries; the tape has begun. False when that cannot be: `flaw`.
  bool append_object(std::span<FormEntry> entries);

  /// Begins anew and appends what one value is for its property.
  bool append_single(const FormProperty& property, std::string_view name, const FormEntry& entry);

  const FormFlaw& flaw() const { return flaw_; }

 private:
  bool append_property(const FormProperty& property, std::span<const FormEntry> entries);
  bool append_list(const FormProperty& property, std::span<const FormEntry> entries);
  bool append_pieces(const FormProperty& property, std::string_view raw);
  bool append_members(const FormProperty& property, std::span<const FormEntry> entries);
  bool append_paired_pieces(const FormProperty& property, std::string_view raw);
  bool append_member(const FormProperty& property, std::span<const FormEntry> same);
  bool append_leaf(const LeafPlan& leaf, const FormEntry& entry);
  bool append_json(std::string_view text);
  bool fits_single(const FormProperty& property, const FormEntry& entry);
  bool refuse(std::string reason);
  bool refuse_slow_name();

  const schema::Program& program_;
  const FormProperties& properties_;
  Decoding decoding_;
  Workspace& workspace_;
  NameMatcher matcher_;
  std::string_view name_;  ///< of the property at hand
  FormFlaw flaw_;
};

}  // namespace barbacane::validation::detail
