#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "schema/json.h"

/// What a tape owns: its nodes, the containers that are still open, and text that stands nowhere
/// else. All of it is kept from document to document.
namespace barbacane::schema::detail {

/// Bytes that stay where they are until `clear`.
class TextArena {
 public:
  char* allocate(std::size_t bytes);
  void clear();
  std::size_t bytes() const;
  void release();

 private:
  struct Chunk {
    std::unique_ptr<char[]> begin;
    std::size_t size = 0;
  };
  std::vector<Chunk> chunks_;
  std::size_t used_ = 0;  ///< of the last chunk, which is the largest
};

/// An array or object whose end has not been seen.
struct OpenContainer {
  std::uint32_t node = 0;
  std::uint32_t size = 0;
  char closer = ']';
  /// Of hashes of member names: a clear bit says that a name is new. Wide enough that an object of
  /// twenty members looks one name up in three.
  std::array<std::uint64_t, 8> seen;
};

struct TapeStore {
  std::vector<Value::Node> nodes;  ///< constructed up to its size, in use up to `used`
  std::size_t used = 0;
  std::vector<OpenContainer> open;  ///< likewise up to `depth`
  std::size_t depth = 0;
  std::vector<std::uint64_t> order;  ///< scratch of `find_repeated`
  TextArena texts;

  void clear() {
    used = 0;
    depth = 0;
    texts.clear();
  }

  /// The container that stands at `node`, now the innermost.
  OpenContainer& push(std::size_t node, char closer) {
    if (depth == open.size()) open.resize(depth + depth / 2 + 16);
    OpenContainer& container = open[depth++];
    container.node = static_cast<std::uint32_t>(node);
    container.size = 0;
    container.closer = closer;
    if (closer == '}') container.seen = {};
    return container;
  }

  std::size_t bytes() const;
  void release();
};

}  // namespace barbacane::schema::detail
