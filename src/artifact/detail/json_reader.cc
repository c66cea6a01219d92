#include "artifact/detail/json_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "artifact/detail/json_text.h"

namespace barbacane::artifact::detail {

JsonReader::JsonReader(std::string_view text) : text_(text), rest_(text) { skip_space(); }

std::string JsonReader::string() {
  const std::size_t length = string_length(rest_);
  if (length == 0) return fail("expected a string"), std::string();
  const std::string_view token = take(length);
  if (token.find('\\') == std::string_view::npos) {
    return std::string(token.substr(1, token.size() - 2));
  }
  return unescape(token);
}

bool JsonReader::boolean() {
  for (const bool value : {true, false}) {
    const std::string_view word = value ? "true" : "false";
    if (!rest_.starts_with(word)) continue;
    take(word.size());
    return value;
  }
  fail("expected true or false");
  return false;
}

std::int64_t JsonReader::integer() {
  const std::string_view token = rest_.substr(0, number_length(rest_));
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (token.empty() || error != std::errc() || end != token.data() + token.size()) {
    return fail("expected an integer"), 0;
  }
  take(token.size());
  return value;
}

std::uint32_t JsonReader::small_integer() {
  const std::string_view before = rest_;
  const std::int64_t value = integer();
  if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) {
    if (!failed_) rest_ = before;
    return fail("number out of range"), 0;
  }
  return static_cast<std::uint32_t>(value);
}

double JsonReader::number() {
  const std::string_view token = rest_.substr(0, number_length(rest_));
  double value = 0;
  const auto error = std::from_chars(token.data(), token.data() + token.size(), value).ec;
  if (token.empty() || error != std::errc()) return fail("expected a number"), 0;
  take(token.size());
  return value;
}

Json JsonReader::value() {
  Json json;
  if (null()) return json;
  const std::size_t length = append_compact(json.text, rest_);
  if (length == 0) return fail("malformed value"), Json();
  take(length);
  return json;
}

void JsonReader::skip() {
  const std::size_t length = value_length(rest_);
  if (length == 0) return fail("malformed value");
  take(length);
}

bool JsonReader::null() {
  if (!rest_.starts_with("null")) return false;
  take(4);
  return true;
}

std::optional<std::string> JsonReader::string_or_null() {
  if (null()) return std::nullopt;
  return string();
}

std::optional<bool> JsonReader::boolean_or_null() {
  if (null()) return std::nullopt;
  return boolean();
}

void JsonReader::require(bool present, std::string_view key) {
  if (!present) fail("'" + std::string(key) + "' is missing");
}

void JsonReader::fail(std::string what) {
  if (failed_) return;
  failed_ = true;
  const std::string_view before = text_.substr(0, text_.size() - rest_.size());
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
  error_ =
      std::move(what) + " at line " + std::to_string(line) + " column " + std::to_string(column);
  rest_ = {};
}

base::Result<> JsonReader::result() {
  if (!rest_.empty()) fail("unexpected text after the value");
  if (failed_) return base::fail(error_);
  return {};
}

bool JsonReader::open(char bracket, std::string_view expected) {
  if (!rest_.starts_with(bracket)) {
    fail("expected " + std::string(expected));
    return false;
  }
  take(1);
  return true;
}

bool JsonReader::close(char bracket) {
  if (!rest_.starts_with(bracket)) return false;
  take(1);
  return true;
}

bool JsonReader::more_after_element(char bracket) {
  if (failed_ || close(bracket)) return false;
  if (rest_.starts_with(',')) return take(1), true;
  fail(std::string("expected ',' or '") + bracket + "'");
  return false;
}

std::string JsonReader::key() {
  std::string name = string();
  if (failed_) return name;
  if (!rest_.starts_with(':')) return fail("expected ':'"), name;
  take(1);
  return name;
}

std::string_view JsonReader::take(std::size_t length) {
  const std::string_view token = rest_.substr(0, length);
  rest_.remove_prefix(length);
  skip_space();
  return token;
}

void JsonReader::skip_space() { rest_.remove_prefix(whitespace_length(rest_)); }

}  // namespace barbacane::artifact::detail
