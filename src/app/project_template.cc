#include "app/project_template.h"

#include <fmt/core.h>

namespace barbacane::app {

namespace {

constexpr std::string_view kMinimalSpec = R"yaml(openapi: "3.1.0"
info:
  title: My API
  version: "1.0.0"
paths:
  /health:
    get:
      summary: Health check
      responses:
        "200":
          description: The service is up
      x-barbacane-dispatch:
        name: mock
        config:
          status: 200
          headers:
            Content-Type: application/json
          body: '{"status": "ok"}'
)yaml";

constexpr std::string_view kBasicSpec = R"yaml(openapi: "3.1.0"
info:
  title: My API
  version: "1.0.0"
servers:
  - url: http://localhost:8080
paths:
  /health:
    get:
      operationId: healthCheck
      summary: Health check
      responses:
        "200":
          description: The service is up
      x-barbacane-dispatch:
        name: mock
        config:
          status: 200
          headers:
            Content-Type: application/json
          body: '{"status": "ok"}'

  /users:
    get:
      operationId: listUsers
      summary: List users
      parameters:
        - name: limit
          in: query
          schema:
            type: integer
            minimum: 1
            maximum: 100
            default: 10
      responses:
        "200":
          description: A page of users
      x-barbacane-dispatch:
        name: mock
        config:
          status: 200
          headers:
            Content-Type: application/json
          body: '{"users": []}'
    post:
      operationId: createUser
      summary: Create a user
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name, email]
              properties:
                name:
                  type: string
                  minLength: 1
                email:
                  type: string
                  format: email
      responses:
        "201":
          description: The user was created
      x-barbacane-dispatch:
        name: mock
        config:
          status: 201
          headers:
            Content-Type: application/json
          body: '{"id": "550e8400-e29b-41d4-a716-446655440000"}'

  /users/{id}:
    get:
      operationId: getUser
      summary: Get a user
      parameters:
        - name: id
          in: path
          required: true
          schema:
            type: string
            format: uuid
      responses:
        "200":
          description: The user
      x-barbacane-dispatch:
        name: mock
        config:
          status: 200
          headers:
            Content-Type: application/json
          body: '{"id": "{{path_params.id}}", "name": "Ada"}'
)yaml";

constexpr std::string_view kManifestHead =
    "# The project: where its specs lie and which plugins they may use.\n"
    "specs: ./specs/\n\n";

constexpr std::string_view kFromSpec =
    "# Answers every operation that names no dispatcher of its own (x-barbacane-dispatch): with "
    "the\n"
    "# examples of the spec, or with values made up from its schemas.\n"
    "default_dispatch:\n"
    "  name: mock\n"
    "  config:\n"
    "    from_spec: true\n\n";

constexpr std::string_view kManifestWithoutPlugins =
    "# The dispatchers mock and http-upstream are built in. Declare others like this:\n"
    "#\n"
    "# plugins:\n"
    "#   my-plugin:\n"
    "#     path: ./plugins/my-plugin.wasm\n"
    "plugins: {}\n";

}  // namespace

std::optional<std::string_view> template_spec(std::string_view name) {
  if (name == "basic") return kBasicSpec;
  if (name == "minimal") return kMinimalSpec;
  return std::nullopt;
}

std::string project_manifest(const std::vector<ProjectPlugin>& plugins, DefaultAnswers answers) {
  std::string text(kManifestHead);
  if (answers == DefaultAnswers::kFromSpec) text += kFromSpec;
  if (plugins.empty()) return text.append(kManifestWithoutPlugins);
  text += "plugins:\n";
  for (const ProjectPlugin& plugin : plugins) {
    text += fmt::format("  {}:\n    path: ./plugins/{}\n", plugin.name, plugin.file);
  }
  return text;
}

std::string_view project_gitignore() {
  return "*.bca\ntarget/\n.idea/\n.vscode/\n*.swp\n*.swo\n.DS_Store\nThumbs.db\n";
}

}  // namespace barbacane::app
