#include "wasm/plugin_manifest.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "wasm/host_interface.h"

namespace barbacane::wasm {

namespace {

using Failure = std::unexpected<PluginManifestError>;

Failure unreadable(std::string message) {
  return Failure({PluginManifestError::Kind::kUnreadable, std::move(message)});
}

Failure invalid(std::string message) {
  return Failure({PluginManifestError::Kind::kInvalid, std::move(message)});
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && is_lower(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

/// Cuts the text before the first separator, which is dropped.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return head;
}

enum class LeadingZero { kAllowed, kRefused };

/// Dot-separated identifiers of a pre-release or build part (semver 2, items 9 and 10).
bool are_identifiers(std::string_view text, LeadingZero numbers) {
  for (bool more = true; more;) {
    more = text.find('.') != std::string_view::npos;
    const std::string_view part = cut(text, '.');
    const auto allowed = [](char c) {
      return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || c == '-';
    };
    if (part.empty() || !std::ranges::all_of(part, allowed)) return false;
    if (numbers == LeadingZero::kRefused && part.size() > 1 && part[0] == '0' &&
        std::ranges::all_of(part, is_digit)) {
      return false;
    }
  }
  return true;
}

bool is_semver(std::string_view text) {
  const bool has_build = text.find('+') != std::string_view::npos;
  std::string_view core = cut(text, '+');
  if (has_build && !are_identifiers(text, LeadingZero::kAllowed)) return false;
  const bool has_pre = core.find('-') != std::string_view::npos;
  std::string_view pre = core;
  core = cut(pre, '-');
  if (has_pre && !are_identifiers(pre, LeadingZero::kRefused)) return false;
  if (std::ranges::count(core, '.') != 2) return false;
  for (int i = 0; i < 3; ++i) {
    const std::string_view number = cut(core, '.');
    if (number.empty() || number.size() > 19 || !std::ranges::all_of(number, is_digit) ||
        (number.size() > 1 && number[0] == '0')) {
      return false;
    }
  }
  return true;
}

/// Collects capabilities of either dialect into the normal form.
class Capabilities {
 public:
  explicit Capabilities(PluginManifest& manifest) : manifest_(manifest) {}

  std::optional<std::string> read(const toml::table& table) {
    for (const auto& [key, value] : table) {
      const std::string_view name = key.str();
      if (name == "host_functions") {
        if (auto problem = read_list(value)) return problem;
      } else if (!value.value_exact<bool>().value_or(false)) {
        continue;
      } else if (name == "stateless") {
        manifest_.stateless = true;
      } else if (auto problem = add(name)) {
        return problem;
      }
    }
    manifest_.capabilities.assign(names_.begin(), names_.end());
    return std::nullopt;
  }

 private:
  std::optional<std::string> read_list(const toml::node& value) {
    const toml::array* list = value.as_array();
    if (!list) return "'capabilities.host_functions' must be a list of names";
    for (const toml::node& entry : *list) {
      const auto name = entry.value_exact<std::string>();
      if (!name) return "'capabilities.host_functions' must be a list of names";
      if (auto problem = add(*name)) return problem;
    }
    return std::nullopt;
  }

  std::optional<std::string> add(std::string_view name) {
    if (name == "body_access") {
      manifest_.body_access = true;
    } else if (const auto capability = find_capability(name)) {
      names_.emplace(to_string(*capability));
    } else if (const auto function = find_host_function(HostModule::kBarbacane, name)) {
      // A slot that several capabilities read grants none: the one that fills it is named anyway.
      const auto owner = kHostFunctions[*function].granted_by.only();
      if (owner) names_.emplace(to_string(*owner));
    } else {
      return unknown(name);
    }
    return std::nullopt;
  }

  static std::string unknown(std::string_view name) {
    std::string message = fmt::format("unknown capability '{}'", name);
    const std::string_view near = base::nearest(name, kCapabilityNames);
    if (!near.empty()) message += fmt::format(", did you mean '{}'?", near);
    return message;
  }

  PluginManifest& manifest_;
  std::set<std::string> names_;
};

std::expected<PluginManifest, PluginManifestError> read(const toml::table& root) {
  const auto required = [&](const char* key) {
    return root["plugin"][key].value_exact<std::string>();
  };
  const auto name = required("name");
  const auto version = required("version");
  const auto type = required("type");
  if (!name || !version || !type) {
    return unreadable("[plugin] needs the strings 'name', 'version' and 'type'");
  }
  if (!is_name(*name)) {
    return invalid(
        fmt::format("plugin.name '{}' must be 1 to 64 of a-z, 0-9 and '-', beginning "
                    "with a letter",
                    *name));
  }
  if (!is_semver(*version)) {
    return invalid(fmt::format("plugin.version '{}' is not a semantic version", *version));
  }
  if (*type != "middleware" && *type != "dispatcher") {
    return invalid(fmt::format("plugin.type '{}' is neither 'middleware' nor 'dispatcher'", *type));
  }
  PluginManifest manifest{.name = *name, .version = *version, .type = *type, .capabilities = {}};
  manifest.description = root["plugin"]["description"].value_exact<std::string>().value_or("");
  if (manifest.description.size() > 256) {
    return invalid("plugin.description is longer than 256 bytes");
  }
  if (const toml::table* capabilities = root["capabilities"].as_table()) {
    if (auto problem = Capabilities(manifest).read(*capabilities)) return invalid(*problem);
  }
  const auto schema = root["config"]["schema"].value_exact<std::string>();
  if (schema && !schema->empty() && schema->find('/') == std::string::npos) {
    manifest.schema_file = *schema;
  }
  return manifest;
}

}  // namespace

std::expected<PluginManifest, PluginManifestError> parse_plugin_manifest(std::string_view text) {
  // The parser would stop at the first bad byte too, but only after having copied the text.
  if (!base::is_utf8(text)) return unreadable("not UTF-8 text");
  try {
    return read(toml::parse(text));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return unreadable(
        fmt::format("{} (line {}, column {})", error.description(), at.line, at.column));
  }
}

}  // namespace barbacane::wasm
