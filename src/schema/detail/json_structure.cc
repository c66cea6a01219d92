#include "schema/detail/json_structure.h"

#include <algorithm>

#include <simdjson.h>

namespace barbacane::schema::detail {
namespace {

constexpr std::size_t kSmallest = 4096;

// The open containers of simdjson's second stage, which we never run.
constexpr std::size_t kDepth = 1;

}  // namespace

JsonStructure::JsonStructure() = default;
JsonStructure::~JsonStructure() = default;

std::expected<std::span<const std::uint32_t>, JsonError> JsonStructure::find(
    std::string_view text) {
  if (text.empty()) return std::unexpected(JsonError{.kind = JsonError::Kind::kEmpty});
  const std::size_t capacity = stages_ ? stages_->capacity() : 0;
  if (text.size() > capacity) {
    if (text.size() > simdjson::SIMDJSON_MAXSIZE_BYTES)
      return std::unexpected(JsonError{.kind = JsonError::Kind::kTooLarge});
    const std::size_t wanted =
        std::min<std::size_t>(std::max({text.size(), capacity + capacity / 2, kSmallest}),
                              simdjson::SIMDJSON_MAXSIZE_BYTES);
    const auto error =
        stages_ ? stages_->set_capacity(wanted)
                : simdjson::get_active_implementation()->create_dom_parser_implementation(
                      wanted, kDepth, stages_);
    if (error) {
      release();
      return std::unexpected(JsonError{.kind = JsonError::Kind::kTooLarge});
    }
  }
  const auto error = stages_->stage1(reinterpret_cast<const std::uint8_t*>(text.data()),
                                     text.size(), simdjson::stage1_mode::regular);
  if (error) return std::unexpected(explain(error, text));
  return std::span<const std::uint32_t>(stages_->structural_indexes.get(),
                                        stages_->n_structural_indexes);
}

JsonError JsonStructure::explain(int error, std::string_view text) const {
  switch (error) {
    case simdjson::EMPTY:
      return {.kind = JsonError::Kind::kEmpty};
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return {.kind = JsonError::Kind::kTooLarge};
    default:
      return find_flaw(text);
  }
}

std::size_t JsonStructure::bytes() const {
  return stages_ ? stages_->capacity() * sizeof(std::uint32_t) : 0;
}

void JsonStructure::release() { stages_.reset(); }

}  // namespace barbacane::schema::detail
