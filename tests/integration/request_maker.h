#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/model.h"
#include "schema/sample.h"
#include "testkit/message.h"

/// Requests made up for the operations of an artifact: right ones, and ones with one mistake whose
/// place is known.
///
/// Values are samples of the schemas; how they are written into path, query, fields and body is
/// told here once more, apart from the gateway's own reading of it.
namespace barbacane::integration {

struct MadeRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool has_body = false;

  testkit::RequestBuilder builder() const;
};

/// A request with one mistake, and how the answer must name it.
struct WrongRequest {
  MadeRequest request;
  std::string field;
  std::string location;
  std::string what;  ///< for the test's output
};

class RequestMaker {
 public:
  /// `routes` outlive the maker.
  explicit RequestMaker(const artifact::Routes& routes);

  /// Every parameter, and the body by the first media type that can be made up; nothing when a
  /// sample that is needed cannot be made.
  std::optional<MadeRequest> valid(std::size_t operation);
  /// One mistake each: a parameter of the wrong type, a member of the body of the wrong type, a
  /// missing member, a body that is no JSON. As many as the operation offers.
  std::vector<WrongRequest> wrong(std::size_t operation);

 private:
  struct Parts {
    std::vector<std::pair<std::size_t, std::string>> parameters;  ///< index and JSON text
    std::string content_type;
    std::string body;
    bool has_body = false;
  };

  std::optional<Parts> parts(std::size_t operation);
  MadeRequest write(std::size_t operation, const Parts& parts) const;
  std::string schema_uri(const artifact::Json& schema) const;

  const artifact::Routes& routes_;
  std::vector<const artifact::Json*> schemas_;
  schema::Sampler sampler_;
};

}  // namespace barbacane::integration
