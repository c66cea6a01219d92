#pragma once

#include <cstdint>
#include <optional>

#include "schema/detail/tape_store.h"

/// Repeated names of an object.
///
/// Small objects look each name up as it is read (`find_earlier`); beyond `kSmallObject` members
/// all names are sorted when the object ends. Either way colliding hashes buy nothing but
/// comparisons of texts, n log n of them.
namespace barbacane::schema::detail {

constexpr std::uint32_t kSmallObject = 64;

/// What becomes of a repeated name.
enum class Repeated : std::uint8_t { kReport, kMarkEarlier };

/// A member of the object that starts at `node`, before the one whose name is at `key` and with
/// the same name: the first such, or empty. Marks all of them, if asked to.
std::optional<std::uint32_t> find_earlier(TapeStore& store, std::uint32_t object, std::uint32_t key,
                                          Repeated what);

/// The same over all members of a closed object: gives the later name of the first pair in the
/// order of the text.
std::optional<std::uint32_t> find_repeated(TapeStore& store, std::uint32_t object, Repeated what);

/// Takes out the members whose names were marked.
void drop_marked(TapeStore& store);

}  // namespace barbacane::schema::detail
