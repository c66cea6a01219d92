#include "app/text_table.h"

#include <algorithm>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

namespace barbacane::app {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 20;  ///< of a column that is wrapped

/// Characters; wide and combining ones count as one, which is close enough for a table.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Cut at blanks; a word that is too long stays whole.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines{""};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (columns(line) + 1 + columns(word) <= width) {
      line += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

void append_padded(std::string& out, const std::string& cell, std::size_t width) {
  out += cell;
  out.append(width - std::min(columns(cell), width) + kGap, ' ');
}

}  // namespace

void TextTable::add(std::vector<std::string> row) {
  for (std::string& cell : row) cell = plain_line(cell);
  rows_.push_back(std::move(row));
}

std::string TextTable::text(base::Colours colours, std::size_t width, std::size_t indent) const {
  const std::size_t last = headers_.size() - 1;
  std::vector<std::size_t> widths;
  std::size_t before = indent;
  for (std::size_t i = 0; i < last; ++i) {
    std::size_t widest = columns(headers_[i]);
    for (const auto& row : rows_) widest = std::max(widest, columns(row[i]));
    widths.push_back(widest);
    before += widest + kGap;
  }
  const std::size_t room = std::max(width > before ? width - before : 0, kNarrowest);

  std::string out;
  const auto begin = [&](const std::vector<std::string>& row) {
    out.append(indent, ' ');
    for (std::size_t i = 0; i < last; ++i) append_padded(out, row[i], widths[i]);
  };
  if (colours == base::Colours::kOn) out += "\x1b[1m";
  begin(headers_);
  out += headers_[last];
  if (colours == base::Colours::kOn) out += "\x1b[0m";
  out += "\n";
  for (const auto& row : rows_) {
    begin(row);
    const auto lines = wrapped(row[last], room);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) out.append(before, ' ');
      out += lines[i];
      while (out.ends_with(' ')) out.pop_back();
      out += "\n";
    }
  }
  return out;
}

std::size_t output_width() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 100;
}

std::string plain_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t length = base::utf8_sequence_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    const bool control =
        first < 0x20 || first == 0x7F || text.starts_with("\xE2\x80\xAE") ||
        (first == 0xC2 && length == 2 && static_cast<unsigned char>(text[1]) < 0xA0);
    if (length == 0) {
      line += '?';
    } else if (control) {
      line += ' ';
    } else {
      line += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return line;
}

}  // namespace barbacane::app
