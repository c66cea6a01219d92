// Requests against their description: data-plane.md, sections 5 to 7.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::TestGateway;

// The lines of this text are quoted by the tests below.
constexpr std::string_view kSpec = R"(openapi: "3.1.0"
info: {title: Orders, version: "1"}
paths:
  /customers/{id}/orders:
    post:
      operationId: placeOrder
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
        - name: notify
          in: query
          schema: {type: boolean}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {enum: [a, b]}}}
        - {name: x-tenant, in: header, required: true, schema: {type: string, format: uuid}}
        - {name: session, in: cookie, schema: {type: string, minLength: 4}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [product, quantity]
              additionalProperties: false
              properties:
                product: {type: string, pattern: '^[a-z-]+$'}
                quantity:
                  type: integer
                  minimum: 1
                note: {type: [string, 'null']}
                parent: {$ref: '#/components/schemas/Node'}
      responses: {'200': {description: ok}}
      x-barbacane-dispatch: {name: mock, config: {body: '{"placed": true}'}}
  /strict:
    get:
      x-barbacane-validation: {unknown_query: reject}
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {'200': {description: ok}}
      x-barbacane-dispatch: {name: mock, config: {body: strict}}
  /reported:
    get:
      operationId: watched
      x-barbacane-validation: report
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {'200': {description: ok}}
      x-barbacane-dispatch: {name: mock, config: {body: reported}}
  /off:
    get:
      x-barbacane-validation: off
      parameters: [{name: page, in: query, required: true, schema: {type: integer}}]
      responses: {'200': {description: ok}}
      x-barbacane-dispatch: {name: mock, config: {body: off}}
  /form:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [age]
              properties: {age: {type: integer}, name: {type: string}}
          text/*: {schema: {type: string, maxLength: 5}}
          application/octet-stream: {}
      responses: {'200': {description: ok}}
      x-barbacane-dispatch: {name: mock, config: {body: form}}
  /upload:
    post:
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [title, file]
              properties:
                title: {type: string, minLength: 3}
                count: {type: integer}
                file: {type: string, format: binary}
      responses: {'200': {description: ok}}
      x-barbacane-dispatch: {name: mock, config: {body: uploaded}}
  /keyed:
    get:
      security: [{key: []}]
      x-barbacane-validation: {unknown_query: reject}
      parameters:
        - {name: filter, in: query, schema: {$ref: '#/components/schemas/Filter'}}
        - {name: id, in: query, style: deepObject, schema: {type: object}}
      responses: {'200': {description: ok}}
      x-barbacane-dispatch: {name: mock, config: {body: keyed}}
  /parts:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                meta: {type: object, required: [a]}
                ids: {type: array, items: {type: integer}}
            encoding:
              meta: {headers: {X-Page: {required: true, schema: {$ref: '#/components/schemas/Page'}}}}
      responses: {'200': {description: ok}}
      x-barbacane-dispatch: {name: mock, config: {body: parts}}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: api_key}
  schemas:
    Page: {type: integer, minimum: 1}
    Node:
      type: object
      properties: {parent: {$ref: '#/components/schemas/Node'}}
    Filter:
      type: object
      patternProperties: {^n_: {type: integer}}
      additionalProperties: false
)";

constexpr std::string_view kTenant = "3d6f4c2e-5b1a-4f7d-9c8e-0a1b2c3d4e5f";
constexpr std::string_view kGood = R"({"product":"espresso-machine","quantity":2})";

RequestBuilder order(std::string_view body, std::string_view target = "/customers/7/orders") {
  return RequestBuilder("POST", target)
      .header("x-tenant", kTenant)
      .header("content-type", "application/json")
      .body(body);
}

class Validation : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    production_ = std::make_unique<TestGateway>(kSpec);
    development_ =
        std::make_unique<TestGateway>(kSpec, testkit::GatewayOptions{.serve_flags = {"--dev"}});
  }
  static void TearDownTestSuite() {
    production_.reset();
    development_.reset();
  }

  static void expect_refused(const RequestBuilder& request) {
    const Response response = production_->request(request);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(problem_type(response), "validation-failed");
    const auto document = object(response.body);
    EXPECT_EQ(text_member(document, "title"), "Validation Failed");
    for (const char* member : {"errors", "spec", "operation"}) {
      EXPECT_FALSE(document.contains(member)) << member;
    }
  }
  static void expect_accepted(const RequestBuilder& request) {
    const Response response = development_->request(request);
    EXPECT_EQ(response.status, 200) << response.body;
  }
  /// The only error with `--dev`, or the first of several.
  static boost::json::object first_error(const RequestBuilder& request) {
    const Response response = development_->request(request);
    EXPECT_EQ(response.status, 400) << response.body;
    const auto document = object(response.body);
    const auto* errors = document.if_contains("errors");
    if (errors == nullptr || errors->as_array().empty()) {
      ADD_FAILURE() << "no errors in " << response.body;
      return {};
    }
    return errors->as_array().front().as_object();
  }
  static void expect_error(const RequestBuilder& request, std::string_view field,
                           std::string_view location, std::string_view code) {
    const auto error = first_error(request);
    EXPECT_EQ(text_member(error, "field"), field);
    EXPECT_EQ(text_member(error, "location"), location);
    EXPECT_EQ(text_member(error, "code"), code);
    EXPECT_NE(text_member(error, "reason"), "");
  }

  static inline std::unique_ptr<TestGateway> production_, development_;
};

TEST_F(Validation, LetsARequestThroughThatFitsItsDescription) {
  expect_accepted(order(kGood, "/customers/7/orders?notify=true&tags=a,b&other=1"));
  expect_accepted(order(R"({"product":"x","quantity":1e2,"note":null,"parent":{"parent":{}}})")
                      .header("cookie", "theme=dark; session=abcd"));
}

TEST_F(Validation, TellsAClientNothingAboutTheDescriptionInProduction) {
  expect_refused(order(R"({"product":"x","quantity":0})"));
  const Response response = production_->request(order(R"({"product":"x","quantity":0})"));
  EXPECT_THAT(response.body, Not(HasSubstr("quantity")));
  EXPECT_EQ(text_member(object(response.body), "instance"), "/customers/7/orders");
}

TEST_F(Validation, NamesParametersByTheirPlace) {
  expect_error(order(kGood, "/customers/0/orders"), "id", "path", "invalid_parameter");
  expect_error(order(kGood, "/customers/seven/orders"), "id", "path", "invalid_parameter");
  expect_error(order(kGood, "/customers/7/orders?notify=maybe"), "notify", "query",
               "invalid_parameter");
  expect_error(order(kGood, "/customers/7/orders?notify=true&notify=true"), "notify", "query",
               "invalid_parameter");
  expect_error(order(kGood, "/customers/7/orders?tags=a,c"), "tags", "query", "invalid_parameter");
  expect_error(order(kGood).header("cookie", "session=abc"), "session", "cookie",
               "invalid_parameter");
  const auto without_tenant = RequestBuilder("POST", "/customers/7/orders")
                                  .header("content-type", "application/json")
                                  .body(kGood);
  expect_error(without_tenant, "x-tenant", "header", "missing_required_parameter");
}

TEST_F(Validation, StopsAtTheFirstCategoryAndTellsAllOfIt) {
  const Response response = development_->request(
      order(R"({"product":"UPPER","quantity":0})", "/customers/7/orders?notify=1&tags=z"));
  const auto document = object(response.body);
  const auto& errors = document.at("errors").as_array();
  ASSERT_EQ(errors.size(), 2U) << response.body;
  EXPECT_EQ(text_member(errors[0].as_object(), "field"), "notify");
  EXPECT_EQ(text_member(errors[1].as_object(), "field"), "tags");
  EXPECT_EQ(text_member(errors[1].as_object(), "pointer"), "/0");
}

TEST_F(Validation, PointsIntoTheBodyAndIntoTheDescription) {
  const auto error = first_error(order(R"({"product":"x","quantity":0})"));
  EXPECT_EQ(text_member(error, "field"), "/quantity");
  EXPECT_EQ(text_member(error, "pointer"), "/quantity");
  EXPECT_EQ(text_member(error, "keyword"), "minimum");
  EXPECT_EQ(text_member(error, "location"), "body");
  EXPECT_EQ(text_member(error, "code"), "invalid_body");
  EXPECT_THAT(text_member(error, "reason"), HasSubstr("at least 1"));
  EXPECT_THAT(text_member(error, "schema"), HasSubstr(".yaml:27:")) << "the line of `minimum: 1`";
  const Response response = development_->request(order(R"({"product":"x","quantity":0})"));
  EXPECT_EQ(text_member(object(response.body), "operation"), "placeOrder");
}

TEST_F(Validation, PointsAtTheDeclarationWhereNoSchemaIsBroken) {
  const auto line_of = [](const RequestBuilder& request) {
    std::string place(text_member(first_error(request), "schema"));
    place.erase(0, place.find(".yaml:") + 6);
    return place.substr(0, place.find(':'));
  };
  EXPECT_EQ(line_of(order(kGood, "/customers/7/orders?notify=true&notify=true")), "9");
  EXPECT_EQ(line_of(RequestBuilder("POST", "/customers/7/orders").body(kGood)), "13");
  EXPECT_EQ(line_of(order("")), "16") << "the request body";
  EXPECT_EQ(line_of(order(kGood).header("content-type", "text/plain")), "17") << "`content`";
  EXPECT_EQ(line_of(order("{")), "18") << "the media type";
  EXPECT_EQ(line_of(order(kGood).header("content-encoding", "gzip")), "18");
  EXPECT_EQ(line_of(RequestBuilder("GET", "/strict?page=1&sort=up")), "33") << "the operation";
}

TEST_F(Validation, TellsOfABodyInTheOrderOfItsDescription) {
  const auto pointers = [](std::string_view body) {
    std::vector<std::string> out;
    const auto document = object(development_->request(order(body)).body);
    for (const auto& error : document.at("errors").as_array()) {
      out.emplace_back(text_member(error.as_object(), "pointer"));
    }
    return out;
  };
  EXPECT_THAT(pointers(R"({"note":1,"extra":1,"quantity":0,"product":"UPPER"})"),
              testing::ElementsAre("/extra", "/product", "/quantity", "/note"));
  EXPECT_THAT(pointers(R"({"parent":{"parent":{"parent":1},"parent2":1},"note":1})"),
              testing::ElementsAre("", "", "/note", "/parent/parent/parent"));
}

TEST_F(Validation, ShowsAHundredErrorsAndSaysThatThereAreMore) {
  const auto errors = [](int unknown) {
    std::string target = "/strict?page=1";
    for (int i = 0; i < unknown; ++i) target += "&u" + std::to_string(i);
    const auto document = object(development_->get(target).body);
    return document.at("errors").as_array();
  };
  EXPECT_THAT(text_member(errors(100).back().as_object(), "reason"), Not(HasSubstr("more")));
  const auto many = errors(101);
  EXPECT_EQ(many.size(), 100U);
  EXPECT_EQ(text_member(many.back().as_object(), "reason"),
            "is not a parameter of this operation (there are more errors)");
}

TEST_F(Validation, NamesWhatIsMissingAndWhatIsTooMuch) {
  expect_error(order(R"({"quantity":1})"), "body", "body", "invalid_body");
  EXPECT_THAT(text_member(first_error(order(R"({"quantity":1})")), "reason"), HasSubstr("product"));
  expect_error(order(R"({"product":"x","quantity":1,"extra":1})"), "/extra", "body",
               "invalid_body");
  expect_error(order(""), "body", "body", "missing_required_body");
}

TEST_F(Validation, RefusesBodiesThatAreNotStrictJson) {
  for (std::string_view body :
       {"{", "{} {}", "{\"product\":\"x\",\"product\":\"y\",\"quantity\":1}",
        "{\"product\":\"\xff\",\"quantity\":1}", "[01]", "nul", "{'a':1}"}) {
    SCOPED_TRACE(body);
    expect_error(order(body), "body", "body", "invalid_body");
  }
  std::string deep(10'000, '[');
  deep += std::string(10'000, ']');
  expect_error(order(deep), "body", "body", "invalid_body");
}

TEST_F(Validation, KeepsNumbersExact) {
  expect_accepted(order(R"({"product":"x","quantity":1e400})"));
  expect_accepted(order(R"({"product":"x","quantity":123456789012345678901234567890})"));
  expect_accepted(order(R"({"product":"x","quantity":1.0})"));
  expect_error(order(R"({"product":"x","quantity":1.00000000000000000000000001})"), "/quantity",
               "body", "invalid_body");
  expect_error(order(R"({"product":"x","quantity":-1e400})"), "/quantity", "body", "invalid_body");
}

TEST_F(Validation, ChecksTheContentTypeBeforeTheBody) {
  const auto as = [](std::string_view type) {
    return RequestBuilder("POST", "/customers/7/orders")
        .header("x-tenant", kTenant)
        .header("content-type", type)
        .body(kGood);
  };
  expect_accepted(as("application/json; charset=utf-8"));
  expect_accepted(as("Application/JSON"));
  expect_error(as("text/plain"), "content-type", "header", "unsupported_content_type");
  expect_error(as("application/json; charset=latin1"), "content-type", "header",
               "unsupported_content_type");
  const auto none =
      RequestBuilder("POST", "/customers/7/orders").header("x-tenant", kTenant).body(kGood);
  expect_error(none, "content-type", "header", "unsupported_content_type");
  expect_error(order(kGood).header("content-type", "text/plain"), "content-type", "header",
               "unsupported_content_type");
  expect_error(order(kGood).header("content-encoding", "gzip"), "content-encoding", "header",
               "unsupported_content_type");
}

TEST_F(Validation, RejectsUnknownQueryParametersWhereAsked) {
  EXPECT_EQ(development_->get("/strict?page=1").status, 200);
  expect_error(RequestBuilder("GET", "/strict?page=1&sort=up"), "sort", "query",
               "unknown_parameter");
}

TEST_F(Validation, KnowsTheKeysThatSecuritySchemesWantInTheQuery) {
  EXPECT_EQ(development_->get("/keyed?api_key=secret&n_low=1").status, 200);
  expect_error(RequestBuilder("GET", "/strict?page=1&api_key=secret"), "api_key", "query",
               "unknown_parameter");
}

TEST_F(Validation, ShowsAClientTheTextThatIsWrongButNeverTheLog) {
  const auto error = first_error(RequestBuilder("GET", "/keyed?n_low=s3cret"));
  EXPECT_EQ(text_member(error, "field"), "filter");
  EXPECT_EQ(text_member(error, "pointer"), "/n_low");
  EXPECT_EQ(text_member(error, "reason"), "must be an integer, but is 's3cret'");
  EXPECT_TRUE(development_->wait_for_log("must be an integer", std::chrono::seconds(5)));
  EXPECT_THAT(development_->log(), Not(HasSubstr("s3cret")));
  EXPECT_EQ(text_member(first_error(RequestBuilder("GET", "/keyed?id[a][b]=1")), "reason"),
            "must be members of the form id[name]=value, which 'id[a][b]' is not");
}

TEST_F(Validation, ReportsInsteadOfRefusingWhereAsked) {
  EXPECT_EQ(production_->get("/reported?page=one").body, "reported");
  EXPECT_TRUE(production_->wait_for_log("validation_reported", std::chrono::seconds(5)));
  EXPECT_THAT(production_->log(), HasSubstr("\"field\":\"page\""));
}

TEST_F(Validation, StaysOutOfTheWayWhereSwitchedOff) {
  EXPECT_EQ(production_->get("/off").body, "off");
  EXPECT_EQ(production_->get("/off?page=one").body, "off");
}

TEST_F(Validation, LogsARefusalWithItsReason) {
  expect_refused(order(kGood, "/customers/7/orders?notify=maybe"));
  EXPECT_TRUE(production_->wait_for_log("invalid_query_param", std::chrono::seconds(5)));
  EXPECT_THAT(production_->log(), HasSubstr("validation_failure"));
}

TEST_F(Validation, ReadsForms) {
  const auto form = [](std::string_view body) {
    return RequestBuilder("POST", "/form")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
  };
  expect_accepted(form("age=42&name=Ada+Lovelace"));
  expect_accepted(RequestBuilder("POST", "/form"));
  expect_error(form("age=old"), "/age", "body", "invalid_body");
  expect_error(form("name=Ada"), "body", "body", "invalid_body");
}

TEST_F(Validation, ReadsTextsAndLeavesOtherTypesAlone) {
  const auto as = [](std::string_view type, std::string_view body) {
    return RequestBuilder("POST", "/form").header("content-type", type).body(body);
  };
  expect_accepted(as("text/plain", "five!"));
  expect_error(as("text/markdown", "too long"), "body", "body", "invalid_body");
  expect_accepted(as("application/octet-stream", std::string("\0\xff\xfe", 3)));
}

std::string upload_body(std::string_view title, std::string_view file) {
  std::string body = "--xyz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n";
  body += title;
  body += "\r\n--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.bin\"\r\n";
  body += "Content-Type: application/octet-stream\r\n\r\n";
  body += file;
  return body + "\r\n--xyz--\r\n";
}

RequestBuilder upload(std::string_view body) {
  return RequestBuilder("POST", "/upload")
      .header("content-type", "multipart/form-data; boundary=xyz")
      .body(body);
}

TEST_F(Validation, ChecksMultipartBodiesAsTheyArrive) {
  expect_accepted(upload(upload_body("A title", std::string(300'000, '\0'))));
  expect_error(upload(upload_body("A", "bytes")), "/title", "body", "invalid_body");
  expect_error(upload("--xyz--\r\n"), "body", "body", "invalid_body");
  expect_error(upload("no boundary anywhere"), "body", "body", "invalid_body");
  expect_error(RequestBuilder("POST", "/upload")
                   .header("content-type", "multipart/form-data")
                   .body(upload_body("A title", "bytes")),
               "content-type", "header", "unsupported_content_type");
}

std::string part(std::string_view name, std::string_view headers, std::string_view content) {
  return "--xyz\r\nContent-Disposition: form-data; name=" + std::string(name) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(content) + "\r\n";
}

RequestBuilder parts(std::string_view all) {
  return RequestBuilder("POST", "/parts")
      .header("content-type", "multipart/form-data; boundary=xyz")
      .body(std::string(all) + "--xyz--\r\n");
}

TEST_F(Validation, TakesLargeAndManyPartsWithinTheLimitOfTheBody) {
  const std::string json = R"({"a": ")" + std::string(300'000, 'x') + "\"}";
  expect_accepted(parts(part("meta", "X-Page: 1\r\nContent-Type: application/json\r\n", json)));
  std::string many;
  for (int i = 0; i < 5'000; ++i) many += part("ids", "", "7");
  expect_accepted(parts(many));
  expect_error(parts(many + part("ids", "", "x")), "/ids/5000", "body", "invalid_body");
}

TEST_F(Validation, ChecksTheHeadersOfParts) {
  const std::string json = R"({"a": 1})";
  expect_accepted(parts(part("meta", "X-Page: 2\r\n", json)));
  expect_error(parts(part("meta", "", json)), "/meta", "body", "invalid_body");
  const auto error = first_error(parts(part("meta", "X-Page: 0\r\n", json)));
  EXPECT_EQ(text_member(error, "reason"),
            "has the header 'X-Page', which must be at least 1, but is 0");
  EXPECT_EQ(text_member(error, "keyword"), "minimum");
  EXPECT_THAT(text_member(error, "schema"), HasSubstr(".yaml:"));
}

TEST_F(Validation, ReadsTextInUtf8) {
  const auto text = [](std::string_view type, std::string_view body) {
    return RequestBuilder("POST", "/form").header("content-type", type).body(body);
  };
  expect_accepted(text("text/plain; charset=utf-8", "caf\u00e9"));
  expect_error(text("text/plain; charset=iso-8859-1", "caf\xE9"), "content-type", "header",
               "unsupported_content_type");
  expect_error(parts(part("ids", "Content-Type: text/plain; charset=utf-16\r\n", "7")), "/ids",
               "body", "invalid_body");
}

TEST_F(Validation, KeepsTheConnectionUsableAfterARefusal) {
  auto connection = development_->connect();
  EXPECT_EQ(connection.request(order(R"({"product":"x","quantity":0})")).status, 400);
  EXPECT_EQ(connection.request(order(kGood)).status, 200);
  EXPECT_EQ(connection.request(upload(upload_body("A", "bytes"))).status, 400);
  EXPECT_EQ(connection.request(order(kGood)).status, 200);
}

}  // namespace
}  // namespace barbacane::integration
