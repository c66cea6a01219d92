#include "schema/detail/compiler.h"

#include <utility>

#include "base/text.h"
#include "schema/detail/sentences.h"

namespace barbacane::schema::detail {

namespace {

/// OpenAPI 3.0.3, 4.7.24: of JSON Schema it takes these away, where they would mean something.
bool is_in_openapi30(Keyword keyword) {
  switch (keyword) {
    case Keyword::kConst:
    case Keyword::kIf:
    case Keyword::kThen:
    case Keyword::kElse:
    case Keyword::kPrefixItems:
    case Keyword::kContains:
    case Keyword::kMinContains:
    case Keyword::kMaxContains:
    case Keyword::kPatternProperties:
    case Keyword::kPropertyNames:
    case Keyword::kDependentRequired:
    case Keyword::kDependentSchemas:
    case Keyword::kDependencies:
    case Keyword::kUnevaluatedItems:
    case Keyword::kUnevaluatedProperties:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::string quote(std::string_view word) {
  constexpr std::size_t kLongest = 100;
  const std::string_view shown = base::utf8_prefix(word, kLongest);
  return "'" + std::string(shown) + (shown.size() < word.size() ? "…'" : "'");
}

std::string_view kind_name(Kind kind) {
  return kind == Kind::kArray ? std::string_view("a list") : type_name(kind);
}

void Compiler::compile(const std::vector<std::string>& wanted) {
  const auto count = static_cast<std::uint32_t>(wanted.size());
  out_.schemas = count;
  out_.blocks.resize(count);
  std::vector<std::uint32_t> blocks(count, kNowhere);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto found = documents_.find(wanted[i]);
    if (!found) {
      fail_at(wanted[i], found.error().message, found.error().hint);
      continue;
    }
    const std::size_t hash = wanted[i].find('#');
    const std::string fragment = hash == std::string::npos ? "#" : wanted[i].substr(hash);
    blocks[i] = block_of(*found, place_for(*found, fragment), *found);
  }
  compile_waiting();
  link_dynamic();
  if (errors_.empty()) find_cycles();
  if (!errors_.empty()) return;
  for (std::uint32_t i = 0; i < count; ++i) out_.blocks[i] = out_.blocks[blocks[i]];
  link();
}

void Compiler::compile_waiting() {
  while (!waiting_.empty()) {
    const Waiting next = waiting_.front();
    waiting_.pop_front();
    compile_schema(next);
  }
}

void Compiler::compile_schema(const Waiting& waiting) {
  const Value schema(waiting.at.node);
  Draft draft;
  draft.schema = waiting;
  draft.place = out_.blocks[waiting.block].place;
  if (schema.kind() == Kind::kFalse) {
    draft.types = 0;
    draft.flags = Block::kFalse;
  } else if (schema.is_object()) {
    const Resource& resource = documents_.resource_of(waiting.at);
    draft.rules = &resource.rules;
    if (resource.trouble.node != nullptr) {
      fail_at(Documents::place_of({resource.document, resource.trouble.node}),
              resource.trouble.message, resource.trouble.hint);
    }
    read_keywords(draft, schema);
  } else if (schema.kind() != Kind::kTrue) {
    fail_at(out_.spell(draft.place), "a schema must be an object or a boolean, not " +
                                         std::string(kind_name(schema.kind())));
  }
  store(draft);
}

void Compiler::read_keywords(Draft& draft, Value schema) {
  for (const Member member : schema.members()) {
    const auto keyword = parse_keyword(member.name(), member.key.node()->hash);
    if (!keyword || (draft.rules->openapi() && !is_in_openapi30(*keyword))) continue;
    draft.keywords[static_cast<std::size_t>(*keyword)] = member.value;
  }
  references(draft);
  // Before 2019 a reference stood for itself alone.
  if (draft[Keyword::kRef] && !draft.rules->modern()) return;
  if (draft.rules->validation) {
    type(draft);
    constants(draft, Keyword::kEnum);
    constants(draft, Keyword::kConst);
    range(draft);
    multiple_of(draft);
    length(draft);
    pattern(draft);
    sizes(draft, Keyword::kMinItems, kArrays, Op::kArraySize);
    sizes(draft, Keyword::kMinProperties, kObjects, Op::kObjectSize);
    unique_items(draft);
  }
  format(draft);
  members(draft);
  dependents(draft);
  if (draft.rules->applicators) {
    items(draft);
    contains(draft);
    branches(draft, Keyword::kAllOf, Op::kAllOf);
    branches(draft, Keyword::kAnyOf, Op::kAnyOf);
    branches(draft, Keyword::kOneOf, Op::kOneOf);
    conditions(draft);
  }
  unevaluated(draft);
}

void Compiler::store(const Draft& draft) {
  const auto begin = static_cast<std::uint32_t>(out_.code.size());
  Block& block = out_.blocks[draft.schema.block];
  block.code = begin;
  block.types = draft.types;
  block.flags = draft.flags;
  for (unsigned group = 0; group < kGroups; ++group) {
    const auto& code = draft.code[group];
    out_.code.insert(out_.code.end(), code.begin(), code.begin() + draft.counts[group]);
    block.ends[group] = static_cast<std::uint8_t>(out_.code.size() - begin);
  }
}

void Compiler::fail(const Draft& draft, Keyword keyword, std::string message, std::string hint) {
  fail_at(out_.spell(draft.place) + "/" + std::string(to_text(keyword)), std::move(message),
          std::move(hint));
}

void Compiler::fail_at(std::string place, std::string message, std::string hint) {
  if (!reported_.insert(place + "\n" + message).second) return;
  errors_.push_back({std::move(place), std::move(message), std::move(hint)});
}

}  // namespace barbacane::schema::detail
