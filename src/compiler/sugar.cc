#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "compiler/detail/extension_readers.h"
#include "compiler/detail/fields.h"
#include "compiler/detail/json_text.h"

namespace barbacane::compiler {

namespace {

constexpr std::string_view kRateLimit = "x-barbacane-ratelimit";
constexpr std::string_view kCache = "x-barbacane-cache";

PluginMention sugar(std::string_view plugin, const Site& site, std::string_view key) {
  PluginMention result;
  result.name = plugin;
  result.owner = site.node;
  result.key = key;
  return result;
}

bool is_partition_key(std::string_view key) {
  if (key == "client_ip") return true;
  for (std::string_view prefix : {"header:", "context:"}) {
    if (key.starts_with(prefix)) return key.size() > prefix.size();
  }
  return false;
}

/// Members of a config in key order, only those that were given.
class Config {
 public:
  void add(std::string_view key, std::string_view json) {
    text_ += text_.empty() ? "{" : ",";
    text_ += base::json_string(key) + ":" + std::string(json);
  }
  artifact::Json finish() { return {text_.empty() ? "{}" : text_ + "}"}; }

 private:
  std::string text_;
};

}  // namespace

std::optional<PluginMention> read_rate_limit(const Site& site, Report& report) {
  const spec::Node* limit = site.node->find(kRateLimit);
  if (limit == nullptr) return std::nullopt;
  const spec::NodeRef object{limit, site.node.document};
  PluginMention result = sugar("rate-limit", site, kRateLimit);
  if (!limit->is_object()) {
    report.fault(site, "E1012", "x-barbacane-ratelimit is not an object with 'quota' and 'window'",
                 member_place(site.node, kRateLimit), "write for example {quota: 100, window: 60}");
    return result;
  }
  const auto positive = [&](std::string_view field, std::string_view example) {
    const spec::Node* value = limit->find(field);
    const auto number = integer(value);
    if (number && *number >= 1) return std::to_string(*number);
    if (value == nullptr) {
      report.fault(site, "E1012", fmt::format("x-barbacane-ratelimit has no '{}'", field),
                   key_place(site.node, kRateLimit), fmt::format("add it: {}", example));
    } else {
      report.fault(
          site, "E1012",
          fmt::format("'{}' of x-barbacane-ratelimit is not an integer of at least 1", field),
          member_place(object, field), std::string(example));
    }
    return std::string("0");
  };
  const auto wrong = [&](std::string_view field, std::string_view what, std::string hint) {
    report.fault(site, "E1012", fmt::format("'{}' of x-barbacane-ratelimit is not {}", field, what),
                 member_place(object, field), std::move(hint));
  };

  Config config;
  const std::string_view key = limit->find("key") != nullptr ? "key" : "partition_key";
  if (const spec::Node* partition = limit->find(key)) {
    if (!partition->is_string() || !is_partition_key(partition->text())) {
      wrong(key, "a partition key", "write client_ip, header:NAME or context:KEY");
    }
    config.add("partition_key", json_text(*partition).text);
  }
  if (const spec::Node* policy = limit->find("policy_name")) {
    if (!policy->is_string()) wrong("policy_name", "a string", "put the name in quotes");
    config.add("policy_name", json_text(*policy).text);
  }
  config.add("quota", positive("quota", "'quota: 100' allows a hundred in each window"));
  if (const spec::Node* unit = limit->find("quota_unit")) {
    const std::vector<std::string_view> units = {"requests", "content-bytes",
                                                 "concurrent-requests"};
    const std::string_view given = unit->is_string() ? unit->text() : std::string_view{};
    if (std::ranges::find(units, given) == units.end()) {
      report.fault(site, "E1013",
                   unit->kind() == spec::Kind::kNull || unit->text().empty()
                       ? "'quota_unit' is empty"
                       : fmt::format("'{}' is not a quota unit", unit->text()),
                   member_place(object, "quota_unit"),
                   did_you_mean(given, units, "one of " + quoted_list(units)));
    }
    config.add("quota_unit", json_text(*unit).text);
  }
  config.add("window", positive("window", "'window: 60' is a minute, it counts seconds"));
  result.made_config = config.finish();
  return result;
}

std::optional<PluginMention> read_cache(const Site& site, Report& report) {
  const spec::Node* cache = site.node->find(kCache);
  if (cache == nullptr) return std::nullopt;
  const spec::NodeRef object{cache, site.node.document};
  PluginMention result = sugar("cache", site, kCache);
  constexpr std::string_view kHint = "write a duration such as 30s, 5m or 1h";
  const spec::Node* ttl = cache->find("ttl");
  if (ttl == nullptr) {
    report.fault(site, "E1014", "x-barbacane-cache has no 'ttl'", member_place(site.node, kCache),
                 "write for example {ttl: 5m}; the units are s, m and h");
    return result;
  }
  std::optional<std::int64_t> seconds = integer(ttl);
  if (ttl->is_string()) {
    const auto milliseconds = duration_ms(ttl->text());
    if (milliseconds && *milliseconds % 1000 == 0) seconds = *milliseconds / 1000;
  }
  if (!seconds || *seconds < 1) {
    const bool parses = ttl->is_string() && duration_ms(ttl->text());
    report.fault(site, "E1014",
                 parses || seconds ? "'ttl' is not a whole number of seconds, at least 1"
                                   : "'ttl' is not a duration",
                 member_place(object, "ttl"), std::string(kHint));
  }
  Config config;
  config.add("ttl", std::to_string(seconds.value_or(0)));
  if (const spec::Node* vary = cache->find("vary")) {
    const auto is_name = [](const spec::Node* item) {
      return item->is_string() && !item->text().empty();
    };
    if (!vary->is_array() || !std::ranges::all_of(vary->items(), is_name)) {
      report.fault(site, "E1014", "'vary' of x-barbacane-cache is not a list of header names",
                   member_place(object, "vary"), "write for example vary: [Accept-Language]");
    }
    config.add("vary", json_text(*vary).text);
  }
  result.made_config = config.finish();
  return result;
}

}  // namespace barbacane::compiler
