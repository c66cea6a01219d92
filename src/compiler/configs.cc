#include "compiler/detail/configs.h"

#include <fmt/format.h>

#include "compiler/detail/pointer_tokens.h"

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

}  // namespace

void ConfigCheck::add_schema(const std::string& plugin, std::string_view json_schema,
                             const base::SourcePlace& place) {
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
  const ConfigSchema* schema = schema_of(plugin);
  if (schema == nullptr) return;
  if (mention.config && !checked_.emplace(plugin, mention.config.node).second) return;
  if (mention.elsewhere && !mention.config && !checked_defaults_.insert(plugin).second) return;
  const artifact::Json config = mention.config_text();
  for (const ConfigFault& fault : schema->check(config.is_null() ? "{}" : config.text)) {
    base::SourcePlace place = config_place(mention);
    if (mention.config) place = place_in(mention.config, fault, std::move(place));
    const std::string_view separator = fault.sentence.starts_with('\'') ? ": " : " ";
    report_.fault(site, "E1023",
                  fmt::format("config of '{}'{}{}", plugin, separator, fault.sentence),
                  std::move(place), fault.hint);
  }
}

}  // namespace barbacane::compiler
