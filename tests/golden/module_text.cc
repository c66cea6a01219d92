#include "module_text.h"

#include <sstream>
#include <stdexcept>

#include "testkit/temp_directory.h"
#include "testkit/wasm_builder.h"

namespace barbacane::golden {

using testkit::read_text;
using testkit::WasmBuilder;

namespace {

std::string rest_of(std::istringstream& words) {
  std::string rest;
  std::getline(words >> std::ws, rest);
  return rest;
}

/// Something of every result type to return.
std::string body_for(const std::string& type) {
  const std::string result = type.substr(type.find("->") == type.npos ? 0 : type.find("->"));
  if (result == "-> i32") return testkit::code::i32_const(0);
  if (result == "-> i64") return testkit::code::i64_const(0);
  return {};
}

}  // namespace

std::string module_of_description(const std::filesystem::path& file) {
  WasmBuilder module;
  std::istringstream lines(read_text(file));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string verb, name;
    words >> verb >> name;
    if (verb == "import") {
      std::string function;
      words >> function;
      module.import_function(name, function, rest_of(words));
    } else if (verb == "export") {
      const std::string type = rest_of(words);
      module.handler(name, type, body_for(type));
    } else if (verb == "memory") {
      module.memory(static_cast<std::uint32_t>(std::stoul(name))).export_memory("memory");
    } else if (verb == "section") {
      module.custom(name, read_text(file.parent_path() / rest_of(words)));
    } else if (!verb.empty()) {
      throw std::invalid_argument(file.string() + ": " + line);
    }
  }
  return module.build();
}

std::string module_of_manifest(const std::filesystem::path& file) {
  const bool dispatches = read_text(file).find("\"dispatcher\"") != std::string::npos;
  return testkit::json_plugin(dispatches ? "dispatcher" : "middleware").build();
}

}  // namespace barbacane::golden
