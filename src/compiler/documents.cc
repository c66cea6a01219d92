#include "compiler/documents.h"

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "compiler/detail/document_merge.h"
#include "compiler/detail/document_writer.h"
#include "compiler/detail/gzip.h"
#include "compiler/detail/public_tree.h"

namespace barbacane::compiler {

namespace {

/// Sources below this are not worth a thread.
constexpr std::size_t kThreadWorth = std::size_t{64} << 10;

using Documents = std::map<std::string, artifact::ServedDocument>;
using Apis = std::vector<const spec::Api*>;

/// How to write a document, whatever the syntax.
struct Recipe {
  std::function<void(DocumentWriter&)> write;
  std::size_t source_bytes;
  std::size_t limit;
};

/// Empty when the text would be too large.
template <class Writer>
std::string packed(const Recipe& recipe) {
  Writer writer(recipe.limit, recipe.source_bytes);
  recipe.write(writer);
  return writer.full() ? std::string() : gzip(writer.finish());
}

struct Packed {
  std::string json;
  std::string yaml;
};

Packed pack_in_turn(const Recipe& recipe) {
  return {.json = packed<JsonWriter>(recipe), .yaml = packed<YamlWriter>(recipe)};
}

Packed pack(const Recipe& recipe) {
  if (recipe.source_bytes < kThreadWorth) return pack_in_turn(recipe);
  std::future<std::string> yaml;
  try {
    yaml = std::async(std::launch::async, [&] { return packed<YamlWriter>(recipe); });
  } catch (const std::system_error&) {
    return pack_in_turn(recipe);  // no thread to be had
  }
  std::string json = packed<JsonWriter>(recipe);
  return {.json = std::move(json), .yaml = yaml.get()};
}

void add(Documents& documents, const std::string& name, const Packed& packed) {
  if (!packed.json.empty()) documents[name + ".json"] = {"application/json", packed.json};
  if (!packed.yaml.empty()) documents[name + ".yaml"] = {"text/yaml", packed.yaml};
}

std::string_view file_of(const spec::Api* api) { return api->document->file(); }

/// Those of a kind in the order of their files, so that the order of arguments changes nothing.
Apis of_kind(const std::vector<spec::Api>& apis, spec::ApiKind kind) {
  Apis found;
  for (const spec::Api& api : apis) {
    if (api.kind == kind) found.push_back(&api);
  }
  std::ranges::sort(found, {}, file_of);
  return found;
}

/// A file name as one segment of a URL path (RFC 3986, 2.3).
std::string url_segment(std::string_view name) {
  std::string encoded;
  for (char c : name) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

void write_index_of(std::string_view kind, const Apis& apis, DocumentWriter& out) {
  out.key(kind);
  out.begin_object();
  out.key("specs");
  out.begin_array();
  for (const spec::Api* api : apis) {
    out.begin_object();
    out.key("name");
    out.string(file_of(api));
    out.key("url");
    out.string("/__barbacane/specs/" + url_segment(file_of(api)));
    out.end_object();
  }
  out.end_array();
  out.key("count");
  out.scalar(spec::Kind::kInteger, std::to_string(apis.size()));
  out.key("merged_url");
  out.string(fmt::format("/__barbacane/specs/{}", kind));
  out.end_object();
}

void add_sources(Documents& documents, const Apis& apis, std::size_t limit) {
  const Renames none;
  for (const spec::Api* api : apis) {
    const spec::Document& source = *api->document;
    const auto write = [&](DocumentWriter& out) { write_public(source.root(), none, out); };
    add(documents, fmt::format("specs/{}", source.file()),
        pack({.write = write, .source_bytes = source.text().size(), .limit = limit}));
  }
}

void add_merged(Documents& documents, const std::string& kind, const Apis& apis,
                std::size_t limit) {
  if (apis.empty()) return;
  if (apis.size() == 1) {
    for (const char* suffix : {".json", ".yaml"}) {
      const auto own = documents.find(fmt::format("specs/{}{}", file_of(apis.front()), suffix));
      if (own != documents.end()) documents[kind + suffix] = own->second;
    }
    return;
  }
  std::size_t bytes = 0;
  for (const spec::Api* api : apis) bytes += api->document->text().size();
  const MergedDocument merged(apis);
  const auto write = [&](DocumentWriter& out) { merged.write(out); };
  add(documents, kind, pack({.write = write, .source_bytes = bytes, .limit = limit}));
}

artifact::ServedDocument index_of(const Apis& openapi, const Apis& asyncapi) {
  JsonWriter index(kDocumentLimit);
  index.begin_object();
  write_index_of("openapi", openapi, index);
  write_index_of("asyncapi", asyncapi, index);
  index.end_object();
  return {.media_type = "application/json", .gzip = gzip(index.finish())};
}

}  // namespace

std::map<std::string, artifact::ServedDocument> build_documents(const std::vector<spec::Api>& apis,
                                                                std::size_t document_limit) {
  const Apis openapi = of_kind(apis, spec::ApiKind::kOpenApi);
  const Apis asyncapi = of_kind(apis, spec::ApiKind::kAsyncApi);
  Documents documents;
  add_sources(documents, openapi, document_limit);
  add_sources(documents, asyncapi, document_limit);
  add_merged(documents, "openapi", openapi, document_limit);
  add_merged(documents, "asyncapi", asyncapi, document_limit);
  documents["index.json"] = index_of(openapi, asyncapi);
  return documents;
}

}  // namespace barbacane::compiler
