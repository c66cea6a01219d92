#include "validation/detail/parameter_words.h"

#include <utility>

#include "base/text.h"
#include "validation/detail/field_pointer.h"

namespace barbacane::validation::detail {

namespace {

constexpr std::size_t kLongestName = 100;

/// A name from a request, fit for a document: short and UTF-8.
std::string printable(std::string_view raw) {
  std::string name = base::percent_decode(raw);
  if (!base::is_utf8(name)) name = raw;
  if (name.size() > kLongestName) name = std::string(raw.substr(0, kLongestName));
  if (base::is_utf8(name)) return name;
  for (char& c : name) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return name;
}

Violation violation(const ParameterRule& rule) {
  Violation out;
  out.category = rule.category;
  out.field = rule.name;
  out.code = code::kInvalidParameter;
  out.schema = rule.place;
  return out;
}

/// What a text of the rule's style begins with.
std::string prefix_of(const ParameterRule& rule) {
  return rule.style.style == Style::kLabel ? "." : ";" + rule.name + "=";
}

void describe(Violation& out, const ParameterRule& rule, const Flaw& flaw) {
  switch (flaw.kind) {
    case Flaw::Kind::kNotUtf8:
      out.reason = kNotUtf8;
      out.expected = "UTF-8";
      return;
    case Flaw::Kind::kRepeated:
      out.reason = "must not be given more than once";
      out.expected = "one value";
      return;
    case Flaw::Kind::kPrefix:
      out.reason = "must begin with '" + prefix_of(rule) + "'";
      out.expected = "text that begins with '" + prefix_of(rule) + "'";
      return;
    case Flaw::Kind::kOddPieces:
      out.reason = "must be names and values in turn, but the last name has no value";
      out.expected = "names and values in turn";
      return;
    case Flaw::Kind::kNoEquals:
      out.reason = "must be members of the form name=value, but one has no '='";
      out.expected = "members of the form name=value";
      return;
    case Flaw::Kind::kForeignName:
      out.reason = "must repeat '" + prefix_of(rule) + "' before each value";
      out.expected = "'" + prefix_of(rule) + "' before each value";
      return;
    case Flaw::Kind::kRepeatedMember:
      out.reason = "must have the member '" + printable(flaw.about) + "' only once";
      out.expected = "one value";
      out.pointer = pointer_to(flaw.about);
      return;
    case Flaw::Kind::kNotOneLevel:
      out.expected = "members of the form " + rule.name + "[name]=value";
      out.reason = "must be " + out.expected + ", which '" + printable(flaw.about) + "' is not";
      return;
    case Flaw::Kind::kSlowNames:
      out.reason = "cannot be checked: a pattern takes too long on the names of its members";
      return;
    case Flaw::Kind::kNotJson:
      out.reason = flaw.about;
      out.expected = "JSON";
      return;
  }
}

}  // namespace

Violation missing_parameter(const ParameterRule& rule) {
  Violation out = violation(rule);
  out.code = code::kMissingParameter;
  out.reason = "is required, but missing";
  return out;
}

Violation unknown_parameter(std::string_view name, std::string_view place) {
  Violation out;
  out.category = Category::kQuery;
  out.field = printable(name);
  out.code = code::kUnknownParameter;
  out.reason = "is not a parameter of this operation";
  out.schema = place;
  return out;
}

void append_reasons(std::vector<Violation>& out, const ParameterRule& rule, Reasons reasons) {
  for (schema::Failure& failure : reasons.failures) {
    tell(out.emplace_back(violation(rule)), std::move(failure));
  }
  if (!reasons.failures.empty()) return;
  Violation& added = out.emplace_back(violation(rule));
  if (reasons.flaw) {
    describe(added, rule, *reasons.flaw);
  } else {
    added.reason = "must be a value of its schema";
  }
}

}  // namespace barbacane::validation::detail
