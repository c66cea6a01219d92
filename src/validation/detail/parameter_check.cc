#include "validation/detail/parameter_check.h"

#include <optional>

#include "validation/detail/coerce_text.h"
#include "validation/detail/style_value.h"
#include "validation/violation.h"

namespace barbacane::validation::detail {

namespace {

using Content = ParameterRule::Content;
using Text = std::optional<std::string_view>;

bool check_string(const ParameterRule& rule, std::string_view raw, Decoding decoding, Judge& judge,
                  Workspace& workspace) {
  const Text text = decode(raw, decoding, workspace.part);
  if (!text) return judge.refuse(Flaw::Kind::kNotUtf8);
  const schema::Value::Node node = string_node(*text);
  return judge.accepts(rule.plan.schema, schema::Value(&node));
}

/// `raw` is without the prefix that its style has.
bool check_primitive(const ParameterRule& rule, std::string_view raw, Judge& judge,
                     Workspace& workspace) {
  const Text text = decode(raw, rule.decoding, workspace.part);
  if (!text) return judge.refuse(Flaw::Kind::kNotUtf8);
  Candidates candidates(*text, rule.plan.kinds);
  bool any = false;
  for (; candidates.next(); any = true) {
    if (judge.accepts(rule.plan.schema, candidates.value())) return true;
  }
  if (any || rule.plan.kinds.has(Kinds::kArray | Kinds::kObject)) return false;
  const schema::Value::Node node = string_node(*text);
  return judge.rejects(rule.plan.schema, schema::Value(&node));
}

bool check_json(const ParameterRule& rule, std::string_view raw, Judge& judge,
                Workspace& workspace) {
  const Text text = decode(raw, rule.decoding, workspace.part);
  if (!text) return judge.refuse(Flaw::Kind::kNotUtf8);
  const auto value = workspace.tape.read(*text);
  if (!value) return judge.refuse(Flaw::Kind::kNotJson, not_json(value.error()));
  return judge.accepts(rule.plan.schema, *value, schema::Origin::kJson);
}

/// `form` is as it would stand in a body.
bool check_form(const ParameterRule& rule, std::string_view form, Judge& judge,
                Workspace& workspace) {
  MemberTexts members(workspace.part);
  PairCursor pair(form, PairCursor::Syntax::kQuery);
  while (pair.next()) {
    const Text name = decode(pair.name, Decoding::kForm, workspace.part);
    if (!name) return judge.refuse(Flaw::Kind::kNotUtf8);
    members.add(*name, pair.value);
  }
  if (!build_object(workspace.tape, members.all(), rule.plan, Repeats::kList, Decoding::kForm,
                    workspace.part, judge)) {
    return false;
  }
  return judge.accepts(rule.plan.schema, workspace.tape.built());
}

bool check_content(const ParameterRule& rule, std::string_view raw, Judge& judge,
                   Workspace& workspace) {
  switch (rule.content) {
    case Content::kJson:
      return check_json(rule, raw, judge, workspace);
    case Content::kForm: {
      const Text form = decode(raw, rule.decoding, workspace.part);
      return form ? check_form(rule, *form, judge, workspace) : judge.refuse(Flaw::Kind::kNotUtf8);
    }
    case Content::kUnread:
      return decode(raw, rule.decoding, workspace.part) || judge.refuse(Flaw::Kind::kNotUtf8);
    default:
      return check_string(rule, raw, rule.decoding, judge, workspace);
  }
}

bool check_list(const ParameterRule& rule, const GivenText& given, Judge& judge,
                Workspace& workspace) {
  ListBuilder list(rule, workspace, judge);
  if (!list.add(given.first)) return false;
  if (given.count > 1) {
    const Decoding names =
        given.syntax == PairCursor::Syntax::kQuery ? Decoding::kForm : Decoding::kNone;
    PairCursor pair(given.pairs, given.syntax);
    pair.next();
    while (pair.next()) {
      if (decodes_to(pair.name, rule.name, names) && !list.add(pair.value)) return false;
    }
  }
  return judge.accepts(rule.plan.schema, list.finish());
}

bool check_object(const ParameterRule& rule, std::string_view raw, Judge& judge,
                  Workspace& workspace) {
  MemberTexts members(workspace.part);
  if (!cut_members(rule, raw, members, workspace, judge)) return false;
  return check_members(rule, members.all(), Repeats::kRefuse, judge, workspace);
}

}  // namespace

bool check_text(const ParameterRule& rule, const GivenText& given, Judge& judge,
                Workspace& workspace) {
  if (given.count > 1 && !rule.may_repeat()) return judge.refuse(Flaw::Kind::kRepeated);
  if (rule.allow_empty && given.count == 1 && given.first.empty()) return true;
  if (rule.content != Content::kStyle) {
    return check_content(rule, given.first, judge, workspace);
  }
  const Kinds kinds = rule.plan.kinds;
  const bool structured = kinds.has(Kinds::kArray) || (kinds.has(Kinds::kObject) && rule.by_name);
  if (given.count == 1 && (kinds.has(Kinds::kPrimitive) || !structured)) {
    const Text text = without_prefix(rule, given.first);
    if (!text) {
      if (!structured) return judge.refuse(Flaw::Kind::kPrefix);
    } else if (check_primitive(rule, *text, judge, workspace)) {
      return true;
    }
  }
  if (kinds.has(Kinds::kArray) && check_list(rule, given, judge, workspace)) return true;
  if (!kinds.has(Kinds::kObject) || rule.by_members || given.count > 1) return false;
  return check_object(rule, given.first, judge, workspace);
}

bool check_members(const ParameterRule& rule, std::span<MemberText> members, Repeats repeats,
                   Judge& judge, Workspace& workspace) {
  if (!build_object(workspace.tape, members, rule.plan, repeats, rule.decoding, workspace.part,
                    judge)) {
    return false;
  }
  return judge.accepts(rule.plan.schema, workspace.tape.built());
}

bool check_querystring(const ParameterRule& rule, std::string_view query, Judge& judge,
                       Workspace& workspace) {
  if (rule.content == Content::kForm) {
    return check_form(rule, query, judge, workspace) ||
           (rule.plan.kinds.has(Kinds::kPrimitive) &&
            check_string(rule, query, Decoding::kNone, judge, workspace));
  }
  if (rule.content == Content::kJson) return check_json(rule, query, judge, workspace);
  return check_string(rule, query, Decoding::kNone, judge, workspace);
}

}  // namespace barbacane::validation::detail
