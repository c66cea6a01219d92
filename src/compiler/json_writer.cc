#include <algorithm>

#include "base/text.h"
#include "compiler/detail/document_writer.h"

namespace barbacane::compiler {

void JsonWriter::next_line() {
  out_ += '\n';
  out_.append(levels_.size() * 2, ' ');
}

void JsonWriter::before_value() {
  if (levels_.empty() || !levels_.back().array) return;
  if (!levels_.back().empty) out_ += ',';
  levels_.back().empty = false;
  next_line();
}

void JsonWriter::begin(char bracket) {
  before_value();
  out_ += bracket;
  levels_.push_back({.array = bracket == '[', .empty = true});
}

void JsonWriter::end(char bracket) {
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) next_line();
  out_ += bracket;
}

void JsonWriter::begin_object() { begin('{'); }
void JsonWriter::end_object() { end('}'); }
void JsonWriter::begin_array() { begin('['); }
void JsonWriter::end_array() { end(']'); }

void JsonWriter::quote(std::string_view text) {
  const auto special = [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  };
  out_ += '"';
  if (std::ranges::none_of(text, special)) {
    out_ += text;
  } else {
    base::append_json_escaped(out_, text);
  }
  out_ += '"';
}

void JsonWriter::key(std::string_view name) {
  if (full()) return;
  if (!levels_.back().empty) out_ += ',';
  levels_.back().empty = false;
  next_line();
  quote(name);
  out_ += ": ";
}

void JsonWriter::scalar(spec::Kind kind, std::string_view text) {
  if (full()) return;
  before_value();
  if (kind == spec::Kind::kString) {
    quote(text);
  } else {
    out_ += text;
  }
}

}  // namespace barbacane::compiler
