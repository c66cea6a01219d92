#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// OpenAPI documents for tests, one call a thing.
///
///     SpecBuilder spec;
///     spec.operation("GET", "/users/{id}").mock(200, R"({"id":"{{path_params.id}}"})");
///     TestGateway gateway(spec.text());
///
/// What it writes is JSON, which every YAML reader takes. Path parameters are declared by
/// themselves. Anything the calls do not cover goes in as JSON text by `member`.
namespace barbacane::testkit {

class OperationBuilder {
 public:
  OperationBuilder(std::string method, std::string path);

  OperationBuilder& id(std::string_view operation_id);
  /// `"name": json` in the operation object.
  OperationBuilder& member(std::string_view name, std::string_view json);
  OperationBuilder& deprecated();
  /// Answers with the mock dispatcher.
  OperationBuilder& mock(int status = 200, std::string_view body = {},
                         std::string_view content_type = "application/json");
  /// A further member of the mock's config.
  OperationBuilder& mock_config(std::string_view name, std::string_view json);
  /// Any dispatcher; `config` is JSON.
  OperationBuilder& dispatch(std::string_view name, std::string_view config);

  const std::string& path() const { return path_; }
  std::string text() const;

 private:
  std::string method_;
  std::string path_;
  std::vector<std::string> members_;
  std::string dispatcher_ = "mock";
  std::string config_;
};

class SpecBuilder {
 public:
  explicit SpecBuilder(std::string_view title = "Test API", std::string_view version = "3.1.0");

  /// Holds until the builder dies; later calls do not move it.
  OperationBuilder& operation(std::string_view method, std::string_view path);
  /// `"name": json` at the root of the document.
  SpecBuilder& member(std::string_view name, std::string_view json);

  std::string text() const;

 private:
  std::string title_;
  std::string version_;
  std::vector<std::string> members_;
  std::vector<std::unique_ptr<OperationBuilder>> operations_;
};

}  // namespace barbacane::testkit
