#include "schema/detail/uri.h"

#include <algorithm>

namespace barbacane::schema::detail {
namespace {

constexpr auto kNone = std::string_view::npos;

struct Parts {
  std::string_view scheme;     ///< with the colon
  std::string_view authority;  ///< with the slashes
  std::string_view path;
  std::string_view query;  ///< with the question mark
};

bool is_scheme_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.';
}

Parts parse(std::string_view uri) {
  Parts out;
  const std::size_t colon = uri.find(':');
  if (colon != kNone && colon != 0 && std::ranges::all_of(uri.substr(0, colon), is_scheme_char)) {
    out.scheme = uri.substr(0, colon + 1);
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    out.authority = uri.substr(0, std::min(uri.find_first_of("/?", 2), uri.size()));
    uri.remove_prefix(out.authority.size());
  }
  const std::size_t query = std::min(uri.find('?'), uri.size());
  out.path = uri.substr(0, query);
  out.query = uri.substr(query);
  return out;
}

/// RFC 3986, 5.2.4.
std::string without_dots(std::string_view path) {
  std::string out;
  const bool rooted = path.starts_with('/');
  if (rooted) {
    out = "/";
    path.remove_prefix(1);
  }
  const std::size_t root = out.size();
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    const bool last = slash == kNone;
    if (segment == "..") {
      if (out.size() > root) {
        out.pop_back();
        const std::size_t parent = out.rfind('/');
        out.resize(parent == std::string::npos ? 0 : parent + 1);
        out.resize(std::max(out.size(), root));
      }
    } else if (segment != ".") {
      out += segment;
      if (!last) out += '/';
    }
    if (last) return out;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

UriParts split_fragment(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  if (hash == kNone) return {uri, {}, false};
  return {uri.substr(0, hash), uri.substr(hash + 1), true};
}

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const Parts to = parse(reference);
  if (!to.scheme.empty()) return std::string(reference);
  const Parts from = parse(base);
  std::string out(from.scheme);
  if (!to.authority.empty()) return out.append(reference);
  out += from.authority;
  if (to.path.empty()) {
    out += from.path;
    return out.append(to.query.empty() ? from.query : to.query);
  }
  if (to.path.starts_with('/')) {
    out += without_dots(to.path);
    return out.append(to.query);
  }
  const std::size_t slash = from.path.rfind('/');
  std::string path(from.path.substr(0, slash == kNone ? 0 : slash + 1));
  if (path.empty() && !from.authority.empty()) path = "/";
  out += without_dots(path.append(to.path));
  return out.append(to.query);
}

}  // namespace barbacane::schema::detail
