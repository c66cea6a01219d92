#include "schema/json.h"

#include <cassert>
#include <new>

#include "schema/detail/json_hash.h"
#include "schema/detail/json_structure.h"
#include "schema/detail/number_scan.h"
#include "schema/detail/tape_reader.h"
#include "schema/detail/tape_store.h"

namespace barbacane::schema {

std::uint32_t name_hash(std::string_view name) {
  return detail::hash_name(name.data(), name.size());
}

std::optional<Value> Value::find(std::string_view name) const {
  for (const Member member : members())
    if (member.name() == name) return member.value;
  return std::nullopt;
}

struct Tape::Impl {
  detail::JsonStructure structure;
  detail::TapeStore store;

  /// A node at the end; as a value it counts in the container it is in.
  void add_value(const Value::Node& node) {
    if (store.depth > 0 && store.open[store.depth - 1].closer == ']')
      ++store.open[store.depth - 1].size;
    add(node);
  }

  void add(const Value::Node& node) {
    if (store.used == store.nodes.size()) store.nodes.resize(store.used + store.used / 2 + 32);
    store.nodes[store.used++] = node;
  }

  void open(char closer, Kind kind) {
    add_value({.kind = kind});
    store.push(store.used - 1, closer);
  }
};

Tape::Tape() : impl_(std::make_unique<Impl>()) {}
Tape::~Tape() = default;
Tape::Tape(Tape&&) noexcept = default;
Tape& Tape::operator=(Tape&&) noexcept = default;

std::expected<Value, JsonError> Tape::read(std::string_view text, const JsonOptions& options) {
  try {
    const auto offsets = impl_->structure.find(text);
    if (!offsets) return std::unexpected(offsets.error());
    const auto read = detail::read_tape(text, *offsets, options, impl_->store);
    if (!read) return std::unexpected(read.error());
    return Value(impl_->store.nodes.data());
  } catch (const std::bad_alloc&) {
    shrink(0);
    return std::unexpected(JsonError{.kind = JsonError::Kind::kTooLarge});
  }
}

void Tape::begin() { impl_->store.clear(); }

void Tape::open_array() { impl_->open(']', Kind::kArray); }

void Tape::open_object() { impl_->open('}', Kind::kObject); }

void Tape::close() {
  auto& store = impl_->store;
  assert(store.depth > 0);
  const auto& container = store.open[--store.depth];
  Value::Node& node = store.nodes[container.node];
  node.size = container.size;
  node.extent = static_cast<std::uint32_t>(store.used - container.node);
}

void Tape::name(std::string_view name) {
  auto& store = impl_->store;
  assert(store.depth > 0 && store.open[store.depth - 1].closer == '}');
  ++store.open[store.depth - 1].size;
  impl_->add({.text = name.data(),
              .size = static_cast<std::uint32_t>(name.size()),
              .hash = name_hash(name),
              .kind = Kind::kString});
}

void Tape::string(std::string_view text) {
  impl_->add_value({.text = text.data(),
                    .size = static_cast<std::uint32_t>(text.size()),
                    .kind = Kind::kString});
}

void Tape::number(std::string_view literal) {
  Value::Node node{.text = literal.data(),
                   .size = static_cast<std::uint32_t>(literal.size()),
                   .kind = Kind::kNumber};
  detail::note_size(node);
  impl_->add_value(node);
}

void Tape::boolean(bool value) { impl_->add_value({.kind = value ? Kind::kTrue : Kind::kFalse}); }

void Tape::null() { impl_->add_value({.kind = Kind::kNull}); }

void Tape::opaque(std::size_t bytes) {
  impl_->add_value(
      {.size = static_cast<std::uint32_t>(bytes), .kind = Kind::kString, .opaque = true});
}

void Tape::copy(Value value) {
  impl_->add_value(*value.node());
  for (std::uint32_t i = 1; i < value.node()->extent; ++i) impl_->add(value.node()[i]);
}

Value Tape::built() const {
  assert(impl_->store.depth == 0 && impl_->store.used > 0);
  assert(impl_->store.nodes[0].extent == impl_->store.used);
  return Value(impl_->store.nodes.data());
}

char* Tape::allocate_text(std::size_t bytes) { return impl_->store.texts.allocate(bytes); }

void Tape::shrink(std::size_t keep_bytes) {
  if (impl_->structure.bytes() + impl_->store.bytes() <= keep_bytes) return;
  impl_->structure.release();
  impl_->store.release();
}

}  // namespace barbacane::schema
