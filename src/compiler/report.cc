#include "compiler/detail/report.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"

namespace barbacane::compiler {

namespace {

bool is_error(const base::Diagnostic& diagnostic) {
  return diagnostic.severity == base::Severity::kError;
}

/// C1 controls, line separators, and marks that turn the reading direction, in UTF-8.
bool steers_terminal(std::string_view text) {
  const auto third_within = [&](unsigned char first, unsigned char last) {
    const auto byte = static_cast<unsigned char>(text[2]);
    return first <= byte && byte <= last;
  };
  if (text.size() >= 2 && text[0] == '\xC2') return static_cast<unsigned char>(text[1]) < 0xA0;
  if (text.size() < 3) return false;
  if (text.starts_with("\xE2\x80")) return third_within(0x8E, 0x8F) || third_within(0xA8, 0xAE);
  return text.starts_with("\xE2\x81") && third_within(0xA6, 0xA9);
}

/// Messages quote the spec, and a spec may hold anything; what is printed is one harmless line.
void make_one_line(std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7F) text[i] = '?';
    if (static_cast<unsigned char>(text[i]) < 0x80) continue;
    if (steers_terminal(std::string_view(text).substr(i))) {
      text.replace(i, text[i] == '\xC2' ? 2 : 3, "?");
    }
  }
}

}  // namespace

base::SourcePlace key_place(spec::NodeRef object, std::string_view key) {
  if (!object) return {};
  const spec::Member* member = object->find_member(key);
  return member == nullptr ? object.place() : spec::key_place(*object.document, *member);
}

base::SourcePlace member_place(spec::NodeRef object, std::string_view key) {
  const spec::Node* value = object ? object->find(key) : nullptr;
  // A null value may have no text of its own, and a container begins on a line of its own.
  if (value == nullptr || value->is_object() || value->is_array() ||
      value->kind() == spec::Kind::kNull) {
    return key_place(object, key);
  }
  return spec::NodeRef{value, object.document}.place();
}

base::SourcePlace place_of(const PluginMention& mention) {
  return mention.elsewhere ? *mention.elsewhere : member_place(mention.owner, mention.key);
}

Site Report::root(const SpecUnit& unit) const {
  Site site{unit.index, {}, nullptr, unit.file, unit.file};
  if (unit.api) site.node = unit.root_node();
  if (purpose_ == Purpose::kValidate) site.location = unit.path;
  return site;
}

Site Report::operation(const SpecUnit& unit, const spec::Operation& operation) const {
  Site site{unit.index, operation.node, &operation, {}, {}};
  if (purpose_ == Purpose::kCompile) {
    site.words = fmt::format("{} {} in '{}'", operation.method, operation.path, unit.file);
    site.location = site.words;
  } else {
    site.words = fmt::format("{} {}", operation.method, operation.path);
    site.location = fmt::format("{}:{} {}", unit.path, operation.path, operation.method);
  }
  return site;
}

void Report::add(std::size_t unit, base::Diagnostic diagnostic) {
  make_one_line(diagnostic.message);
  make_one_line(diagnostic.location);
  make_one_line(diagnostic.hint);
  entries_.push_back({unit, entries_.size(), std::move(diagnostic)});
}

void Report::error(const Site& site, std::string_view code, std::string message,
                   base::SourcePlace place, std::string hint) {
  add(site.unit, {base::Severity::kError,
                  std::string(code),
                  std::move(message),
                  site.location,
                  std::move(place),
                  std::move(hint),
                  {}});
}

void Report::warning(const Site& site, std::string_view code, std::string message,
                     base::SourcePlace place, std::string hint) {
  add(site.unit, {base::Severity::kWarning,
                  std::string(code),
                  std::move(message),
                  site.location,
                  std::move(place),
                  std::move(hint),
                  {}});
}

void Report::fault(const Site& site, std::string_view code, std::string message,
                   base::SourcePlace place, std::string hint) {
  if (purpose_ == Purpose::kCompile) {
    message += site.operation != nullptr ? ": " + site.words : fmt::format(": '{}'", site.words);
  }
  error(site, code, std::move(message), std::move(place), std::move(hint));
}

void Report::structural(const Site& site, std::string_view message, base::SourcePlace place,
                        std::string hint) {
  fault(site, "E1004", fmt::format("schema validation error: {}", message), std::move(place),
        std::move(hint));
}

bool Report::end_stage() {
  const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(stage_begin_);
  std::ranges::sort(begin, entries_.end(), {}, [](const Entry& entry) {
    const base::Position position = entry.diagnostic.place.position;
    return std::tuple(entry.unit, position.line, position.column, entry.number);
  });
  stage_begin_ = entries_.size();
  return std::ranges::none_of(entries_,
                              [](const Entry& entry) { return is_error(entry.diagnostic); });
}

bool Report::failed(std::size_t unit) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return entry.unit == unit && is_error(entry.diagnostic);
  });
}

std::vector<base::Diagnostic> Report::take() {
  std::vector<base::Diagnostic> all;
  std::vector<base::Diagnostic> errors;
  for (Entry& entry : entries_) {
    (is_error(entry.diagnostic) ? errors : all).push_back(std::move(entry.diagnostic));
  }
  entries_.clear();
  std::ranges::sort(all, {}, [](const base::Diagnostic& warning) {
    return std::tie(warning.location, warning.code, warning.message, warning.place.position.line,
                    warning.place.position.column);
  });
  std::ranges::move(errors, std::back_inserter(all));
  return all;
}

std::vector<base::Diagnostic> Report::take(std::size_t unit) {
  std::vector<Entry> rest;
  std::vector<Entry> wanted;
  for (Entry& entry : entries_) {
    (entry.unit == unit ? wanted : rest).push_back(std::move(entry));
  }
  entries_ = std::move(wanted);
  std::vector<base::Diagnostic> taken = take();
  entries_ = std::move(rest);
  return taken;
}

std::string quoted_list(const std::vector<std::string_view>& words) {
  std::string list;
  for (std::string_view word : words) {
    if (!list.empty()) list += ", ";
    list += fmt::format("'{}'", word);
  }
  return list;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string otherwise) {
  const std::string_view near = base::nearest(word, candidates);
  return near.empty() ? std::move(otherwise) : fmt::format("did you mean '{}'?", near);
}

}  // namespace barbacane::compiler
