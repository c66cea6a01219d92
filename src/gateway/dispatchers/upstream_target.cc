#include "gateway/dispatchers/upstream_target.h"

#include <algorithm>
#include <array>

#include "gateway/arena_text.h"
#include "http/h1/grammar.h"

namespace barbacane::gateway {
namespace {

/// RFC 3986, 2.3: what means the same encoded or not.
constexpr auto kUnreserved = http::h1::alphanumerics_and("-._~");

constexpr bool is_dots(std::string_view segment) { return segment == "." || segment == ".."; }

/// Of the bytes in front of `separators`, whether one run is `.` or `..`.
bool has_dots_between(std::string_view text, std::string_view separators) {
  if (text.find('.') == std::string_view::npos) return false;
  for (;;) {
    const std::size_t end = text.find_first_of(separators);
    if (is_dots(text.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
}

enum class Slashes : std::uint8_t { kEncode, kKeep };

void append_encoded(ArenaText& out, std::string_view value, Slashes slashes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  while (!value.empty()) {
    const auto stays = [&](char c) {
      return kUnreserved[static_cast<unsigned char>(c)] || (c == '/' && slashes == Slashes::kKeep);
    };
    const auto end = static_cast<std::size_t>(std::find_if_not(value.begin(), value.end(), stays) -
                                              value.begin());
    out.append(value.substr(0, end));
    value.remove_prefix(end);
    if (value.empty()) return;
    const auto byte = static_cast<unsigned char>(value.front());
    const char escape[] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    out.append(escape, escape + sizeof escape);
    value.remove_prefix(1);
  }
}

/// Only the last parameter of a route may be a `{name+}`.
Slashes slashes_of(const TargetSource& source, std::size_t parameter) {
  const bool last = parameter + 1 == source.names.size();
  return last && source.route.find("+}") != std::string_view::npos ? Slashes::kKeep
                                                                   : Slashes::kEncode;
}

/// False: the value has a dot segment, whatever the upstream takes for a separator once it has
/// decoded it.
bool append_parameter(ArenaText& out, const PathTemplate::Piece& piece,
                      const TargetSource& source) {
  const auto found = std::find(source.names.begin(), source.names.end(), piece.parameter);
  const auto index = static_cast<std::size_t>(found - source.names.begin());
  if (index >= source.values.size()) {
    out.append(piece.as_written);
    return true;
  }
  const std::string_view value = source.values[index];
  if (has_dots_between(value, "/\\")) return false;
  append_encoded(out, value, slashes_of(source, index));
  return true;
}

/// The received target itself when path and query stand in it side by side.
std::string_view adjacent(std::string_view path, std::string_view query) {
  if (query.empty()) return path;
  const char* path_end = path.data() + path.size();
  if (path_end + 1 != query.data() || *path_end != '?') return {};
  return {path.data(), path.size() + 1 + query.size()};
}

}  // namespace

std::optional<std::string_view> upstream_target(const HttpUpstreamConfig& config,
                                                const TargetSource& source,
                                                std::pmr::memory_resource* arena) {
  if (!config.path && config.prefix.empty()) {
    if (const std::string_view whole = adjacent(source.path, source.query); !whole.empty()) {
      return whole;
    }
  }
  ArenaText out(arena, config.prefix.size() + source.path.size() + source.query.size() + 128);
  if (!config.path) {
    out.append(config.prefix);
    out.append(source.path);
  } else {
    for (const PathTemplate::Piece& piece : config.path->pieces) {
      out.append(piece.literal);
      if (!piece.parameter.empty() && !append_parameter(out, piece, source)) return std::nullopt;
    }
    // A dot beside a value that is another one, as in `/{a}{b}`.
    const std::string_view path = out.view().substr(0, out.view().find('?'));
    if (has_dots_between(path, "/")) return std::nullopt;
  }
  if (!source.query.empty()) {
    out.push_back(config.path && config.path->has_query ? '&' : '?');
    out.append(source.query);
  }
  return out.view();
}

}  // namespace barbacane::gateway
