#include <algorithm>

#include "schema/detail/code.h"
#include "schema/detail/values.h"
#include "schema/program.h"

/// What a schema's values look like from outside.
namespace barbacane::schema {
namespace {

using detail::Block;
using detail::Instruction;
using detail::kNowhere;
using detail::Op;

/// Gathers a shape from a schema and those about the same value.
class Gatherer {
 public:
  explicit Gatherer(const Program::Impl& program) : program_(program) {}

  Shape shape(std::uint32_t block) {
    const Outside outside = gather(block, Part::kAlways, 0);
    shape_.types.bits = outside.types;
    shape_.typed = outside.typed;
    std::ranges::sort(shape_.properties, {}, &Shape::Property::name);
    std::ranges::sort(shape_.required);
    const auto repeated = std::ranges::unique(shape_.required);
    shape_.required.erase(repeated.begin(), repeated.end());
    return std::move(shape_);
  }

 private:
  struct Outside {
    std::uint8_t types = TypeSet::kAll;
    bool typed = false;
  };
  /// Whether what a schema says holds for every value, or for those that take its branch.
  enum class Part : std::uint8_t { kAlways, kMaybe };

  static constexpr unsigned kMaxDepth = 32;
  /// Schemas looked at in all: alternatives of alternatives multiply.
  static constexpr unsigned kMaxVisits = 4096;

  Outside gather(std::uint32_t number, Part part, unsigned depth) {
    const Block& block = program_.blocks[number];
    Outside out{block.types, block.types != TypeSet::kAll};
    if (depth == kMaxDepth || ++visits_ > kMaxVisits) return out;
    for (unsigned i = 0; i < block.ends[detail::kLast]; ++i) {
      const Instruction& in = program_.code[block.code + i];
      const Outside each = look(in, part, depth);
      out.types &= each.types;
      out.typed = out.typed || each.typed;
    }
    return out;
  }

  Outside look(const Instruction& in, Part part, unsigned depth) {
    switch (in.op) {
      case Op::kRange:
      case Op::kMultipleOf:
        shape_.numeric_keywords = true;
        return {};
      case Op::kItems:
        elements(in);
        return {};
      case Op::kMembers:
        members(program_.tables[in.a], part);
        return {};
      case Op::kUnevaluatedProperties:
        additional(in.a);
        return {};
      case Op::kUnevaluatedItems:
        if (!shape_.items) shape_.items = SchemaId{in.a};
        return {};
      case Op::kEnum:
      case Op::kConst:
        return constants(program_.enums[in.a]);
      case Op::kRef:
        return gather(in.a, part, depth + 1);
      case Op::kDynamicRef:
        return gather(in.b, part, depth + 1);
      case Op::kAllOf:
        return all_of(in, part, depth);
      case Op::kAnyOf:
      case Op::kOneOf:
        return any_of(in, depth);
      case Op::kIf:
        perhaps(in.b, depth);
        perhaps(in.c, depth);
        return {};
      default:
        return {};
    }
  }

  Outside all_of(const Instruction& in, Part part, unsigned depth) {
    Outside out;
    for (std::uint32_t i = 0; i < in.b; ++i) {
      const Outside each = gather(program_.lists[in.a + i], part, depth + 1);
      out.types &= each.types;
      out.typed = out.typed || each.typed;
    }
    return out;
  }

  Outside any_of(const Instruction& in, unsigned depth) {
    Outside out{0, true};
    // Members one alternative forbids another may have.
    const bool open = shape_.open;
    bool any_open = false;
    for (std::uint32_t i = 0; i < in.b; ++i) {
      shape_.open = true;
      const Outside each = gather(program_.lists[in.a + i], Part::kMaybe, depth + 1);
      any_open = any_open || shape_.open;
      out.types |= each.types;
      out.typed = out.typed && each.typed;
    }
    shape_.open = open && any_open;
    return out;
  }

  Outside constants(const detail::Enum& values) const {
    Outside out{0, true};
    for (std::uint32_t i = 0; i < values.count; ++i) {
      const Value value = program_.constant(program_.enum_values[values.values + i]);
      for (const TypeSet::Type type :
           {TypeSet::kNull, TypeSet::kBoolean, TypeSet::kInteger, TypeSet::kFraction,
            TypeSet::kString, TypeSet::kArray, TypeSet::kObject}) {
        if (detail::has_type(type, value.node())) out.types |= type;
      }
    }
    return out;
  }

  /// A branch that need not hold says nothing about what is forbidden.
  void perhaps(std::uint32_t block, unsigned depth) {
    if (block == kNowhere) return;
    const bool open = shape_.open;
    gather(block, Part::kMaybe, depth + 1);
    shape_.open = open;
  }

  void elements(const Instruction& in) {
    if (shape_.prefix_items.empty()) {
      for (std::uint32_t i = 0; i < in.c; ++i) {
        shape_.prefix_items.push_back(SchemaId{program_.lists[in.a + i]});
      }
    }
    if (!shape_.items && in.b != kNowhere) shape_.items = SchemaId{in.b};
  }

  void members(const detail::MemberTable& table, Part part) {
    for (std::uint32_t i = 0; i < table.property_count; ++i) {
      const detail::Property& property = program_.properties[table.properties + i];
      if (property.required != 0 && part == Part::kAlways) {
        shape_.required.emplace_back(property.name_view());
      }
      if (property.block == kNowhere || knows(property.name_view())) continue;
      shape_.properties.push_back({std::string(property.name_view()), SchemaId{property.block}});
    }
    for (std::uint32_t i = 0; i < table.pattern_count; ++i) {
      const detail::PatternProperty& property = program_.pattern_properties[table.patterns + i];
      pattern(&program_.patterns[property.pattern], SchemaId{property.block});
    }
    if (table.additional != kNowhere) additional(table.additional);
  }

  void pattern(const Pattern* pattern, SchemaId schema) {
    const bool known = std::ranges::any_of(shape_.patterns, [&](const auto& other) {
      return other.pattern == pattern && other.schema == schema;
    });
    if (!known) shape_.patterns.push_back({pattern, schema});
  }

  bool knows(std::string_view name) const {
    return std::ranges::any_of(shape_.properties,
                               [name](const auto& other) { return other.name == name; });
  }

  void additional(std::uint32_t block) {
    if ((program_.blocks[block].flags & Block::kFalse) != 0) {
      shape_.open = false;
    } else if (!shape_.additional) {
      shape_.additional = SchemaId{block};
    }
  }

  const Program::Impl& program_;
  Shape shape_;
  unsigned visits_ = 0;
};

}  // namespace

Shape Program::shape(SchemaId schema) const {
  return Gatherer(*impl_).shape(static_cast<std::uint32_t>(schema));
}

}  // namespace barbacane::schema
