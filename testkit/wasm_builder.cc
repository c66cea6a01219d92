#include "testkit/wasm_builder.h"

#include <algorithm>
#include <stdexcept>

namespace barbacane::testkit {

namespace {

constexpr char kI32 = 0x7F;
constexpr char kEnd = 0x0B;
enum SectionId : char {
  kCustom = 0,
  kType = 1,
  kImport = 2,
  kFunction = 3,
  kTable = 4,
  kMemory = 5,
  kExport = 7,
  kStart = 8,
  kCode = 10,
  kData = 11,
};

std::string sized(std::string_view bytes) { return leb128(bytes.size()) + std::string(bytes); }

std::string signed_leb128(std::int64_t value) {
  std::string bytes;
  while (true) {
    const auto low = static_cast<unsigned char>(value & 0x7F);
    value >>= 7;
    const bool done = (value == 0 && (low & 0x40) == 0) || (value == -1 && (low & 0x40) != 0);
    bytes += static_cast<char>(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

char value_type(std::string_view name) {
  if (name == "i32") return 0x7F;
  if (name == "i64") return 0x7E;
  if (name == "f32") return 0x7D;
  if (name == "f64") return 0x7C;
  throw std::invalid_argument("no value type: " + std::string(name));
}

/// The names between commas, parentheses and blanks, each as its byte, with their number in front.
std::string value_types(std::string_view text) {
  std::string encoded;
  constexpr std::string_view kBetween = "(), ";
  for (auto at = text.find_first_not_of(kBetween); at != text.npos;) {
    const auto end = std::min(text.find_first_of(kBetween, at), text.size());
    encoded += value_type(text.substr(at, end - at));
    at = text.find_first_not_of(kBetween, end);
  }
  return sized(encoded);
}

std::string function_type(std::string_view text) {
  const auto arrow = text.find("->");
  const std::string_view results = arrow == text.npos ? "" : text.substr(arrow + 2);
  return '\x60' + value_types(text.substr(0, arrow)) + value_types(results);
}

std::string vector_section(char id, const std::vector<std::string>& items) {
  if (items.empty()) return {};
  std::string content = leb128(items.size());
  for (const std::string& item : items) content += item;
  return wasm_section(id, content);
}

WasmBuilder plugin(std::string_view type, std::string_view handler_type) {
  WasmBuilder module;
  module.memory(1).export_memory("memory");
  const std::string succeed = code::i32_const(0);
  module.handler("init", handler_type, succeed);
  if (type == "dispatcher") return module.handler("dispatch", handler_type, succeed);
  module.handler("on_request", handler_type, succeed);
  return module.handler("on_response", handler_type, succeed);
}

}  // namespace

namespace code {
std::string i32_const(std::int32_t value) { return '\x41' + signed_leb128(value); }
std::string i64_const(std::int64_t value) { return '\x42' + signed_leb128(value); }
std::string local_get(std::uint32_t index) { return '\x20' + leb128(index); }
std::string call(std::uint32_t function) { return '\x10' + leb128(function); }
std::string drop() { return "\x1A"; }
std::string unreachable() { return std::string(1, '\0'); }
std::string forever() { return std::string("\x03\x40\x0C\x00\x0B", 5); }
}  // namespace code

std::string leb128(std::uint64_t value) {
  std::string bytes;
  do {
    const auto low = static_cast<char>(value & 0x7F);
    value >>= 7;
    bytes += static_cast<char>(low | (value ? 0x80 : 0));
  } while (value);
  return bytes;
}

std::string wasm_magic() { return std::string("\0asm\1\0\0\0", 8); }

std::string wasm_section(char id, std::string_view content) { return id + sized(content); }

std::uint32_t WasmBuilder::type_index(std::string_view type) {
  const std::string encoded = function_type(type);
  const auto found = std::ranges::find(types_, encoded);
  if (found != types_.end()) return static_cast<std::uint32_t>(found - types_.begin());
  types_.push_back(encoded);
  return static_cast<std::uint32_t>(types_.size() - 1);
}

std::uint32_t WasmBuilder::import_function(std::string_view module, std::string_view name,
                                           std::string_view type) {
  if (!functions_.empty()) throw std::logic_error("imports come before functions");
  imports_.push_back(sized(module) + sized(name) + '\0' + leb128(type_index(type)));
  return imported_functions_++;
}

WasmBuilder& WasmBuilder::import_memory(std::string_view module, std::string_view name,
                                        std::uint32_t pages) {
  imports_.push_back(sized(module) + sized(name) + '\2' + '\0' + leb128(pages));
  return *this;
}

WasmBuilder& WasmBuilder::import_global(std::string_view module, std::string_view name) {
  imports_.push_back(sized(module) + sized(name) + '\3' + kI32 + '\0');
  return *this;
}

std::uint32_t WasmBuilder::function(std::string_view type, std::string_view body,
                                    std::uint32_t locals) {
  functions_.push_back(leb128(type_index(type)));
  const std::string declared = locals == 0 ? leb128(0) : leb128(1) + leb128(locals) + kI32;
  bodies_.push_back(sized(declared + std::string(body) + kEnd));
  return imported_functions_ + static_cast<std::uint32_t>(functions_.size() - 1);
}

WasmBuilder& WasmBuilder::memory(std::uint32_t pages, std::optional<std::uint32_t> maximum,
                                 Shared shared, AddressedBy width) {
  const int flags = (maximum ? 1 : 0) | (shared == Shared::kYes ? 2 : 0) |
                    (width == AddressedBy::k64Bits ? 4 : 0);
  memories_.push_back(static_cast<char>(flags) + leb128(pages) + (maximum ? leb128(*maximum) : ""));
  return *this;
}

WasmBuilder& WasmBuilder::table(std::uint32_t elements) {
  tables_.push_back(std::string("\x70\0", 2) + leb128(elements));
  return *this;
}

WasmBuilder& WasmBuilder::start(std::uint32_t function) {
  start_ = leb128(function);
  return *this;
}

WasmBuilder& WasmBuilder::data(std::uint32_t offset, std::string_view bytes) {
  data_.push_back('\0' + code::i32_const(static_cast<std::int32_t>(offset)) + kEnd + sized(bytes));
  return *this;
}

WasmBuilder& WasmBuilder::custom(std::string_view name, std::string_view payload) {
  customs_ += wasm_section(kCustom, sized(name) + std::string(payload));
  return *this;
}

void WasmBuilder::add_export(std::string_view name, char kind, std::uint32_t index) {
  exports_.push_back(sized(name) + kind + leb128(index));
}

WasmBuilder& WasmBuilder::export_function(std::string_view name, std::uint32_t function) {
  add_export(name, 0, function);
  return *this;
}

WasmBuilder& WasmBuilder::export_table(std::string_view name) {
  add_export(name, 1, 0);
  return *this;
}

WasmBuilder& WasmBuilder::export_memory(std::string_view name, std::uint32_t memory) {
  add_export(name, 2, memory);
  return *this;
}

WasmBuilder& WasmBuilder::handler(std::string_view name, std::string_view type,
                                  std::string_view body) {
  return export_function(name, function(type, body));
}

std::string WasmBuilder::build() const {
  return wasm_magic() + vector_section(kType, types_) + vector_section(kImport, imports_) +
         vector_section(kFunction, functions_) + vector_section(kTable, tables_) +
         vector_section(kMemory, memories_) + vector_section(kExport, exports_) +
         (start_.empty() ? "" : wasm_section(kStart, start_)) + vector_section(kCode, bodies_) +
         vector_section(kData, data_) + customs_;
}

WasmBuilder json_plugin(std::string_view type) {
  WasmBuilder module = plugin(type, "(i32, i32) -> i32");
  // Room for every input in the second half of the page: nothing of it is kept.
  return module.handler("alloc", "(i32) -> i32", code::i32_const(32'768));
}

WasmBuilder direct_plugin(std::string_view type) { return plugin(type, "() -> i32"); }

std::string plugin_toml(std::string_view name, std::string_view version, std::string_view rest) {
  return "[plugin]\nname = \"" + std::string(name) + "\"\nversion = \"" + std::string(version) +
         "\"\ntype = \"middleware\"\n" + std::string(rest);
}

}  // namespace barbacane::testkit
