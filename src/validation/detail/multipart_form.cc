#include "validation/detail/multipart_form.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "validation/detail/field_pointer.h"
#include "validation/request_parts.h"

namespace barbacane::validation::detail {
namespace {

using Content = FormEntry::Content;
using schema::Verdict;

/// Where content cannot be seen, these end the search for reasons: nothing behind them was judged.
bool asks_for_content(std::string_view keyword) {
  for (const std::string_view one : {"pattern", "format", "enum", "const", "uniqueItems"}) {
    if (keyword == one) return true;
  }
  return false;
}

}  // namespace

MultipartForm::MultipartForm(const MultipartRules::Impl& rules)
    : rules_(rules), seen_(rules.parts.size()), unread_(rules.parts.size()) {}

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

bool MultipartForm::refuse(std::string field, std::string reason) {
  Violation& added = violations_.emplace_back(body_violation(std::move(field), std::move(reason)));
  added.schema = rules_.place;
  return false;
}

bool MultipartForm::refuse(const Part& part, std::string reason) {
  return refuse(pointer_to(name_of(part)), std::move(reason));
}

bool MultipartForm::has_room(std::size_t bytes) const {
  const std::size_t held = kept_.size() + parts_.size() * sizeof(Part);
  return bytes <= rules_.limits.held - std::min(rules_.limits.held, held);
}

bool MultipartForm::refuse_size() {
  return refuse_body("must not have fields that take more than " +
                     std::to_string(rules_.limits.held) + " bytes together");
}

bool MultipartForm::begin_part(std::string_view text, Workspace& workspace) {
  const auto head = parse_part_head(text);
  if (!head) {
    return refuse_body("must be well-formed, but part " + std::to_string(parts_.size() + 1) + " " +
                       head.error());
  }
  const auto target = rules_.properties.resolve(head->name);
  if (!target) {
    return refuse(pointer_to(head->name), "must be given by its members");
  }
  if (!has_room(sizeof(Part) + target->name.size())) return refuse_size();
  Part& part = parts_.emplace_back();
  part.property = target->property;
  part.name_at = kept_.size();
  part.name_size = target->name.size();
  kept_ += target->name;
  part.at = kept_.size();
  if (!is_declared(part) && !rules_.properties.open) {
    return refuse(part, "is not a property of this form");
  }
  if (!check_repeat(part)) return false;
  auto content = content_of(rule_of(part), *head);
  if (!content) return refuse(part, std::move(content.error()));
  part.content = *content;
  if (part.content.unread) {
    unread_[part.property] = true;
    ++unread_parts_;
  }
  return check_headers(part, *head, workspace);
}

bool MultipartForm::check_repeat(const Part& part) {
  if (!is_declared(part) || part.name_size > 0) return true;
  if (seen_[part.property] && !rule_of(part).property.may_repeat()) {
    return refuse(part, "must not be given more than once");
  }
  seen_[part.property] = true;
  return true;
}

bool MultipartForm::check_headers(const Part& part, const PartHead& head, Workspace& workspace) {
  const auto& headers = rule_of(part).headers;
  if (!headers) return true;
  const PartFields fields(head);
  const RequestParts given{.path_values = {}, .query = {}, .fields = &fields};
  const auto failing = headers->first_failing(given, workspace);
  if (!failing) return true;
  for (Violation& flaw : headers->explain(*failing, given, workspace)) {
    const bool missing = flaw.code == code::kMissingParameter;
    std::string reason = missing ? "must have the header '" + flaw.field + "'"
                                 : "has the header '" + flaw.field + "', which " + flaw.reason;
    refuse(part, std::move(reason));
    Violation& added = violations_.back();
    added.expected = std::move(flaw.expected);
    added.keyword = flaw.keyword;
    if (!flaw.keyword.empty()) added.schema = std::move(flaw.schema);
  }
  return false;
}

bool MultipartForm::add(std::string_view data) {
  Part& part = parts_.back();
  part.size += data.size();
  if (part.content.content == Content::kOpaque) return true;
  const bool room = has_room(data.size());
  if (part.content.file && (!room || part.size > rules_.limits.file)) {
    forget(part);
    return true;
  }
  if (!room) return refuse_size();
  kept_ += data;
  return true;
}

/// From here on only its size counts.
void MultipartForm::forget(Part& part) {
  part.content.content = Content::kOpaque;
  kept_.resize(part.at);
}

std::string_view MultipartForm::text_of(const Part& part) const {
  return std::string_view(kept_).substr(part.at, part.size);
}

bool MultipartForm::end_part(Workspace& workspace) {
  Part& part = parts_.back();
  if (part.content.content == Content::kOpaque) return true;
  if (part.content.ascii_only && !base::is_ascii(text_of(part))) {
    return refuse(part, std::string(kForeignCharset));
  }
  if (part.content.file) end_file(part);
  return part.content.content != Content::kJson || check_json(part, workspace);
}

/// It is kept if that is cheap, for another schema of its property may look into it after all.
void MultipartForm::end_file(Part& part) {
  if (part.size > rules_.limits.files - kept_files_ || !base::is_utf8(text_of(part))) {
    return forget(part);
  }
  kept_files_ += part.size;
}

/// At once, for what follows may be long.
bool MultipartForm::check_json(const Part& part, Workspace& workspace) {
  FormValues values(rules_.program, rules_.properties, Decoding::kNone, workspace);
  const FormProperty& property = rule_of(part).property;
  const bool reads = values.append_single(property, name_of(part), entry_of(part));
  if (part.size > rules_.limits.file) workspace.shrink();
  return reads || refuse(part, values.flaw().reason);
}

FormEntry MultipartForm::entry_of(const Part& part) const {
  FormEntry out;
  out.target = {part.property, target_name(part)};
  out.content = part.content.content;
  out.size = part.size;
  if (out.content != Content::kOpaque) out.raw = text_of(part);
  return out;
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
    return refuse(values.flaw().field, values.flaw().reason);
  }
  const schema::Value form = workspace.tape.built();
  const Verdict verdict = rules_.program.run(rules_.schema, form, workspace.scratch);
  if (verdict == Verdict::kValid) return true;
  explain(form, workspace);
  // A limit is never good: something was not judged at all.
  if (violations_.empty() && unread_parts_ > 0 && verdict == Verdict::kInvalid) return true;
  if (violations_.empty()) refuse_body("must be a value of its schema");
  return false;
}

/// A part that nobody here can read is there, but that it is what its schema says cannot be seen:
/// nothing is said about it, while everything else is judged as ever.
std::vector<std::string> MultipartForm::unread_pointers() const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < unread_.size(); ++i) {
    if (unread_[i]) out.push_back(pointer_to(rules_.parts[i].property.name));
  }
  return out;
}

void MultipartForm::explain(schema::Value form, Workspace& workspace) {
  constexpr std::size_t kMostUnread = 10'000;
  const std::size_t limit = kMostShown + 1 + std::min(unread_parts_, kMostUnread);
  const std::vector<std::string> unread = unread_pointers();
  const auto is_unread = [&](std::string_view instance) {
    return std::ranges::any_of(unread, [&](const std::string& pointer) {
      return instance.starts_with(pointer) &&
             (instance.size() == pointer.size() || instance[pointer.size()] == '/');
    });
  };
  auto failures =
      rules_.program.explain(rules_.schema, form, workspace.scratch, limit, schema::Origin::kText);
  const bool all = failures.size() < limit;
  for (auto& failure : failures) {
    if (is_unread(failure.instance) && !asks_for_content(failure.keyword)) continue;
    violations_.push_back(body_violation(std::move(failure)));
  }
  // Behind those that count for nothing there may be one that does.
  if (violations_.empty() && !all) refuse_body("must be a value of its schema");
}

}  // namespace barbacane::validation::detail
