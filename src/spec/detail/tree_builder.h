#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spec/detail/arena.h"
#include "spec/document.h"
#include "spec/tree.h"

/// The only maker of nodes; both readers speak to it.
namespace barbacane::spec {

class TreeBuilder {
 public:
  /// A document without a tree; `root()` must not be called on it before `finish`.
  static std::unique_ptr<Document> start(std::string path, std::string text);

  explicit TreeBuilder(Document& document) : document_(document) {}

  /// `text` must live as long as the document: a view into its text, a literal, or from `keep`.
  const Node* scalar(Kind kind, std::string_view text, base::Position position,
                     bool quoted = false);
  const Node* array(std::span<const Node* const> items, base::Position position);
  /// Of members with the same key the last one stays. Reorders nothing else; `members` is scratch.
  const Node* object(std::span<Member> members, base::Position position);
  std::string_view keep(std::string_view text);

  enum class Syntax { kJson, kYaml };
  void finish(const Node* root, Syntax syntax);
  /// Gives back the memory of a reading that failed.
  void discard();

 private:
  Node* make(Kind kind, base::Position position);

  Document& document_;
  std::vector<std::uint32_t> index_;
  std::vector<bool> dropped_;
};

}  // namespace barbacane::spec
