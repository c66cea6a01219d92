#include "compiler/catalog.h"

#include <algorithm>
#include <array>
#include <utility>

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
