#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "router/router.h"

/// Random tables and paths, answered by the router and by a slow matcher that works another way:
/// it has no trie and no normal form. It cuts a path into characters (an escape is one), matches
/// each template by itself by trying every split, and of all that match takes the one whose
/// segments rank first from left to right, which is what precedence with backtracking amounts to.
namespace barbacane::router {
namespace {

using Characters = std::vector<std::string>;
using Path = std::vector<Characters>;

bool is_unreserved(int byte) {
  return byte < 0x80 && (std::isalnum(byte) || std::strchr("-._~", byte));
}

std::optional<int> escape_at(const std::string& text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return {};
  const std::string digits = text.substr(at + 1, 2);
  if (!std::isxdigit(static_cast<unsigned char>(digits[0])) ||
      !std::isxdigit(static_cast<unsigned char>(digits[1]))) {
    return {};
  }
  return std::stoi(digits, nullptr, 16);
}

std::string escape(int byte) {
  char out[4];
  std::snprintf(out, sizeof out, "%%%02X", static_cast<unsigned>(byte) & 0xFF);
  return out;
}

/// The characters of a segment; nothing when one of them is a control byte.
std::optional<Characters> characters(const std::string& text) {
  Characters out;
  for (std::size_t at = 0; at < text.size();) {
    const auto escaped = escape_at(text, at);
    const int byte = escaped.value_or(static_cast<unsigned char>(text[at]));
    if (byte < 0x20 || byte == 0x7F) return {};
    if (!escaped) {
      out.push_back(text[at] == '%' ? "%25" : std::string(1, text[at]));
      ++at;
      continue;
    }
    std::string sequence;
    for (std::size_t next = at; next < at + 12 && escape_at(text, next); next += 3) {
      sequence += static_cast<char>(*escape_at(text, next));
    }
    std::size_t length = 0;
    for (std::size_t n = 2; n <= sequence.size() && byte >= 0x80; ++n) {
      if (base::utf8_sequence_length(sequence.substr(0, n)) == n) length = n;
    }
    if (length > 0) {
      for (std::size_t i = 0; i < length; ++i) out.push_back(sequence.substr(i, 1));
      at += 3 * length;
    } else {
      out.push_back(is_unreserved(byte) ? std::string(1, static_cast<char>(byte)) : escape(byte));
      at += 3;
    }
  }
  return out;
}

std::string joined(const Characters& characters) {
  std::string out;
  for (const std::string& character : characters) out += character;
  return out;
}

/// The segments of a path; nothing when it must be refused.
std::optional<Path> cut(const std::string& path) {
  Path out;
  std::string segment;
  for (const char c : path + "/") {
    if (c != '/') {
      segment += c;
      continue;
    }
    if (!segment.empty()) {
      const auto cut_segment = characters(segment);
      if (!cut_segment || joined(*cut_segment) == "." || joined(*cut_segment) == "..") return {};
      out.push_back(*cut_segment);
    }
    segment.clear();
  }
  return out;
}

/// A template as its maker knows it: each segment a list of literal texts and "{}" or "{+}".
struct Declared {
  std::vector<std::vector<std::string>> segments;
  std::string method;

  std::string path() const {
    std::string out;
    int number = 0;
    for (const auto& segment : segments) {
      out += '/';
      for (const std::string& part : segment) {
        if (part.front() != '{') {
          out += part;
        } else {
          out += "{p" + std::to_string(number++) + part.substr(1);
        }
      }
    }
    return out;
  }
};

bool match_parts(const std::vector<std::string>& parts, std::size_t part, const Characters& text,
                 std::size_t at, std::vector<std::string>& captures) {
  if (part == parts.size()) return at == text.size();
  if (parts[part] != "{}") {
    const Characters literal = characters(parts[part]).value();
    for (const std::string& character : literal) {
      if (at == text.size() || text[at++] != character) return false;
    }
    return match_parts(parts, part + 1, text, at, captures);
  }
  std::string captured;
  for (; at < text.size(); ++at) {
    captured += text[at];
    captures.push_back(captured);
    if (match_parts(parts, part + 1, text, at + 1, captures)) return true;
    captures.pop_back();
  }
  return false;
}

std::optional<std::vector<std::string>> match(const Declared& declared, const Path& path) {
  std::vector<std::string> captures;
  for (std::size_t i = 0; i < declared.segments.size(); ++i) {
    if (i == path.size()) return {};
    if (declared.segments[i].front() == "{+}") {
      std::string rest = joined(path[i]);
      for (++i; i < path.size(); ++i) rest += "/" + joined(path[i]);
      captures.push_back(rest);
      return captures;
    }
    if (!match_parts(declared.segments[i], 0, path[i], 0, captures)) return {};
  }
  if (path.size() > declared.segments.size()) return {};
  return captures;
}

using Rank = std::tuple<int, int, std::string>;

std::vector<Rank> ranks(const Declared& declared) {
  std::vector<Rank> out;
  for (const auto& parts : declared.segments) {
    int literal = 0;
    std::string shape;
    for (const std::string& part : parts) {
      const std::string text = part.front() == '{' ? "" : joined(*characters(part));
      literal += static_cast<int>(text.size());
      shape += text.empty() ? "{_" + part.substr(1) : text;
    }
    if (literal == 0) {
      out.emplace_back(parts.front() == "{}" ? 2 : 3, 0, "");
    } else if (parts.size() == 1) {
      out.emplace_back(0, 0, shape);
    } else {
      out.emplace_back(1, -literal, shape);
    }
  }
  return out;
}

std::string expected(const std::vector<Declared>& declared, const std::string& text,
                     const std::string& method) {
  const auto path = cut(text);
  if (!path) return "400";
  std::map<std::vector<Rank>, std::vector<std::size_t>> matching;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (match(declared[i], *path)) matching[ranks(declared[i])].push_back(i);
  }
  if (matching.empty()) return "404";
  std::vector<std::string> methods;
  for (const std::size_t i : matching.begin()->second) {
    if (declared[i].method == method) {
      std::string out = std::to_string(i);
      const std::vector<std::string> captures = match(declared[i], *path).value();
      for (const std::string& capture : captures) out += " " + capture;
      return out;
    }
    methods.push_back(declared[i].method);
  }
  std::ranges::sort(methods);
  std::string out = "405";
  for (const std::string& allowed : methods) out += " " + allowed;
  return out;
}

std::string actual(const RouteTable& routes, const std::string& path, const std::string& method,
                   Lookup& lookup) {
  routes.find(path, method, lookup);
  std::string out;
  switch (lookup.outcome) {
    case Lookup::Outcome::kBadPath:
      return "400";
    case Lookup::Outcome::kNotFound:
      return "404";
    case Lookup::Outcome::kMethodNotAllowed:
      out = "405 " + std::string(lookup.allow);
      std::erase(out, ',');
      return out;
    case Lookup::Outcome::kFound:
      out = std::to_string(lookup.operation);
      for (const auto capture : lookup.captures()) out.append(" ").append(capture);
      return out;
  }
  return out;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  const std::string& method() { return pick(kMethods); }

  Declared declared() {
    Declared out{{}, method()};
    const std::size_t depth = below(5);
    for (std::size_t i = 0; i < depth; ++i) out.segments.push_back(segment(i + 1 == depth));
    return out;
  }

  /// Often an instance of a template, sometimes with a part replaced, sometimes anything.
  std::string path(const Declared& declared) {
    std::string out;
    for (const auto& parts : declared.segments) {
      out += below(15) == 0 ? "//" : "/";
      if (below(12) == 0) {
        out += text(3);
        continue;
      }
      for (const std::string& part : parts) {
        if (part == "{+}") {
          out += text(3) + (below(2) == 0 ? "/" + text(3) : "");
        } else {
          out += part == "{}" ? text(3) : part;
        }
      }
    }
    if (below(10) == 0) out += "/" + text(2);
    if (below(10) == 0) out += "/";
    if (below(60) == 0 && !out.empty()) out[below(out.size())] = static_cast<char>(below(256));
    return out;
  }

 private:
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

  std::vector<std::string> segment(bool last) {
    switch (below(last ? 10 : 9)) {
      case 0:
      case 1:
        return {"{}"};
      case 2:
        return {"{}", pick(kLiterals)};
      case 3:
        return {pick(kLiterals), "{}"};
      case 4:
        return {"{}", pick(kLiterals), "{}"};
      case 5:
        return {pick(kLiterals), "{}", pick(kLiterals), "{}", pick(kLiterals)};
      case 9:
        return {"{+}"};
      default:
        return {pick(kLiterals) + (below(4) == 0 ? pick(kLiterals) : "")};
    }
  }

  std::string text(std::size_t most) {
    std::string out;
    for (std::size_t i = below(most) + 1; i > 0; --i) out += pick(below(3) == 0 ? kOdd : kLiterals);
    return out;
  }

  inline static const std::vector<std::string> kMethods = {"GET", "PUT", "POST", "SUBSCRIBE-ALL"};
  inline static const std::vector<std::string> kLiterals = {
      "a", "b", "aa", "ab", "2", "F", "-", "a-long-one", "%2f", "%61", "%C3%A9", "%"};
  inline static const std::vector<std::string> kOdd = {
      ".", "..", "%2e", "%2F", "%", "%c3%a9", "%C3", "%A9", "\xC3\xA9", "%7F", "%25", "%62", "{_}"};

  std::mt19937 random_;
};

TEST(RouteTable, AgreesWithAMatcherThatTriesEverything) {
  std::map<std::string, int> outcomes;
  Lookup lookup;
  for (unsigned seed = 0; seed < 100; ++seed) {
    Generator generator(seed);
    std::vector<Declared> declared;
    std::vector<std::string> paths;
    std::map<std::pair<std::vector<Rank>, std::string>, bool> seen;
    const std::size_t wanted = 1 + generator.below(40);
    for (std::size_t i = 0; i < wanted; ++i) {
      const Declared next = generator.declared();
      if (!cut(next.path()) || !seen.emplace(std::pair(ranks(next), next.method), true).second) {
        continue;
      }
      declared.push_back(next);
      paths.push_back(next.path());
    }
    std::vector<RouteSpec> specs;
    for (std::size_t i = 0; i < declared.size(); ++i) {
      specs.push_back({paths[i], declared[i].method, static_cast<std::uint32_t>(i)});
    }
    const auto routes = RouteTable::build(specs);
    ASSERT_TRUE(routes) << "seed " << seed << ": " << routes.error().message;
    for (int i = 0; i < 200; ++i) {
      const std::string path =
          declared.empty() ? "/a" : generator.path(declared[generator.below(declared.size())]);
      const std::string& method = generator.method();
      const std::string found = actual(*routes, path, method, lookup);
      ASSERT_EQ(found, expected(declared, path, method))
          << "seed " << seed << ", " << method << " " << path << "\namong "
          << testing::PrintToString(paths);
      if (lookup.outcome == Lookup::Outcome::kFound) ++outcomes["found"];
      ++outcomes[found.substr(0, 3)];
    }
  }
  // The comparison is worth something only if every outcome is common.
  EXPECT_GT(outcomes["found"], 1'000);
  EXPECT_GT(outcomes["400"], 250);
  EXPECT_GT(outcomes["404"], 250);
  EXPECT_GT(outcomes["405"], 250);
}

}  // namespace
}  // namespace barbacane::router
