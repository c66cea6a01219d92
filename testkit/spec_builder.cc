#include "testkit/spec_builder.h"

#include <cctype>
#include <map>

namespace barbacane::testkit {

namespace {

std::string quoted(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20) {
      out += {'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

/// Names between braces; `{rest+}` is declared as `rest`.
std::vector<std::string> path_parameters(std::string_view path) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t open = path.find('{');
    const std::size_t close = path.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return names;
    std::string name(path.substr(open + 1, close - open - 1));
    if (name.ends_with('+')) name.pop_back();
    names.push_back(std::move(name));
    path.remove_prefix(close + 1);
  }
}

}  // namespace

OperationBuilder::OperationBuilder(std::string method, std::string path)
    : method_(std::move(method)), path_(std::move(path)) {
  for (char& c : method_) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

OperationBuilder& OperationBuilder::id(std::string_view operation_id) {
  return member("operationId", quoted(operation_id));
}

OperationBuilder& OperationBuilder::member(std::string_view name, std::string_view json) {
  members_.push_back(quoted(name) + ": " + std::string(json));
  return *this;
}

OperationBuilder& OperationBuilder::deprecated() { return member("deprecated", "true"); }

OperationBuilder& OperationBuilder::mock(int status, std::string_view body,
                                         std::string_view content_type) {
  dispatcher_ = "mock";
  mock_config("status", std::to_string(status));
  mock_config("content_type", quoted(content_type));
  return mock_config("body", quoted(body));
}

OperationBuilder& OperationBuilder::mock_config(std::string_view name, std::string_view json) {
  if (!config_.empty()) config_ += ", ";
  config_ += quoted(name) + ": " + std::string(json);
  return *this;
}

OperationBuilder& OperationBuilder::dispatch(std::string_view name, std::string_view config) {
  dispatcher_ = name;
  const std::size_t open = config.find('{');
  const std::size_t close = config.rfind('}');
  config_ = open < close ? std::string(config.substr(open + 1, close - open - 1)) : std::string{};
  return *this;
}

std::string OperationBuilder::text() const {
  std::vector<std::string> members = members_;
  std::vector<std::string> parameters;
  for (const std::string& name : path_parameters(path_)) {
    parameters.push_back(R"({"name": )" + quoted(name) +
                         R"(, "in": "path", "required": true, "schema": {"type": "string"}})");
  }
  if (!parameters.empty()) members.push_back(R"("parameters": [)" + join(parameters, ", ") + "]");
  members.emplace_back(R"("responses": {"200": {"description": "An answer"}})");
  members.push_back(R"("x-barbacane-dispatch": {"name": )" + quoted(dispatcher_) +
                    R"(, "config": {)" + config_ + "}}");
  return quoted(method_) + ": {\n        " + join(members, ",\n        ") + "\n      }";
}

SpecBuilder::SpecBuilder(std::string_view title, std::string_view version)
    : title_(title), version_(version) {}

OperationBuilder& SpecBuilder::operation(std::string_view method, std::string_view path) {
  operations_.push_back(std::make_unique<OperationBuilder>(std::string(method), std::string(path)));
  return *operations_.back();
}

SpecBuilder& SpecBuilder::member(std::string_view name, std::string_view json) {
  members_.push_back(quoted(name) + ": " + std::string(json));
  return *this;
}

std::string SpecBuilder::text() const {
  std::map<std::string, std::vector<std::string>> paths;
  for (const auto& operation : operations_) {
    paths[operation->path()].push_back(operation->text());
  }
  std::vector<std::string> items;
  for (const auto& [path, operations] : paths) {
    items.push_back("    " + quoted(path) + ": {\n      " + join(operations, ",\n      ") +
                    "\n    }");
  }
  std::vector<std::string> members{
      "\"openapi\": " + quoted(version_),
      R"("info": {"title": )" + quoted(title_) + R"(, "version": "1.0.0"})"};
  members.insert(members.end(), members_.begin(), members_.end());
  members.push_back("\"paths\": {\n" + join(items, ",\n") + "\n  }");
  return "{\n  " + join(members, ",\n  ") + "\n}\n";
}

}  // namespace barbacane::testkit
