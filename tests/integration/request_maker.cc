#include "request_maker.h"

#include <algorithm>

#include <boost/json.hpp>

namespace barbacane::integration {
namespace {

namespace json = boost::json;

constexpr std::string_view kUri = "routes";

json::value parsed(std::string_view text) {
  json::parse_options options;
  options.max_depth = 512;
  return json::parse(json::string_view(text.data(), text.size()), {}, options);
}

std::string plain(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string().c_str(), value.get_string().size());
  if (value.is_null()) return {};
  return json::serialize(value);
}

/// All but unreserved characters (RFC 3986, 2.3).
std::string escaped(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string joined(const json::value& value, std::string_view separator, bool escape) {
  const auto text = [&](const json::value& one) {
    return escape ? escaped(plain(one)) : plain(one);
  };
  std::string out;
  const auto add = [&](const std::string& piece) {
    if (!out.empty()) out += separator;
    out += piece;
  };
  if (value.is_array()) {
    for (const json::value& one : value.get_array()) add(text(one));
  } else if (value.is_object()) {
    for (const auto& [name, one] : value.get_object()) {
      add(escape ? escaped({name.data(), name.size()}) : std::string(name));
      add(text(one));
    }
  } else {
    return text(value);
  }
  return out;
}

/// `form` and `deepObject`, the styles real descriptions use in a query.
void append_query(std::string& query, const artifact::Parameter& parameter,
                  const json::value& value) {
  const std::string name = escaped(parameter.name);
  const auto add = [&](const std::string& key, const std::string& text) {
    query += query.empty() ? "" : "&";
    query += key + "=" + text;
  };
  const bool explode = parameter.explode.value_or(true);
  if (parameter.style.value_or("form") == "deepObject" && value.is_object()) {
    for (const auto& [key, one] : value.get_object()) {
      add(name + "[" + escaped({key.data(), key.size()}) + "]", escaped(plain(one)));
    }
  } else if (explode && value.is_array()) {
    for (const json::value& one : value.get_array()) add(name, escaped(plain(one)));
  } else if (explode && value.is_object()) {
    for (const auto& [key, one] : value.get_object()) {
      add(escaped({key.data(), key.size()}), escaped(plain(one)));
    }
  } else {
    add(name, joined(value, ",", true));
  }
}

std::string multipart_body(std::string_view sample) {
  std::string body;
  const json::value form = parsed(sample);
  for (const auto& [name, value] : form.get_object()) {
    body += "--xyz\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n";
    body += plain(value) + "\r\n";
  }
  return body + "--xyz--\r\n";
}

/// A value no schema of that one's type takes.
json::value of_another_kind(const json::value& value) {
  if (value.is_object()) return "not an object";
  return json::object{{"wrong", true}};
}

}  // namespace

testkit::RequestBuilder MadeRequest::builder() const {
  testkit::RequestBuilder builder(method, target);
  for (const auto& [name, value] : headers) builder.header(name, value);
  if (has_body) builder.body(body);
  return builder;
}

RequestMaker::RequestMaker(const artifact::Routes& routes)
    : routes_(routes), sampler_(schema::Sampler::Direction::kRequest) {
  std::string document = R"({"schemas":{)";
  for (const auto& [name, schema] : routes.schemas) {
    if (document.back() != '{') document += ',';
    document += json::serialize(json::string(name)) + ":" + schema.text;
  }
  document += R"(},"used":[)";
  const auto use = [&](const artifact::Json& schema) {
    if (schema.is_null()) return;
    if (document.back() != '[') document += ',';
    document += schema.text;
    schemas_.push_back(&schema);
  };
  for (const artifact::Operation& operation : routes.operations) {
    for (const artifact::Parameter& parameter : operation.parameters) use(parameter.schema);
    if (!operation.request_body) continue;
    for (const auto& [type, media] : operation.request_body->content) use(media.schema);
  }
  sampler_.add(std::string(kUri), document + "]}");
  sampler_.set_shared_table(std::string(kUri));
  for (const artifact::Json* schema : schemas_) sampler_.want(schema_uri(*schema));
}

std::string RequestMaker::schema_uri(const artifact::Json& schema) const {
  const auto found = std::ranges::find(schemas_, &schema);
  return std::string(kUri) + "#/used/" + std::to_string(found - schemas_.begin());
}

std::optional<RequestMaker::Parts> RequestMaker::parts(std::size_t index) {
  const artifact::Operation& operation = routes_.operations[index];
  Parts parts;
  for (std::size_t i = 0; i < operation.parameters.size(); ++i) {
    const artifact::Parameter& parameter = operation.parameters[i];
    const auto sample = parameter.schema.is_null() ? std::optional<std::string>("\"v1\"")
                                                   : sampler_.sample(schema_uri(parameter.schema));
    if (!sample) return std::nullopt;
    parts.parameters.emplace_back(i, *sample);
  }
  if (!operation.request_body || operation.request_body->content.empty()) return parts;
  const artifact::Content& content = operation.request_body->content;
  const auto json_type =
      std::ranges::find_if(content, [](const auto& entry) { return entry.first.contains("json"); });
  const auto& [type, media] = json_type != content.end() ? *json_type : *content.begin();
  parts.has_body = true;
  parts.content_type = type.contains('*') ? "application/octet-stream" : type;
  const bool multipart = type == "multipart/form-data";
  if (!multipart && !type.contains("json")) {
    parts.body = "some bytes";
    return parts;
  }
  const auto sample = media.schema.is_null() ? std::optional<std::string>("{}")
                                             : sampler_.sample(schema_uri(media.schema));
  if (!sample) return std::nullopt;
  parts.body = multipart ? multipart_body(*sample) : *sample;
  if (multipart) parts.content_type += "; boundary=xyz";
  return parts;
}

MadeRequest RequestMaker::write(std::size_t index, const Parts& parts) const {
  const artifact::Operation& operation = routes_.operations[index];
  MadeRequest request;
  request.method = operation.method;
  std::string path = operation.path;
  std::string query, cookie;
  for (const auto& [i, text] : parts.parameters) {
    const artifact::Parameter& parameter = operation.parameters[i];
    const json::value value = parsed(text);
    if (parameter.location == "path") {
      for (const char* end : {"}", "+}"}) {
        const std::string name = "{" + parameter.name + end;
        const std::size_t at = path.find(name);
        if (at != std::string::npos) path.replace(at, name.size(), joined(value, ",", true));
      }
    } else if (parameter.location == "query") {
      append_query(query, parameter, value);
    } else if (parameter.location == "header" && parts.has_body &&
               parameter.name == "Content-Type") {
      continue;  // the body has one
    } else if (parameter.location == "header") {
      request.headers.emplace_back(parameter.name, joined(value, ",", false));
    } else if (parameter.location == "cookie") {
      cookie += (cookie.empty() ? "" : "; ") + parameter.name + "=" + joined(value, ",", false);
    }
  }
  request.target = path.substr(0, path.find('#')) + (query.empty() ? "" : "?" + query);
  if (!cookie.empty()) request.headers.emplace_back("cookie", cookie);
  if (parts.has_body) {
    request.headers.emplace_back("content-type", parts.content_type);
    request.body = parts.body;
    request.has_body = true;
  }
  return request;
}

std::optional<MadeRequest> RequestMaker::valid(std::size_t operation) {
  const auto made = parts(operation);
  if (!made) return std::nullopt;
  return write(operation, *made);
}

std::vector<WrongRequest> RequestMaker::wrong(std::size_t index) {
  const artifact::Operation& operation = routes_.operations[index];
  const auto right = parts(index);
  std::vector<WrongRequest> wrong;
  if (!right) return wrong;
  for (const auto& [i, text] : right->parameters) {
    const artifact::Parameter& parameter = operation.parameters[i];
    if (parameter.schema.is_null()) continue;
    const json::value schema = parsed(parameter.schema.text);
    const json::value* type =
        schema.is_object() ? schema.get_object().if_contains("type") : nullptr;
    if (type == nullptr || (*type != "integer" && *type != "boolean")) continue;
    Parts broken = *right;
    broken.parameters[i].second = R"("neither-number-nor-truth")";
    wrong.push_back(
        {write(index, broken), parameter.name, parameter.location, "parameter of the wrong type"});
    break;
  }
  if (!right->has_body || !right->content_type.contains("json")) return wrong;
  Parts no_json = *right;
  no_json.body = "{\"cut";
  wrong.push_back({write(index, no_json), "body", "body", "no JSON"});

  const artifact::Content& content = operation.request_body->content;
  const auto media = content.find(right->content_type);
  if (media == content.end() || media->second.schema.is_null()) return wrong;
  const json::value schema = parsed(media->second.schema.text);
  const json::value body = parsed(right->body);
  if (!schema.is_object() || !body.is_object()) return wrong;
  const json::value* properties = schema.get_object().if_contains("properties");
  if (properties == nullptr) return wrong;
  for (const auto& [name, value] : body.get_object()) {
    const json::value* property = properties->as_object().if_contains(name);
    if (property == nullptr || !property->is_object()) continue;
    const json::value* type = property->get_object().if_contains("type");
    if (type == nullptr || !type->is_string() || name.contains('/') || name.contains('~')) continue;
    Parts broken = *right;
    json::object members = body.get_object();
    members[name] = of_another_kind(value);
    if (*type == "object") members[name] = "not an object";
    broken.body = json::serialize(members);
    wrong.push_back(
        {write(index, broken), "/" + std::string(name), "body", "member of the wrong type"});
    break;
  }
  const json::value* required = schema.get_object().if_contains("required");
  if (required != nullptr && required->is_array() && !required->get_array().empty()) {
    const json::value& name = required->get_array().front();
    json::object members = body.get_object();
    if (members.erase(name.as_string()) > 0) {
      Parts broken = *right;
      broken.body = json::serialize(members);
      wrong.push_back({write(index, broken), "body", "body", "missing member"});
    }
  }
  return wrong;
}

}  // namespace barbacane::integration
