#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/detail/sample_documents.h"
#include "schema/detail/sample_rules.h"
#include "schema/sample.h"

/// One attempt at a sample.
///
/// Schemas that apply to one place (through `$ref`, `allOf`, a branch of `anyOf` or `oneOf`,
/// `then`) are gathered first and read as one; so a property declared in one and required in
/// another comes out right. Where earlier attempts went wrong, `Trouble` says how often, and each
/// time the place is built in another way: without examples, with required properties only, along
/// the next branch.
namespace barbacane::schema {

/// How often a place, by its JSON Pointer, made a sample invalid.
using Trouble = std::map<std::string, unsigned, std::less<>>;

class SampleDraft {
 public:
  using Place = SampleDocuments::Place;

  SampleDraft(SampleDocuments& documents, PatternCache& patterns, Sampler::Direction direction,
              const SampleOptions& options, const Trouble& trouble)
      : documents_(documents),
        patterns_(patterns),
        direction_(direction),
        options_(options),
        trouble_(trouble) {}

  /// False when nothing could be built, or nothing small enough.
  bool write(const Place& schema) { return write_value({schema}, 0); }

  std::string take() { return std::move(out_); }

  /// What it cost.
  std::size_t steps() const { return steps_; }

 private:
  struct Parts {
    std::vector<Place> places;  ///< objects only
    bool impossible = false;
  };

  // sample_draft.cc
  Parts gather(const std::vector<Place>& schemas, unsigned level);
  void gather(const Place& schema, unsigned level, Parts& parts, int depth);
  void gather_branch(const Place& owner, std::string_view keyword, unsigned level, Parts& parts,
                     int depth);
  void gather_condition(const Place& owner, unsigned level, Parts& parts, int depth);
  Place target(Place schema);
  bool is_open(const Parts& parts) const;

  bool write_value(const std::vector<Place>& schemas, std::size_t ordinal);
  bool write_gathered(const Parts& parts, unsigned level, std::size_t ordinal);
  bool write_chosen(const Parts& parts, const ScalarRules& rules, unsigned level,
                    std::size_t ordinal);
  bool write_example(const Parts& parts, const ScalarRules& rules, unsigned level,
                     std::size_t ordinal);
  bool write_type(const Parts& parts, const ScalarRules& rules, unsigned level,
                  std::size_t ordinal);
  bool write_copy(Value value);
  bool write_text(std::string_view text);

  // sample_containers.cc
  struct Properties;
  bool write_object(const Parts& parts, unsigned level);
  Properties properties_of(const Parts& parts);
  std::vector<Place> schemas_of(std::string_view name, const Parts& parts);
  bool is_left_out(const std::vector<Place>& schemas);
  void write_authored(Value value, const Parts& parts, std::size_t depth = 0);
  bool write_member(std::string_view name, const Parts& parts, bool required);
  std::string made_up_name(const Parts& parts, std::size_t ordinal);
  bool write_array(const Parts& parts, unsigned level);
  std::vector<Place> items_of(const Parts& parts, std::size_t index) const;
  bool write_element(const std::vector<Place>& schemas, std::size_t index, std::size_t ordinal);

  unsigned trouble_at(std::string_view pointer) const;
  bool trouble_below(std::string_view pointer) const;

  SampleDocuments& documents_;
  PatternCache& patterns_;
  Sampler::Direction direction_;
  const SampleOptions& options_;
  const Trouble& trouble_;

  std::string out_;
  std::string pointer_;
  std::vector<const Value::Node*> open_;  ///< schemas being written, from the outside in
  std::size_t depth_ = 0;
  std::size_t steps_ = 0;
  std::size_t salt_ = 0;  ///< the ordinal of the unique element that is being written
};

}  // namespace barbacane::schema
