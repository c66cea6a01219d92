#include "wasm/module_check.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"

namespace barbacane::wasm {

namespace {

constexpr Signature kJsonHandler = "(i32, i32) -> i32";
constexpr Signature kDirectHandler = "() -> i32";
constexpr Signature kAlloc = "(i32) -> i32";
constexpr Signature kInitialize = "()";
constexpr std::array<std::string_view, 4> kHandlers{"init", "on_request", "on_response",
                                                    "dispatch"};
constexpr std::array<std::string_view, 3> kOfMiddleware{"init", "on_request", "on_response"};
constexpr std::array<std::string_view, 2> kOfDispatcher{"init", "dispatch"};

/// A module of another world may have thousands of wrong imports; nobody reads them all.
constexpr std::size_t kEnoughFaults = 20;

const Signature& handler_of(Abi abi) { return abi == Abi::kJson ? kJsonHandler : kDirectHandler; }

std::span<const std::string_view> handlers_of(Kind kind) {
  if (kind == Kind::kMiddleware) return kOfMiddleware;
  return kOfDispatcher;
}

/// Names out of a module may hold anything.
std::string quoted(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  std::string text = "'";
  for (const char c : base::is_utf8(name) ? base::utf8_prefix(name, kLongest) : "?") {
    const auto byte = static_cast<unsigned char>(c);
    text += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return text + (name.size() > kLongest ? "...'" : "'");
}

std::string mebibytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
  return std::to_string(bytes / kMebibyte + (bytes % kMebibyte != 0)) + " MiB";
}

/// `'kafka_publish' or 'nats_publish'`.
std::string alternatives(CapabilitySet set) {
  std::string text;
  for (std::size_t i = 0; i < kCapabilityCount; ++i) {
    if (!set.contains(static_cast<Capability>(i))) continue;
    if (!text.empty()) text += " or ";
    text += quoted(kCapabilityNames[i]);
  }
  return text;
}

class Check {
 public:
  Check(const Outline& outline, const Expectation& expectation)
      : outline_(outline), expectation_(expectation) {}

  std::expected<ModuleFacts, ModuleFaults> run() {
    if (!outline_.fault.empty()) return std::unexpected(ModuleFaults{outline_.fault});
    find_abi();
    find_kind();
    check_exports();
    for (const Import& import : outline_.imports) {
      if (faults_.size() < kEnoughFaults) check_import(import);
    }
    check_memory();
    check_tables();
    facts_.has_start = outline_.has_start;
    if (!faults_.empty()) return std::unexpected(std::move(faults_));
    return facts_;
  }

 private:
  void fault(std::string sentence) { faults_.push_back(std::move(sentence)); }

  bool has_handler(std::string_view name, Abi abi) const {
    const Export* found = outline_.find_function(name);
    return found && found->type == handler_of(abi).type();
  }

  /// A module is direct when its handlers have no parameters (12.1).
  void find_abi() {
    std::string_view json, direct;
    for (const std::string_view name : kHandlers) {
      if (json.empty() && has_handler(name, Abi::kJson)) json = name;
      if (direct.empty() && has_handler(name, Abi::kDirect)) direct = name;
    }
    if (json.empty() && !direct.empty()) facts_.abi = Abi::kDirect;
    mixed_ = !json.empty() && !direct.empty();
    if (mixed_) {
      fault("its handlers mix the ABIs: " + quoted(json) + " is of the JSON ABI, " +
            quoted(direct) + " of the direct one");
    }
  }

  void find_kind() {
    facts_.kind = expectation_.kind;
    if (facts_.kind) return;
    const bool intercepts = outline_.find_function("on_request") != nullptr;
    const bool dispatches = outline_.find_function("dispatch") != nullptr;
    if (intercepts != dispatches) {
      facts_.kind = intercepts ? Kind::kMiddleware : Kind::kDispatcher;
    } else if (!intercepts) {
      fault("it exports neither 'on_request' nor 'dispatch' and so is no plugin");
    }
  }

  void check_exports() {
    const Export* memory = outline_.find_export("memory");
    if (!memory) {
      fault("it does not export 'memory'");
    } else if (memory->kind != ExternKind::kMemory) {
      fault("its export 'memory' is a " + std::string(to_string(memory->kind)));
    }
    const std::span<const std::string_view> needed =
        facts_.kind ? handlers_of(*facts_.kind) : std::span<const std::string_view>(kHandlers);
    const bool is_plugin = facts_.kind || outline_.find_function("on_request");
    for (const std::string_view name : needed) {
      if (is_plugin || name == "init") check_handler(name);
    }
    facts_.has_initialize = check_optional("_initialize", kInitialize);
    if (facts_.abi == Abi::kJson) facts_.has_alloc = check_optional("alloc", kAlloc);
    const Export* on_response = outline_.find_function("on_response");
    facts_.skips_on_response = on_response && on_response->does_nothing;
  }

  void check_handler(std::string_view name) {
    const Export* found = outline_.find_export(name);
    if (!found) return fault("it does not export " + quoted(name));
    if (found->kind != ExternKind::kFunction) {
      return fault("its export " + quoted(name) + " is a " + std::string(to_string(found->kind)));
    }
    if (mixed_ && (has_handler(name, Abi::kJson) || has_handler(name, Abi::kDirect))) return;
    expect_type(*found, handler_of(facts_.abi));
  }

  bool check_optional(std::string_view name, const Signature& signature) {
    const Export* found = outline_.find_function(name);
    return found && expect_type(*found, signature);
  }

  bool expect_type(const Export& exported, const Signature& signature) {
    if (exported.type == signature.type()) return true;
    fault("its export " + quoted(exported.name) + " has the type " + to_string(exported.type) +
          " instead of " + to_string(signature.type()));
    return false;
  }

  void check_import(const Import& import) {
    const std::string named = quoted(import.name) + " of module " + quoted(import.module);
    const std::optional<HostModule> module = find_host_module(import.module);
    if (import.kind != ExternKind::kFunction) {
      return fault("it imports the " + std::string(to_string(import.kind)) + " " + named +
                   "; only functions can be imported");
    }
    const auto index = module ? find_host_function(*module, import.name) : std::nullopt;
    if (!index) return fault("it imports " + named + ", which no host offers" + near(import));
    const HostFunction& function = kHostFunctions[*index];
    if (!function.usable_from(facts_.abi) && !mixed_) {
      return fault("it imports " + named + ", which " +
                   (facts_.abi == Abi::kJson ? "only the direct" : "only the JSON") +
                   " ABI may use; its handlers are of the " +
                   (facts_.abi == Abi::kJson ? "JSON ABI" : "direct ABI"));
    }
    if (!function.accepts(import.type)) {
      return fault("it imports " + named + " with the type " + to_string(import.type) +
                   " instead of " + to_string(function.signature.type()));
    }
    if (!function.granted_by.empty() && !function.granted_by.overlaps(expectation_.capabilities)) {
      return fault("it imports " + named + " without declaring the capability " +
                   alternatives(function.granted_by));
    }
    if (function.answer == Answer::kMayWait) facts_.may_wait = true;
  }

  std::string near(const Import& import) const {
    std::vector<std::string_view> names;
    for (const HostFunction& function : kHostFunctions) {
      if (to_string(function.module) == import.module) names.push_back(function.name);
    }
    constexpr std::size_t kLongest = 64;
    if (import.name.size() > kLongest) return {};
    const std::string_view nearest = base::nearest(import.name, names);
    return nearest.empty() ? std::string() : "; did you mean " + quoted(nearest) + "?";
  }

  void check_memory() {
    if (outline_.memories.size() != 1) {
      if (outline_.memories.size() > 1) {
        fault("it has " + std::to_string(outline_.memories.size()) + " memories; one is allowed");
      }
      return;  // without any, 'memory' is not exported either
    }
    const Limits& memory = outline_.memories.front();
    if (memory.is_64) return fault("its memory is addressed by 64 bits; only 32 are supported");
    if (memory.shared) fault("its memory is shared between threads, of which there are none");
    const std::uint64_t bytes = memory.minimum * kPageSize;
    if (bytes > expectation_.limits.memory_bytes) {
      fault("its memory begins with " + mebibytes(bytes) + "; the limit is " +
            mebibytes(expectation_.limits.memory_bytes));
    }
  }

  void check_tables() {
    for (const Limits& table : outline_.tables) {
      if (table.is_64) fault("a table is addressed by 64 bits; only 32 are supported");
      if (table.shared) fault("a table is shared between threads, of which there are none");
      if (table.minimum <= expectation_.limits.table_elements) continue;
      fault("a table begins with " + std::to_string(table.minimum) + " elements; the limit is " +
            std::to_string(expectation_.limits.table_elements));
    }
  }

  const Outline& outline_;
  const Expectation& expectation_;
  ModuleFacts facts_;
  ModuleFaults faults_;
  bool mixed_ = false;
};

}  // namespace

std::string_view to_string(Kind kind) {
  return kind == Kind::kMiddleware ? "middleware" : "dispatcher";
}

std::optional<Kind> find_kind(std::string_view name) {
  if (name == "middleware") return Kind::kMiddleware;
  if (name == "dispatcher") return Kind::kDispatcher;
  return std::nullopt;
}

std::string_view to_string(Abi abi) { return abi == Abi::kJson ? "json" : "direct"; }

std::expected<ModuleFacts, ModuleFaults> check_module(const Outline& outline,
                                                      const Expectation& expectation) {
  return Check(outline, expectation).run();
}

}  // namespace barbacane::wasm
