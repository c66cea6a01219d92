// The two shapes of the JSON interface, read in one pass. The gateway wrote them, so this checks
// only what keeps it safe, and decodes only strings that have escapes.

#include <cstring>

#include "barbacane/json.h"
#include "json_abi/call.h"

namespace barbacane::plugin::json_abi {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = kOnes * 0x80;

/// Not 0 when one of the eight bytes is that character.
constexpr std::uint64_t has_byte(std::uint64_t bytes, char c) {
  const std::uint64_t difference = bytes ^ (kOnes * static_cast<unsigned char>(c));
  return (difference - kOnes) & ~difference & kHighs;
}

class Reader {
 public:
  Reader(std::string_view json, detail::Arena& arena)
      : arena_(arena), at_(json.data()), end_(at_ + json.size()) {}

  bool accept(char c) {
    skip_blanks();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool string(std::string_view& text) {
    if (!accept('"')) return false;
    const char* first = at_;
    bool escaped = false;
    for (;;) {
      skip_plain();
      if (at_ == end_) return false;
      if (*at_ == '"') break;
      if (*at_ == '\\') {
        escaped = true;
        if (++at_ == end_) return false;
      }
      ++at_;
    }
    text = {first, static_cast<std::size_t>(at_ - first)};
    ++at_;
    if (escaped) {
      char* decoded = arena_.take_text(text.size());
      text = {decoded, json::unescape(text, decoded)};
    }
    return true;
  }

  bool null() {
    skip_blanks();
    if (end_ - at_ < 4 || std::memcmp(at_, "null", 4) != 0) return false;
    at_ += 4;
    return true;
  }

  bool integer(int& number) {
    skip_blanks();
    const char* first = at_;
    number = 0;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9' && at_ - first < 9) {
      number = number * 10 + (*at_++ - '0');
    }
    return at_ != first;
  }

  bool lines(Lines& lines) {
    return members([&](std::string_view name) {
      std::string_view value;
      if (!string(value)) return false;
      lines.add(arena_, name, value);
      return true;
    });
  }

  /// `take(name)` reads the member's value.
  template <class Take>
  bool members(Take take) {
    if (!accept('{')) return false;
    if (accept('}')) return true;
    for (;;) {
      std::string_view name;
      if (!string(name) || !accept(':') || !take(name)) return false;
      if (accept('}')) return true;
      if (!accept(',')) return false;
    }
  }

  /// Any value: strings count as one, brackets are counted.
  bool skip_value() {
    std::size_t depth = 0;
    do {
      skip_blanks();
      if (at_ == end_) return false;
      const char c = *at_;
      if (c == '"') {
        std::string_view ignored;
        if (!string(ignored)) return false;
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return false;
        --depth;
        ++at_;
      } else if ((c == ',' || c == ':') && depth > 0) {
        ++at_;
      } else {
        const char* first = at_;
        while (at_ != end_ && std::strchr(",:]}\" \n\r\t", *at_) == nullptr) ++at_;
        if (at_ == first) return false;
      }
    } while (depth > 0);
    return true;
  }

 private:
  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  /// To the next quote or backslash, eight bytes at a time.
  void skip_plain() {
    while (end_ - at_ >= 8) {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, at_, sizeof bytes);
      const std::uint64_t found = has_byte(bytes, '"') | has_byte(bytes, '\\');
      if (found != 0) {
        at_ += __builtin_ctzll(found) / 8;
        return;
      }
      at_ += 8;
    }
    while (at_ != end_ && *at_ != '"' && *at_ != '\\') ++at_;
  }

  detail::Arena& arena_;
  const char* at_;
  const char* end_;
};

}  // namespace

bool parse_request(std::string_view json, detail::Arena& arena, JsonMessage& request) {
  enum : unsigned { kMethod = 1, kPath = 2, kHeaders = 4, kClientIp = 8, kParams = 16, kAll = 31 };
  unsigned seen = 0;
  Reader reader(json, arena);
  const bool well_formed = reader.members([&](std::string_view name) {
    if (name == "method") {
      seen |= kMethod;
      return reader.string(request.method);
    }
    if (name == "path") {
      seen |= kPath;
      return reader.string(request.path);
    }
    if (name == "query") {
      request.has_query = !reader.null();
      return !request.has_query || reader.string(request.query);
    }
    if (name == "headers") {
      seen |= kHeaders;
      return reader.lines(request.headers);
    }
    if (name == "client_ip") {
      seen |= kClientIp;
      return reader.string(request.client_ip);
    }
    if (name == "path_params") {
      seen |= kParams;
      return reader.lines(request.path_params);
    }
    return reader.skip_value();
  });
  return well_formed && seen == kAll;
}

bool parse_response(std::string_view json, detail::Arena& arena, JsonMessage& response) {
  Reader reader(json, arena);
  unsigned seen = 0;
  const bool well_formed = reader.members([&](std::string_view name) {
    if (name == "status") {
      seen |= 1;
      return reader.integer(response.status);
    }
    if (name == "headers") {
      seen |= 2;
      return reader.lines(response.headers);
    }
    return reader.skip_value();
  });
  return well_formed && seen == 3;
}

}  // namespace barbacane::plugin::json_abi
