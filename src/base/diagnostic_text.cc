#include "base/diagnostic_text.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"

namespace barbacane::base {

namespace {

/// Columns of the excerpt; longer lines are cut around the caret.
constexpr std::size_t kExcerptWidth = 100;
/// Columns kept before the caret of a cut line.
constexpr std::size_t kLead = 40;
/// Bytes of a line that are looked at: its marks without a width of their own may go on for ever.
constexpr std::size_t kWindow = 4096;

struct Palette {
  std::string_view error, warning, note, frame, bold, reset;
};

constexpr Palette kPlain{};
constexpr Palette kColoured{"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m",
                            "\x1b[1;34m", "\x1b[1m",    "\x1b[0m"};

char32_t decode(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  switch (sequence.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
    case 3:
      return (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    default:
      return (byte(0) & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 |
             (byte(3) & 0x3FU);
  }
}

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [&](const Range& r) { return r.first <= c && c <= r.last; });
}

/// Characters that would steer a terminal or turn the reading direction.
bool is_control(char32_t c) {
  static constexpr std::array<Range, 6> kRanges = {{{0, 0x1F},
                                                    {0x7F, 0x9F},
                                                    {0x200E, 0x200F},
                                                    {0x2028, 0x202E},
                                                    {0x2066, 0x2069},
                                                    {0xFFF9, 0xFFFB}}};
  return within(kRanges, c);
}

/// Terminal columns of a character: combining marks 0, East Asian wide ones and emoji 2.
std::size_t columns(char32_t c) {
  static constexpr std::array<Range, 6> kZero = {{{0x300, 0x36F},
                                                  {0x200B, 0x200D},
                                                  {0x20D0, 0x20FF},
                                                  {0xFE00, 0xFE0F},
                                                  {0xFE20, 0xFE2F},
                                                  {0xE0100, 0xE01EF}}};
  static constexpr std::array<Range, 11> kWide = {{{0x1100, 0x115F},
                                                   {0x2E80, 0x303E},
                                                   {0x3041, 0xA4CF},
                                                   {0xA960, 0xA97C},
                                                   {0xAC00, 0xD7A3},
                                                   {0xF900, 0xFAFF},
                                                   {0xFE30, 0xFE6F},
                                                   {0xFF00, 0xFF60},
                                                   {0xFFE0, 0xFFE6},
                                                   {0x1F300, 0x1FAFF},
                                                   {0x20000, 0x3FFFD}}};
  if (c < 0x300) return 1;
  if (within(kZero, c)) return 0;
  return within(kWide, c) ? 2 : 1;
}

/// One character of the source as it is shown.
struct Glyph {
  std::string text;
  std::size_t columns = 1;
};

Glyph take_glyph(std::string_view& line) {
  const std::size_t length = utf8_sequence_length(line);
  const std::string_view sequence = line.substr(0, std::max<std::size_t>(length, 1));
  line.remove_prefix(sequence.size());
  if (sequence == "\t") return {" ", 1};
  if (length == 0) return {"\uFFFD", 1};
  const char32_t c = decode(sequence);
  if (is_control(c)) return {"\uFFFD", 1};
  return {std::string(sequence), columns(c)};
}

/// A message on one line, harmless to a terminal.
std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) out += take_glyph(text).text;
  return out;
}

/// The part of a line worth showing, and the underline below it.
struct Excerpt {
  std::string line;
  std::string underline;
};

std::optional<Excerpt> excerpt(SourceIndex& source, Position position, std::uint32_t length) {
  const auto line = source.line_from({position.line, 1}, kWindow);
  if (!line) return std::nullopt;
  const std::size_t caret = position.column > 0 ? position.column - 1 : 0;
  // Only what can be seen is decoded: a whole JSON document may stand on one line.
  std::size_t start = 0;
  std::string_view rest = *line;
  // A line whose end is in sight is not cut.
  const bool fits = line->size() <= kExcerptWidth ||
                    (caret <= 2 * kLead && line->size() <= kExcerptWidth + kLead);
  if (!fits && caret > kLead) {
    start = caret - kLead;
    rest = *source.line_from({position.line, static_cast<std::uint32_t>(start + 1)}, kWindow);
  }
  Excerpt result;
  if (start > 0) {
    result.line = "…";
    result.underline = " ";
  }
  std::size_t width = 0;
  std::size_t marked = 0;
  for (std::size_t i = start; !rest.empty(); ++i) {
    if (width >= kExcerptWidth + (start == 0 ? kLead : 0)) {
      result.line += "…";
      break;
    }
    const Glyph glyph = take_glyph(rest);
    result.line += glyph.text;
    width += glyph.columns;
    if (i < caret) {
      result.underline.append(glyph.columns, ' ');
    } else if (i < caret + std::max<std::size_t>(length, 1)) {
      result.underline.append(glyph.columns, '^');
      marked += glyph.columns;
    }
  }
  if (marked == 0) result.underline += '^';
  return result;
}

class Renderer {
 public:
  /// The index of a file, null when its text is not known.
  using Indexes = std::function<SourceIndex*(const std::string& file)>;

  Renderer(const Indexes& sources, Colours colours)
      : sources_(sources), palette_(colours == Colours::kOn ? kColoured : kPlain) {}

  std::string render(const Diagnostic& diagnostic) {
    gutter_ = number_width(diagnostic.place);
    for (const Diagnostic::Note& note : diagnostic.notes) {
      gutter_ = std::max(gutter_, number_width(note.place));
    }
    const bool is_error = diagnostic.severity == Severity::kError;
    const std::string label =
        std::string(is_error ? "error" : "warning") +
        (diagnostic.code.empty() ? std::string() : "[" + diagnostic.code + "]");
    headline(is_error ? palette_.error : palette_.warning, label, diagnostic.message);
    show(diagnostic.place);
    if (!diagnostic.hint.empty()) {
      out_ += fmt::format("{:{}} {}={} {}help{}: {}\n", "", gutter_, palette_.frame, palette_.reset,
                          palette_.bold, palette_.reset, printable(diagnostic.hint));
    }
    for (const Diagnostic::Note& note : diagnostic.notes) {
      headline(palette_.note, "note", note.message);
      show(note.place);
    }
    out_ += "\n";
    return std::move(out_);
  }

 private:
  static std::size_t number_width(const SourcePlace& place) {
    return fmt::formatted_size("{}", place.position.line);
  }

  void headline(std::string_view colour, std::string_view label, std::string_view message) {
    out_ += fmt::format("{}{}{}{}: {}{}\n", colour, label, palette_.reset, palette_.bold,
                        printable(message), palette_.reset);
  }

  void show(const SourcePlace& place) {
    if (place.file.empty()) return;
    out_ += fmt::format("{:{}}{}-->{} {}", "", gutter_, palette_.frame, palette_.reset,
                        printable(place.file));
    if (place.position.known()) {
      out_ += fmt::format(":{}:{}", place.position.line, place.position.column);
    }
    out_ += "\n";
    if (!place.position.known() || place.is_secret) return;
    SourceIndex* source = sources_(place.file);
    if (source == nullptr) return;
    const auto shown = excerpt(*source, place.position, place.length);
    if (!shown) return;
    frame("");
    out_ += "\n";
    frame(std::to_string(place.position.line));
    out_ += shown->line.empty() ? "\n" : " " + shown->line + "\n";
    frame("");
    out_ += fmt::format(" {}{}{}\n", palette_.error, shown->underline, palette_.reset);
  }

  void frame(std::string_view number) {
    out_ += fmt::format("{}{:>{}} |{}", palette_.frame, number, gutter_, palette_.reset);
  }

  const Indexes& sources_;
  const Palette& palette_;
  std::size_t gutter_ = 1;
  std::string out_;
};

}  // namespace

std::string render(const Diagnostic& diagnostic, const SourceLookup& sources, Colours colours) {
  return DiagnosticText(sources, colours).render(diagnostic);
}

std::string DiagnosticText::render(const Diagnostic& diagnostic) {
  const Renderer::Indexes indexes = [this](const std::string& file) { return index_of(file); };
  return Renderer(indexes, colours_).render(diagnostic);
}

SourceIndex* DiagnosticText::index_of(const std::string& file) {
  const auto [known, is_new] = indexes_.try_emplace(file);
  if (is_new && sources_) {
    if (const auto text = sources_(file)) known->second.emplace(*text);
  }
  return known->second ? &*known->second : nullptr;
}

Colours colours_for(int file_descriptor) {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
  };
  const bool wanted = set("NO_COLOR").empty() && set("TERM") != "dumb";
  return wanted && ::isatty(file_descriptor) == 1 ? Colours::kOn : Colours::kOff;
}

}  // namespace barbacane::base
