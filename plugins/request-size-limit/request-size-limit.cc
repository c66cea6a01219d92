// request-size-limit: refuses large bodies by their length alone (plugins contract, 3.9). It asks
// for the length only, which needs no access to the body, so the gateway need not collect it.

#include <algorithm>

#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

class RequestSizeLimit {
 public:
  struct Config {
    std::int64_t max_bytes = 1'048'576;
    bool check_content_length = true;

    void bind(Fields& fields) {
      fields.optional("max_bytes", max_bytes, at_least(0));
      fields.optional("check_content_length", check_content_length);
    }
  };

  std::string init(Config config) {
    limit_ = static_cast<std::uint64_t>(config.max_bytes);
    check_header_ = config.check_content_length;
    return {};
  }

  Action on_request(Request& request) {
    if (check_header_) {
      const Value declared = request.header("content-length");
      if (declared && is_number(*declared) && is_too_much(*declared)) return refuse(*declared);
    }
    const auto length = request.body_length();
    if (length && *length > limit_) return refuse(integer_text(static_cast<std::int64_t>(*length)));
    return proceed();
  }

 private:
  static bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), is_digit);
  }
  /// A number of more digits than fit is larger than any limit.
  bool is_too_much(std::string_view digits) const {
    const auto number = parse_integer<std::uint64_t>(digits);
    return !number || *number > limit_;
  }
  Action refuse(std::string_view length) const {
    return problem(413, "payload-too-large", "Payload Too Large")
        .detail(concat("The body has ", length, " bytes; the limit is ",
                       static_cast<std::int64_t>(limit_), " bytes."));
  }

  std::uint64_t limit_ = 0;
  bool check_header_ = true;
};

}  // namespace

BARBACANE_MIDDLEWARE(RequestSizeLimit)
