#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/ip_address.h"

namespace barbacane::net::detail {

/// The addresses a hosts file gives a name, in the file's order; none when there is no such file.
/// The file is read on each call: blocking. One above 4 MB counts as none.
std::vector<IpAddress> find_in_hosts_file(const std::string& path, std::string_view name);

}  // namespace barbacane::net::detail
