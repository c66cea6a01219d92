#include "wasm/outline.h"

#include <algorithm>

#include "wasm/detail/byte_reader.h"

namespace barbacane::wasm {

namespace {

using detail::ByteReader;

constexpr std::string_view kMagic{"\0asm\1\0\0\0", 8};
constexpr std::uint8_t kFunctionForm = 0x60;

/// What one module may have of each. Far above any plugin; so that a module of a few megabytes
/// cannot ask for hundreds in views of it.
constexpr std::size_t kMaxTypes = 100'000;
constexpr std::size_t kMaxFunctions = 1'000'000;
constexpr std::size_t kMaxImports = 10'000;
constexpr std::size_t kMaxExports = 100'000;
constexpr std::size_t kMaxOthers = 1'000;  ///< memories, tables, custom sections

enum SectionId : std::uint8_t {
  kCustom,
  kType,
  kImport,
  kFunction,
  kTable,
  kMemory,
  kGlobal,
  kExport,
  kStart,
  kElement,
  kCode,
  kData,
  kDataCount,
  kTag,
};

struct SectionKind {
  std::string_view name;
  int rank;  ///< sections other than custom ones come in this order, each at most once
};

constexpr SectionKind kSections[] = {
    {"custom", 0}, {"type", 1},   {"import", 2},      {"function", 3}, {"table", 4},
    {"memory", 5}, {"global", 7}, {"export", 8},      {"start", 9},    {"element", 10},
    {"code", 12},  {"data", 13},  {"data count", 11}, {"tag", 6},
};

class Reader {
 public:
  Outline read(std::string_view module) {
    if (!is_module(module)) {
      fail("not a WebAssembly module");
      return std::move(outline_);
    }
    ByteReader bytes(module.substr(kMagic.size()));
    while (!bytes.empty() && outline_.fault.empty()) {
      const std::uint8_t id = bytes.byte();
      const std::string_view content = bytes.sized();
      if (!bytes.good()) {
        fail("a section is longer than the module");
      } else {
        read_section(id, content);
      }
    }
    link_exports();
    return std::move(outline_);
  }

 private:
  void fail(std::string sentence) {
    if (outline_.fault.empty()) outline_.fault = std::move(sentence);
  }

  void read_section(std::uint8_t id, std::string_view content) {
    if (id >= std::size(kSections)) return fail("section of unknown kind " + std::to_string(id));
    const SectionKind& kind = kSections[id];
    const std::string named = std::string(kind.name) + " section";
    if (id != kCustom) {
      if (kind.rank <= last_rank_) return fail("the " + named + " is out of order");
      last_rank_ = kind.rank;
    }
    ByteReader section(content);
    const bool read_to_its_end = read_content(id, section);
    if (!outline_.fault.empty()) return;
    if (!section.good()) return fail("the " + named + " is damaged");
    if (read_to_its_end && !section.empty()) fail("the " + named + " has bytes left over");
  }

  /// Whether the section should now be empty.
  bool read_content(std::uint8_t id, ByteReader& section) {
    switch (id) {
      case kCustom:
        read_custom(section);
        return false;
      case kType:
        each(section, kMaxTypes, [&] { read_type(section); });
        return true;
      case kImport:
        each(section, kMaxImports, [&] { read_import(section); });
        return true;
      case kFunction:
        each(section, kMaxFunctions, [&] { functions_.push_back(section.u32()); });
        return true;
      case kTable:
        return read_tables(section);
      case kMemory:
        each(section, kMaxOthers, [&] { outline_.memories.push_back(read_limits(section)); });
        return true;
      case kExport:
        each(section, kMaxExports, [&] { read_export(section); });
        return true;
      case kStart:
        section.u32();
        outline_.has_start = section.good();
        return true;
      case kCode:
        outline_.code_bytes = section.rest().size();
        code_ = section.rest();
        return false;
      case kData:
        outline_.data_bytes = section.rest().size();
        return false;
      default:
        return false;
    }
  }

  /// A vector: its length, then so many items. Every item takes a byte at least, so a forged length
  /// ends with the section.
  template <class Read>
  void each(ByteReader& section, std::size_t limit, Read read_item) {
    const std::uint32_t count = section.u32();
    if (count > limit) return fail("more than " + std::to_string(limit) + " items in a section");
    for (std::uint32_t i = 0; i < count && section.good() && outline_.fault.empty(); ++i) {
      read_item();
    }
  }

  void read_custom(ByteReader& section) {
    const std::string_view name = section.sized();
    if (!section.good()) return;
    if (outline_.custom_sections.size() == kMaxOthers) return fail("too many custom sections");
    outline_.custom_sections.push_back({name, section.rest()});
  }

  ValueTypes read_value_types(ByteReader& section) {
    const std::string_view encoded = section.sized();
    const bool known = std::ranges::all_of(
        encoded, [](char c) { return is_value_type(static_cast<std::uint8_t>(c)); });
    if (!known) {
      fail("uses types beyond WebAssembly 2.0");
      return {};
    }
    return ValueTypes(encoded);
  }

  void read_type(ByteReader& section) {
    if (section.byte() != kFunctionForm && section.good()) {
      return fail("uses types beyond WebAssembly 2.0");
    }
    const ValueTypes parameters = read_value_types(section);
    const ValueTypes results = read_value_types(section);
    types_.push_back({parameters, results});
  }

  Limits read_limits(ByteReader& section) {
    const std::uint8_t flags = section.byte();
    if (flags > 7) {
      fail("a memory or table has limits beyond WebAssembly 2.0");
      return {};
    }
    Limits limits{.minimum = 0,
                  .maximum = std::nullopt,
                  .shared = (flags & 2) != 0,
                  .is_64 = (flags & 4) != 0};
    limits.minimum = limits.is_64 ? section.u64() : section.u32();
    if ((flags & 1) != 0) limits.maximum = limits.is_64 ? section.u64() : section.u32();
    return limits;
  }

  Limits read_table(ByteReader& section) {
    const std::uint8_t element = section.byte();
    if (section.good() && element != static_cast<std::uint8_t>(ValueType::kFuncRef) &&
        element != static_cast<std::uint8_t>(ValueType::kExternRef)) {
      fail("a table has elements beyond WebAssembly 2.0");
    }
    return read_limits(section);
  }

  bool read_tables(ByteReader& section) {
    each(section, kMaxOthers, [&] { outline_.tables.push_back(read_table(section)); });
    return true;
  }

  void read_import(ByteReader& section) {
    Import import;
    import.module = section.sized();
    import.name = section.sized();
    const std::uint8_t kind = section.byte();
    if (!section.good()) return;
    if (kind > static_cast<std::uint8_t>(ExternKind::kTag))
      return fail("an import of unknown kind");
    import.kind = static_cast<ExternKind>(kind);
    switch (import.kind) {
      case ExternKind::kFunction: {
        const std::uint32_t index = section.u32();
        if (section.good() && index >= types_.size()) return fail("an import of unknown type");
        if (section.good()) import.type = types_[index];
        functions_.push_back(index);
        ++imported_functions_;
        break;
      }
      case ExternKind::kTable:
        outline_.tables.push_back(read_table(section));
        break;
      case ExternKind::kMemory:
        outline_.memories.push_back(read_limits(section));
        break;
      case ExternKind::kGlobal:
        section.take(2);  // type, mutability
        break;
      case ExternKind::kTag:
        section.byte();  // attribute
        section.u32();
        break;
    }
    if (section.good()) outline_.imports.push_back(import);
  }

  void read_export(ByteReader& section) {
    Export exported;
    exported.name = section.sized();
    const std::uint8_t kind = section.byte();
    exported.index = section.u32();
    if (!section.good()) return;
    if (kind > static_cast<std::uint8_t>(ExternKind::kTag))
      return fail("an export of unknown kind");
    exported.kind = static_cast<ExternKind>(kind);
    if (exported.kind == ExternKind::kFunction) {
      const std::uint32_t function = exported.index;
      if (function >= functions_.size() || functions_[function] >= types_.size()) {
        return fail("an export of a function that is not there");
      }
      exported.type = types_[functions_[function]];
    }
    outline_.exports.push_back(exported);
  }

  /// One walk over the code finds the bodies of all exported functions.
  void link_exports() {
    std::vector<Export*> waiting;
    for (Export& exported : outline_.exports) {
      const bool own = exported.index >= imported_functions_;
      if (exported.kind == ExternKind::kFunction && own) waiting.push_back(&exported);
    }
    std::ranges::sort(waiting, {}, &Export::index);
    ByteReader code(code_);
    std::uint32_t count = code.u32();
    auto next = waiting.begin();
    for (std::uint64_t index = imported_functions_; count-- > 0 && next != waiting.end(); ++index) {
      const std::string_view body = code.sized();
      if (!code.good()) return;
      for (; next != waiting.end() && (*next)->index == index; ++next) {
        (*next)->does_nothing = does_nothing(body);
      }
    }
  }

  /// Locals of any number, then at most one `i32.const`, then `end`; compilers without optimisation
  /// add `nop` and `return`.
  static bool does_nothing(std::string_view body) {
    constexpr std::uint8_t kNop = 0x01, kEnd = 0x0B, kReturn = 0x0F, kI32Const = 0x41;
    ByteReader code(body);
    for (std::uint32_t groups = code.u32(); groups > 0 && code.good(); --groups) {
      code.u32();
      code.byte();
    }
    std::uint8_t instruction = code.byte();
    while (instruction == kNop) instruction = code.byte();
    if (instruction == kI32Const) {
      code.skip_i32();
      instruction = code.byte();
    }
    if (instruction == kReturn) instruction = code.byte();
    return code.good() && instruction == kEnd && code.empty();
  }

  Outline outline_;
  std::vector<FunctionType> types_;
  std::vector<std::uint32_t> functions_;  ///< type of each function, imported ones first
  std::uint32_t imported_functions_ = 0;
  std::string_view code_;
  int last_rank_ = 0;
};

}  // namespace

bool is_module(std::string_view bytes) { return bytes.starts_with(kMagic); }

std::string_view to_string(ExternKind kind) {
  constexpr std::string_view kNames[] = {"function", "table", "memory", "global", "tag"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view Outline::custom(std::string_view name) const {
  const auto found = std::ranges::find(custom_sections, name, &CustomSection::name);
  return found == custom_sections.end() ? std::string_view() : found->payload;
}

const Export* Outline::find_export(std::string_view name) const {
  const auto found = std::ranges::find(exports, name, &Export::name);
  return found == exports.end() ? nullptr : &*found;
}

const Export* Outline::find_function(std::string_view name) const {
  const Export* found = find_export(name);
  return found && found->kind == ExternKind::kFunction ? found : nullptr;
}

Outline outline_of(std::string_view module) { return Reader().read(module); }

}  // namespace barbacane::wasm
