#include <cstdint>
#include <cstdlib>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "gateway/dispatchers/upstream_target.h"
#include "http/h1/strict.h"

/// Three lines: a template, a value, a wildcard value. Whatever they are, the target is one, stays
/// below the prefix, and gives the values back.
namespace barbacane::gateway {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void fill(const PathTemplate& path, const std::vector<std::string_view>& values) {
  static const std::vector<std::string> kNames = {"a", "b"};
  HttpUpstreamConfig config;
  config.prefix = "/p";
  config.path = path;
  std::pmr::monotonic_buffer_resource arena;
  const auto target = upstream_target(config, {"/", "q", "/{a}/{b+}", kNames, values}, &arena);
  if (!target) return;
  require(http::h1::is_target(*target));
  require(target->starts_with("/p/") && target->ends_with("q"));
  const std::string_view way = target->substr(0, target->find('?'));
  if (!path.has_query) require(way.size() + 2 == target->size());
  require(!has_dot_segment(way));
}

void round_trip(const std::vector<std::string_view>& values) {
  static const PathTemplate kPath = PathTemplate::parse("/p", "/{a}/-/{b}").value();
  static const std::vector<std::string> kNames = {"a", "b"};
  HttpUpstreamConfig config;
  config.path = kPath;
  std::pmr::monotonic_buffer_resource arena;
  const auto target = upstream_target(config, {"/", "", "/{a}/{b+}", kNames, values}, &arena);
  if (!target) return;
  const std::string back = base::percent_decode(*target);
  require(back == "/p/" + std::string(values[0]) + "/-/" + std::string(values[1]));
}

}  // namespace
}  // namespace barbacane::gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barbacane::gateway;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view written = take_line(text);
  const std::string_view value = take_line(text);
  const std::vector<std::string_view> values = {value, text};
  round_trip(values);
  if (const auto path = PathTemplate::parse("/p", written)) fill(*path, values);
  return 0;
}
