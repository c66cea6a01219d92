#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/command_line.h"
#include "app/plugin_commands.h"
#include "app/text_table.h"
#include "base/text.h"
#include "compiler/plugin_source.h"
#include "wasm/module_check.h"
#include "wasm/plugin_manifest.h"

/// `barbacane plugin inspect`.
namespace barbacane::app {

namespace {

struct InspectFlags {
  std::string file;
  std::string format = "text";
};

std::optional<int> parse(Arguments arguments, InspectFlags& flags) {
  CommandLine line("barbacane plugin inspect",
                   "What a module imports, exports and says about itself; exits with 1 when no "
                   "gateway would run it",
                   "barbacane plugin inspect build/tenant-header.wasm\n"
                   "barbacane plugin inspect build/tenant-header.wasm --format json");
  line.text("FILE", flags.file, "FILE.wasm", "The module; a plugin.toml beside it is read too",
            CommandLine::Need::kRequired);
  line.choice("--format", flags.format, {"text", "json"}, "How it is shown");
  return line.parse(arguments);
}

struct ImportRow {
  std::string module, name, type, capability, meaning;
};

/// `http_call or ws_upgrade`; a dash for what needs none.
std::string capability_words(wasm::CapabilitySet granted_by) {
  std::string words;
  for (std::size_t i = 0; i < wasm::kCapabilityCount; ++i) {
    if (!granted_by.contains(static_cast<wasm::Capability>(i))) continue;
    if (!words.empty()) words += " or ";
    words += wasm::kCapabilityNames[i];
  }
  return words.empty() ? "-" : words;
}

/// A module, and what is found out about it.
class Inspection {
 public:
  explicit Inspection(compiler::ResolvedPlugin plugin)
      : plugin_(std::move(plugin)), outline_(wasm::outline_of(plugin_.plugin.wasm)) {
    const auto facts = wasm::check_module(
        outline_, {.capabilities = wasm::capability_set(plugin_.plugin.host_functions),
                   .kind = wasm::find_kind(plugin_.plugin.plugin_type),
                   .limits = {}});
    if (facts) facts_ = *facts;
  }

  const compiler::ResolvedPlugin& plugin() const { return plugin_; }
  const wasm::Outline& outline() const { return outline_; }
  const std::optional<wasm::ModuleFacts>& facts() const { return facts_; }

  std::vector<ImportRow> imports() const {
    std::vector<ImportRow> rows;
    for (const wasm::Import& import : outline_.imports) {
      const bool is_function = import.kind == wasm::ExternKind::kFunction;
      ImportRow row{std::string(import.module), std::string(import.name),
                    is_function ? to_string(import.type) : std::string(to_string(import.kind)), "-",
                    "unknown to every host"};
      const auto module = wasm::find_host_module(import.module);
      const auto index = module ? wasm::find_host_function(*module, import.name) : std::nullopt;
      if (index && is_function) {
        row.capability = capability_words(wasm::kHostFunctions[*index].granted_by);
        row.meaning = wasm::kHostFunctions[*index].summary;
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::string_view manifest() const { return where(wasm::kManifestSection, plugin_.described); }
  std::string_view schema() const {
    return where(wasm::kSchemaSection, plugin_.config_schema.has_value());
  }

  /// Declared, and no import needs them.
  std::vector<std::string> unused_capabilities() const {
    std::vector<std::string> unused;
    for (const std::string& name : plugin_.plugin.host_functions) {
      const auto capability = wasm::find_capability(name);
      if (capability && !uses(*capability)) unused.push_back(name);
    }
    return unused;
  }

 private:
  std::string_view where(std::string_view section, bool found) const {
    if (!found) return "none";
    return outline_.custom(section).data() ? "embedded" : "beside the module";
  }

  bool uses(wasm::Capability capability) const {
    return std::ranges::any_of(outline_.imports, [&](const wasm::Import& import) {
      const auto module = wasm::find_host_module(import.module);
      const auto index = module ? wasm::find_host_function(*module, import.name) : std::nullopt;
      return index && wasm::kHostFunctions[*index].granted_by.contains(capability);
    });
  }

  compiler::ResolvedPlugin plugin_;
  wasm::Outline outline_;  ///< views into the module of `plugin_`
  std::optional<wasm::ModuleFacts> facts_;
};

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string pages(std::uint64_t count) {
  const std::uint64_t kibibytes = count * (wasm::kPageSize / 1024);
  const bool whole = kibibytes >= 1024 && kibibytes % 1024 == 0;
  return fmt::format("{} page{} ({} {})", grouped(count), count == 1 ? "" : "s",
                     grouped(whole ? kibibytes / 1024 : kibibytes), whole ? "MiB" : "KiB");
}

std::string memory_words(const wasm::Outline& outline) {
  if (outline.memories.empty()) return "none";
  const wasm::Limits& memory = outline.memories.front();
  std::string words = pages(memory.minimum);
  if (memory.maximum) words += ", at most " + pages(*memory.maximum);
  return words;
}

std::string joined_or(const std::vector<std::string>& texts, std::string_view otherwise) {
  return texts.empty() ? std::string(otherwise) : fmt::format("{}", fmt::join(texts, ", "));
}

class Printer {
 public:
  explicit Printer(const Inspection& inspection) : it_(inspection) {}

  std::string text(const std::string& file) {
    out_ = plain_line(file) + "\n";
    add_summary();
    add_imports();
    add_exports();
    const auto& warnings = it_.plugin().warnings;
    add_list("Warnings", warnings);
    add_list("Problems: no gateway would run it", it_.plugin().faults);
    return std::move(out_);
  }

 private:
  void line(std::string_view name, const std::string& value) {
    out_ += fmt::format("  {:<14}{}\n", name, plain_line(value));
  }

  void add_summary() {
    const auto& plugin = it_.plugin().plugin;
    const wasm::Outline& outline = it_.outline();
    if (!plugin.name.empty()) line("plugin", plugin.name + " " + plugin.version);
    if (!it_.plugin().description.empty()) line("", it_.plugin().description);
    if (it_.facts()) line("abi", std::string(to_string(it_.facts()->abi)));
    line("type", plugin.plugin_type);
    line("capabilities", joined_or(plugin.host_functions, "none"));
    if (const auto unused = it_.unused_capabilities(); !unused.empty()) {
      line("", "declared without need: " + joined_or(unused, ""));
    }
    line("bodies", plugin.body_access ? "reads and writes them" : "does not see them");
    line("manifest", std::string(it_.manifest()));
    line("config schema", std::string(it_.schema()));
    line("size", fmt::format("{} bytes (code {}, data {})", grouped(plugin.wasm.size()),
                             grouped(outline.code_bytes), grouped(outline.data_bytes)));
    line("sha256", plugin.sha256);
    line("memory", memory_words(outline));
    if (it_.facts()) add_behaviour(*it_.facts());
  }

  void add_behaviour(const wasm::ModuleFacts& facts) {
    std::vector<std::string> words;
    if (facts.has_start) words.emplace_back("start function");
    if (facts.has_initialize) words.emplace_back("_initialize");
    line("begins with", joined_or(words, "init"));
    line("calls", facts.may_wait ? "can wait in the gateway" : "never wait");
    if (facts.skips_on_response) line("", "on_response does nothing and is not called");
  }

  void add_imports() {
    TextTable table({"MODULE", "FUNCTION", "CAPABILITY", "MEANING"});
    for (ImportRow& row : it_.imports()) {
      table.add({std::move(row.module), std::move(row.name), std::move(row.capability),
                 std::move(row.meaning)});
    }
    add_table("Imports", table);
  }

  void add_exports() {
    TextTable table({"NAME", "TYPE"});
    for (const wasm::Export& exported : it_.outline().exports) {
      const bool is_function = exported.kind == wasm::ExternKind::kFunction;
      table.add({std::string(exported.name),
                 is_function ? to_string(exported.type) : std::string(to_string(exported.kind))});
    }
    add_table("Exports", table);
  }

  void add_table(std::string_view title, const TextTable& table) {
    out_ += fmt::format("\n{}{}\n", title, table.empty() ? ": none" : "");
    if (table.empty()) return;
    out_ += table.text(base::colours_for(STDOUT_FILENO), output_width(), 2);
  }

  void add_list(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out_ += fmt::format("\n{}\n", title);
    for (const std::string& each : lines) out_ += "  - " + plain_line(each) + "\n";
  }

  const Inspection& it_;
  std::string out_;
};

std::string json_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : ", ") + base::json_string(text);
  }
  return "[" + list + "]";
}

/// Names out of a module need not be UTF-8; JSON has to be.
std::string json_name(std::string_view name) { return base::json_string(plain_line(name)); }

std::string document(const Inspection& it) {
  const auto& plugin = it.plugin().plugin;
  std::string imports, exports;
  for (const ImportRow& row : it.imports()) {
    imports += fmt::format(
        "{}\n    {{\"capability\": {}, \"function\": {}, \"module\": {}, \"type\": {}}}",
        imports.empty() ? "" : ",", row.capability == "-" ? "null" : json_name(row.capability),
        json_name(row.name), json_name(row.module), json_name(row.type));
  }
  for (const wasm::Export& exported : it.outline().exports) {
    const bool is_function = exported.kind == wasm::ExternKind::kFunction;
    exports += fmt::format(
        "{}\n    {{\"name\": {}, \"type\": {}}}", exports.empty() ? "" : ",",
        json_name(exported.name),
        json_name(is_function ? to_string(exported.type) : std::string(to_string(exported.kind))));
  }
  const auto& memories = it.outline().memories;
  return fmt::format(
      "{{\n  \"abi\": {},\n  \"body_access\": {},\n  \"capabilities\": {},\n"
      "  \"config_schema\": {},\n  \"description\": {},\n  \"exports\": [{}{}],\n"
      "  \"imports\": [{}{}],\n  \"manifest\": {},\n  \"may_wait\": {},\n"
      "  \"memory_pages\": {},\n  \"name\": {},\n  \"problems\": {},\n  \"sha256\": {},\n"
      "  \"size\": {},\n  \"type\": {},\n  \"version\": {},\n  \"warnings\": {}\n}}\n",
      it.facts() ? base::json_string(to_string(it.facts()->abi)) : "null", plugin.body_access,
      json_list(plugin.host_functions), base::json_string(it.schema()),
      base::json_string(it.plugin().description), exports, exports.empty() ? "" : "\n  ", imports,
      imports.empty() ? "" : "\n  ", base::json_string(it.manifest()),
      it.facts() ? fmt::format("{}", it.facts()->may_wait) : "null",
      memories.empty() ? 0 : memories.front().minimum, base::json_string(plugin.name),
      json_list(it.plugin().faults), base::json_string(plugin.sha256), plugin.wasm.size(),
      base::json_string(plugin.plugin_type), base::json_string(plugin.version),
      json_list(it.plugin().warnings));
}

}  // namespace

int run_plugin_inspect(Arguments arguments) {
  InspectFlags flags;
  if (const auto exit = parse(arguments, flags)) return *exit;

  auto plugin = compiler::resolve_file(flags.file);
  if (!plugin) {
    fmt::print(stderr, "error: {}\n", plugin.error());
    return kFailure;
  }
  const Inspection inspection(std::move(*plugin));
  if (flags.format == "json") {
    fmt::print(stdout, "{}", document(inspection));
  } else {
    fmt::print(stdout, "{}", Printer(inspection).text(flags.file));
  }
  return inspection.plugin().faults.empty() ? kSuccess : kFailure;
}

}  // namespace barbacane::app
