#include "net/detail/hosts_file.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace barbacane::net::detail {
namespace {

std::vector<std::string> found(const std::string& path, std::string_view name) {
  std::vector<std::string> texts;
  for (const IpAddress& address : find_in_hosts_file(path, name)) texts.push_back(to_text(address));
  return texts;
}

TEST(HostsFile, GivesAllAddressesOfANameInItsOrder) {
  const std::string path = ::testing::TempDir() + "bb_hosts_file_test";
  ASSERT_TRUE(base::write_file_atomically(path,
                                          "# 192.0.2.9 commented\n"
                                          "127.0.0.1\tlocalhost loop  # also commented\n"
                                          "\n"
                                          "::1 localhost\r\n"
                                          "  192.0.2.1   api.example  API  \n"
                                          "not-an-address api\n"
                                          "192.0.2.3\n"
                                          "fe80::1%lo0 api\n"
                                          "192.0.2.2 api"));
  using Texts = std::vector<std::string>;
  EXPECT_EQ(found(path, "localhost"), (Texts{"127.0.0.1", "::1"}));
  EXPECT_EQ(found(path, "api"), (Texts{"192.0.2.1", "192.0.2.2"}));
  EXPECT_EQ(found(path, "api.example."), (Texts{"192.0.2.1"}));
  for (const auto name : {"commented", "also", "ap", "example", "#", "192.0.2.3"}) {
    EXPECT_EQ(found(path, name), Texts{}) << name;
  }
  EXPECT_EQ(found(path + ".missing", "localhost"), Texts{});
  ::remove(path.c_str());
}

}  // namespace
}  // namespace barbacane::net::detail
