#include "compiler/detail/document_writer.h"
#include "compiler/detail/yaml_text.h"

namespace barbacane::compiler {

namespace {

/// Readers give up on `key:` when the colon does not come within 1,024 characters of one line.
constexpr std::size_t kSimpleKeyLimit = 1000;

}  // namespace

/// Moves to where the next key or item begins.
void YamlWriter::next_entry() {
  Level& level = levels_.back();
  if (level.empty && level.same_line) {
    if (!out_.empty()) out_ += ' ';
  } else {
    out_ += '\n';
    out_.append(level.indent, ' ');
  }
  level.empty = false;
}

void YamlWriter::before_value() {
  if (levels_.empty() || !levels_.back().array) return;
  next_entry();
  out_ += '-';
}

void YamlWriter::begin(bool array) {
  before_value();
  Level level{.array = array, .empty = true, .same_line = true, .indent = 0};
  if (!levels_.empty()) {
    const Level& parent = levels_.back();
    level.same_line = parent.array;
    // A list below a key may stand at the key's own column.
    level.indent = parent.indent + (array && !parent.array ? 0 : 2);
  }
  levels_.push_back(level);
}

void YamlWriter::end(std::string_view empty_form) {
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) return;
  if (!out_.empty()) out_ += ' ';
  out_ += empty_form;
}

void YamlWriter::begin_object() { begin(false); }
void YamlWriter::end_object() { end("{}"); }
void YamlWriter::begin_array() { begin(true); }
void YamlWriter::end_array() { end("[]"); }

void YamlWriter::key(std::string_view name) {
  if (full()) return;
  next_entry();
  const std::size_t start = out_.size();
  append_yaml(out_, name, yaml_key_style_of(name));
  if (out_.size() - start > kSimpleKeyLimit) {
    out_.insert(start, "? ");
    out_ += '\n';
    out_.append(levels_.back().indent, ' ');
  }
  out_ += ':';
}

void YamlWriter::literal(std::string_view text) {
  const std::size_t content = text.find_last_not_of('\n') + 1;
  const std::size_t newlines = text.size() - content;
  out_ += newlines == 0 ? "|-" : newlines == 1 ? "|" : "|+";
  const std::size_t indent = levels_.empty() ? 2 : levels_.back().indent + 2;
  std::string_view rest = text.substr(0, content);
  for (bool more = true; more;) {
    const std::size_t length = rest.find('\n');
    more = length != std::string_view::npos;
    const std::string_view line = rest.substr(0, length);
    out_ += '\n';
    if (!line.empty()) out_.append(indent, ' ');
    out_ += line;
    if (more) rest.remove_prefix(length + 1);
  }
  // The newline that ends the last line comes with the next entry.
  if (newlines > 1) out_.append(newlines - 1, '\n');
}

void YamlWriter::scalar(spec::Kind kind, std::string_view text) {
  if (full()) return;
  before_value();
  if (!out_.empty()) out_ += ' ';
  if (kind != spec::Kind::kString) {
    out_ += text;
    return;
  }
  const YamlStyle style = yaml_style_of(text);
  if (style == YamlStyle::kLiteral) {
    literal(text);
  } else {
    append_yaml(out_, text, style);
  }
}

std::string YamlWriter::finish() {
  out_ += '\n';
  return DocumentWriter::finish();
}

}  // namespace barbacane::compiler
