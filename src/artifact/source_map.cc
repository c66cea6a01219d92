#include "artifact/source_map.h"

#include <exception>

#include "artifact/detail/gzip.h"
#include "artifact/detail/json_reader.h"
#include "base/json_pointer.h"

namespace barbacane::artifact {

namespace {

constexpr std::size_t kMaxText = std::size_t{256} << 20;
/// Deeper than any schema the compiler takes.
constexpr std::size_t kMaxDepth = 2000;

base::Result<std::string> unpacked(std::string_view bytes) {
  detail::GzipReader gzip(bytes);
  std::string text;
  for (;;) {
    const auto piece = gzip.next();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return text;
    if (text.size() + piece->size() > kMaxText) return base::fail("it unpacks to too much");
    text += *piece;
  }
}

}  // namespace

class SourceMapReader {
 public:
  explicit SourceMapReader(std::string_view text) : json_(text) {}

  base::Result<SourceMap> read() {
    json_.object([&](std::string_view key) {
      if (key == "files") {
        json_.array([&] { map_.files_.push_back(json_.string()); });
      } else if (key == "places") {
        json_.object([&](std::string_view pointer) {
          map_.places_by_pointer_.emplace(pointer, static_cast<std::uint32_t>(map_.places_.size()));
          read_place({}, 0);
        });
      } else {
        json_.skip();
      }
    });
    if (auto read = json_.result(); !read) return std::unexpected(read.error());
    for (const SourceMap::Place& place : map_.places_) {
      if (place.file >= map_.files_.size()) return base::fail("a place is in no file");
    }
    return std::move(map_);
  }

 private:
  void read_place(std::string_view name, std::size_t depth) {
    if (depth > kMaxDepth) return json_.fail("nested too deep");
    const std::size_t index = map_.places_.size();
    map_.places_.emplace_back().name = name;
    std::size_t element = 0;
    json_.array([&] {
      if (element == 3) {
        json_.object([&](std::string_view key) { read_place(key, depth + 1); });
      } else if (element > 3) {
        json_.skip();
      } else {
        SourceMap::Place& place = map_.places_[index];
        (element == 0   ? place.file
         : element == 1 ? place.line
                        : place.column) = json_.small_integer();
      }
      ++element;
    });
    map_.places_[index].extent = static_cast<std::uint32_t>(map_.places_.size() - index);
  }

  detail::JsonReader json_;
  SourceMap map_;
};

base::Result<SourceMap> SourceMap::read(std::string_view bytes) try {
  if (bytes.empty()) return SourceMap();
  const auto text = unpacked(bytes);
  if (!text) return std::unexpected(text.error());
  return SourceMapReader(*text).read();
} catch (const std::exception& exception) {  // memory
  return base::fail(exception.what());
}

std::optional<Source> SourceMap::find(std::string_view pointer) const {
  // The longest beginning that is known; from there on places are in one another.
  auto known = places_by_pointer_.end();
  std::size_t end = 0;
  for (std::size_t next = 0; next < pointer.size();) {
    next = std::min(pointer.find('/', next + 1), pointer.size());
    const auto found = places_by_pointer_.find(std::string(pointer.substr(0, next)));
    if (found == places_by_pointer_.end()) continue;
    known = found;
    end = next;
  }
  if (known == places_by_pointer_.end()) return std::nullopt;
  std::size_t at = known->second;
  while (end < pointer.size()) {
    const std::size_t begin = end + 1;
    end = std::min(pointer.find('/', begin), pointer.size());
    const std::string name = base::unescape_pointer_token(pointer.substr(begin, end - begin));
    std::size_t child = at + 1;
    const std::size_t behind = at + places_[at].extent;
    while (child < behind && places_[child].name != name) child += places_[child].extent;
    if (child >= behind) break;
    at = child;
  }
  const Place& place = places_[at];
  return Source{files_[place.file], place.line, place.column};
}

std::string pack_source_map(std::string_view json) {
  detail::GzipWriter out;
  out.write(json);
  return out.finish();
}

}  // namespace barbacane::artifact
