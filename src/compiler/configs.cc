#include "compiler/detail/configs.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/detail/pointer_tokens.h"
#include "compiler/detail/upstream_faults.h"
#include "router/router.h"

namespace barbacane::compiler {

namespace {

/// Where the faulty value of a config stands, or as much of the way as the config has.
base::SourcePlace place_in(spec::NodeRef config, const ConfigFault& fault,
                           base::SourcePlace otherwise) {
  base::SourcePlace place = std::move(otherwise);
  PointerTokens tokens(fault.pointer);
  while (!tokens.empty()) {
    const spec::NodeRef around = config;
    const PointerStep step = step_into(*around.node, tokens);
    if (step.value == nullptr) return place;
    config.node = step.value;
    if (step.member == nullptr) {
      place = config.place();
    } else {
      const bool is_name = fault.undeclared && tokens.empty();
      place =
          is_name ? key_place(around, step.member->key) : member_place(around, step.member->key);
    }
  }
  return place;
}

/// The key `config` where there is one, else what names the plugin.
base::SourcePlace config_place(const PluginMention& mention) {
  if (mention.config && mention.elsewhere) return mention.config.place();
  if (!mention.config) return place_of(mention);
  return key_place(mention.owner, "config");
}

base::SourcePlace fault_place(const PluginMention& mention, const ConfigFault& fault) {
  base::SourcePlace place = config_place(mention);
  return mention.config ? place_in(mention.config, fault, std::move(place)) : place;
}

}  // namespace

void ConfigCheck::add_schema(const std::string& plugin, std::string_view json_schema,
                             const base::SourcePlace& place) {
  modules_.insert(plugin);
  auto schema = ConfigSchema::compile(plugin, json_schema);
  if (schema) {
    schemas_.insert_or_assign(plugin, std::move(*schema));
    return;
  }
  schemas_.insert_or_assign(plugin, std::nullopt);
  base::Diagnostic warning;
  warning.severity = base::Severity::kWarning;
  warning.message = fmt::format("configs of '{}' are not checked: its config schema is wrong: {}",
                                plugin, schema.error());
  warning.place = place;
  report_.add(0, std::move(warning));
}

const ConfigSchema* ConfigCheck::schema_of(const std::string& plugin) {
  auto known = schemas_.find(plugin);
  if (known == schemas_.end()) {
    std::optional<ConfigSchema> compiled;
    if (const std::string_view native = native_config_schema(plugin); !native.empty()) {
      auto schema = ConfigSchema::compile(plugin, native);
      if (schema) compiled = std::move(*schema);
    }
    known = schemas_.emplace(plugin, std::move(compiled)).first;
  }
  return known->second ? &*known->second : nullptr;
}

void ConfigCheck::check(const Site& site, const PluginMention& mention, const std::string& plugin) {
  const bool native = !modules_.contains(plugin);
  if (native && (plugin == "http-upstream" || plugin == "ws-upstream")) {
    warn_of_parameters(plugin, site, mention);
  }
  const ConfigSchema* schema = schema_of(plugin);
  if (schema == nullptr) return;
  if (mention.config && !checked_.emplace(plugin, mention.config.node).second) return;
  if (mention.elsewhere && !mention.config && !checked_defaults_.insert(plugin).second) return;
  const artifact::Json config = mention.config_text();
  const std::string_view text = config.is_null() ? "{}" : std::string_view(config.text);
  std::vector<ConfigFault> faults = schema->check(text);
  if (native && plugin == "http-upstream") {
    std::ranges::move(owned_headers(text), std::back_inserter(faults));
  }
  for (const ConfigFault& fault : faults) {
    const std::string_view separator = fault.sentence.starts_with('\'') ? ": " : " ";
    report_.fault(site, "E1023",
                  fmt::format("config of '{}'{}{}", plugin, separator, fault.sentence),
                  fault_place(mention, fault), fault.hint);
  }
  warn_of_secrets(*schema, site, mention, text, plugin);
}

void ConfigCheck::warn_of_secrets(const ConfigSchema& schema, const Site& site,
                                  const PluginMention& mention, std::string_view config,
                                  const std::string& plugin) {
  for (std::string& pointer : schema.literal_secrets(config)) {
    const std::string field = pointer.substr(pointer.rfind('/') + 1);
    const ConfigFault where{.pointer = std::move(pointer), .sentence = {}, .hint = {}};
    base::SourcePlace place = fault_place(mention, where);
    place.is_secret = true;
    report_.warning(
        site, "E1070",
        fmt::format("config of '{}': '{}' holds a secret in plain text", plugin, field),
        std::move(place),
        "write a reference such as env://NAME; it is looked up when the gateway starts");
  }
}

void ConfigCheck::warn_of_parameters(const std::string& plugin, const Site& site,
                                     const PluginMention& mention) {
  if (site.operation == nullptr) return;
  const auto path = router::parse_template(site.operation->path);
  if (!path) return;  // E1054
  const artifact::Json config = mention.config_text();
  for (const ConfigFault& fault : unknown_parameters(config.text, path->parameters())) {
    report_.warning(site, "", fmt::format("config of '{}': {}", plugin, fault.sentence),
                    fault_place(mention, fault), fault.hint);
  }
}

}  // namespace barbacane::compiler
