#include "spec/document.h"

#include <utility>

#include "spec/detail/arena.h"
#include "spec/detail/parse.h"
#include "spec/detail/syntax_error.h"
#include "spec/detail/tree_builder.h"

namespace barbacane::spec {

Document::Document() : arena_(std::make_unique<Arena>()) {}
Document::~Document() = default;

std::string_view Document::file() const {
  return std::string_view(path_).substr(path_.rfind('/') + 1);
}

std::expected<std::unique_ptr<Document>, base::Diagnostic> parse_document(
    std::string path, std::string text, const ParseLimits& limits) {
  std::unique_ptr<Document> document = TreeBuilder::start(std::move(path), std::move(text));
  if (auto wrong = parse_text(*document, limits)) return std::unexpected(*std::move(wrong));
  return document;
}

namespace {

std::uint32_t underlined(std::string_view text, bool quoted) {
  if (text.contains('\n')) return 0;
  return static_cast<std::uint32_t>(count_code_points(text)) + (quoted ? 2 : 0);
}

}  // namespace

base::SourcePlace NodeRef::place() const {
  if (node == nullptr || document == nullptr) return {};
  return {.file = document->path(),
          .position = node->position(),
          .length = underlined(node->text(), node->is_quoted())};
}

base::SourcePlace key_place(const Document& document, const Member& member) {
  return {.file = document.path(),
          .position = member.key_position,
          .length = underlined(member.key, document.is_json())};
}

}  // namespace barbacane::spec
