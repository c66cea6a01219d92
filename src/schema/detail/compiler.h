#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "schema/detail/code.h"
#include "schema/detail/documents.h"
#include "schema/detail/keyword.h"
#include "schema/program_builder.h"

/// Schemas into blocks.
///
/// Starts from the schemas that are wanted and follows what they refer to; each schema is compiled
/// once, whoever reaches it. A schema that is nothing but a `$ref` gets no block of its own: those
/// that use it use its target. Waiting schemas stand in a list, not on the stack, so that their
/// nesting does not matter.
namespace barbacane::schema::detail {

class Compiler {
 public:
  Compiler(Documents& documents, const BuildOptions& options, Program::Impl& out,
           std::vector<SchemaError>& errors)
      : documents_(documents), options_(options), out_(out), errors_(errors) {}

  /// The i-th wanted schema becomes block i.
  void compile(const std::vector<std::string>& wanted);

 private:
  /// A schema that has a number but no code yet.
  struct Waiting {
    Location at;
    std::uint32_t block;
    /// The outermost schema about the same value in whose text this one stands: where `allOf` has
    /// a branch of names that are required, its other branches say which are `readOnly`
    /// or `writeOnly`.
    Location family;
  };

  /// A schema being compiled.
  struct Draft {
    Waiting schema;
    std::uint32_t place = kNowhere;
    const Rules* rules = nullptr;
    std::array<Value, kKeywordCount> keywords;
    std::array<std::array<Instruction, 12>, kGroups> code;
    std::array<std::uint8_t, kGroups> counts{};
    std::uint8_t types = TypeSet::kAll;
    std::uint8_t flags = 0;

    Value operator[](Keyword keyword) const { return keywords[static_cast<std::size_t>(keyword)]; }
    void emit(Group group, const Instruction& in) { code[group][counts[group]++] = in; }
  };

  /// Below which keyword, and where in it.
  struct Step {
    Keyword keyword;
    Place::Step step = Place::Step::kKeyword;
    std::string_view name = {};
    std::uint32_t index = 0;
    bool same_value = false;
  };

  void compile_waiting();
  void compile_schema(const Waiting& waiting);
  void read_keywords(Draft& draft, Value schema);
  void store(const Draft& draft);

  // compile_assertions.cc
  void type(Draft& draft);
  void constants(Draft& draft, Keyword keyword);
  void range(Draft& draft);
  void multiple_of(Draft& draft);
  void length(Draft& draft);
  void pattern(Draft& draft);
  void format(Draft& draft);
  void sizes(Draft& draft, Keyword least, Group group, Op op);
  void unique_items(Draft& draft);
  std::uint8_t type_bit(const Draft& draft, Value name);
  std::uint32_t count_of(const Draft& draft, Keyword keyword, std::uint32_t otherwise);
  std::uint32_t add_pattern(Value source, const std::string& where);
  std::uint32_t add_constant(Value value);

  // compile_applicators.cc
  void references(Draft& draft);
  void dynamic_reference(Draft& draft, Value reference);
  void branches(Draft& draft, Keyword keyword, Op op);
  void conditions(Draft& draft);
  void items(Draft& draft);
  void contains(Draft& draft);
  void dependents(Draft& draft);
  void unevaluated(Draft& draft);
  std::uint32_t discriminator(const Draft& draft, Value branches);
  std::uint32_t sub_schema(Draft& draft, Keyword keyword, bool same_value);
  std::uint32_t schema_list(Draft& draft, Keyword keyword, Value list, bool same_value);
  std::uint32_t add_names(Value list, const std::string& where);

  // compile_members.cc
  void members(Draft& draft);
  void declare(Draft& draft, MemberTable& table);
  void require(const Draft& draft, MemberTable& table);
  template <class Holds>
  bool holds_anywhere(Location first, const Holds& holds);
  bool goes_other_way(Location property);
  bool declares_one_way(Location schema, std::string_view name);
  bool waived(const Draft& draft, std::string_view name);

  // compiler_links.cc
  std::uint32_t child(const Draft& draft, Value schema, const Step& step);
  std::uint32_t block_of(Location location, std::uint32_t place, Location family);
  Location follow(Location location, std::uint32_t& place, bool& followed);
  bool only_refers(Location location, Value& reference) const;
  std::expected<Location, Documents::Unresolved> target(Location from, std::string_view reference);
  std::uint32_t place_for(Location location, std::string_view reference);
  std::uint32_t document_place(const Document& document);
  std::uint32_t add_place(const Place& place);
  std::uint32_t add_name(std::string_view name);
  void link();
  Leaf leaf_of(const Block& block) const;
  void link_dynamic();
  void find_cycles();

  void fail(const Draft& draft, Keyword keyword, std::string message, std::string hint = {});
  void fail_at(std::string place, std::string message, std::string hint = {});

  Documents& documents_;
  const BuildOptions& options_;
  Program::Impl& out_;
  std::vector<SchemaError>& errors_;
  std::deque<Waiting> waiting_;
  std::unordered_map<std::string, std::uint32_t> patterns_;
  std::unordered_map<const Document*, std::uint32_t> document_places_;
  std::unordered_map<const char*, std::uint32_t> name_numbers_;  ///< by the address in the pool
  std::vector<std::string> dynamic_names_;
  std::unordered_set<std::string> reported_;
  std::uint32_t empty_list_ = 0;
};

/// `'word'`, cut when it is long.
std::string quote(std::string_view word);
/// `an object`, `a string`, …
std::string_view kind_name(Kind kind);

}  // namespace barbacane::schema::detail
