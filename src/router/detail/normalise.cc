#include "router/detail/normalise.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/text.h"
#include "router/detail/path_marks.h"

namespace barbacane::router::detail {

namespace {

constexpr bool is_unreserved(unsigned char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

/// Whether one of the dots is the start of a dot segment.
bool has_dot_segment(std::string_view path, std::uint64_t dots) {
  for (; dots != 0; dots &= dots - 1) {
    const std::string_view rest = path.substr(static_cast<std::size_t>(std::countr_zero(dots)));
    if (is_dot_segment(rest.substr(0, rest.find('/')))) return true;
  }
  return false;
}

/// Whether a path without trailing slashes is in normal form and harmless; `first` are the marks of
/// its beginning.
bool is_normal(std::string_view path, const PathMarks& first) {
  if (path.empty()) return true;
  if (path.front() != '/') return false;
  PathMarks marks = first;
  std::uint64_t after_slash = 0;  // the byte before this block was a slash
  for (;;) {
    after_slash |= marks.slash << 1;
    if (marks.special != 0 || (marks.slash & after_slash) != 0) return false;
    if (has_dot_segment(path, marks.dot & after_slash)) return false;
    if (path.size() <= PathMarks::kMaxBytes) return true;
    after_slash = marks.slash >> (PathMarks::kMaxBytes - 1);
    path.remove_prefix(PathMarks::kMaxBytes);
    marks = path_marks(path);
  }
}

/// The byte that the escape at the start of `text` stands for, or -1.
int escaped_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = base::hex_digit(text[1]);
  const int low = base::hex_digit(text[2]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/// The multi-byte UTF-8 sequence spelt in escapes at the start of `text`; length 0 when none is.
struct EscapedSequence {
  std::array<char, 4> bytes;
  std::size_t length = 0;
};

EscapedSequence escaped_sequence(std::string_view text) {
  EscapedSequence sequence;
  std::size_t count = 0;
  for (; count < sequence.bytes.size(); ++count) {
    const int byte = escaped_byte(text.substr(std::min(3 * count, text.size())));
    if (byte < 0x80) break;
    sequence.bytes[count] = static_cast<char>(byte);
  }
  sequence.length = base::utf8_sequence_length({sequence.bytes.data(), count});
  return sequence;
}

void append_escape(unsigned char byte, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out.push_back('%');
  out.push_back(kDigits[byte >> 4]);
  out.push_back(kDigits[byte & 0xF]);
}

/// Appends what stands at the start of `text`, which begins with `%`. Returns how much of it was
/// used, 0 when it is an escaped control byte.
std::size_t append_percent(std::string_view text, std::string& out) {
  const int escaped = escaped_byte(text);
  if (escaped < 0) {
    append_escape('%', out);
    return 1;
  }
  const auto byte = static_cast<unsigned char>(escaped);
  if (is_control(byte)) return 0;
  if (is_unreserved(byte)) {
    out.push_back(static_cast<char>(byte));
    return 3;
  }
  if (byte >= 0x80) {
    if (const EscapedSequence sequence = escaped_sequence(text); sequence.length > 0) {
      out.append(sequence.bytes.data(), sequence.length);
      return 3 * sequence.length;
    }
  }
  append_escape(byte, out);
  return 3;
}

}  // namespace

bool append_normalised(std::string_view text, std::string& out) {
  while (!text.empty()) {
    std::size_t used = 1;
    if (text.front() == '%') {
      used = append_percent(text, out);
      if (used == 0) return false;
    } else {
      if (is_control(static_cast<unsigned char>(text.front()))) return false;
      out.push_back(text.front());
    }
    text.remove_prefix(used);
  }
  return true;
}

bool is_dot_segment(std::string_view segment) { return segment == "." || segment == ".."; }

std::optional<NormalPath> normalise(std::string_view path, std::string& scratch) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const PathMarks marks = path_marks(path);
  if (is_normal(path, marks)) return NormalPath(path, marks.slash);
  scratch.clear();
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(segment.size() + 1, path.size()));
    if (segment.empty()) continue;
    scratch.push_back('/');
    const std::size_t start = scratch.size();
    if (!append_normalised(segment, scratch)) return std::nullopt;
    if (is_dot_segment(std::string_view(scratch).substr(start))) return std::nullopt;
  }
  return NormalPath(scratch, path_marks(scratch).slash);
}

}  // namespace barbacane::router::detail
