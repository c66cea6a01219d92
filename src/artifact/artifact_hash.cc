#include <algorithm>
#include <vector>

#include "artifact/artifact.h"
#include "base/hash.h"

namespace barbacane::artifact {
namespace {

template <class T, class Name>
std::vector<const T*> sorted(const std::vector<T>& list, Name name) {
  std::vector<const T*> pointers;
  for (const T& element : list) pointers.push_back(&element);
  std::ranges::sort(pointers, {}, [name](const T* element) { return (*element).*name; });
  return pointers;
}

const char* word(bool value) { return value ? "true" : "false"; }

std::string joined(std::vector<std::string> names) {
  std::ranges::sort(names);
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    text += name;
  }
  return text;
}

}  // namespace

std::string artifact_hash(const Contents& contents) {
  const Manifest& manifest = contents.manifest;
  std::string lines;
  for (const SourceSpec* spec : sorted(contents.specs, &SourceSpec::file)) {
    lines += "source_spec:" + spec->file + '=' + spec->sha256 + '\n';
  }
  for (const auto& [entry, checksum] : manifest.checksums) lines += entry + '=' + checksum + '\n';
  lines += std::string("capabilities_enforced=") + word(manifest.capabilities_enforced) + '\n';
  for (const Plugin* plugin : sorted(contents.plugins, &Plugin::name)) {
    lines += "plugin:" + plugin->name + "\ttype=" + plugin->plugin_type +
             "\tversion=" + plugin->version + "\tbody_access=" + word(plugin->body_access) +
             "\thost_functions=" + joined(plugin->host_functions) + '\n';
  }
  lines += std::string("mcp:enabled=") + word(manifest.mcp.enabled) +
           "\tserver_name=" + manifest.mcp.server_name.value_or("") +
           "\tserver_version=" + manifest.mcp.server_version.value_or("") + '\n';
  return "sha256:" + base::sha256_hex(lines);
}

}  // namespace barbacane::artifact
