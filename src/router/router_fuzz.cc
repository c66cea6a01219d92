#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "router/detail/normalise.h"
#include "router/router.h"

/// Input: templates, one a line, an empty line, then a request path with whatever bytes follow.
/// Checked besides not crashing: normal forms are stable and keep the meaning of a path, and a
/// match's template with the captures put in gives the normal form of the path again.
namespace {

using namespace barbacane::router;
using Kind = Template::Part::Kind;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "router_fuzz: %s\n", what);
  std::abort();
}

/// Without runs of slashes and trailing ones, decoded.
std::string meaning(std::string_view path) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) out += "/" + barbacane::base::percent_decode(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

void check_normal_form(std::string_view path) {
  std::string scratch;
  const auto once = detail::normalise(path, scratch);
  if (!once) return;
  require(meaning(path) == meaning(once->text()), "normalising changed the meaning");
  std::string again;
  const auto twice = detail::normalise(once->text(), again);
  require(twice && twice->text() == once->text(), "normalising twice differs");
  const bool in_place = twice->text().data() == once->text().data();
  require(in_place || once->text().find('%') != std::string_view::npos, "a plain path was copied");
}

std::string filled_in(const Template& path, const Lookup& lookup) {
  std::string out;
  std::size_t next = 0;
  for (const auto& segment : path.segments) {
    out += '/';
    for (const auto& part : segment.parts) {
      if (part.kind == Kind::kLiteral) {
        out += part.text;
        continue;
      }
      require(next < lookup.captures().size(), "too few captures");
      const std::string_view capture = lookup.captures()[next++];
      require(!capture.empty(), "an empty capture");
      require(part.kind == Kind::kWildcard || capture.find('/') == capture.npos,
              "a slash captured");
      out += capture;
    }
  }
  require(next == lookup.captures().size(), "too many captures");
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::string_view> paths;
  std::vector<Template> templates;
  std::set<std::string> shapes;
  while (!input.empty() && input.front() != '\n') {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    auto parsed = parse_template(line);
    if (!parsed) continue;
    const auto again = parse_template(parsed->normalised());
    require(again && again->normalised() == parsed->normalised(), "a template is not stable");
    if (parsed->parameters().size() > Lookup::kMaxCaptures) continue;
    if (!shapes.insert(parsed->shape()).second) continue;
    paths.push_back(line);
    templates.push_back(std::move(*parsed));
  }
  if (!input.empty()) input.remove_prefix(1);

  std::vector<RouteSpec> specs;
  for (const std::string_view path : paths) {
    specs.push_back({path, "GET", static_cast<std::uint32_t>(specs.size())});
  }
  const auto routes = RouteTable::build(specs);
  require(routes.has_value(), "templates of different shapes do not build");

  check_normal_form(input);
  Lookup lookup;
  routes->find(input, "GET", lookup);
  if (lookup.outcome != Lookup::Outcome::kFound) return 0;
  std::string scratch;
  const auto normal = detail::normalise(input, scratch);
  require(normal && filled_in(templates[lookup.operation], lookup) == normal->text(),
          "captures do not give the path again");
  return 0;
}
