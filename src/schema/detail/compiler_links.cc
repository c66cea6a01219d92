#include <algorithm>
#include <limits>
#include <utility>

#include "schema/detail/applied.h"
#include "schema/detail/branch_switch.h"
#include "schema/detail/compiler.h"
#include "schema/detail/leftover_names.h"
#include "schema/detail/uri.h"

/// How schemas come to know of each other: numbers, places, references, cycles.
namespace barbacane::schema::detail {
namespace {

/// Keywords that change nothing beside a `$ref`.
bool is_silent(Keyword keyword) {
  switch (keyword) {
    case Keyword::kRef:
    case Keyword::kSchema:
    case Keyword::kVocabulary:
    case Keyword::kAnchor:
    case Keyword::kDynamicAnchor:
    case Keyword::kDefs:
    case Keyword::kDefinitions:
    case Keyword::kNullable:
    case Keyword::kReadOnly:
    case Keyword::kDiscriminator:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::uint32_t Compiler::child(const Draft& draft, Value schema, const Step& step) {
  Location at{draft.schema.at.document, schema.node()};
  Value reference;
  const std::uint32_t known = at.document->blocks[at.document->offset(at.node)];
  if (known != 0) return known - 1;
  std::uint32_t place = kNowhere;
  if (!only_refers(at, reference)) {
    Place here;
    here.step = step.step;
    here.keyword = step.keyword;
    here.from = draft.place;
    here.name = step.step == Place::Step::kName ? add_name(step.name) : step.index;
    place = add_place(here);
  }
  return block_of(at, place, step.same_value ? draft.schema.family : at);
}

std::uint32_t Compiler::block_of(Location location, std::uint32_t place, Location family) {
  bool followed = false;
  const Location first = location;
  location = follow(location, place, followed);
  if (followed) family = location;
  std::uint32_t& number = location.document->blocks[location.document->offset(location.node)];
  if (number == 0) {
    const auto block = static_cast<std::uint32_t>(out_.blocks.size());
    number = block + 1;
    Block& made = out_.blocks.emplace_back();
    made.place = place == kNowhere ? place_for(location, {}) : place;
    made.resource = documents_.resource_of(location).identity;
    waiting_.push_back({location, block, family});
  }
  const std::uint32_t block = number - 1;
  if (followed) first.document->blocks[first.document->offset(first.node)] = block + 1;
  return block;
}

bool Compiler::only_refers(Location location, Value& reference) const {
  const Value schema(location.node);
  if (!schema.is_object()) return false;
  const auto ref = schema.find("$ref");
  if (!ref || !ref->is_string()) return false;
  reference = *ref;
  const Resource& resource = documents_.resource_of(location);
  if (!resource.rules.modern()) return true;
  const bool own = resource.begin == location.document->offset(location.node);
  if (own && (documents_.dynamic() || resource.trouble.node != nullptr)) return false;
  for (const Member member : schema.members()) {
    const auto keyword = parse_keyword(member.name(), member.key.node()->hash);
    if (!keyword || is_silent(*keyword)) continue;
    if (*keyword == Keyword::kId && member.value.is_string()) continue;
    return false;
  }
  return true;
}

Location Compiler::follow(Location location, std::uint32_t& place, bool& followed) {
  constexpr unsigned kTooLong = 200;
  Value reference;
  for (unsigned steps = 0; only_refers(location, reference); ++steps) {
    const auto where = [&] { return Documents::place_of(location) + "/$ref"; };
    if (steps == kTooLong) {
      fail_at(where(), "circular $ref detected: " + std::string(reference.text()),
              "a reference must lead to a schema in the end");
      return location;
    }
    const auto found = target(location, reference.text());
    if (!found) {
      fail_at(where(), found.error().message, found.error().hint);
      return location;
    }
    // The dynamic scope must see every resource on the way.
    if (documents_.dynamic() &&
        documents_.resource_of(*found).identity != documents_.resource_of(location).identity) {
      return location;
    }
    location = *found;
    place = documents_.dynamic() ? kNowhere : place_for(location, reference.text());
    followed = true;
  }
  return location;
}

std::expected<Location, Documents::Unresolved> Compiler::target(Location from,
                                                                std::string_view reference) {
  auto found = documents_.resolve(from, reference);
  if (!found) {
    found.error().message =
        "the reference " + quote(reference) + " leads nowhere: " + found.error().message;
    return found;
  }
  const Kind kind = found->node->kind;
  if (kind == Kind::kObject || kind == Kind::kTrue || kind == Kind::kFalse) return found;
  return std::unexpected(Documents::Unresolved{"the reference " + quote(reference) + " leads to " +
                                                   std::string(kind_name(kind)) +
                                                   ", which is no schema",
                                               ""});
}

std::uint32_t Compiler::place_for(Location location, std::string_view reference) {
  Place place;
  place.from = document_place(*location.document);
  const bool plain = (reference.starts_with("#/") || reference == "#") &&
                     reference.find('%') == std::string_view::npos &&
                     location.document->resources.size() == 1;
  if (plain) {
    if (reference == "#") return place.from;
    place.step = Place::Step::kPointer;
    place.name = add_name(reference.substr(1));
    return add_place(place);
  }
  const std::string spelled = Documents::place_of(location);
  const std::string_view pointer =
      std::string_view(spelled).substr(location.document->uri.size() + 1);
  if (pointer.empty()) return place.from;
  place.step = Place::Step::kPointer;
  place.name = add_name(pointer);
  return add_place(place);
}

std::uint32_t Compiler::document_place(const Document& document) {
  const auto known = document_places_.find(&document);
  if (known != document_places_.end()) return known->second;
  Place place;
  place.step = Place::Step::kDocument;
  place.name = add_name(document.uri);
  return document_places_[&document] = add_place(place);
}

std::uint32_t Compiler::add_place(const Place& place) {
  out_.places.push_back(place);
  return static_cast<std::uint32_t>(out_.places.size() - 1);
}

std::uint32_t Compiler::add_name(std::string_view name) {
  if (name.empty()) name = std::string_view();
  const Text text = out_.pool.intern(name);
  const auto [at, added] =
      name_numbers_.emplace(text.data, static_cast<std::uint32_t>(out_.names.size()));
  if (added) out_.names.push_back(text);
  return at->second;
}

void Compiler::link_dynamic() {
  // Following one name may compile schemas that bring in another.
  for (std::size_t i = 0; i < dynamic_names_.size(); ++i) {
    std::vector<DynamicTarget> targets;
    const std::size_t count = documents_.resources().size();
    for (std::size_t j = 0; j < count; ++j) {
      const Resource& resource = documents_.resources()[j];
      const auto found = resource.dynamic_anchors.find(dynamic_names_[i]);
      if (found == resource.dynamic_anchors.end()) continue;
      const Location at{resource.document, found->second};
      targets.push_back({static_cast<std::uint32_t>(j), block_of(at, kNowhere, at)});
    }
    compile_waiting();
    out_.dynamic_anchors.resize(dynamic_names_.size());
    out_.dynamic_anchors[i] = {static_cast<std::uint32_t>(out_.dynamic_targets.size()),
                               static_cast<std::uint32_t>(targets.size())};
    out_.dynamic_targets.insert(out_.dynamic_targets.end(), targets.begin(), targets.end());
  }
  const bool scoped =
      std::ranges::any_of(out_.dynamic_anchors, [](const DynamicAnchor& a) { return a.count > 1; });
  if (!scoped) return;
  for (Block& block : out_.blocks) block.flags |= Block::kScoped;
}

Leaf Compiler::leaf_of(const Block& block) const {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int32_t>::min();
  constexpr std::uint32_t kFewWords = 4;
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  Leaf leaf;
  leaf.types = block.types;
  if (block.plain()) {
    leaf.kind = Leaf::kTypes;
    return leaf;
  }
  const unsigned count = block.ends[kLast];
  if (count > 2 || (block.flags & Block::kUnevaluated) != 0) return leaf;
  const Instruction& in = out_.code[block.code];
  // What looks into other values must keep the dynamic scope.
  const bool scoped = (block.flags & Block::kScoped) != 0;
  const auto bound = [&](Leaf::Kind kind, std::int64_t low, std::int64_t high) {
    if (low > kMost || high < kLeast) return;
    leaf.kind = kind;
    leaf.low = static_cast<std::int32_t>(std::max(low, kLeast));
    leaf.high = static_cast<std::int32_t>(std::min(high, kMost));
  };
  const Instruction& last = out_.code[block.code + count - 1];
  if (last.op == Op::kItems && block.types == TypeSet::kArray && !scoped) {
    if (count == 1) bound(Leaf::kElements, 0, kMost);
    if (count == 2 && in.op == Op::kArraySize) bound(Leaf::kElements, in.a, in.b);
  } else if (count == 2) {
    return leaf;
  } else if (in.op == Op::kLength && (block.types & TypeSet::kString) != 0) {
    bound(Leaf::kLength, in.a, in.b);
  } else if (in.op == Op::kRange && (block.types & TypeSet::kInteger) != 0) {
    const Range& range = out_.ranges[in.a];
    const bool fractions = (block.types & TypeSet::kFraction) != 0;
    if (range.small) bound(fractions ? Leaf::kRange : Leaf::kIntegers, range.low, range.high);
  } else if (in.op == Op::kDynamicRef && block.types == TypeSet::kAll) {
    leaf.kind = Leaf::kDynamic;
  } else if (in.op == Op::kConst || in.op == Op::kEnum) {
    const Enum& values = out_.enums[in.a];
    const bool words = values.strings.count == values.count && values.count <= kFewWords;
    if (words && (block.types & TypeSet::kString) != 0) {
      bound(Leaf::kWords, values.strings.strings, values.count);
    }
  } else if (in.op == Op::kMembers && block.types == TypeSet::kObject && !scoped) {
    leaf.kind = Leaf::kMembers;
  } else if ((in.op == Op::kAnyOf || in.op == Op::kOneOf) && in.n != 0 && !scoped) {
    if ((block.types & TypeSet::kObject) != 0) leaf.kind = Leaf::kSwitch;
  }
  return leaf;
}

void Compiler::link() {
  add_switches(out_);
  for (Block& block : out_.blocks) block.leaf = leaf_of(block);
  for (Property& property : out_.properties) {
    if (property.block != kNowhere) property.leaf = out_.blocks[property.block].leaf;
  }
  for (MemberTable& table : out_.tables) {
    if (table.additional != kNowhere) table.additional_leaf = out_.blocks[table.additional].leaf;
  }
  find_leftover_names(out_);
}

void Compiler::find_cycles() {
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(out_.blocks.size(), Mark::kNew);
  struct Visit {
    std::uint32_t block;
    std::vector<std::uint32_t> next;
  };
  std::vector<Visit> path;
  const auto enter = [&](std::uint32_t number) {
    marks[number] = Mark::kOpen;
    Visit visit{number, {}};
    const Block& block = out_.blocks[number];
    for (unsigned i = 0; i < block.ends[kAnything]; ++i) {
      each_applied(out_, out_.code[block.code + i],
                   [&](std::uint32_t to, Applied) { visit.next.push_back(to); });
    }
    path.push_back(std::move(visit));
  };
  for (std::uint32_t i = out_.schemas; i < out_.blocks.size(); ++i) {
    if (marks[i] == Mark::kNew) enter(i);
    while (!path.empty()) {
      Visit& top = path.back();
      if (top.next.empty()) {
        marks[top.block] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const std::uint32_t next = top.next.back();
      top.next.pop_back();
      if (marks[next] == Mark::kNew) {
        enter(next);
      } else if (marks[next] == Mark::kOpen) {
        const std::string to = out_.spell(out_.blocks[next].place);
        fail_at(out_.spell(out_.blocks[top.block].place),
                "circular $ref detected: " + to.substr(to.find('#')) +
                    " leads back to itself without going deeper into the value",
                "let the recursion go through 'properties' or 'items'");
      }
    }
  }
}

}  // namespace barbacane::schema::detail
