#include "validation/detail/style_value.h"

#include "base/text.h"
#include "validation/detail/coerce_text.h"
#include "validation/detail/query_pairs.h"
#include "validation/detail/style_pieces.h"

namespace barbacane::validation::detail {

namespace {

using Text = std::optional<std::string_view>;

bool is_exploded_matrix(const ParameterRule& rule) {
  return rule.style.style == Style::kMatrix && rule.style.explode;
}

/// Whether every text under the parameter's name is one element.
bool is_one_element(const ParameterRule& rule) {
  switch (rule.style.style) {
    case Style::kForm:
    case Style::kCookie:
    case Style::kSpaceDelimited:
    case Style::kPipeDelimited:
      return rule.style.explode;
    default:
      return false;
  }
}

/// White space around list elements of a field means nothing (RFC 9110, 5.6.1).
std::string_view trimmed(const ParameterRule& rule, std::string_view piece) {
  return rule.category == Category::kHeader ? base::trim(piece) : piece;
}

/// The text of an exploded matrix without its first `;`, of a label without its `.`, of an
/// unexploded matrix without `;name=`.
Text pieces_text(const ParameterRule& rule, std::string_view raw) {
  if (!is_exploded_matrix(rule)) return without_prefix(rule, raw);
  if (!raw.starts_with(';')) return std::nullopt;
  return raw.substr(1);
}

/// The value of `name=value`, when it has that name. RFC 6570, 3.2.7: no `=` when the value is
/// empty.
Text value_of_name(const ParameterRule& rule, std::string_view pair) {
  const std::size_t equals = pair.find('=');
  if (!decodes_to(pair.substr(0, equals), rule.name, rule.decoding)) return std::nullopt;
  return equals == pair.npos ? std::string_view("") : pair.substr(equals + 1);
}

/// `R,1,G,2`
bool cut_in_turn(const ParameterRule& rule, std::string_view text, MemberTexts& members,
                 Workspace& workspace, Judge& judge) {
  PieceCursor cursor(text, separator_of(rule.style));
  while (cursor.next()) {
    const Text name = decode(trimmed(rule, cursor.piece), rule.decoding, workspace.part);
    if (!cursor.next()) return judge.refuse(Flaw::Kind::kOddPieces);
    if (!name) return judge.refuse(Flaw::Kind::kNotUtf8);
    members.add(*name, trimmed(rule, cursor.piece));
  }
  return true;
}

/// `R=1,G=2`
bool cut_by_equals(const ParameterRule& rule, std::string_view text, MemberTexts& members,
                   Workspace& workspace, Judge& judge) {
  PieceCursor cursor(text, separator_of(rule.style));
  while (cursor.next()) {
    const std::string_view piece = trimmed(rule, cursor.piece);
    const std::size_t equals = piece.find('=');
    const bool bare = equals == piece.npos;
    if (bare && (!is_exploded_matrix(rule) || piece.empty())) {
      return judge.refuse(Flaw::Kind::kNoEquals);
    }
    const Text name = decode(piece.substr(0, equals), rule.decoding, workspace.part);
    if (!name) return judge.refuse(Flaw::Kind::kNotUtf8);
    members.add(*name, bare ? std::string_view("") : piece.substr(equals + 1));
  }
  return true;
}

}  // namespace

Text without_prefix(const ParameterRule& rule, std::string_view raw) {
  if (rule.style.style == Style::kLabel) {
    if (!raw.starts_with('.')) return std::nullopt;
    return raw.substr(1);
  }
  if (rule.style.style != Style::kMatrix) return raw;
  if (!raw.starts_with(';')) return std::nullopt;
  return value_of_name(rule, raw.substr(1));
}

ListBuilder::ListBuilder(const ParameterRule& rule, Workspace& workspace, Judge& judge)
    : rule_(rule), workspace_(workspace), judge_(judge) {
  workspace_.tape.begin();
  workspace_.tape.open_array();
}

bool ListBuilder::add(std::string_view raw) {
  if (is_one_element(rule_)) return add_piece(raw);
  const Text text = pieces_text(rule_, raw);
  if (!text) return judge_.refuse(Flaw::Kind::kPrefix);
  PieceCursor cursor(*text, separator_of(rule_.style));
  while (cursor.next()) {
    std::string_view piece = cursor.piece;
    if (is_exploded_matrix(rule_)) {
      const Text value = value_of_name(rule_, piece);
      if (!value) return judge_.refuse(Flaw::Kind::kForeignName);
      piece = *value;
    }
    if (!add_piece(trimmed(rule_, piece))) return false;
  }
  return true;
}

bool ListBuilder::add_piece(std::string_view raw) {
  const Text text = decode(raw, rule_.decoding, workspace_.part);
  if (!text) return judge_.refuse(Flaw::Kind::kNotUtf8);
  append_leaf(workspace_.tape, rule_.plan.list.of(size_), *text, judge_.program(),
              judge_.scratch());
  ++size_;
  return true;
}

schema::Value ListBuilder::finish() {
  workspace_.tape.close();
  return workspace_.tape.built();
}

bool cut_members(const ParameterRule& rule, std::string_view raw, MemberTexts& members,
                 Workspace& workspace, Judge& judge) {
  const Text text = pieces_text(rule, raw);
  if (!text) return judge.refuse(Flaw::Kind::kPrefix);
  return rule.style.explode ? cut_by_equals(rule, *text, members, workspace, judge)
                            : cut_in_turn(rule, *text, members, workspace, judge);
}

}  // namespace barbacane::validation::detail
