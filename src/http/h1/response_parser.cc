#include "http/h1/response_parser.h"

#include <algorithm>

#include "base/text.h"
#include "http/h1/grammar.h"
#include "http/h1/strict.h"

namespace barbacane::http::h1 {

namespace {

using base::equals_ignoring_case;

/// More field lines than this are nobody's honest answer.
constexpr std::size_t kMaxFields = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `HTTP/1.1 200 OK`; the reason, which nobody needs, may be missing with its space.
bool parse_status_line(std::string_view line, ResponseHead& head) {
  constexpr std::string_view kName = "HTTP/1.";
  constexpr std::size_t kCodeEnd = kName.size() + 1 + 1 + 3;
  if (line.size() < kCodeEnd || !line.starts_with(kName)) return false;
  const char minor = line[kName.size()];
  if ((minor != '0' && minor != '1') || line[kName.size() + 1] != ' ') return false;
  head.version = minor == '0' ? Version::kHttp10 : Version::kHttp11;
  const std::string_view code = line.substr(kName.size() + 2, 3);
  if (!std::ranges::all_of(code, is_digit) || code.front() < '1') return false;
  head.status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  const std::string_view rest = line.substr(kCodeEnd);
  return rest.empty() || (rest.front() == ' ' && is_field_text(rest));
}

bool parse_field_line(std::string_view line, ResponseHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = base::trim(line.substr(colon + 1));
  // A blank before the colon or at the start (a folded line) is no token byte.
  if (!is_token(name) || !is_field_text(value)) return false;
  head.fields.push_back({name, value, known_field(name)});
  return head.fields.size() <= kMaxFields;
}

}  // namespace

ResponseParser::Status ResponseParser::parse(std::string_view bytes, ResponseHead& head,
                                             std::size_t& length) {
  using End = HeadScanner::End;
  constexpr std::string_view kStart = "HTTP/1.";
  // What can be no answer is refused without waiting for the rest.
  if (bytes.substr(0, kStart.size()) != kStart.substr(0, bytes.size())) return Status::kRefused;
  const End end = scanner_.find_end(bytes);
  if (end == End::kMissing) return Status::kNeedMore;
  if (end == End::kBareLineFeed) return Status::kRefused;
  length = scanner_.length();
  std::string_view rest = bytes.substr(0, length - 2);  // without the empty line
  const std::string_view status_line = rest.substr(0, rest.find("\r\n"));
  if (!parse_status_line(status_line, head)) return Status::kRefused;
  rest.remove_prefix(status_line.size() + 2);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    if (!parse_field_line(line, head)) return Status::kRefused;
    rest.remove_prefix(line.size() + 2);
  }
  return Status::kComplete;
}

bool frame_response(ResponseHead& head, std::string_view method, ResponseFraming& framing) {
  int lengths = 0;
  int codings = 0;
  bool close = false;
  bool keep_alive = false;
  for (const Field& field : head.fields) {
    if (field.known == KnownField::kContentLength) {
      head.content_length = parse_content_length(field.value);
      if (!head.content_length || ++lengths > 1) return false;
    } else if (field.known == KnownField::kTransferEncoding) {
      if (!equals_ignoring_case(field.value, "chunked") || ++codings > 1) return false;
    } else if (field.known == KnownField::kConnection) {
      close |= list_contains(field.value, "close");
      keep_alive |= list_contains(field.value, "keep-alive");
    }
  }
  const bool modern = head.version == Version::kHttp11;
  if (codings == 1 && (lengths == 1 || !modern)) return false;
  framing.keep_alive = modern ? !close : keep_alive && !close;
  const bool bodiless =
      method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304;
  if (bodiless) {
    framing.body = BodyFraming::kNone;
  } else if (codings == 1) {
    framing.body = BodyFraming::kChunked;
  } else if (lengths == 1) {
    framing.body = BodyFraming::kLength;
    framing.length = *head.content_length;
  } else {
    framing.body = BodyFraming::kUntilClose;
    framing.keep_alive = false;
  }
  return true;
}

}  // namespace barbacane::http::h1
