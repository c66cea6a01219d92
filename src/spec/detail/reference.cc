#include "spec/detail/reference.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace barbacane::spec {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `~1` and `~0` (RFC 6901, 4).
std::string unescape(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out.push_back(token[++i] == '0' ? '~' : '/');
    } else {
      out.push_back(token[i]);
    }
  }
  return out;
}

std::string escape(std::string_view key) {
  std::string out;
  for (char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

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

}  // namespace

bool Reference::is_absolute_uri() const {
  if (uri.empty() || !is_letter(uri.front())) return false;
  const auto end = std::ranges::find_if_not(
      uri, [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
  return end != uri.end() && *end == ':';
}

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
    const std::string token = unescape(pointer.substr(begin + 1, end - begin - 1));
    const Node* next = node->is_array() ? item(*node, token) : node->find(token);
    if (next == nullptr) {
      PointerResult failure;
      failure.reached = std::string(pointer.substr(0, begin));
      failure.missing = token;
      const std::string_view near =
          suggestions == Suggestions::kOn ? nearest_key(*node, token) : std::string_view();
      if (!near.empty()) {
        failure.suggestion = std::string(pointer.substr(0, begin + 1)) + escape(near) +
                             std::string(pointer.substr(end));
      }
      return failure;
    }
    node = next;
    begin = end;
  }
  return {.target = node};
}

}  // namespace barbacane::spec
