#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

/// Finds lines and columns in a text.
///
/// A document may hold a hundred thousand problems, all on one line. Marks every few KiB, set as
/// far as anybody has asked, keep a look-up from reading the text from its beginning again. The
/// text is borrowed and outlives the index. Columns count code points, and each byte that is not
/// UTF-8; a byte order mark at the beginning is not part of the first line.
namespace barbacane::base {

class SourceIndex {
 public:
  explicit SourceIndex(std::string_view text);

  /// The line from a position on, without its end and no longer than `limit` bytes; empty behind
  /// the last column, nothing behind the last line.
  std::optional<std::string_view> line_from(Position position, std::size_t limit);

 private:
  struct Mark {
    Position position;
    std::size_t offset;
  };

  Mark nearest_before(Position position) const;
  void step(Mark& at) const;

  std::string_view text_;
  std::vector<Mark> marks_;  ///< in the order of the text, never empty
};

}  // namespace barbacane::base
