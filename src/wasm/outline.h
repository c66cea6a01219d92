#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasm/value_type.h"

/// What can be read off a WebAssembly module without running or compiling it.
///
/// Imports, exports with their types, memories, tables, custom sections: enough to find a plugin's
/// self-description (plugin ABI, 1.3) and to hold its face against the contract (`module_check.h`).
/// Code is not validated, that is the engine's part. Views point into the module, which must
/// outlive the outline. Any bytes are safe to pass: work and memory are bounded by the size of the
/// module, and reading stops at the first thing that does not fit, which `fault` then names, with
/// what was found until there. WebAssembly core 2.0, 5.5.
namespace barbacane::wasm {

/// The eight bytes of magic number and version of a core module.
bool is_module(std::string_view bytes);

enum class ExternKind : std::uint8_t { kFunction, kTable, kMemory, kGlobal, kTag };

/// `function`, `table`...
std::string_view to_string(ExternKind kind);

/// Bounds of a memory in pages of 64 KiB, or of a table in elements.
struct Limits {
  std::uint64_t minimum = 0;
  std::optional<std::uint64_t> maximum;
  bool shared = false;
  bool is_64 = false;  ///< addressed by 64 bits
};

inline constexpr std::uint64_t kPageSize = 65'536;

struct Import {
  std::string_view module;
  std::string_view name;
  ExternKind kind = ExternKind::kFunction;
  FunctionType type;  ///< of a function
};

struct Export {
  std::string_view name;
  ExternKind kind = ExternKind::kFunction;
  std::uint32_t index = 0;  ///< among the items of its kind, imported ones first
  FunctionType type;        ///< of a function
  /// A function whose body does nothing but return, with a constant if it has a result. Calling it
  /// has no effect.
  bool does_nothing = false;
};

struct CustomSection {
  std::string_view name;
  std::string_view payload;
};

struct Outline {
  std::vector<Import> imports;                 ///< in module order
  std::vector<Export> exports;                 ///< in module order
  std::vector<Limits> memories;                ///< imported ones first
  std::vector<Limits> tables;                  ///< imported ones first
  std::vector<CustomSection> custom_sections;  ///< in module order
  bool has_start = false;                      ///< a function runs when the module is instantiated
  std::size_t code_bytes = 0;                  ///< size of the code section
  std::size_t data_bytes = 0;                  ///< size of the data section

  /// Why reading stopped, a sentence; empty when the whole module was read.
  std::string fault;

  /// Payload of the first section of that name; null data when there is none.
  std::string_view custom(std::string_view name) const;
  const Export* find_export(std::string_view name) const;
  /// The export, when it is a function.
  const Export* find_function(std::string_view name) const;
};

Outline outline_of(std::string_view module);

}  // namespace barbacane::wasm
