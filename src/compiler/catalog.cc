#include "compiler/catalog.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/detail/config_schemas.h"

namespace barbacane::compiler {

namespace {

/// Seed name and canonical name of the official plugins that have two.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kAliases{{
    {"barbacane-auth-jwt", "jwt-auth"},
    {"barbacane-auth-apikey", "apikey-auth"},
    {"barbacane-auth-oauth2", "oauth2-auth"},
    {"barbacane-authz-opa", "opa-authz"},
}};

}  // namespace

std::span<const NativePlugin> native_plugins() {
  constexpr std::string_view kVersion = "0.1.0";
  static const std::array<NativePlugin, 3> plugins{{
      {"http-upstream", kVersion, "Passes the request on to an HTTP service",
       native_config_schema("http-upstream")},
      {"mock", kVersion, "Answers with a fixed response, or from the spec's examples",
       native_config_schema("mock")},
      {"ws-upstream", kVersion, "Connects WebSocket clients to a WebSocket service",
       native_config_schema("ws-upstream")},
  }};
  return plugins;
}

const NativePlugin* find_native(std::string_view name) {
  const auto found = std::ranges::find(native_plugins(), name, &NativePlugin::name);
  return found == native_plugins().end() ? nullptr : &*found;
}

std::string_view other_name(std::string_view plugin) {
  for (const auto& [seed, canonical] : kAliases) {
    if (plugin == seed) return canonical;
    if (plugin == canonical) return seed;
  }
  return {};
}

const CatalogPlugin* find_plugin(Catalog catalog, std::string_view name) {
  for (const std::string_view wanted : {name, other_name(name)}) {
    const auto found = std::ranges::find(catalog, wanted, &CatalogPlugin::name);
    if (!wanted.empty() && found != catalog.end()) return &*found;
  }
  return nullptr;
}

}  // namespace barbacane::compiler
