#include "spec/detail/tree_builder.h"

#include <algorithm>
#include <new>
#include <numeric>

namespace barbacane::spec {

namespace {

/// Up to this width a scan beats a binary search, and needs no index.
constexpr std::size_t kScanned = 16;

std::span<Member> drop_duplicates_by_scan(std::span<Member> members) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto later = members.subspan(i + 1);
    if (std::ranges::find(later, members[i].key, &Member::key) != later.end()) continue;
    members[kept++] = members[i];
  }
  return members.first(kept);
}

}  // namespace

std::unique_ptr<Document> TreeBuilder::start(std::string path, std::string text) {
  auto document = std::make_unique<Document>();
  document->path_ = std::move(path);
  document->text_ = std::move(text);
  return document;
}

Node* TreeBuilder::make(Kind kind, base::Position position) {
  Node* node = new (document_.arena_->allocate<Node>(1)) Node;
  node->kind_ = kind;
  node->position_ = position;
  return node;
}

const Node* TreeBuilder::scalar(Kind kind, std::string_view text, base::Position position,
                                bool quoted) {
  Node* node = make(kind, position);
  node->quoted_ = quoted;
  node->size_ = static_cast<std::uint32_t>(text.size());
  node->data_ = text.data();
  return node;
}

const Node* TreeBuilder::array(std::span<const Node* const> items, base::Position position) {
  Node* node = make(Kind::kArray, position);
  node->size_ = static_cast<std::uint32_t>(items.size());
  node->data_ = document_.arena_->copy(items);
  return node;
}

const Node* TreeBuilder::object(std::span<Member> members, base::Position position) {
  Node* node = make(Kind::kObject, position);
  if (members.size() <= kScanned) {
    members = drop_duplicates_by_scan(members);
  } else {
    index_.resize(members.size());
    std::iota(index_.begin(), index_.end(), 0U);
    const auto less = [&](std::uint32_t a, std::uint32_t b) {
      const int order = members[a].key.compare(members[b].key);
      return order != 0 ? order < 0 : a < b;
    };
    std::ranges::sort(index_, less);
    dropped_.assign(members.size(), false);
    bool any = false;
    for (std::size_t i = 0; i + 1 < index_.size(); ++i) {
      if (members[index_[i]].key != members[index_[i + 1]].key) continue;
      dropped_[index_[i]] = true;
      any = true;
    }
    if (any) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (!dropped_[i]) members[kept++] = members[i];
      }
      members = members.first(kept);
      index_.resize(kept);
      std::iota(index_.begin(), index_.end(), 0U);
      std::ranges::sort(index_, less);
    }
    node->by_key_ = document_.arena_->copy(std::span<const std::uint32_t>(index_));
  }
  node->size_ = static_cast<std::uint32_t>(members.size());
  node->data_ = document_.arena_->copy(std::span<const Member>(members));
  return node;
}

std::string_view TreeBuilder::keep(std::string_view text) { return document_.arena_->copy(text); }

void TreeBuilder::finish(const Node* root, Syntax syntax) {
  document_.root_ = root;
  document_.json_ = syntax == Syntax::kJson;
}

void TreeBuilder::discard() { document_.arena_ = std::make_unique<Document::Arena>(); }

}  // namespace barbacane::spec
