#include "http/h1/request_parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include <boost/beast/http/basic_parser.hpp>

#include "http/h1/grammar.h"
#include "http/h1/strict.h"

namespace barbacane::http::h1 {

namespace {

namespace beast = boost::beast;
using beast::http::error;
using ErrorCode = boost::system::error_code;

/// Beast has already looked the name up in its own table of fields.
constexpr auto kKnownFields = [] {
  using F = beast::http::field;
  std::array<KnownField, 512> table{};
  const auto set = [&](F field, KnownField known) {
    table[static_cast<std::size_t>(field)] = known;
  };
  set(F::accept, KnownField::kAccept);
  set(F::accept_encoding, KnownField::kAcceptEncoding);
  set(F::authorization, KnownField::kAuthorization);
  set(F::connection, KnownField::kConnection);
  set(F::content_encoding, KnownField::kContentEncoding);
  set(F::content_length, KnownField::kContentLength);
  set(F::content_type, KnownField::kContentType);
  set(F::cookie, KnownField::kCookie);
  set(F::expect, KnownField::kExpect);
  set(F::forwarded, KnownField::kForwarded);
  set(F::host, KnownField::kHost);
  set(F::keep_alive, KnownField::kKeepAlive);
  set(F::origin, KnownField::kOrigin);
  set(F::proxy_authorization, KnownField::kProxyAuthorization);
  set(F::proxy_connection, KnownField::kProxyConnection);
  set(F::te, KnownField::kTe);
  set(F::trailer, KnownField::kTrailer);
  set(F::transfer_encoding, KnownField::kTransferEncoding);
  set(F::upgrade, KnownField::kUpgrade);
  return table;
}();

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

/// Receives what Beast finds and keeps it as views.
struct RequestParser::Beast {
  class Sink final : public beast::http::basic_parser<true> {
   public:
    Sink() {
      header_limit(~std::uint32_t{0});  // the connection bounds its buffer
      body_limit(boost::none);          // bodies are not read through Beast
    }

    RequestHead* head = nullptr;
    const char* bytes_end = nullptr;

   private:
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                         int version, ErrorCode&) override {
      head->method = view(method);
      head->target = view(target);
      head->version = version == 10 ? Version::kHttp10 : Version::kHttp11;
    }

    void on_field_impl(beast::http::field field, beast::string_view beast_name,
                       beast::string_view beast_value, ErrorCode& ec) override {
      const std::string_view name = view(beast_name);
      const std::string_view value = view(beast_value);
      if (!is_unfolded(name, value, bytes_end)) {
        ec = error::bad_obs_fold;
        return;
      }
      KnownField known = kKnownFields[static_cast<std::size_t>(field)];
      if (field == beast::http::field::unknown) known = known_field(name);
      std::int16_t& first = head->first[static_cast<std::size_t>(known)];
      if (first < 0) first = static_cast<std::int16_t>(head->fields.size());
      head->fields.push_back({name, value, known});
    }

    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
    std::size_t on_body_impl(beast::string_view data, ErrorCode&) override { return data.size(); }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view data, ErrorCode&) override {
      return data.size();
    }
    void on_finish_impl(ErrorCode&) override {}
    void on_response_impl(int, beast::string_view, int, ErrorCode&) override {}
  };

  std::optional<Sink> sink;
};

RequestParser::RequestParser() : beast_(std::make_unique<Beast>()) {}
RequestParser::~RequestParser() = default;

void RequestParser::begin() {
  beast_->sink.emplace();
  scanner_.begin();
}

RequestParser::HeadStatus RequestParser::parse_head(std::string_view bytes, RequestHead& head,
                                                    std::size_t& consumed) {
  // What can be no request line is refused without waiting for the rest, say a TLS handshake.
  if (bytes.empty()) return HeadStatus::kNeedMore;
  if (!is_token_byte(bytes.front())) return HeadStatus::kRefused;
  using End = HeadScanner::End;
  const End end = scanner_.find_end(bytes);
  if (end == End::kMissing) return HeadStatus::kNeedMore;
  if (end == End::kBareLineFeed) return HeadStatus::kRefused;
  bytes = bytes.substr(0, scanner_.length());
  // Beast gets whole heads only: it forgets how far it came when it has to wait.
  Beast::Sink& sink = *beast_->sink;
  sink.head = &head;
  sink.bytes_end = bytes.data() + bytes.size();
  ErrorCode ec;
  consumed = sink.put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (ec || !sink.is_header_done() || head.fields.size() > 32'000) return HeadStatus::kRefused;
  // Slot 0 belongs to names nobody looks up.
  head.first[0] = -1;
  return accept_head(head) ? HeadStatus::kComplete : HeadStatus::kRefused;
}

void read_overflowing_head(std::string_view bytes, std::size_t max_target, RequestHead& head) {
  const std::string_view line = bytes.substr(0, bytes.find("\r\n"));
  head.keep_alive = false;
  const std::size_t method_end = line.find(' ');
  if (method_end == std::string_view::npos) {
    head.overflow = RequestHead::Overflow::kTarget;
    head.path = "/";
    return;
  }
  head.method = line.substr(0, method_end);
  head.target = line.substr(method_end + 1);
  head.target = head.target.substr(0, head.target.find(' '));
  const std::size_t question = head.target.find('?');
  head.path = head.target.substr(0, question);
  if (question != std::string_view::npos) head.query = head.target.substr(question + 1);
  const bool line_complete = line.size() < bytes.size();
  head.overflow = line_complete && head.target.size() <= max_target
                      ? RequestHead::Overflow::kFields
                      : RequestHead::Overflow::kTarget;
}

}  // namespace barbacane::http::h1
