#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// The `path` of an `http-upstream` config, such as `/v1/orders/{id}/items?kind=book`, in the form
/// in which it is filled for each request.
namespace barbacane::gateway {

struct PathTemplate {
  /// A text that stands as it is, and the parameter whose value follows it.
  struct Piece {
    std::string literal;
    std::string parameter;   ///< without braces and `+`; empty in the last piece
    std::string as_written;  ///< what stays when the operation has no such parameter
  };

  std::vector<Piece> pieces;
  bool has_query = false;

  /// `prefix` is the path of the upstream's URL. A slash is put between the two where there is
  /// none; literal bytes that may not stand in a target are percent-encoded. Refused: a fragment
  /// and dot segments. The error is a sentence for behind the field's name.
  static base::Result<PathTemplate> parse(std::string_view prefix, std::string_view text);
};

/// Whether a segment of the path is `.` or `..`, also when its dots are percent-encoded.
bool has_dot_segment(std::string_view path);

}  // namespace barbacane::gateway
