#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "artifact/shared_schemas.h"
#include "base/text.h"
#include "compiler/detail/json_text.h"
#include "compiler/detail/stages.h"
#include "schema/sample.h"
#include "validation/media_type.h"

namespace barbacane::compiler {

namespace {

constexpr std::string_view kDocument = "responses";

bool answers_from_spec(const OperationExtensions& extensions) {
  if (!extensions.dispatch || extensions.dispatch->name != "mock") return false;
  const spec::NodeRef config = extensions.dispatch->config;
  const spec::Node* flag = config ? config->find("from_spec") : nullptr;
  return flag != nullptr && flag->is_true();
}

/// What is sent for a range of media types.
std::string concrete_type(const std::string& name) {
  const auto parsed = validation::parse_media_type(name);
  if (!parsed || (parsed->type != "*" && parsed->subtype != "*")) return name;
  if (parsed->type == "text") return "text/plain";
  const bool free = parsed->type == "*" || parsed->type == "application";
  return free ? "application/json" : "application/octet-stream";
}

/// Types of one vendor that do not say how they are written: what has members is written as JSON.
bool is_silent_about_syntax(std::string_view type) {
  return type.starts_with("application/vnd.") && !type.contains('+');
}

/// An example somebody wrote.
struct Example {
  std::string name;  ///< empty for that of `example`
  spec::NodeRef value;
};

/// What one `mock` operation needs: the operation as read and as it goes into the artifact.
struct Target {
  RoutedOperation routed;
  artifact::Operation* route;
};

class Preparation {
 public:
  Preparation(spec::Project& project, SchemaTable& schemas, const artifact::Routes& routes,
              Report& report)
      : project_(project), schemas_(schemas), routes_(routes), report_(report) {}

  base::Result<> run(const std::vector<Target>& targets) {
    collect_schemas(targets);
    for (const Target& target : targets) {
      target_ = &target;
      target.route->mock.text = answers();
      schemas_.charge(target.route->mock.text.size());
      if (!schemas_.exhausted()) continue;
      return base::fail(
          "the prepared answers of all operations together are larger than an artifact may be "
          "(256 MiB)");
    }
    return {};
  }

 private:
  /// All response schemas go into one document beside the shared ones, to be compiled together.
  void collect_schemas(const std::vector<Target>& targets) {
    std::string list;
    for (const Target& target : targets) {
      for (const auto& [status, content] : target.route->responses) {
        for (const auto& [name, media] : content) {
          if (media.schema.text.empty()) continue;
          if (!uris_.emplace(media.schema.text, uri(uris_.size())).second) continue;
          list += (list.empty() ? "" : ",") + media.schema.text;
          sampler_.want(uri(uris_.size() - 1));
        }
      }
    }
    if (uris_.empty()) return;
    sampler_.add(std::string(kDocument),
                 "{" + artifact::shared_schemas_member(routes_) + ",\"list\":[" + list + "]}");
    sampler_.set_shared_table(std::string(kDocument));
  }

  static std::string uri(std::size_t index) { return fmt::format("{}#/list/{}", kDocument, index); }

  std::string answers() {
    std::string out = "{";
    for (const spec::Response& response : target_->routed.operation().responses) {
      if (schemas_.exhausted()) break;
      if (out.size() > 1) out += ',';
      out += base::json_string(response.status) + ":[";
      if (response.content.empty()) out += "{\"body\":\"\",\"content_type\":null}";
      for (const spec::MediaType& media : response.content) {
        if (out.back() != '[') out += ',';
        add_answers(out, response, media);
      }
      out += ']';
    }
    return out + '}';
  }

  void add_answers(std::string& out, const spec::Response& response, const spec::MediaType& media) {
    const std::string type = concrete_type(media.name);
    const bool json = validation::is_json_media_type(type);
    const std::string* schema = schema_of(response, media);
    bool any = false;
    for (const Example& example : examples_of(media)) {
      const auto body =
          json ? json_body(example, response, media, schema) : plain_body(example, type);
      if (!body) continue;
      if (any) out += ',';
      any = true;
      append(out, *body, type, example.name);
    }
    if (any) return;
    auto made = generated(schema, type, json);
    if (!made) {
      report_.warning(site(), "",
                      fmt::format("no example can be generated for response {} ({})",
                                  response.status, media.name),
                      media.node.place(), "add an 'example' to the response");
    }
    append(out, made.value_or(""), type, {});
  }

  static void append(std::string& out, std::string_view body, std::string_view type,
                     std::string_view name) {
    out += "{\"body\":" + base::json_string(body);
    out += ",\"content_type\":" + base::json_string(type);
    if (!name.empty()) out += ",\"name\":" + base::json_string(name);
    out += '}';
  }

  /// The URI of the schema, to ask the sampler about; null without one.
  const std::string* schema_of(const spec::Response& response, const spec::MediaType& media) const {
    const auto content = target_->route->responses.find(response.status);
    if (content == target_->route->responses.end()) return nullptr;
    const auto found = content->second.find(media.name);
    if (found == content->second.end()) return nullptr;
    const auto uri = uris_.find(found->second.schema.text);
    return uri == uris_.end() ? nullptr : &uri->second;
  }

  std::vector<Example> examples_of(const spec::MediaType& media) {
    std::vector<Example> all;
    if (!media.node || !media.node->is_object()) return all;
    if (const spec::Node* example = media.node->find("example")) {
      all.push_back({{}, {example, media.node.document}});
    }
    const spec::Node* examples = media.node->find("examples");
    if (examples == nullptr) return all;
    for (const spec::Member* member : sorted_members(*examples)) {
      auto target = project_.resolve({member->value, media.node.document});
      if (!target) {
        base::Diagnostic& problem = target.error();
        problem.severity = base::Severity::kWarning;
        problem.location = site().location;
        report_.add(target_->routed.unit->index, std::move(problem));
        continue;
      }
      // `dataValue` is OpenAPI 3.2's word.
      for (std::string_view key : {"value", "dataValue"}) {
        const spec::Node* value = (*target)->find(key);
        if (value == nullptr) continue;
        all.push_back({std::string(member->key), {value, target->document}});
        break;
      }
    }
    return all;
  }

  std::optional<std::string> json_body(const Example& example, const spec::Response& response,
                                       const spec::MediaType& media, const std::string* schema) {
    std::string text = json_text(*example.value.node).text;
    if (schema == nullptr) return text;
    const auto [known, added] = checked_.try_emplace({example.value.node, schema}, Verdict::kGood);
    if (added) known->second = check(example, text, response, media, *schema);
    // A string that holds the JSON the schema describes is meant as that JSON.
    if (known->second == Verdict::kTextOfValue) return std::string(example.value->text());
    return text;
  }

  enum class Verdict { kGood, kBad, kTextOfValue };

  Verdict check(const Example& example, std::string_view text, const spec::Response& response,
                const spec::MediaType& media, const std::string& schema) {
    const auto failures = sampler_.check(schema, text);
    if (!failures || failures->empty()) return Verdict::kGood;
    if (example.value->is_string()) {
      const auto inside = sampler_.check(schema, example.value->text());
      if (inside && inside->empty()) return Verdict::kTextOfValue;
    }
    const schema::Failure& first = failures->front();
    report_.warning(
        site(), "",
        fmt::format("the example{} of response {} ({}) breaks its schema: {} {}",
                    example.name.empty() ? "" : fmt::format(" '{}'", example.name), response.status,
                    media.name, first.instance.empty() ? "it" : first.instance, first.sentence),
        example.value.place(), "it is served as it stands; mend it, or the schema");
    return Verdict::kBad;
  }

  /// Of media types we cannot write: what stands there as text.
  static std::optional<std::string> plain_body(const Example& example, std::string_view type) {
    if (example.value->is_object() || example.value->is_array()) {
      if (!is_silent_about_syntax(type)) return std::nullopt;
      return json_text(*example.value.node).text;
    }
    return std::string(example.value->text());
  }

  std::optional<std::string> generated(const std::string* schema, std::string_view type,
                                       bool json) {
    if (schema == nullptr) return json ? std::optional<std::string>("{}") : std::nullopt;
    const auto [known, added] = made_.try_emplace(*schema);
    if (added) known->second = sampler_.sample(*schema);
    if (json || !known->second) return known->second;
    auto text = text_inside(*known->second);
    return !text && is_silent_about_syntax(type) ? known->second : text;
  }

  /// The text of a JSON string; nothing for other values.
  static std::optional<std::string> text_inside(const std::string& json) {
    schema::Tape tape;
    const auto value = tape.read(json);
    if (!value || value->is_object() || value->is_array()) return std::nullopt;
    if (value->is_string() || value->is_number()) return std::string(value->text());
    return json;
  }

  Site site() const {
    return report_.operation(*target_->routed.unit, target_->routed.operation());
  }

  spec::Project& project_;
  SchemaTable& schemas_;
  const artifact::Routes& routes_;
  Report& report_;
  schema::Sampler sampler_{schema::Sampler::Direction::kResponse};
  std::map<std::string, std::string, std::less<>> uris_;  ///< by the schema's text
  std::map<std::string, std::optional<std::string>> made_;
  std::map<std::pair<const spec::Node*, const std::string*>, Verdict> checked_;
  const Target* target_ = nullptr;
};

}  // namespace

base::Result<> prepare_mock_answers(const std::vector<SpecUnit>& units, spec::Project& project,
                                    SchemaTable& schemas, artifact::Routes& routes,
                                    Report& report) {
  const std::vector<RoutedOperation> order = routed_operations(units);
  std::vector<Target> targets;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (!answers_from_spec(order[i].unit->operations[order[i].index])) continue;
    targets.push_back({order[i], &routes.operations[i]});
  }
  if (targets.empty()) return {};
  return Preparation(project, schemas, routes, report).run(targets);
}

}  // namespace barbacane::compiler
