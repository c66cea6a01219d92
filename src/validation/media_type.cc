#include "validation/media_type.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "validation/detail/media_syntax.h"

namespace barbacane::validation {
namespace {

using detail::FieldReader;
using detail::MediaTypeView;
using detail::ParameterValue;
using detail::ParameterView;

constexpr std::string_view kAny = "*";

/// Values of `charset` are the only ones whose letters may be of either case.
ParameterValue::Case letters_of(std::string_view name) {
  return base::equals_ignoring_case(name, "charset") ? ParameterValue::Case::kIgnored
                                                     : ParameterValue::Case::kSame;
}

bool is_charset(std::string_view name) { return base::equals_ignoring_case(name, "charset"); }

/// `value` in lower case.
MediaType::Charset charset_of(std::string_view value) {
  if (value == "utf-8" || value == "us-ascii") return MediaType::Charset::kUtf8;
  const bool same_ascii = value.starts_with("iso-8859-") || value.starts_with("windows-125");
  return same_ascii ? MediaType::Charset::kSameAscii : MediaType::Charset::kOther;
}

bool has_parameter(std::string_view parameters, std::string_view name, std::string_view value) {
  FieldReader reader(parameters);
  while (const auto found = reader.parameter()) {
    if (base::equals_ignoring_case(found->name, name) && found->value.is(value, letters_of(name))) {
      return true;
    }
  }
  return false;
}

/// How closely a key names a content type: 0 when it does not.
std::size_t closeness(const MediaType& key, const MediaTypeView& sent) {
  std::size_t rank = 1;
  if (key.type != kAny || key.subtype != kAny) {
    if (!base::equals_ignoring_case(key.type, sent.type)) return 0;
    rank = 2;
    if (key.subtype != kAny) {
      if (!base::equals_ignoring_case(key.subtype, sent.subtype)) return 0;
      rank = 3;
    }
  }
  for (const auto& [name, value] : key.parameters) {
    if (!has_parameter(sent.parameters, name, value)) return 0;
  }
  constexpr std::size_t kMoreThanParameters = 1 << 16;
  return rank * kMoreThanParameters + key.parameters.size();
}

/// `qvalue` in thousandths (RFC 9110, 12.4.2).
std::optional<unsigned> parse_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  unsigned out = text[0] == '1' ? 1000 : 0;
  unsigned unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return std::nullopt;
    out += static_cast<unsigned>(c - '0') * unit;
    unit /= 10;
  }
  if (out > 1000) return std::nullopt;
  return out;
}

/// One element of an `Accept` field.
struct AcceptRange {
  std::string_view type;
  std::string_view subtype;
  std::vector<ParameterView> parameters;  ///< those before `q`
  unsigned quality = 1000;
};

std::optional<AcceptRange> read_range(FieldReader& reader) {
  AcceptRange out;
  out.type = reader.token();
  if (out.type.empty() || !reader.take('/')) return std::nullopt;
  out.subtype = reader.token();
  if (out.subtype.empty() || (out.type == kAny && out.subtype != kAny)) return std::nullopt;
  bool behind_quality = false;
  while (const auto parameter = reader.parameter()) {
    if (behind_quality) continue;
    if (!base::equals_ignoring_case(parameter->name, "q")) {
      out.parameters.push_back(*parameter);
      continue;
    }
    const auto quality = parse_quality(parameter->value.text);
    if (!quality) return std::nullopt;
    out.quality = *quality;
    behind_quality = true;
  }
  return out;
}

std::optional<std::vector<AcceptRange>> read_accept(std::string_view text) {
  std::vector<AcceptRange> out;
  FieldReader reader(text);
  for (;;) {
    reader.skip_space();
    if (reader.take(',')) continue;
    if (reader.at_end()) break;
    auto range = read_range(reader);
    if (!range) return std::nullopt;
    out.push_back(std::move(*range));
    reader.skip_space();
    if (!reader.at_end() && !reader.take(',')) return std::nullopt;
  }
  return out;
}

bool has_value(const MediaType& key, const ParameterView& wanted) {
  return std::ranges::any_of(key.parameters, [&](const auto& own) {
    return base::equals_ignoring_case(own.first, wanted.name) &&
           wanted.value.is(own.second, letters_of(own.first));
  });
}

/// How closely a range names a key, 0 when it does not. Clients write `charset` where it means
/// nothing to a type without one, so there it counts for nothing.
std::size_t closeness(const AcceptRange& range, const MediaType& key) {
  const auto fits = [](std::string_view wanted, std::string_view own) {
    return wanted == kAny || own == kAny || base::equals_ignoring_case(wanted, own);
  };
  if (!fits(range.type, key.type) || !fits(range.subtype, key.subtype)) return 0;
  const std::size_t rank = range.type == kAny ? 1 : range.subtype == kAny ? 2 : 3;
  std::size_t matched = 0;
  for (const ParameterView& wanted : range.parameters) {
    if (has_value(key, wanted)) {
      ++matched;
      continue;
    }
    const bool given =
        std::ranges::any_of(key.parameters, [](const auto& own) { return is_charset(own.first); });
    if (!is_charset(wanted.name) || given) return 0;
  }
  return (rank << 16) + matched;
}

}  // namespace

bool MediaType::is_json() const { return subtype == "json" || subtype.ends_with("+json"); }

MediaType::Charset MediaType::charset() const {
  Charset out = Charset::kUtf8;
  for (const auto& [name, value] : parameters) {
    if (name == "charset") out = std::max(out, charset_of(value));
  }
  return out;
}

std::optional<MediaType> parse_media_type(std::string_view text) {
  const auto view = detail::view_media_type(text);
  if (!view) return std::nullopt;
  MediaType out{base::to_lower(view->type), base::to_lower(view->subtype), {}};
  FieldReader reader(view->parameters);
  while (const auto parameter = reader.parameter()) {
    std::string value = parameter->value.unescaped();
    if (is_charset(parameter->name)) value = base::to_lower(value);
    out.parameters.emplace_back(base::to_lower(parameter->name), std::move(value));
  }
  std::ranges::sort(out.parameters);
  return out;
}

bool is_json_media_type(std::string_view content_type) {
  const auto view = detail::view_media_type(content_type);
  return view && view->is_json();
}

MediaTypeTable::MediaTypeTable(std::span<const std::string> keys) {
  for (const std::string& key : keys) keys_.push_back({key, parse_media_type(key)});
}

std::optional<std::size_t> MediaTypeTable::find(std::string_view content_type) const {
  const auto sent = detail::view_media_type(content_type);
  std::optional<std::size_t> best;
  std::size_t best_rank = 0;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Key& key = keys_[i];
    if (!key.parsed && key.text == content_type) return i;
    if (!key.parsed || !sent) continue;
    if (const std::size_t rank = closeness(*key.parsed, *sent); rank > best_rank) {
      best = i;
      best_rank = rank;
    }
  }
  return best;
}

std::optional<std::size_t> MediaTypeTable::preferred() const {
  if (keys_.empty()) return std::nullopt;
  const auto json = std::ranges::find_if(
      keys_, [](const Key& key) { return key.parsed && key.parsed->is_json(); });
  return json == keys_.end() ? 0 : static_cast<std::size_t>(json - keys_.begin());
}

std::optional<std::size_t> MediaTypeTable::negotiate(std::string_view accept) const {
  const auto ranges = read_accept(accept);
  if (!ranges || ranges->empty()) return preferred();

  std::optional<std::size_t> best;
  std::tuple<unsigned, std::size_t, bool> best_rank{0, 0, false};
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const MediaType unknown{.type = "*", .subtype = "*", .parameters = {}};
    const MediaType& key = keys_[i].parsed ? *keys_[i].parsed : unknown;
    std::size_t closest = 0;
    unsigned quality = 0;
    for (const AcceptRange& range : *ranges) {
      const std::size_t rank = closeness(range, key);
      if (rank <= closest) continue;
      closest = rank;
      quality = range.quality;
    }
    const std::tuple rank{quality, closest, key.is_json()};
    if (quality > 0 && (!best || rank > best_rank)) {
      best = i;
      best_rank = rank;
    }
  }
  return best;
}

}  // namespace barbacane::validation
