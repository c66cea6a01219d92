#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "schema/json.h"

/// The documents a sampler was given, read, and the references between them.
namespace barbacane::schema {

class SampleDocuments {
 public:
  struct Document {
    std::string uri, text;
    Tape tape;
    Value root;  ///< empty when the text is no JSON
    bool indexed = false;
    std::unordered_map<std::string_view, Value> names;  ///< of `$anchor` and `$dynamicAnchor`
  };
  /// A schema and the document its references start from.
  struct Place {
    Value value;
    Document* document = nullptr;
    explicit operator bool() const { return static_cast<bool>(value); }
  };

  const Document& add(std::string uri, std::string text);
  void set_shared_table(std::string uri) { table_uri_ = std::move(uri); }

  /// `URI#/pointer`.
  Place find(std::string_view uri);
  /// What the text of a `$ref` means there; empty when it leads nowhere.
  Place follow(std::string_view reference, const Place& from);

 private:
  Place at(Document& document, std::string_view fragment);
  Place in_table(std::string_view name);
  Document* document(std::string_view uri);
  static void index(Document& document, Value value, int depth);

  std::deque<Document> documents_;
  std::string table_uri_;
  std::unordered_map<std::string, Value> table_;
  bool table_read_ = false;
};

}  // namespace barbacane::schema
