#include "barbacane/sigv4.h"

#include <algorithm>

#include "barbacane/hash.h"
#include "barbacane/text.h"
#include "barbacane/url.h"

namespace barbacane::plugin::sigv4 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// Without blanks at the ends, and with one where there are several.
std::string canonical_value(std::string_view value) {
  std::string out;
  for (const char c : trim(value)) {
    if (c == ' ' && out.ends_with(' ')) continue;
    out.push_back(c);
  }
  return out;
}

/// Lines of one name stay in their order; there are few, so they are put in one by one.
std::vector<std::pair<std::string, std::string>> sorted_by_name(
    const std::vector<std::pair<std::string, std::string>>& headers) {
  std::vector<std::pair<std::string, std::string>> sorted;
  for (const auto& header : headers) {
    const auto place = std::upper_bound(
        sorted.begin(), sorted.end(), header.first,
        [](const std::string& name, const auto& other) { return name < other.first; });
    sorted.insert(place, header);
  }
  return sorted;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view one = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (one.empty()) continue;
    const std::size_t equals = one.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : one.substr(equals + 1);
    parameters.emplace_back(percent_encode(percent_decode(one.substr(0, equals))),
                            percent_encode(percent_decode(value)));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out.push_back('&');
    out.append(name).append("=").append(value);
  }
  return out;
}

}  // namespace

std::string canonical_request(const Request& request, std::string& signed_headers) {
  const auto headers = sorted_by_name(request.headers);
  std::string lines;
  signed_headers.clear();
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const auto& [name, value] = headers[i];
    if (i > 0 && headers[i - 1].first == name) {
      lines.back() = ',';  // in place of the line's end
    } else {
      if (!signed_headers.empty()) signed_headers.push_back(';');
      signed_headers.append(name);
      lines.append(name).push_back(':');
    }
    lines.append(canonical_value(value)).push_back('\n');
  }
  const std::string path =
      request.path.empty() ? std::string("/") : percent_encode(request.path, "/");
  return concat(request.method, '\n', path, '\n', canonical_query(request.query), '\n', lines, '\n',
                signed_headers, '\n', hex_text(view(sha256(request.body))));
}

std::string authorization(const Credentials& credentials, const Scope& scope,
                          const Request& request) {
  std::string signed_headers;
  const std::string canonical = canonical_request(request, signed_headers);
  const std::string_view day = scope.time.substr(0, 8);
  const std::string path = concat(day, '/', scope.region, '/', scope.service, "/aws4_request");
  const std::string text =
      concat(kAlgorithm, '\n', scope.time, '\n', path, '\n', hex_text(view(sha256(canonical))));
  Sha256Digest key = hmac_sha256(concat("AWS4", credentials.secret_access_key), day);
  for (const std::string_view part :
       {scope.region, scope.service, std::string_view("aws4_request")}) {
    key = hmac_sha256(view(key), part);
  }
  return concat(kAlgorithm, " Credential=", credentials.access_key_id, '/', path,
                ", SignedHeaders=", signed_headers,
                ", Signature=", hex_text(view(hmac_sha256(view(key), text))));
}

std::string time_text(std::int64_t unix_seconds) {
  // Days since 1970 to a date of the Gregorian calendar, counted in 400-year eras from March.
  const std::int64_t days = unix_seconds / 86400 + 719'468;
  const std::int64_t era = days / 146'097;
  const std::int64_t day_of_era = days % 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  const std::int64_t second = unix_seconds % 86400;
  std::string out;
  const auto put = [&](std::int64_t number, int digits) {
    char text[4];
    for (int i = digits - 1; i >= 0; --i, number /= 10)
      text[i] = static_cast<char>('0' + number % 10);
    out.append(text, static_cast<std::size_t>(digits));
  };
  put(year, 4);
  put(month, 2);
  put(day, 2);
  out.push_back('T');
  put(second / 3600, 2);
  put(second / 60 % 60, 2);
  put(second % 60, 2);
  out.push_back('Z');
  return out;
}

}  // namespace barbacane::plugin::sigv4
