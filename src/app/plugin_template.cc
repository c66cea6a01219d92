#include "app/plugin_template.h"

#include <algorithm>

namespace barbacane::app {

namespace {

// @NAME@ is the plugin's name, @CLASS@ the same as a C++ class, @TYPE@ its type.

constexpr std::string_view kCMake = R"(cmake_minimum_required(VERSION 3.20)
project(@NAME@ LANGUAGES NONE) # the SDK calls the compiler for wasm32 itself

include(sdk/cmake/BarbacanePlugin.cmake)
barbacane_add_plugin(@NAME@)

# ctest runs tests/cases.yaml on the module; -DBARBACANE=... names another program.
enable_testing()
find_program(BARBACANE barbacane)
add_test(NAME cases
         COMMAND ${BARBACANE} plugin test ${CMAKE_BINARY_DIR}/@NAME@.wasm ${CMAKE_SOURCE_DIR}/tests/cases.yaml)
)";

constexpr std::string_view kManifest = R"([plugin]
name = "@NAME@"
version = "0.1.0"
type = "@TYPE@"
description = "@DESCRIPTION@"
wasm = "@NAME@.wasm"

[capabilities]
# What the gateway lets it do, each by name; everything else is refused. 'barbacane plugin inspect'
# shows which ones its code needs.
host_functions = ["log"]
)";

constexpr std::string_view kMiddlewareSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["value"],
  "properties": {
    "header": {
      "type": "string",
      "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
      "default": "x-@NAME@",
      "description": "Header that is set on requests and responses"
    },
    "value": {
      "type": "string",
      "minLength": 1,
      "description": "Its value"
    },
    "methods": {
      "type": "array",
      "items": {"type": "string"},
      "description": "Methods that pass, such as GET; without the list all do"
    }
  }
}
)";

constexpr std::string_view kMiddleware =
    R"(// @NAME@: sets a header on requests and responses, and refuses methods that are not wanted.
#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

class @CLASS@ {
 public:
  // What a spec may write below 'config'. config-schema.json says the same, so that a mistake is
  // found when the project is compiled; a new member goes into both.
  struct Config {
    std::string header = "x-@NAME@";
    std::string value;
    std::vector<std::string> methods;

    void bind(Fields& fields) {
      fields.optional("header", header, not_empty);
      fields.required("value", value, not_empty);
      fields.optional("methods", methods);
    }
  };

  // Once, when the gateway starts. A text that is not empty refuses the config.
  std::string init(Config config) {
    config_ = std::move(config);
    return {};
  }

  // Each request on its way in. Nothing about it may be kept in members: one instance serves many
  // requests. What on_response needs goes into request.set_state(...).
  Action on_request(Request& request) {
    const Value method = request.method();
    if (!is_wanted(*method)) {
      return problem(405, "method-not-wanted").detail("this method does not pass here");
    }
    request.set_header(config_.header, config_.value);
    return proceed();
  }

  // Each response on its way out.
  void on_response(Response& response) { response.set_header(config_.header, config_.value); }

 private:
  bool is_wanted(std::string_view method) const {
    if (config_.methods.empty()) return true;
    for (const std::string& wanted : config_.methods) {
      if (wanted == method) return true;
    }
    return false;
  }

  Config config_;
};

}  // namespace

BARBACANE_MIDDLEWARE(@CLASS@)
)";

constexpr std::string_view kMiddlewareCases =
    R"(# Each case makes a new instance with its config and runs it; 'expect' says what must come out.
# What it does not mention is not compared; a header that must be absent is written as null.
cases:
  - name: sets its header on the request
    config: {value: shop}
    request: {method: GET, path: /orders}
    expect:
      action: continue
      request: {headers: {x-@NAME@: shop}}

  - name: sets a header of another name on the response
    config: {header: x-other, value: shop}
    response: {status: 200, headers: {content-type: text/plain}, body: hello}
    expect:
      action: continue
      response: {status: 200, headers: {x-other: shop, x-@NAME@: null}}

  - name: refuses a method that is not in its list
    config: {value: shop, methods: [GET, HEAD]}
    request: {method: DELETE, path: /orders/5}
    expect:
      action: respond
      response:
        status: 405
        headers: {content-type: application/problem+json}
        body_contains: method-not-wanted

  - name: cannot do without a value
    config: {}
    expect: {init_error: value}
)";

constexpr std::string_view kDispatcherSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "text": {
      "type": "string",
      "minLength": 1,
      "default": "hello",
      "description": "What every answer begins with"
    },
    "status": {
      "type": "integer",
      "minimum": 200,
      "maximum": 599,
      "default": 200,
      "description": "Status of the answer"
    }
  }
}
)";

constexpr std::string_view kDispatcher =
    R"(// @NAME@: answers with a text and the path that was asked for.
#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

class @CLASS@ {
 public:
  // What a spec may write below 'config'. config-schema.json says the same, so that a mistake is
  // found when the project is compiled; a new member goes into both.
  struct Config {
    std::string text = "hello";
    int status = 200;

    void bind(Fields& fields) {
      fields.optional("text", text, not_empty);
      fields.optional("status", status, between(200, 599));
    }
  };

  // Once, when the gateway starts. A text that is not empty refuses the config.
  std::string init(Config config) {
    config_ = std::move(config);
    return {};
  }

  // Each request that arrives here is answered. Nothing about it may be kept in members: one
  // instance serves many requests.
  Action dispatch(Request& request) {
    const Value path = request.path();
    return respond(config_.status)
        .header("content-type", "text/plain")
        .body(config_.text + " from " + std::string(*path));
  }

 private:
  Config config_;
};

}  // namespace

BARBACANE_DISPATCHER(@CLASS@)
)";

constexpr std::string_view kDispatcherCases =
    R"(# Each case makes a new instance with its config and runs it; 'expect' says what must come out.
# What it does not mention is not compared; a header that must be absent is written as null.
cases:
  - name: answers with its text and the path
    request: {method: GET, path: /orders}
    expect:
      action: respond
      response:
        status: 200
        headers: {content-type: text/plain}
        body: hello from /orders

  - name: takes text and status from its config
    config: {text: gone, status: 410}
    request: {path: /old}
    expect:
      response: {status: 410, body: gone from /old}

  - name: refuses a status that is none
    config: {status: 1000}
    expect: {init_error: status}
)";

constexpr std::string_view kReadme = R"(# @NAME@

@DESCRIPTION@. A @TYPE@ for Barbacane.

```sh
cmake -S . -B build && cmake --build build      # build/@NAME@.wasm, with its manifest and schema in it
ctest --test-dir build --output-on-failure      # or: barbacane plugin test
barbacane plugin inspect build/@NAME@.wasm
```

It needs clang 19 for wasm32; on Debian:

```sh
apt-get install clang-19 lld-19 llvm-19 wasi-libc libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 libclang-rt-19-dev-wasm32
```

In a project's `barbacane.yaml`:

```yaml
plugins:
  @NAME@: {path: ./plugins/@NAME@.wasm}
```

and in a spec:

```yaml
@USE@
```

| file | what it is |
|---|---|
| `@NAME@.cc` | the plugin |
| `plugin.toml` | its name, version, type and capabilities |
| `config-schema.json` | what may stand in its `config` |
| `tests/cases.yaml` | what it must do |
| `sdk/` | Barbacane's SDK for C++, to be left as it is |
)";

constexpr std::string_view kMiddlewareUse = R"(x-barbacane-middlewares:
  - name: @NAME@
    config: {value: shop})";

constexpr std::string_view kDispatcherUse = R"(x-barbacane-dispatch:
  name: @NAME@
  config: {text: hello})";

/// `tenant-header` as `TenantHeader`.
std::string class_name(std::string_view name) {
  std::string result;
  bool upper = true;
  for (const char c : name) {
    if (c == '-') {
      upper = true;
    } else {
      result += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
  }
  return result;
}

std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string result(text);
  for (const auto& [key, value] : values) {
    for (std::size_t at = 0; (at = result.find(key, at)) != std::string::npos; at += value.size()) {
      result.replace(at, key.size(), value);
    }
  }
  return result;
}

}  // namespace

bool is_plugin_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && name.size() <= 64 && name.front() >= 'a' && name.front() <= 'z' &&
         std::ranges::all_of(name, allowed);
}

std::vector<std::pair<std::string, std::string>> plugin_template(std::string_view name,
                                                                 PluginType type) {
  const bool middleware = type == PluginType::kMiddleware;
  const std::vector<std::pair<std::string_view, std::string>> values = {
      {"@USE@", std::string(middleware ? kMiddlewareUse : kDispatcherUse)},
      {"@DESCRIPTION@", middleware ? "Sets a header on requests and responses"
                                   : "Answers with a text and the path that was asked for"},
      {"@NAME@", std::string(name)},
      {"@CLASS@", class_name(name)},
      {"@TYPE@", middleware ? "middleware" : "dispatcher"},
  };
  std::vector<std::pair<std::string, std::string>> files;
  const auto add = [&](std::string path, std::string_view text) {
    files.emplace_back(std::move(path), filled(text, values));
  };
  add(std::string(name) + ".cc", middleware ? kMiddleware : kDispatcher);
  add("plugin.toml", kManifest);
  add("config-schema.json", middleware ? kMiddlewareSchema : kDispatcherSchema);
  add("tests/cases.yaml", middleware ? kMiddlewareCases : kDispatcherCases);
  add("CMakeLists.txt", kCMake);
  add("README.md", kReadme);
  add(".gitignore", "build/\n");
  return files;
}

}  // namespace barbacane::app
