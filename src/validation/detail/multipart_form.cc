#include "validation/detail/multipart_form.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "validation/detail/field_pointer.h"

namespace barbacane::validation::detail {
namespace {

using Content = FormEntry::Content;
using schema::Verdict;

Violation violation_of(std::string field, std::string reason) {
  Violation out;
  out.category = Category::kBody;
  out.code = code::kInvalidBody;
  if (field != "body") out.pointer = field;
  out.field = std::move(field);
  out.reason = std::move(reason);
  return out;
}

/// Where content cannot be seen, these end the search for reasons: nothing behind them was judged.
bool asks_for_content(std::string_view keyword) {
  for (const std::string_view one : {"pattern", "format", "enum", "const", "uniqueItems"}) {
    if (keyword == one) return true;
  }
  return false;
}

}  // namespace

MultipartForm::MultipartForm(const MultipartRules::Impl& rules)
    : rules_(rules),
      seen_(rules.parts.size()),
      passed_(rules.properties.required.size()),
      missing_(passed_.size()) {}

bool MultipartForm::is_declared(const Part& part) const {
  return part.property != FormProperties::Target::kUndeclared;
}

const PartRule& MultipartForm::rule_of(const Part& part) const {
  return is_declared(part) ? rules_.parts[part.property] : rules_.undeclared;
}

std::string_view MultipartForm::target_name(const Part& part) const {
  return std::string_view(kept_).substr(part.name_at, part.name_size);
}

std::string_view MultipartForm::name_of(const Part& part) const {
  return is_declared(part) ? std::string_view(rule_of(part).property.name) : target_name(part);
}

bool MultipartForm::refuse_body(std::string reason) {
  violations_.push_back(violation_of("body", std::move(reason)));
  return false;
}

bool MultipartForm::refuse(const Part& part, std::string reason) {
  violations_.push_back(violation_of(pointer_to(name_of(part)), std::move(reason)));
  return false;
}

bool MultipartForm::begin_part(std::string_view text) {
  if (parts_.size() == rules_.limits.parts) {
    return refuse_body("must not have more than " + std::to_string(rules_.limits.parts) + " parts");
  }
  const auto head = parse_part_head(text);
  if (!head) {
    return refuse_body("must be well-formed, but part " + std::to_string(parts_.size() + 1) + " " +
                       head.error());
  }
  const auto target = rules_.properties.resolve(head->name);
  if (!target) {
    violations_.push_back(violation_of(pointer_to(head->name), "must be given by its members"));
    return false;
  }
  Part& part = parts_.emplace_back();
  part.property = target->property;
  part.name_at = kept_.size();
  part.name_size = target->name.size();
  kept_ += target->name;
  if (!is_declared(part) && !rules_.properties.open) {
    return refuse(part, "is not a property of this form");
  }
  if (kept_.size() > rules_.limits.kept) {
    return refuse_body("must not have names longer than " + std::to_string(rules_.limits.kept) +
                       " bytes together");
  }
  if (is_declared(part) && target->name.empty()) {
    if (seen_[part.property] && !rule_of(part).property.may_repeat()) {
      return refuse(part, "must not be given more than once");
    }
    seen_[part.property] = true;
  }
  part.at = kept_.size();
  auto content = content_of(rule_of(part), *head);
  if (!content) return refuse(part, std::move(content.error()));
  part.content = *content;
  unread_ = unread_ || part.content.unread;
  return true;
}

bool MultipartForm::add(std::string_view data) {
  Part& part = parts_.back();
  part.size += data.size();
  if (part.content.content == Content::kOpaque) return true;
  const std::size_t room = rules_.limits.kept - part.at;
  if (part.size > std::min(room, rules_.limits.kept_part)) {
    if (part.content.may_be_file) {
      forget(part);
      return true;
    }
    if (room < rules_.limits.kept_part) {
      return refuse_body("must not have fields larger than " + std::to_string(rules_.limits.kept) +
                         " bytes together");
    }
    return refuse(part,
                  "must not be larger than " + std::to_string(rules_.limits.kept_part) + " bytes");
  }
  kept_ += data;
  return true;
}

/// From here on only its size counts.
void MultipartForm::forget(Part& part) {
  part.content.content = Content::kOpaque;
  kept_.resize(part.at);
}

bool MultipartForm::end_part() {
  Part& part = parts_.back();
  const bool text = part.content.content != Content::kOpaque;
  if (text && part.content.binary && part.content.may_be_file &&
      !base::is_utf8(std::string_view(kept_).substr(part.at))) {
    forget(part);
  }
  return judge(part);
}

FormEntry MultipartForm::entry_of(const Part& part) const {
  FormEntry out;
  out.target = {part.property, target_name(part)};
  out.content = part.content.content;
  out.size = part.size;
  if (out.content != Content::kOpaque) out.raw = std::string_view(kept_).substr(part.at, part.size);
  return out;
}

Workspace& MultipartForm::workspace() {
  if (!workspace_) workspace_.emplace();
  return *workspace_;
}

bool MultipartForm::judge(const Part& part) {
  const PartRule& rule = rule_of(part);
  const FormProperty& property = rule.property;
  const std::string_view name = name_of(part);
  const auto required = std::ranges::find(rules_.properties.required, name);
  const auto index = static_cast<std::size_t>(required - rules_.properties.required.begin());
  const bool waited_for = index < passed_.size() && !passed_[index];
  // Whether a part passes matters only while it is waited for; that JSON is JSON always does.
  if (!waited_for && part.content.content != Content::kJson) return true;
  bool passes = part.content.unread;
  if (!passes) {
    FormValues values(rules_.program, rules_.properties, Decoding::kNone, workspace());
    // By style, a part is not one value; only the whole is looked at.
    if (property.style) return true;
    if (!values.append_single(property, name, entry_of(part))) {
      return refuse(part, values.flaw().reason);
    }
    const schema::Value value = workspace().tape.built();
    const auto valid = [&](const std::optional<schema::SchemaId>& schema) {
      return !schema || rules_.program.run(*schema, value, workspace().scratch) == Verdict::kValid;
    };
    passes = valid(rule.element().schema) || valid(property.schema);
  }
  if (waited_for && passes) {
    passed_[index] = true;
    --missing_;
  }
  return true;
}

bool MultipartForm::finish(Workspace& workspace) {
  workspace.tape.begin();
  const std::span<FormEntry> entries = allocate_entries(workspace.tape, parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    entries[i] = entry_of(parts_[i]);
    entries[i].order = static_cast<std::uint32_t>(i);
  }
  FormValues values(rules_.program, rules_.properties, Decoding::kNone, workspace);
  if (!values.append_object(entries)) {
    violations_.push_back(violation_of(values.flaw().field, values.flaw().reason));
    return false;
  }
  const schema::Value form = workspace.tape.built();
  const Verdict verdict = rules_.program.run(rules_.schema, form, workspace.scratch);
  if (verdict == Verdict::kValid) return true;
  explain(form, workspace);
  // A limit is never good: something was not judged at all.
  if (violations_.empty() && unread_ && verdict == Verdict::kInvalid) return true;
  if (violations_.empty()) refuse_body("must be a value of its schema");
  return false;
}

/// A part that nobody here can read is there, but that it is what its schema says cannot be seen:
/// nothing is said about it, while everything else is judged as ever.
bool MultipartForm::is_unread(std::string_view instance) const {
  return unread_ && std::ranges::any_of(parts_, [&](const Part& part) {
           if (!part.content.unread) return false;
           const std::string pointer = pointer_to(name_of(part));
           return instance == pointer || instance.starts_with(pointer + '/');
         });
}

void MultipartForm::explain(schema::Value form, Workspace& workspace) {
  constexpr std::size_t kMost = 100;
  const std::size_t limit = kMost + (unread_ ? parts_.size() : 0);
  for (auto& failure : rules_.program.explain(rules_.schema, form, workspace.scratch, limit)) {
    if (is_unread(failure.instance) && !asks_for_content(failure.keyword)) continue;
    Violation& violation = violations_.emplace_back(violation_of(
        failure.instance.empty() ? "body" : failure.instance, std::move(failure.sentence)));
    violation.expected = std::move(failure.expected);
    violation.keyword = failure.keyword;
    violation.schema = std::move(failure.schema);
  }
}

}  // namespace barbacane::validation::detail
