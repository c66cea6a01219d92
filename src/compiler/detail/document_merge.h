#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/detail/document_writer.h"
#include "compiler/detail/public_tree.h"
#include "spec/api.h"

/// Several descriptions of one kind as a single document.
///
/// The first one gives the version, `info` and whatever cannot be united; the titles are joined.
/// Paths, components and channels are united, and names that clash get the stem of their file in
/// front, wherever they are referred to. What a document said for all its operations (security, and
/// in a path shared by two documents also parameters and servers) moves to those operations, so
/// that it says nothing about the other document's. Data-plane contract, section 9.
namespace barbacane::compiler {

/// One of the documents and what became of its names.
struct MergeSource {
  const spec::Api* api;
  const spec::Node* root;
  std::string prefix;  ///< for names that clash
  Renames renames;
};

/// A value that one of the documents has in some place.
struct MergePart {
  const MergeSource* source;
  const spec::Node* node;
};
using MergeParts = std::vector<MergePart>;

/// Keys of all objects among the parts without the private ones, each once, in order of appearance.
std::vector<std::string_view> keys_of(const MergeParts& parts);
/// Who has that member, and what it is there.
MergeParts members_of(const MergeParts& parts, std::string_view key);

/// The `paths` (or `webhooks`) of all documents: methods of one path come together.
void write_merged_paths(const MergeParts& parts, DocumentWriter& out);

class MergedDocument {
 public:
  /// Descriptions of one kind, in the order of precedence; they must outlive the object.
  explicit MergedDocument(std::vector<const spec::Api*> apis);
  MergedDocument(const MergedDocument&) = delete;

  /// May be called from several threads at once.
  void write(DocumentWriter& out) const;

 private:
  MergeParts roots() const;
  void rename_clashes(const std::string& place, const MergeParts& parts);
  void write_member(std::string_view key, const MergeParts& parts, DocumentWriter& out) const;
  void write_info(const MergePart& first, DocumentWriter& out) const;

  std::vector<MergeSource> sources_;
};

}  // namespace barbacane::compiler
