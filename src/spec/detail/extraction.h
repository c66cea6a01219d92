#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "spec/api.h"

namespace barbacane::spec {

/// What the steps of reading one API share: references, problems, and a bound on the work.
///
/// A few references to one path item with many parameters multiply; the budget keeps what comes out
/// in proportion to what a person could have meant.
class Extraction {
 public:
  Extraction(Project& project, const Document& document) : project_(project), document_(document) {}

  const Document& document() const { return document_; }

  /// The object a node stands for; null, after a report, when its reference leads nowhere.
  NodeRef target(NodeRef node);

  /// The member's value in the same document; null when absent.
  static NodeRef child(NodeRef object, std::string_view key);

  /// Members sorted by key, the contract's order.
  std::vector<const Member*> sorted_members(NodeRef object);

  /// A copy of a string member; empty when absent or not a string.
  std::optional<std::string> text(NodeRef object, std::string_view key);

  void report(base::Diagnostic diagnostic);
  /// E1004 at a place.
  void structure_error(std::string what, base::SourcePlace place, std::string hint = {},
                       std::vector<base::Diagnostic::Note> notes = {});
  /// The same for what works, if perhaps not as its author meant.
  void warning(std::string message, base::SourcePlace place, std::string hint);

  /// False, after a report, when the description has grown beyond all measure.
  bool spend(std::size_t amount);

  /// Where the reader is, in the contract's words, for the diagnostics to come.
  void enter(std::string location) { location_ = std::move(location); }
  void leave() { location_ = std::string(document_.file()); }

  std::vector<base::Diagnostic> take_diagnostics() { return std::move(diagnostics_); }

 private:
  Project& project_;
  const Document& document_;
  std::string location_ = std::string(document_.file());
  std::size_t spent_ = 0;
  std::vector<base::Diagnostic> diagnostics_;
  std::set<std::tuple<std::string, std::string, std::uint32_t, std::uint32_t>> reported_;
};

/// Appends the operations of one entry of `paths`.
void extract_path_item(Extraction& extraction, NodeRef paths, const Member& path,
                       std::vector<Operation>& operations);

/// The entries of a `parameters` list, in order.
std::vector<Parameter> extract_parameters(Extraction& extraction, NodeRef owner);
/// `own` replaces what has the same name and place in `inherited`.
std::vector<Parameter> override_parameters(const std::vector<Parameter>& inherited,
                                           std::vector<Parameter> own);
std::optional<RequestBody> extract_request_body(Extraction& extraction, NodeRef operation);
std::vector<Response> extract_responses(Extraction& extraction, NodeRef operation);

}  // namespace barbacane::spec
