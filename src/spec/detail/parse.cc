#include "spec/detail/parse.h"

#include <utility>

#include "base/byte_word.h"
#include "base/text.h"
#include "spec/detail/json_reader.h"
#include "spec/detail/tree_builder.h"
#include "spec/detail/yaml_reader.h"

namespace barbacane::spec {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Offset of the first byte that is not UTF-8; npos when all is well.
std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    constexpr std::size_t kWord = sizeof(base::ByteWord);
    if (at + kWord <= text.size() &&
        (base::byte_word_at(text.data() + at) & base::kHighBits) == 0) {
      at += kWord;
      continue;
    }
    const std::size_t length = base::utf8_sequence_length(text.substr(at, 4));
    if (length == 0) return at;
    at += length;
  }
  return text.npos;
}

std::optional<SyntaxError> check_bytes(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.bytes) {
    return SyntaxError{.what = "the file is larger than " + std::to_string(limits.bytes >> 20) +
                               " MiB"};
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    // Without a position: an excerpt would show every other byte.
    return SyntaxError{.what = "the file is UTF-16", .hint = "save it as UTF-8"};
  }
  if (const std::size_t at = find_invalid_utf8(text); at != text.npos) {
    return SyntaxError{.what = "not valid UTF-8",
                       .position = position_at(text, at),
                       .hint = "save the file as UTF-8"};
  }
  if (const std::size_t at = text.find('\0'); at != text.npos) {
    return SyntaxError{.what = "NUL character in the text", .position = position_at(text, at)};
  }
  return std::nullopt;
}

/// The first character that is no blank, or NUL.
char first_character(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at == text.npos ? '\0' : text[at];
}

std::optional<SyntaxError> read_tree(Document& document, const ParseLimits& limits) {
  if (auto wrong = check_bytes(document.text(), limits)) return wrong;
  TreeBuilder builder(document);
  const char first = first_character(document.text());
  std::expected<const Node*, SyntaxError> root;
  auto syntax = TreeBuilder::Syntax::kYaml;
  if (first == '{' || first == '[') {
    std::string_view text = document.text();
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    root = read_json(builder, text, limits);
    if (root) {
      syntax = TreeBuilder::Syntax::kJson;
    } else if (!root.error().limit) {
      builder.discard();
      auto as_yaml = read_yaml(builder, document.text(), limits);
      if (as_yaml || first != '{' || as_yaml.error().limit) root = std::move(as_yaml);
    }
  } else {
    root = read_yaml(builder, document.text(), limits);
  }
  if (!root) {
    builder.discard();
    return std::move(root.error());
  }
  if (*root == nullptr || !(*root)->is_object()) {
    const base::Position position = *root == nullptr ? base::Position{1, 1} : (*root)->position();
    builder.discard();
    return SyntaxError{.what = "spec root must be an object",
                       .position = position,
                       .hint = *root == nullptr ? "the file holds nothing" : ""};
  }
  builder.finish(*root, syntax);
  return std::nullopt;
}

}  // namespace

base::Diagnostic parse_error(std::string_view path, const std::string& what) {
  return {.code = "E1002",
          .message = "parse error: " + what,
          .location = std::string(base_name(path)),
          .place = {.file = std::string(path), .position = {}, .length = 0},
          .hint = {},
          .notes = {}};
}

std::optional<base::Diagnostic> parse_text(Document& document, const ParseLimits& limits) {
  std::optional<SyntaxError> wrong = read_tree(document, limits);
  if (!wrong) return std::nullopt;
  base::Diagnostic diagnostic = parse_error(document.path(), wrong->what);
  diagnostic.place.position = wrong->position;
  diagnostic.hint = std::move(wrong->hint);
  if (wrong->context_position.known() && wrong->context_position != wrong->position) {
    diagnostic.notes.push_back(
        {.message = std::move(wrong->context),
         .place = {.file = document.path(), .position = wrong->context_position, .length = 0}});
  }
  return diagnostic;
}

}  // namespace barbacane::spec
