// bot-detection: refuses clients by the name they give themselves (plugins contract, 3.11).

#include <algorithm>

#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

using Patterns = std::vector<std::string>;  // in lower case

Patterns in_lower_case(Patterns patterns) {
  for (std::string& pattern : patterns) pattern = lower(pattern);
  return patterns;
}

bool matches(const Patterns& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return contains_ignoring_case(text, pattern);
  });
}

/// No more of a client's words than these many characters come back.
std::string_view shortened(std::string_view text) {
  constexpr std::size_t kMost = 256;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && ++characters > kMost) return text.substr(0, i);
  }
  return text;
}

class BotDetection {
 public:
  struct Config {
    Patterns deny, allow;
    bool block_empty_ua = false;
    std::string message = "Access denied";
    int status = 403;

    void bind(Fields& fields) {
      fields.optional("deny", deny, each(not_empty));
      fields.optional("allow", allow, each(not_empty));
      fields.optional("block_empty_ua", block_empty_ua);
      fields.optional("message", message);
      fields.optional("status", status, between(400, 599));
    }
  };

  std::string init(Config config) {
    config_ = std::move(config);
    config_.deny = in_lower_case(std::move(config_.deny));
    config_.allow = in_lower_case(std::move(config_.allow));
    return {};
  }

  Action on_request(Request& request) {
    const Value agent = request.header("user-agent");
    const std::string_view name = trim(agent.view());
    if (name.empty()) return config_.block_empty_ua ? Action(refusal()) : proceed();
    if (matches(config_.allow, name) || !matches(config_.deny, name)) return proceed();
    return refusal().member("user_agent", shortened(name));
  }

 private:
  Problem refusal() const {
    return problem(config_.status, "bot-detected").detail(config_.message);
  }

  Config config_;
};

}  // namespace

BARBACANE_MIDDLEWARE(BotDetection)
