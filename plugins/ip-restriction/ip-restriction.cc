// ip-restriction: who may come in, by address (plugins contract, 3.10 and 1.6).

#include <barbacane/ip.h>
#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

class IpRestriction {
 public:
  struct Config {
    std::vector<std::string> allow, deny, trusted_proxies;
    std::string message = "Access denied";
    int status = 403;

    void bind(Fields& fields) {
      fields.optional("allow", allow, each(must_be_network));
      fields.optional("deny", deny, each(must_be_network));
      fields.optional("trusted_proxies", trusted_proxies, each(must_be_network));
      fields.optional("message", message);
      fields.optional("status", status, between(400, 599));
    }
  };

  std::string init(Config config) {
    allow_ = parse_networks(config.allow);
    deny_ = parse_networks(config.deny);
    trusted_ = parse_networks(config.trusted_proxies);
    message_ = std::move(config.message);
    status_ = config.status;
    return {};
  }

  Action on_request(Request& request) {
    if (allow_.empty() && deny_.empty()) return proceed();
    const Value peer = request.client_ip();
    if (trusted_.empty()) return judge(*peer);
    return judge(client_address(*peer, request.joined_header("x-forwarded-for"),
                                *request.header("x-real-ip"), trusted_));
  }

 private:
  Action judge(std::string_view client) const {
    const auto address = IpAddress::parse(client);
    const bool welcome =
        address && !contains(deny_, *address) && (allow_.empty() || contains(allow_, *address));
    if (welcome) return proceed();
    return problem(status_, "ip-restricted").detail(message_).member("client_ip", client);
  }

  IpNetworks allow_, deny_, trusted_;
  std::string message_;
  int status_ = 403;
};

}  // namespace

BARBACANE_MIDDLEWARE(IpRestriction)
