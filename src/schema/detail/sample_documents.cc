#include "schema/detail/sample_documents.h"

#include <charconv>

#include "base/json_pointer.h"
#include "base/text.h"

namespace barbacane::schema {

namespace {

constexpr std::size_t kMaxNesting = 4000;
constexpr int kIndexDepth = 500;

std::string unescaped(std::string_view token) {
  return base::unescape_pointer_token(base::percent_decode(token));
}

std::optional<Value> step(Value value, const std::string& token) {
  if (value.is_object()) return value.find(token);
  if (!value.is_array()) return std::nullopt;
  std::size_t index = 0;
  const char* end = token.data() + token.size();
  if (std::from_chars(token.data(), end, index).ptr != end || token.empty()) return std::nullopt;
  for (Value element : value.elements()) {
    if (index-- == 0) return element;
  }
  return std::nullopt;
}

}  // namespace

const SampleDocuments::Document& SampleDocuments::add(std::string uri, std::string text) {
  Document& document = documents_.emplace_back();
  document.uri = std::move(uri);
  document.text = std::move(text);
  const auto read = document.tape.read(
      document.text, {.max_depth = kMaxNesting, .repeated = JsonOptions::RepeatedNames::kLastWins});
  if (read) document.root = *read;
  return document;
}

SampleDocuments::Document* SampleDocuments::document(std::string_view uri) {
  for (Document& document : documents_) {
    if (document.uri == uri) return document.root ? &document : nullptr;
  }
  return nullptr;
}

SampleDocuments::Place SampleDocuments::find(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  Document* found = document(uri.substr(0, hash));
  if (found == nullptr) return {};
  return at(*found, hash == uri.npos ? std::string_view() : uri.substr(hash + 1));
}

SampleDocuments::Place SampleDocuments::follow(std::string_view reference, const Place& from) {
  constexpr std::string_view kTable = "#/schemas/";
  if (!table_uri_.empty() && reference.starts_with(kTable)) {
    const std::string_view name = reference.substr(kTable.size());
    if (!name.contains('/')) return in_table(name);
  }
  if (!reference.starts_with('#')) return find(reference);
  return at(*from.document, reference.substr(1));
}

SampleDocuments::Place SampleDocuments::in_table(std::string_view name) {
  Document* home = document(table_uri_);
  if (home == nullptr) return {};
  if (!table_read_) {
    table_read_ = true;
    const auto schemas = home->root.find("schemas");
    if (schemas && schemas->is_object()) {
      for (const Member& member : schemas->members()) {
        table_.insert_or_assign(std::string(member.name()), member.value);
      }
    }
  }
  const auto found = table_.find(unescaped(name));
  return found == table_.end() ? Place{} : Place{found->second, home};
}

SampleDocuments::Place SampleDocuments::at(Document& document, std::string_view fragment) {
  if (!fragment.empty() && fragment.front() != '/') {
    if (!document.indexed) index(document, document.root, 0);
    document.indexed = true;
    const auto found = document.names.find(fragment);
    return found == document.names.end() ? Place{} : Place{found->second, &document};
  }
  Value value = document.root;
  while (!fragment.empty()) {
    fragment.remove_prefix(1);
    const std::size_t end = std::min(fragment.find('/'), fragment.size());
    const auto next = step(value, unescaped(fragment.substr(0, end)));
    if (!next) return {};
    value = *next;
    fragment.remove_prefix(end);
  }
  return {value, &document};
}

void SampleDocuments::index(Document& document, Value value, int depth) {
  if (depth > kIndexDepth) return;
  if (value.is_array()) {
    for (Value element : value.elements()) index(document, element, depth + 1);
  }
  if (!value.is_object()) return;
  for (const Member& member : value.members()) {
    const bool names = member.name() == "$anchor" || member.name() == "$dynamicAnchor";
    if (names && member.value.is_string()) document.names.emplace(member.value.text(), value);
    index(document, member.value, depth + 1);
  }
}

}  // namespace barbacane::schema
