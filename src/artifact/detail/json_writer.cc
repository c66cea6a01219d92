#include "artifact/detail/json_writer.h"

#include <charconv>
#include <cmath>

#include "artifact/detail/json_text.h"
#include "base/text.h"

namespace barbacane::artifact::detail {

JsonWriter& JsonWriter::key(std::string_view name) {
  before_value();
  out_ += '"';
  base::append_json_escaped(out_, name);
  out_ += "\": ";
  after_key_ = true;
  last_key_ = name;
  return *this;
}

void JsonWriter::string(std::string_view text) {
  before_value();
  out_ += '"';
  base::append_json_escaped(out_, text);
  out_ += '"';
}

void JsonWriter::string_or_null(const std::optional<std::string>& text) {
  text ? string(*text) : null();
}

void JsonWriter::boolean_or_null(std::optional<bool> value) { value ? boolean(*value) : null(); }

void JsonWriter::integer(std::int64_t value) { literal(std::to_string(value)); }

void JsonWriter::number(double value) {
  if (!std::isfinite(value)) return null();  // JSON has no other word for it
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  literal({digits, end});
}

void JsonWriter::value(const Json& json) {
  if (json.is_null()) return null();
  before_value();
  if (!append_pretty(out_, json.text, depth_) && malformed_.empty()) malformed_ = last_key_;
}

void JsonWriter::open(char bracket) {
  before_value();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!first_) new_line();
  out_ += bracket;
  first_ = false;
}

void JsonWriter::literal(std::string_view text) {
  before_value();
  out_ += text;
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) out_ += ',';
  first_ = false;
  new_line();
}

void JsonWriter::new_line() {
  out_ += '\n';
  out_.append(depth_ * 2, ' ');
}

}  // namespace barbacane::artifact::detail
