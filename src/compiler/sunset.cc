#include "compiler/detail/extension_readers.h"
#include "compiler/detail/fields.h"

namespace barbacane::compiler {

void read_sunset(const Site& site, OperationExtensions& extensions, Report& report) {
  const auto read = [&](std::string_view key, const auto& date, std::string_view hint) {
    const spec::Node* value = site.node->find(key);
    if (value == nullptr) return;
    const std::optional<std::string> imf =
        value->is_string() ? date(value->text()) : std::optional<std::string>();
    if (!imf) {
      report.structural(site, "'" + std::string(key) + "' is not a date",
                        member_place(site.node, key), std::string(hint));
      return;
    }
    if (extensions.sunset) return;
    extensions.sunset = imf;
    extensions.sunset_key = key;
  };
  read("x-barbacane-sunset", imf_from_iso, "write the day as YYYY-MM-DD, for example 2026-06-01");
  read(
      "x-sunset",
      [](std::string_view text) {
        return is_http_date(text) ? std::optional<std::string>(text) : std::nullopt;
      },
      "write an HTTP-date such as Mon, 01 Jun 2026 00:00:00 GMT, or use x-barbacane-sunset: "
      "2026-06-01");
}

}  // namespace barbacane::compiler
