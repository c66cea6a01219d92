#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "artifact/model.h"
#include "base/result.h"

/// From a place in `routes.json` back to the line of the spec it was written in.
///
/// Kept beside the schemas in an entry of the archive of its own, so that only a data plane in
/// development pays for it. It knows the operations, their parameters, bodies and media types;
/// every member of the schemas that requests are judged by, and the elements of their lists of
/// schemas; for anything deeper it answers with the nearest of these around it. Immutable once
/// read; any thread.
///
/// As JSON, a place is its file, line and column, and the places in it by name:
///
///     {"files": ["api.yaml"],
///      "places": {"/schemas/Pet": [0, 12, 5, {"type": [0, 13, 7]}],
///                 "/operations/4/parameters/0": [0, 38, 11],
///                 "/operations/4/parameters/0/schema": [0, 40, 11]}}
namespace barbacane::artifact {

class SourceMap {
 public:
  /// `bytes` as in `Contents::source_map`; an empty map of an artifact that has none.
  static base::Result<SourceMap> read(std::string_view bytes);

  /// `pointer` leads into `routes.json`: `/schemas/Pet/properties/name/minLength`. Nothing when it
  /// leads to nothing the map has.
  std::optional<Source> find(std::string_view pointer) const;

 private:
  friend class SourceMapReader;
  /// In the order of the text; what is in a place follows it.
  struct Place {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t extent = 1;  ///< places up to the next one beside this
    std::string name;
  };

  std::vector<std::string> files_;
  std::vector<Place> places_;
  std::unordered_map<std::string, std::uint32_t> places_by_pointer_;  ///< their indices
};

/// The bytes of a map from its JSON.
std::string pack_source_map(std::string_view json);

}  // namespace barbacane::artifact
