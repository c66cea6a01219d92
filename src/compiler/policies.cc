#include <algorithm>

#include <fmt/format.h>

#include "compiler/detail/extension_readers.h"
#include "compiler/detail/fields.h"

namespace barbacane::compiler {

namespace {

constexpr std::string_view kObservability = "x-barbacane-observability";
constexpr std::string_view kValidation = "x-barbacane-validation";

/// The text of the node when it is one of the words, else a report and nothing.
std::optional<std::string> one_of(const Site& site, const spec::Node* node,
                                  const std::vector<std::string_view>& words, std::string_view what,
                                  base::SourcePlace place, Report& report) {
  const std::string_view given = node->is_string() ? node->text() : std::string_view{};
  if (std::ranges::find(words, given) != words.end()) return std::string(given);
  report.structural(site, fmt::format("{} must be one of {}", what, quoted_list(words)),
                    std::move(place), did_you_mean(given, words, {}));
  return std::nullopt;
}

}  // namespace

artifact::Observability read_observability(const Site& site, Report& report) {
  artifact::Observability result;
  const spec::Node* node = site.node->find(kObservability);
  if (node == nullptr) return result;
  const spec::NodeRef object{node, site.node.document};
  if (!node->is_object()) {
    report.structural(site, "'x-barbacane-observability' must be an object",
                      member_place(site.node, kObservability),
                      "its fields are trace_sampling, detailed_validation_logs and latency_slo");
    return result;
  }
  const auto wrong = [&](std::string_view field, std::string_view what, std::string_view hint) {
    report.structural(site, fmt::format("'{}' must be {}", field, what),
                      member_place(object, field), std::string(hint));
  };
  if (const spec::Node* sampling = node->find("trace_sampling")) {
    result.trace_sampling = number(sampling);
    if (!result.trace_sampling || *result.trace_sampling < 0 || *result.trace_sampling > 1) {
      wrong("trace_sampling", "a number from 0.0 to 1.0", "0.1 samples one request in ten");
    }
  }
  if (const spec::Node* detailed = node->find("detailed_validation_logs")) {
    result.detailed_validation_logs = boolean(detailed);
    if (!result.detailed_validation_logs) {
      wrong("detailed_validation_logs", "a boolean", "write true or false, without quotes");
    }
  }
  if (const spec::Node* slo = node->find("latency_slo_ms")) {
    result.latency_slo_ms = integer(slo);
    if (result.latency_slo_ms.value_or(0) < 1) {
      wrong("latency_slo_ms", "a positive integer", "it counts milliseconds: latency_slo_ms: 200");
    }
  }
  if (const spec::Node* slo = node->find("latency_slo")) {
    result.latency_slo_ms = slo->is_string() ? duration_ms(slo->text()) : std::nullopt;
    if (result.latency_slo_ms.value_or(0) < 1) {
      wrong("latency_slo", "a duration", "write a duration such as 200ms or 1s");
    }
  }
  return result;
}

ValidationFields read_validation(const Site& site, Report& report) {
  ValidationFields result;
  const spec::Node* node = site.node->find(kValidation);
  if (node == nullptr) return result;
  const std::vector<std::string_view> modes = {"enforce", "report", "off"};
  const spec::NodeRef object{node, site.node.document};
  if (node->is_string()) {
    result.mode = one_of(site, node, modes, "'x-barbacane-validation'",
                         member_place(site.node, kValidation), report);
    return result;
  }
  if (!node->is_object()) {
    const bool unquoted_off = node->kind() == spec::Kind::kBool && !node->is_true();
    report.structural(
        site, "'x-barbacane-validation' must be a string or an object",
        member_place(site.node, kValidation),
        unquoted_off ? "write off to switch validation off" : "write enforce, report or off");
    return result;
  }
  if (const spec::Node* mode = node->find("mode")) {
    result.mode = one_of(site, mode, modes, "'mode' of x-barbacane-validation",
                         member_place(object, "mode"), report);
  }
  if (const spec::Node* unknown = node->find("unknown_query")) {
    result.unknown_query =
        one_of(site, unknown, {"pass", "reject"}, "'unknown_query' of x-barbacane-validation",
               member_place(object, "unknown_query"), report);
  }
  return result;
}

}  // namespace barbacane::compiler
