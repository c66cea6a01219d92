#pragma once

/// The exports of a direct module: handlers without parameters.
namespace barbacane::plugin::detail {

template <class Plugin>
std::int32_t init_direct() {
  if constexpr (requires { typename Plugin::Config; }) {
    return init<Plugin>(host::field(host::Field::kConfig).view());
  } else {
    return init<Plugin>({});
  }
}

}  // namespace barbacane::plugin::detail

#define BARBACANE_INIT(Plugin)                                 \
  BARBACANE_EXPORT(init) std::int32_t barbacane_init() {       \
    return ::barbacane::plugin::detail::init_direct<Plugin>(); \
  }

#define BARBACANE_MIDDLEWARE(Plugin)                                                            \
  BARBACANE_INIT(Plugin)                                                                        \
  BARBACANE_EXPORT(on_request) std::int32_t barbacane_on_request() {                            \
    return static_cast<std::int32_t>(::barbacane::plugin::detail::on_request<Plugin>().kind()); \
  }                                                                                             \
  BARBACANE_EXPORT(on_response) std::int32_t barbacane_on_response() {                          \
    ::barbacane::plugin::detail::on_response<Plugin>();                                         \
    return 0;                                                                                   \
  }

#define BARBACANE_DISPATCHER(Plugin)                                 \
  BARBACANE_INIT(Plugin)                                             \
  BARBACANE_EXPORT(dispatch) std::int32_t barbacane_dispatch() {     \
    return ::barbacane::plugin::detail::dispatch<Plugin>().kind() == \
                   ::barbacane::plugin::Action::Kind::kRespond       \
               ? 0                                                   \
               : 1;                                                  \
  }
