#include "spec/detail/reference.h"

#include <algorithm>
#include <charconv>

#include "base/json_pointer.h"
#include "base/text.h"

namespace barbacane::spec {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

const Node* item(const Node& array, std::string_view token) {
  if (token.empty() || (token.size() > 1 && token.front() == '0')) return nullptr;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return nullptr;
  return index < array.items().size() ? array.items()[index] : nullptr;
}

std::string_view nearest_key(const Node& object, std::string_view token) {
  // Edit distance is quadratic; only keys that can be close are worth it.
  constexpr std::size_t kLongest = 96;
  constexpr std::size_t kMost = 2000;
  if (token.size() > kLongest) return {};
  const std::size_t slack = std::max<std::size_t>(token.size() / 3, 1);
  std::vector<std::string_view> candidates;
  for (const Member& member : object.members()) {
    if (member.key.size() + slack < token.size() || member.key.size() > token.size() + slack) {
      continue;
    }
    candidates.push_back(member.key);
    if (candidates.size() == kMost) break;
  }
  return base::nearest(token, candidates);
}

/// Length of `https:`; 0 when there is no scheme.
std::size_t scheme_length(std::string_view uri) {
  if (uri.empty() || !is_letter(uri.front())) return 0;
  const auto end = std::ranges::find_if_not(
      uri, [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
  if (end == uri.end() || *end != ':') return 0;
  return static_cast<std::size_t>(end - uri.begin()) + 1;
}

/// Length of `//example.com` behind the scheme.
std::size_t authority_length(std::string_view rest) {
  if (!rest.starts_with("//")) return 0;
  return std::min(rest.find_first_of("/?", 2), rest.size());
}

/// `.` and `..` segments taken away (RFC 3986, 5.2.4).
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> segments;
  const bool rooted = path.starts_with('/');
  if (rooted) path.remove_prefix(1);
  for (;;) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    const bool last = end == path.size();
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
      if (last) segments.emplace_back();
    } else if (segment != ".") {
      segments.push_back(segment);
    } else if (last) {
      segments.emplace_back();
    }
    if (last) break;
    path.remove_prefix(end + 1);
  }
  std::string out = rooted ? "/" : "";
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (i != 0) out += '/';
    out += segments[i];
  }
  return out;
}

}  // namespace

std::string resolve_uri(std::string_view base, std::string_view reference) {
  if (reference.empty()) return std::string(base);
  if (scheme_length(reference) != 0) return std::string(reference);
  const std::size_t scheme = scheme_length(base);
  if (reference.starts_with("//")) return std::string(base.substr(0, scheme)).append(reference);
  const std::size_t root = scheme + authority_length(base.substr(scheme));
  const std::string_view path = base.substr(root, base.find('?', root) - root);
  std::string out(base.substr(0, root));
  if (reference.starts_with('?')) return out.append(path).append(reference);
  const std::size_t query = std::min(reference.find('?'), reference.size());
  std::string merged;
  if (!reference.starts_with('/')) {
    merged = path.empty() && root > scheme ? "/" : path.substr(0, path.rfind('/') + 1);
  }
  out += without_dots(merged.append(reference.substr(0, query)));
  return out.append(reference.substr(query));
}

bool Reference::is_absolute_uri() const { return scheme_length(uri) != 0; }

Reference split_reference(std::string_view text) {
  const std::size_t hash = text.find('#');
  if (hash == text.npos) return {.uri = std::string(text), .fragment = {}};
  return {.uri = std::string(text.substr(0, hash)),
          .fragment = base::percent_decode(text.substr(hash + 1))};
}

const Node* reference_node(const Node& node) {
  const Node* reference = node.find("$ref");
  return reference != nullptr && reference->is_string() ? reference : nullptr;
}

PointerResult follow_pointer(const Node& root, std::string_view pointer, Suggestions suggestions) {
  if (!pointer.empty() && pointer.front() != '/') return {};
  const Node* node = &root;
  std::size_t begin = 0;
  while (begin < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', begin + 1), pointer.size());
    const std::string token =
        base::unescape_pointer_token(pointer.substr(begin + 1, end - begin - 1));
    const Node* next = node->is_array() ? item(*node, token) : node->find(token);
    if (next == nullptr) {
      PointerResult failure;
      failure.reached = std::string(pointer.substr(0, begin));
      failure.missing = token;
      const std::string_view near =
          suggestions == Suggestions::kOn ? nearest_key(*node, token) : std::string_view();
      if (!near.empty()) {
        failure.suggestion = std::string(pointer.substr(0, begin));
        base::append_pointer_token(failure.suggestion, near);
        failure.suggestion += pointer.substr(end);
      }
      return failure;
    }
    node = next;
    begin = end;
  }
  return {.target = node};
}

}  // namespace barbacane::spec
