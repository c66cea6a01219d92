#include "gateway/secrets.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace barbacane::gateway {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// A directory of secrets beside a file that is none of them.
class SecretFiles : public testing::Test {
 protected:
  SecretFiles() {
    std::string name = (fs::temp_directory_path() / "barbacane-secrets-XXXXXX").string();
    home_ = ::mkdtemp(name.data());
    fs::create_directories(home_ / "secrets" / "deep");
    write("secrets/token", "  s3cret \r\n");
    write("secrets/deep/key", "a\nb");
    write("secrets/binary", "\xFF\xFE");
    write("outside", "not for you");
    write("secrets-too/token", "not for you either");
    fs::create_symlink(home_ / "outside", home_ / "secrets" / "way-out");
    fs::create_symlink("token", home_ / "secrets" / "other-name");
    fs::create_symlink("..", home_ / "secrets" / "up");
  }
  ~SecretFiles() override { fs::remove_all(home_); }

  void write(const std::string& name, std::string_view bytes) {
    fs::create_directories((home_ / name).parent_path());
    std::ofstream(home_ / name) << bytes;
  }
  std::string directory() const { return (home_ / "secrets").string(); }
  /// The secret, or the sentence about why there is none.
  std::string fetch(const std::string& reference) const {
    const auto secret = Secrets(directory()).fetch(reference);
    return secret ? *secret : secret.error().message;
  }

  fs::path home_;
};

class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST_F(SecretFiles, AreReadAndTrimmed) {
  EXPECT_EQ(fetch("file://token"), "s3cret");
  EXPECT_EQ(fetch("file://" + directory() + "/token"), "s3cret");
  EXPECT_EQ(fetch("file://deep/../token"), "s3cret");
  EXPECT_EQ(fetch("file://deep/key"), "a\nb");
  EXPECT_EQ(fetch("file://other-name"), "s3cret");
}

TEST_F(SecretFiles, DoNotLeadOutOfTheirDirectory) {
  for (const std::string& path :
       {(home_ / "outside").string(), (home_ / "secrets-too/token").string(),
        std::string("../outside"), std::string("way-out"), std::string("up/outside"),
        directory() + "/../outside", std::string("/etc/passwd")}) {
    EXPECT_EQ(fetch("file://" + path),
              "failed to read file: secret path '" + path + "' escapes BARBACANE_SECRETS_DIR");
  }
}

TEST_F(SecretFiles, SayWhyTheyCannotBeRead) {
  EXPECT_EQ(fetch("file://nothing"), "file not found: nothing");
  EXPECT_EQ(fetch("file:///no/such/file"), "file not found: /no/such/file");
  EXPECT_EQ(fetch("file://token/x"), "file not found: token/x");
  EXPECT_EQ(fetch("file://deep"), "failed to read file: deep: not a regular file");
  EXPECT_EQ(fetch("file://binary"), "failed to read file: binary: not UTF-8");
  EXPECT_EQ(fetch("file://"), "invalid secret reference: file://");
  write("secrets/huge", std::string(2'000'000, 'x'));
  EXPECT_THAT(fetch("file://huge"), StartsWith("failed to read file: huge: "));
  EXPECT_EQ(Secrets("").fetch("file://token").error().message,
            "failed to read file: file:// secret references require BARBACANE_SECRETS_DIR to be "
            "set");
  EXPECT_THAT(Secrets("/no/such/directory").fetch("file://token").error().message,
              StartsWith("failed to read file: /no/such/directory: "));
}

TEST(Secrets, ComeFromTheEnvironment) {
  const Variable full("BB_SECRETS_TEST", " as it is ");
  const Variable empty("BB_SECRETS_EMPTY", "");
  const Variable binary("BB_SECRETS_BINARY", "\xFF");
  Secrets secrets("");
  EXPECT_EQ(secrets.fetch("env://BB_SECRETS_TEST").value(), " as it is ");
  EXPECT_EQ(secrets.fetch("env://BB_SECRETS_EMPTY").value(), "");
  EXPECT_EQ(secrets.fetch("env://BB_SECRETS_UNSET").error().message,
            "environment variable not found: BB_SECRETS_UNSET");
  EXPECT_EQ(secrets.fetch("env://BB_SECRETS_BINARY").error().message,
            "environment variable is not UTF-8: BB_SECRETS_BINARY");
}

TEST(Secrets, KnowWhatCanBeNoReference) {
  Secrets secrets("");
  for (const char* reference :
       {"env://", "env://A=B", "file://", "vault://", "vault://#x", "vault://a#", "aws-sm://",
        "aws-sm://id#", "k8s://", "k8s://a", "k8s://a/b", "k8s://a//c", "k8s://a/b/", "k8s:///b/c",
        "k8s://a/b/c/d", "plain", "https://a"}) {
    EXPECT_EQ(secrets.fetch(reference).error().message,
              std::string("invalid secret reference: ") + reference);
  }
}

TEST(Secrets, SayWhichStoresAreNotThereYet) {
  Secrets secrets("");
  for (const std::string reference : {"vault://secret/data/x#y", "aws-sm://id", "k8s://a/b/c"}) {
    const std::string message = secrets.fetch(reference).error().message;
    EXPECT_THAT(message, HasSubstr(reference));
    EXPECT_THAT(message, HasSubstr("not supported yet"));
  }
}

TEST(Secrets, ReplaceWholeStringValuesAndNothingElse) {
  const Variable variable("BB_S", "a\"b\\\n\xC3\xA9\x01");
  const std::string put = R"("a\"b\\\n)"
                          "\xC3\xA9"
                          R"(\u0001")";
  struct Case {
    std::string json, expected;
  };
  for (const Case& each : std::vector<Case>{
           {"", ""},
           {R"({"a":"env://BB_S"})", R"({"a":)" + put + "}"},
           {R"( {"a" : [ "env://BB_S" , {"b":"env://BB_S"}, 1.50, 1e2, "x" ] } )",
            R"( {"a" : [ )" + put + R"( , {"b":)" + put + R"(}, 1.50, 1e2, "x" ] } )"},
           {R"("env://BB_S")", put},
           {R"({"a":"\u0065nv:\/\/BB_S"})", R"({"a":)" + put + "}"},
           {R"({"env://BB_S":"Bearer env://BB_S","env://BB_S" : 1,"b":" env://BB_S"})",
            R"({"env://BB_S":"Bearer env://BB_S","env://BB_S" : 1,"b":" env://BB_S"})"},
           {R"({"a":"\"env://BB_S","b":"\\","c":"env://BB_S"})",
            R"({"a":"\"env://BB_S","b":"\\","c":)" + put + "}"},
           {R"({"a":"ENV://BB_S","b":"https://x","c":"other://y"})",
            R"({"a":"ENV://BB_S","b":"https://x","c":"other://y"})"},
       }) {
    Secrets secrets("");
    const auto resolved = secrets.resolve(each.json);
    ASSERT_TRUE(resolved) << each.json;
    EXPECT_EQ(*resolved, each.expected);
    EXPECT_THAT(secrets.failures(), IsEmpty());
  }
}

TEST(Secrets, AreNotLookedForAgainInWhatTheyHold) {
  const Variable first("BB_FIRST", "env://BB_SECOND");
  const Variable second("BB_SECOND", "x");
  EXPECT_EQ(Secrets("").resolve(R"({"a":"env://BB_FIRST"})").value(), R"({"a":"env://BB_SECOND"})");
}

TEST(Secrets, TellEverythingThatIsMissingOnce) {
  Secrets secrets("");
  ASSERT_TRUE(secrets.resolve(R"({"a":"env://BB_NO_1","b":["env://BB_NO_2","env://BB_NO_1"]})"));
  ASSERT_TRUE(secrets.resolve(R"({"a":"env://","b":"env://BB_NO_2"})"));
  EXPECT_THAT(secrets.failures(), ElementsAre("environment variable not found: BB_NO_1",
                                              "environment variable not found: BB_NO_2",
                                              "invalid secret reference: env://"));
  Secrets fetched("");
  EXPECT_EQ(fetched.complaint(), "");
  EXPECT_FALSE(fetched.fetch("env://BB_NO_1"));
  EXPECT_FALSE(fetched.fetch("env://BB_NO_2"));
  EXPECT_FALSE(fetched.fetch("env://BB_NO_1"));
  EXPECT_EQ(fetched.complaint(),
            "failed to resolve secrets: environment variable not found: BB_NO_1, environment "
            "variable not found: BB_NO_2");
}

TEST(Secrets, AreNotMissedInAConfigThatCannotBeRead) {
  EXPECT_FALSE(Secrets("").resolve(R"({"n":1e999999,"a":"env://A"})"));
  EXPECT_FALSE(Secrets("").resolve("not json"));
  EXPECT_FALSE(Secrets("").resolve(R"({"a":"env://A)"));
}

TEST(Secrets, AreFetchedOncePerLoad) {
  Secrets secrets("");
  ::setenv("BB_ONCE", "before", 1);
  EXPECT_EQ(secrets.fetch("env://BB_ONCE").value(), "before");
  ::setenv("BB_ONCE", "after", 1);
  EXPECT_EQ(secrets.fetch("env://BB_ONCE").value(), "before");
  EXPECT_EQ(Secrets("").fetch("env://BB_ONCE").value(), "after");
  ::unsetenv("BB_ONCE");
}

}  // namespace
}  // namespace barbacane::gateway
