#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "artifact/artifact.h"
#include "artifact/detail/samples.h"
#include "artifact/detail/tar.h"
#include "base/hash.h"

namespace barbacane::artifact {
namespace {

using samples::container;
using samples::Entries;
using testing::HasSubstr;
using testing::StartsWith;

const OpenOptions kKeepAll{.trusted_public_key = {},
                           .spec_bytes = OpenOptions::SpecBytes::kKeep,
                           .unpacked_limit = 1 << 24};

const std::string& sealed() {
  static const std::string archive = seal(samples::everything()).value();
  return archive;
}

Entries sealed_entries() {
  Entries entries;
  detail::GzipReader gzip(sealed());
  detail::TarReader tar(gzip, 1 << 24);
  while (auto entry = tar.next().value()) {
    auto& [name, bytes] = entries.emplace_back(entry->name, "");
    for (auto part = tar.content().value(); !part.empty(); part = tar.content().value()) {
      bytes += part;
    }
  }
  return entries;
}

std::string& bytes_of(Entries& entries, std::string_view name) {
  const auto entry = std::ranges::find(entries, name, &Entries::value_type::first);
  if (entry == entries.end()) throw std::out_of_range(std::string(name));
  return entry->second;
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::out_of_range(std::string(from));
  text.replace(at, from.size(), to);
}

std::string gzip(std::string_view bytes) {
  detail::GzipWriter out;
  out.write(bytes);
  return out.finish();
}

std::string gunzip(std::string_view archive) {
  detail::GzipReader reader(archive);
  std::string bytes;
  for (auto part = reader.next().value(); !part.empty(); part = reader.next().value()) {
    bytes += part;
  }
  return bytes;
}

/// `10` or `11` and the message, as `serve` would exit.
std::string outcome(std::string_view archive, const OpenOptions& options = kKeepAll) {
  const auto contents = open(archive, options);
  if (contents) return "opened";
  return (contents.error().kind == LoadError::Kind::kCorrupt ? "10 " : "11 ") +
         contents.error().message;
}

/// The outcome after a change to the members of a sound artifact.
std::string outcome_with(const std::function<void(Entries&)>& change) {
  Entries entries = sealed_entries();
  change(entries);
  return outcome(container(entries));
}

/// Everything that reaches a request, as one comparable text: what is informational is blanked.
std::string served(Contents contents) {
  contents.manifest.compiled_at.clear();
  contents.manifest.compiler_version.clear();
  contents.manifest.provenance = {};
  for (SourceSpec& spec : contents.specs) spec.type = spec.version = "";
  for (Plugin& plugin : contents.plugins) std::ranges::sort(plugin.host_functions);
  return seal(std::move(contents)).value();
}

TEST(OpenArtifact, NeverServesSomethingElseWhateverByteIsFlipped) {
  const std::string expected = served(samples::everything());
  std::size_t refused = 0;
  for (std::size_t i = 0; i < sealed().size(); ++i) {
    for (const int mask : {0x01, 0x10, 0x80, 0xff}) {
      std::string flipped = sealed();
      flipped[i] = static_cast<char>(flipped[i] ^ mask);
      auto contents = open(flipped, kKeepAll);
      if (!contents) {
        ++refused;
      } else {
        ASSERT_EQ(served(std::move(*contents)), expected) << "byte " << i;
      }
    }
  }
  // Unnoticed may be only what means nothing: times in the gzip header, another way to the same
  // bytes.
  EXPECT_GE(refused, sealed().size() * 4 * 95 / 100);
}

TEST(OpenArtifact, NeverServesSomethingElseWhenWhatIsInsideWasChanged) {
  const std::string expected = served(samples::everything());
  const std::string tar = gunzip(sealed());
  for (std::size_t i = 0; i < tar.size(); ++i) {
    if (tar[i] == '\0' && i % 16 != 0) continue;  // mostly padding
    std::string flipped = tar;
    flipped[i] = static_cast<char>(flipped[i] ^ (i % 2 == 0 ? 0x01 : 0x20));
    auto contents = open(gzip(flipped), kKeepAll);
    if (!contents) continue;
    ASSERT_EQ(served(std::move(*contents)), expected) << "byte " << i;
  }
}

TEST(OpenArtifact, RefusesEveryTruncation) {
  for (std::size_t length = 0; length < sealed().size(); ++length) {
    EXPECT_THAT(outcome(sealed().substr(0, length)), StartsWith("10 failed to load manifest: "));
  }
  const std::string tar = gunzip(sealed());
  for (std::size_t length = 0; length + 1024 < tar.size(); length += 64) {
    EXPECT_THAT(outcome(gzip(tar.substr(0, length))), StartsWith("10 failed to load manifest: "));
  }
}

TEST(OpenArtifact, RefusesWhatIsNoArtifact) {
  EXPECT_EQ(outcome("openapi: 3.1.0\n"), "10 failed to load manifest: not a gzip file");
  EXPECT_EQ(outcome(""), "10 failed to load manifest: the file is truncated");
  EXPECT_EQ(outcome(sealed() + "x"),
            "10 failed to load manifest: unexpected bytes after the gzip data");
  EXPECT_EQ(outcome(sealed() + sealed()),
            "10 failed to load manifest: unexpected bytes after the gzip data");
  EXPECT_THAT(outcome(gzip(std::string(2000, 'x'))), HasSubstr("header checksum mismatch"));
  EXPECT_EQ(outcome(container({})),
            "10 failed to load manifest: manifest.json is missing from the artifact");
}

TEST(OpenArtifact, ChecksTheOuterChecksum) {
  std::string wrong = sealed();
  wrong[wrong.size() - 8] = static_cast<char>(wrong[wrong.size() - 8] ^ 1);
  EXPECT_EQ(outcome(wrong),
            "10 failed to load manifest: the gzip data is damaged: incorrect data check");
}

TEST(OpenArtifact, StopsABombAtItsLimit) {
  detail::GzipWriter bomb;
  const std::string megabyte(1 << 20, '\0');
  detail::write_entry(bomb, "padding", megabyte);
  for (int i = 0; i < 64; ++i) bomb.write(megabyte);
  EXPECT_EQ(outcome(bomb.finish()),
            "10 failed to load manifest: it unpacks to more than 16777216 bytes");
  EXPECT_EQ(outcome(container({{"specs/bomb", std::string(17 << 20, ' ')}})),
            "10 failed to load manifest: it unpacks to more than 16777216 bytes");
  Entries crowd(100'001, {"x", ""});
  for (std::size_t i = 0; i < crowd.size(); ++i) crowd[i].first = std::to_string(i);
  OpenOptions roomy;
  roomy.unpacked_limit = 1 << 28;
  EXPECT_THAT(outcome(container(crowd), roomy), HasSubstr("too many entries"));
}

/// A tar of one header whose size field reads as given, checksum in order.
std::string with_size(std::string_view size) {
  std::string tar = gunzip(container({{"manifest.json", "{}"}}));
  tar.replace(124, 12, std::string(size).append(12 - size.size(), '\0'));
  tar.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  tar.replace(148, 7, digits, 7);
  return gzip(tar);
}

TEST(OpenArtifact, RefusesAbsurdSizes) {
  EXPECT_THAT(outcome(with_size("-0000000001")), HasSubstr("malformed size"));
  EXPECT_THAT(outcome(with_size("")), HasSubstr("malformed size"));
  EXPECT_THAT(outcome(with_size("99999999999")), HasSubstr("malformed size"));
  EXPECT_THAT(outcome(with_size(std::string(12, '\xff'))), HasSubstr("malformed size"));
  EXPECT_THAT(outcome(with_size("77777777777")), HasSubstr("unpacks to more than"));
  EXPECT_THAT(outcome(with_size("\x80" + std::string(4, '\0') + "\x7f" + std::string(6, '\xff'))),
              HasSubstr("unpacks to more than"));
  EXPECT_THAT(outcome(with_size("00010000000")), HasSubstr("truncated"));
  EXPECT_THAT(outcome(with_size("\x80" + std::string(10, '\0') + "\x02")),
              HasSubstr("'barbacane_artifact_version' is missing"))
      << "GNU's binary form of an ordinary size is read";
}

TEST(OpenArtifact, RefusesTwoMembersOfOneName) {
  EXPECT_EQ(outcome_with([](Entries& e) { e.emplace_back("manifest.json", "{}"); }),
            "10 failed to load manifest: it has two entries named 'manifest.json'");
}

TEST(OpenArtifact, IgnoresUnknownMembers) {
  EXPECT_EQ(outcome_with([](Entries& e) {
              e.emplace_back("../../etc/passwd", "root");
              e.emplace_back("/absolute", "x");
              e.emplace_back("policies/allow.wasm", "x");
              e.emplace_back("source_map", "{}");
            }),
            "opened");
}

TEST(OpenArtifact, IgnoresDocumentsWithoutAChecksum) {
  Entries entries = sealed_entries();
  entries.emplace_back("documents/openapi.json.gz", "foreign");
  const auto contents = open(container(entries), kKeepAll);
  ASSERT_TRUE(contents);
  EXPECT_FALSE(contents->documents.contains("openapi.json"));
}

TEST(OpenArtifact, RefusesOtherVersionsBeforeLookingFurther) {
  EXPECT_EQ(outcome(container({{"manifest.json", R"({"barbacane_artifact_version": 3})"}})),
            "10 failed to load manifest: unsupported artifact version 3");
  EXPECT_EQ(
      outcome(container({{"manifest.json", R"({"x": 4})"}})),
      "10 failed to load manifest: 'barbacane_artifact_version' is missing at line 1 column 9");
}

TEST(OpenArtifact, SaysWhatIsMissing) {
  const auto without = [](std::string_view name) {
    return outcome_with([name](Entries& entries) {
      std::erase_if(entries, [name](const auto& entry) { return entry.first == name; });
    });
  };
  EXPECT_EQ(without("routes.json"),
            "10 failed to load routes: routes.json is missing from the artifact");
  EXPECT_EQ(without("specs/api.yaml"),
            "10 failed to load specs: specs/api.yaml is missing from the artifact");
  EXPECT_EQ(without("plugins/kafka.wasm"),
            "10 failed to load plugins from artifact: plugins/kafka.wasm is missing from the "
            "artifact");
  EXPECT_EQ(without("documents/index.json.gz"),
            "10 failed to load manifest: documents/index.json.gz is missing from the artifact");
}

TEST(OpenArtifact, SaysWhereJsonIsWrong) {
  const auto with_manifest = [](const std::string& text) {
    return outcome_with([&](Entries& e) { bytes_of(e, "manifest.json") = text; });
  };
  const auto with_routes = [](const std::string& text) {
    return outcome_with([&](Entries& e) { bytes_of(e, "routes.json") = text; });
  };
  EXPECT_EQ(with_manifest("[]"),
            "10 failed to load manifest: expected an object at line 1 column 1");
  EXPECT_EQ(with_manifest("{\"barbacane_artifact_version\": 4,\n \"mcp\": 5}"),
            "10 failed to load manifest: expected an object at line 2 column 9");
  EXPECT_EQ(with_manifest("\xff"), "10 failed to load manifest: not valid UTF-8");
  EXPECT_EQ(with_routes("{\"operations\": [\n{}]}"),
            "10 failed to load routes: 'path' is missing at line 2 column 3");
  EXPECT_EQ(with_routes(R"({"operations": [], "schemas": {"A": {"x": 01}}})"),
            "10 failed to load routes: malformed value at line 1 column 37");
  EXPECT_EQ(with_routes(R"({"operations": []} x)"),
            "10 failed to load routes: unexpected text after the value at line 1 column 20");
  EXPECT_THAT(with_routes(R"({"operations": [], "x": )" + std::string(100'000, '[')),
              HasSubstr("malformed value"));
}

TEST(OpenArtifact, FindsEveryChangedMember) {
  const auto changed = [](const char* name) {
    return outcome_with([name](Entries& e) { bytes_of(e, name).back() ^= 1; });
  };
  const std::string wasm = samples::everything().plugins[0].wasm;
  std::string other = wasm;
  other.back() ^= 1;
  EXPECT_EQ(changed("plugins/kafka.wasm"), "11 plugin 'kafka' checksum mismatch: manifest " +
                                               base::sha256_hex(wasm) + ", actual " +
                                               base::sha256_hex(other));
  EXPECT_THAT(changed("specs/api.yaml"),
              StartsWith("11 spec 'api.yaml' checksum mismatch: manifest "));
  EXPECT_THAT(changed("source_map.json.gz"),
              StartsWith("11 source_map.json.gz checksum mismatch: manifest sha256:"));
  EXPECT_THAT(changed("documents/index.json.gz"),
              StartsWith("11 documents/index.json.gz checksum mismatch: manifest sha256:"));
  EXPECT_THAT(outcome_with([](Entries& e) { bytes_of(e, "routes.json") += "\n"; }),
              StartsWith("11 routes.json checksum mismatch: manifest sha256:"));
}

TEST(OpenArtifact, FindsAChangedManifest) {
  const auto changed = [](std::string_view from, std::string_view to) {
    return outcome_with([=](Entries& e) { replace(bytes_of(e, "manifest.json"), from, to); });
  };
  const auto hash = open(sealed())->manifest.artifact_hash;
  EXPECT_THAT(
      changed("\"body_access\": true", "\"body_access\": false"),
      StartsWith("11 artifact hash mismatch: manifest claims " + hash + ", recomputed sha256:"));
  EXPECT_THAT(changed("\"enabled\": true", "\"enabled\": false"),
              StartsWith("11 artifact hash mismatch"));
  EXPECT_THAT(changed("\"capabilities_enforced\": true", "\"capabilities_enforced\": false"),
              StartsWith("11 artifact hash mismatch"));
  EXPECT_EQ(changed("\"compiled_at\": \"2026", "\"compiled_at\": \"2027"), "opened");
  EXPECT_EQ(changed("\"routes_count\": 3", "\"routes_count\": 7"), "opened");
}

TEST(OpenArtifact, RefusesAModuleTheManifestDoesNotList) {
  EXPECT_EQ(outcome_with([](Entries& e) { e.emplace_back("plugins/evil.wasm", "x"); }),
            "11 plugin 'evil' is not listed in the manifest");
}

/// The lines of the hash must not be re-readable as other entries.
TEST(OpenArtifact, RefusesNamesThatBlurTheHashedLines) {
  Contents contents = samples::everything();
  const auto manifest_with = [](std::string_view from, std::string_view to) {
    return outcome_with([=](Entries& e) { replace(bytes_of(e, "manifest.json"), from, to); });
  };
  EXPECT_THAT(manifest_with("\"file\": \"api.yaml\"", R"("file": "api.yaml=\nsource_spec:b")"),
              StartsWith("10 failed to load manifest: malformed spec name"));
  EXPECT_THAT(manifest_with("\"routes.json\": \"sha256:", R"("a\nroutes.json": "sha256:)"),
              StartsWith("10 failed to load manifest: malformed entry name"));
  EXPECT_THAT(manifest_with("\"log\",\n", "\"log,clock_now\",\n"),
              StartsWith("10 failed to load manifest: malformed host function"));
  EXPECT_THAT(manifest_with("\"version\": \"0.2.0\"", R"("version": "0.2.0\tx")"),
              StartsWith("10 failed to load manifest: malformed plugin manifest entry"));
}

TEST(OpenArtifact, TakesWhatOtherCompilersLeaveOut) {
  const std::string routes = R"({"operations":[{"index":7,"path":"/a","method":"GET",
    "operation_id":null,"parameters":[{"name":"x","location":"query","required":true,
    "schema":{"maximum":1.0}}],"request_body":null,
    "dispatch":{"name":"mock","config":{}},"future":{"x":[1,2]}}],"more":1})";
  Contents contents;
  contents.specs = {{"a.yaml", base::sha256_hex("spec"), "openapi", "3.0.3", "spec"}};
  contents.manifest.checksums = {{"routes.json", "sha256:" + base::sha256_hex(routes)}};
  const std::string manifest = R"({"barbacane_artifact_version":4,"compiled_at":"x",
    "compiler_version":"0.8.0","source_specs":[{"file":"a.yaml","sha256":")" +
                               base::sha256_hex("spec") +
                               R"(","type":"openapi","version":"3.0.3"}],"routes_count":1,
    "checksums":{"routes.json":"sha256:)" +
                               base::sha256_hex(routes) + R"("},"plugins":[],"artifact_hash":")" +
                               artifact_hash(contents) +
                               R"(","provenance":{"commit":null,"source":null}})";
  const auto opened = open(
      container({{"specs/a.yaml", "spec"}, {"routes.json", routes}, {"manifest.json", manifest}}));
  ASSERT_TRUE(opened) << opened.error().message;
  ASSERT_EQ(opened->routes.operations.size(), 1u);
  const Operation& operation = opened->routes.operations[0];
  EXPECT_EQ(operation.parameters[0].schema.text, R"({"maximum":1.0})");
  EXPECT_EQ(operation.dispatch.config.text, "{}");
  EXPECT_TRUE(operation.middlewares.empty());
  EXPECT_FALSE(operation.deprecated);
  EXPECT_TRUE(opened->documents.empty());
  EXPECT_FALSE(opened->manifest.mcp.enabled);
}

}  // namespace
}  // namespace barbacane::artifact
