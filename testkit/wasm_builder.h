#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// WebAssembly modules made by hand, for tests of what reads, checks and runs them.
///
///   WasmBuilder module;
///   const auto log = module.import_function("barbacane", "host_log", "(i32, i32, i32)");
///   const auto init = module.function("(i32, i32) -> i32", code::i32_const(0));
///   module.memory(1).export_memory("memory").export_function("init", init);
///   std::string bytes = module.build();
///
/// Nothing is checked: a module that must be refused is made the same way as a good one. Function
/// types are written as in the plugin ABI, `(i32, i64) -> f64` or `()`.
namespace barbacane::testkit {

/// Instructions, to be put one after the other; `end` of the body is added.
namespace code {
std::string i32_const(std::int32_t value);
std::string i64_const(std::int64_t value);
std::string local_get(std::uint32_t index);
std::string call(std::uint32_t function);
std::string drop();
std::string unreachable();
std::string forever();  ///< an empty loop without end
}  // namespace code

class WasmBuilder {
 public:
  enum class Shared { kNo, kYes };
  enum class AddressedBy { k32Bits, k64Bits };

  /// Imports come before the first `function`. Gives the index of the function.
  std::uint32_t import_function(std::string_view module, std::string_view name,
                                std::string_view type);
  WasmBuilder& import_memory(std::string_view module, std::string_view name, std::uint32_t pages);
  WasmBuilder& import_global(std::string_view module, std::string_view name);

  /// `locals` is a number of i32 beyond the parameters. Gives the index of the function.
  std::uint32_t function(std::string_view type, std::string_view body, std::uint32_t locals = 0);
  WasmBuilder& memory(std::uint32_t pages, std::optional<std::uint32_t> maximum = std::nullopt,
                      Shared shared = Shared::kNo, AddressedBy width = AddressedBy::k32Bits);
  WasmBuilder& table(std::uint32_t elements);
  WasmBuilder& start(std::uint32_t function);
  WasmBuilder& data(std::uint32_t offset, std::string_view bytes);
  WasmBuilder& custom(std::string_view name, std::string_view payload);

  WasmBuilder& export_function(std::string_view name, std::uint32_t function);
  WasmBuilder& export_memory(std::string_view name, std::uint32_t memory = 0);
  WasmBuilder& export_table(std::string_view name);
  /// A function of its own under that name.
  WasmBuilder& handler(std::string_view name, std::string_view type, std::string_view body);

  std::string build() const;

 private:
  std::uint32_t type_index(std::string_view type);
  void add_export(std::string_view name, char kind, std::uint32_t index);

  std::vector<std::string> types_;
  std::vector<std::string> imports_;
  std::vector<std::string> functions_;
  std::vector<std::string> tables_;
  std::vector<std::string> memories_;
  std::vector<std::string> exports_;
  std::vector<std::string> bodies_;
  std::vector<std::string> data_;
  std::string start_;
  std::string customs_;
  std::uint32_t imported_functions_ = 0;
};

/// The least module that is a plugin: one page of memory and handlers that do nothing and succeed
/// (an `on_request` that continues). `type` is middleware or dispatcher.
WasmBuilder json_plugin(std::string_view type);
WasmBuilder direct_plugin(std::string_view type);

/// `plugin.toml` of a middleware; `rest` is what follows its `[plugin]` table.
std::string plugin_toml(std::string_view name, std::string_view version = "1.2.3",
                        std::string_view rest = {});

/// Pieces of the binary format, for modules that are wrong on purpose.
std::string leb128(std::uint64_t value);
std::string wasm_section(char id, std::string_view content);
std::string wasm_magic();

}  // namespace barbacane::testkit
