#include "spec/detail/yaml_hint.h"

#include <cctype>

#include "base/text.h"

namespace barbacane::spec {

namespace {

std::string_view line_at(std::string_view text, std::uint32_t line) {
  std::size_t begin = 0;
  for (std::uint32_t i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n', begin);
    if (end == text.npos) return {};
    begin = end + 1;
  }
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string_view from_column(std::string_view line, std::uint32_t column) {
  for (std::uint32_t i = 1; i < column && !line.empty(); ++i) {
    line.remove_prefix(std::max<std::size_t>(base::utf8_sequence_length(line), 1));
  }
  return line;
}

/// A bracket that was opened in an earlier line and is open where the error is.
std::string unclosed_bracket(std::string_view opened_at, std::uint32_t line) {
  const std::string bracket(opened_at.substr(0, 1));
  return "close the '" + bracket + "' of line " + std::to_string(line) +
         " before this one; text that begins with '" + bracket + "' must stand in quotes";
}

/// `key: {id}/rest`: a brace or bracket that opens a value and was meant as text.
bool value_begins_with_bracket(std::string_view before_error) {
  for (std::string_view opening : {": {", ": [", "- {", "- ["}) {
    if (before_error.contains(opening)) return true;
  }
  return false;
}

bool colon_without_space(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon != line.npos && colon + 1 < line.size() &&
         !std::isspace(static_cast<unsigned char>(line[colon + 1])) && !line.contains(": ");
}

}  // namespace

std::string yaml_hint(std::string_view text, const SyntaxError& error) {
  const std::string_view line = line_at(text, error.position.line);
  const std::string_view rest = from_column(line, error.position.column);
  const std::string_view context_line = line_at(text, error.context_position.line);
  const auto says = [&](std::string_view words) { return error.what.contains(words); };

  if (rest.starts_with('\t') || says("tab character")) {
    return "indent with spaces: YAML does not allow tabs there";
  }
  if (says("mapping values are not allowed")) {
    // `title:x` is no key but text, which goes on in the next line.
    const std::uint32_t before = error.position.line - 1;
    if (colon_without_space(line_at(text, before))) {
      return "write a space after the colon in line " + std::to_string(before);
    }
    return "a value that contains ': ' must stand in quotes; otherwise check the indentation of "
           "this line";
  }
  if (says("cannot start any token") && !rest.empty()) {
    return "a value that begins with '" + std::string(rest.substr(0, 1)) + "' must stand in quotes";
  }
  if (says("could not find expected ':'")) {
    if (!colon_without_space(context_line)) return "a key is followed by ': ' and its value";
    return "write a space after the colon in line " + std::to_string(error.context_position.line);
  }
  if (says("unknown escape character") || says("did not find expected hexdecimal number")) {
    return "in double quotes a backslash begins an escape: write \\\\ or use single quotes";
  }
  if (says("unexpected end of stream") && error.context.contains("quoted scalar")) {
    return "the quote opened here is never closed";
  }
  if (says("did not find expected") && error.context.contains("flow") &&
      error.context_position.line < error.position.line) {
    const std::string_view opened_at = from_column(context_line, error.context_position.column);
    if (opened_at.starts_with('{') || opened_at.starts_with('[')) {
      return unclosed_bracket(opened_at, error.context_position.line);
    }
  }
  if (says("alphabetic or numeric character")) {
    return "a value that begins with '*' or '&' must stand in quotes";
  }
  if (says("did not find expected") &&
      (value_begins_with_bracket(line.substr(0, line.size() - rest.size())) ||
       error.context.contains("flow"))) {
    return "a value that begins with '{' or '[' must stand in quotes, unless it is a flow mapping "
           "or sequence, which needs its closing bracket and commas";
  }
  if (says("did not find expected")) {
    return "check the indentation of this line and whether the quotes before it are closed";
  }
  return {};
}

}  // namespace barbacane::spec
