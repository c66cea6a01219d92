#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "testkit/message.h"

/// JSON answers as tests look at them.
namespace barbacane::integration {

/// Throws, and so fails the test, when the text is no JSON object.
inline boost::json::object object(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 512;  // schemas of real specs nest deeper than the default of 32
  return boost::json::parse(boost::json::string_view(text.data(), text.size()), {}, options)
      .as_object();
}

inline std::string text_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* member = object.if_contains({name.data(), name.size()});
  if (member == nullptr || !member->is_string()) return {};
  const boost::json::string& text = member->get_string();
  return {text.data(), text.size()};
}

/// `type` of a problem document without its common beginning; empty for any other answer.
inline std::string problem_type(const testkit::Response& response) {
  constexpr std::string_view kPrefix = "urn:barbacane:error:";
  if (response.header("content-type") != "application/problem+json") return {};
  const std::string type = text_member(object(response.body), "type");
  return type.starts_with(kPrefix) ? type.substr(kPrefix.size()) : std::string{};
}

}  // namespace barbacane::integration
