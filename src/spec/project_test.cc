#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "spec/detail/reference.h"
#include "spec/detail/testing.h"

namespace barbacane::spec {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

/// A project folder of its own for each test, gone afterwards.
class ProjectTest : public testing::Test {
 protected:
  ProjectTest() {
    std::string name = (fs::temp_directory_path() / "spec_test.XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    fs::create_directory(root_ / "project");
  }
  ~ProjectTest() override { fs::remove_all(root_); }

  std::string write(const std::string& name, const std::string& text) {
    const fs::path file = root_ / "project" / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }

  /// The node at `start` of a spec with this text.
  NodeRef at(Project& project, const std::string& text, const std::string& key = "start") {
    const auto document = project.open(write("api.yaml", text));
    if (!document) {
      ADD_FAILURE() << document.error().message;
      return {};
    }
    return {(*document)->root().find(key), *document};
  }

  /// What the reference at `start` leads to, or why it leads nowhere.
  std::string resolved(const std::string& text) {
    Project project(root_ / "project");
    const NodeRef start = at(project, text);
    const auto target = project.resolve(start);
    if (target) return show(*target->node);
    hint_ = target.error().hint;
    place_ = target.error().place;
    return target.error().code + " " + target.error().message;
  }

  fs::path root_;
  std::string hint_;
  base::SourcePlace place_;
};

TEST_F(ProjectTest, OpensASpecOnce) {
  Project project(root_ / "project");
  const std::string path = write("api.yaml", "a: 1\n");
  const auto first = project.open(path);
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->path(), path);
  EXPECT_EQ((*first)->file(), "api.yaml");
  EXPECT_EQ(project.open(path).value(), *first);
  EXPECT_EQ(project.documents().size(), 1U);
  EXPECT_EQ(project.relative_path(**first), "api.yaml");
  EXPECT_EQ(project.text(path), "a: 1\n");
}

TEST_F(ProjectTest, SaysThatASpecIsMissing) {
  Project project(root_ / "project");
  const auto missing = project.open("nowhere/api.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "E1000");
  EXPECT_EQ(missing.error().message, "file not found: nowhere/api.yaml");
  const auto folder = project.open(root_.string());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, "E1000");
  EXPECT_THAT(folder.error().hint, HasSubstr("directory"));
}

TEST_F(ProjectTest, RefusesAFileAboveTheLimit) {
  ParseLimits limits;
  limits.bytes = 1 << 20;
  Project project(root_ / "project", limits);
  const auto big = project.open(write("big.yaml", std::string(1 << 21, ' ')));
  ASSERT_FALSE(big);
  EXPECT_EQ(big.error().code, "E1002");
  EXPECT_EQ(big.error().message, "parse error: the file is larger than 1 MiB");
  EXPECT_THAT(project.open("/dev/zero").error().code, "E1000");
}

TEST_F(ProjectTest, KeepsTheTextOfASpecThatDoesNotParse) {
  Project project(root_ / "project");
  const std::string path = write("bad.yaml", "a: b: c\n");
  EXPECT_EQ(project.open(path).error().code, "E1002");
  EXPECT_EQ(project.open(path).error().code, "E1002");
  EXPECT_EQ(project.text(path), "a: b: c\n");
  EXPECT_TRUE(project.documents().empty());
}

TEST_F(ProjectTest, TakesTextThatIsInNoFile) {
  Project project(root_ / "project");
  const auto api = project.add("api.yaml", "start: {$ref: 'parts/x.yaml#/b'}\n");
  ASSERT_TRUE(project.add("parts/x.yaml", "b: 2\n"));
  EXPECT_EQ(show(*project.resolve({(*api)->root().find("start"), *api}).value().node), "2");
  EXPECT_EQ(project.add("bad.yaml", "[").error().code, "E1002");
}

TEST_F(ProjectTest, LeavesANodeWithoutReferenceAlone) {
  EXPECT_EQ(resolved("start: {a: 1}\n"), "{a:1}");
  EXPECT_EQ(resolved("start: {$ref: {type: string}}\n"), "{$ref:{type:'string'}}");
  EXPECT_EQ(resolved("start: 1\n"), "1");
}

TEST_F(ProjectTest, FollowsPointers) {
  EXPECT_EQ(resolved("start: {$ref: '#/a/b'}\na: {b: 1}\n"), "1");
  EXPECT_EQ(resolved("start: {$ref: '#/a/1/x'}\na: [0, {x: 2}]\n"), "2");
  EXPECT_EQ(resolved("start: {$ref: '#/a~1b~0c~01'}\na/b~c~1: 3\n"), "3");
  EXPECT_EQ(resolved("start: {$ref: '#/a%20b%7E1c'}\na b/c: 4\n"), "4");
  EXPECT_EQ(resolved("start: {$ref: '#/a//b'}\na: {'': {b: 5}}\n"), "5");
  EXPECT_EQ(resolved("start: {$ref: '#/a/'}\na: {'': 6}\n"), "6");
  EXPECT_EQ(resolved("start: {$ref: '#/a'}\na: {$ref: '#/b'}\nb: {$ref: '#/c', x: 1}\nc: 7\n"),
            "7");
}

TEST_F(ProjectTest, ReportsPointersThatLeadNowhere) {
  for (const char* reference :
       {"#/b", "#/a/2", "#/a/01", "#/a/-", "#/a/x", "#/a/0/x", "#a", "#/a/"}) {
    EXPECT_EQ(resolved("a: [0, 1]\nstart: {$ref: '" + std::string(reference) + "'}\n"),
              "E1003 unresolved $ref: " + std::string(reference));
    EXPECT_EQ(show(place_.position), "2:15");
    EXPECT_EQ(place_.length, std::string_view(reference).size() + 2);
  }
}

TEST_F(ProjectTest, SuggestsTheNearestName) {
  resolved("start: {$ref: '#/components/schemas/Usr'}\ncomponents: {schemas: {User: 1, Pet: 2}}\n");
  EXPECT_EQ(hint_, "did you mean '#/components/schemas/User'?");
  resolved("start: {$ref: '#/component/schemas/User'}\ncomponents: {schemas: {User: 1}}\n");
  EXPECT_EQ(hint_, "did you mean '#/components/schemas/User'?");
}

TEST_F(ProjectTest, NamesThePartOfAPointerThatIsNotThere) {
  resolved("start: {$ref: '#/nothing/like/it'}\n");
  EXPECT_EQ(hint_, "there is no 'nothing' at the root of api.yaml");
  resolved("start: {$ref: '#/components/schemas/Tree'}\ncomponents: {schemas: {User: 1}}\n");
  EXPECT_EQ(hint_, "there is no 'Tree' in '#/components/schemas'");
}

TEST_F(ProjectTest, FollowsRelativeFiles) {
  write("schemas/user.yaml", "User: {$ref: 'deep/name.json#/Name'}\nSelf: {$ref: '#/User'}\n");
  write("schemas/deep/name.json", R"({"Name": {"$ref": "../../api.yaml#/end"}})");
  EXPECT_EQ(resolved("start: {$ref: './schemas/user.yaml#/User'}\nend: done\n"), "'done'");
  EXPECT_EQ(resolved("start: {$ref: 'schemas/../schemas/user.yaml#/Self'}\nend: done\n"), "'done'");
  EXPECT_EQ(resolved("start: {$ref: 'schemas%2Fuser.yaml#/Self'}\nend: done\n"), "'done'");
  EXPECT_EQ(resolved("start: {$ref: 'api.yaml#/end'}\nend: done\n"), "'done'");
}

TEST_F(ProjectTest, TakesAWholeFile) {
  write("x.yaml", "a: 1\n");
  EXPECT_EQ(resolved("start: {$ref: x.yaml}\n"), "{a:1}");
  EXPECT_EQ(resolved("start: {$ref: 'x.yaml#'}\n"), "{a:1}");
}

TEST_F(ProjectTest, NamesFragmentsAsTheUserWouldTypeThem) {
  write("schemas/user.yaml", "User: 1\n");
  Project project(root_ / "project");
  const auto user = project.resolve(at(project, "start: {$ref: 'schemas/user.yaml#/User'}\n"));
  ASSERT_TRUE(user);
  EXPECT_EQ(user->document->path(), (root_ / "project/schemas/user.yaml").string());
  EXPECT_EQ(user->place().file, user->document->path());
  EXPECT_EQ(project.relative_path(*user->document), "schemas/user.yaml");
  EXPECT_EQ(project.documents().size(), 2U);
}

TEST_F(ProjectTest, StaysInsideTheRoot) {
  std::ofstream(root_ / "secret.yaml") << "a: 1\n";
  fs::create_symlink(root_ / "secret.yaml", root_ / "project/link.yaml");
  fs::create_directory_symlink(root_, root_ / "project/up");
  const std::string absolute = (root_ / "secret.yaml").string();
  for (const std::string& path :
       {std::string("../secret.yaml"), std::string("%2e%2e/secret.yaml"), std::string("link.yaml"),
        std::string("up/secret.yaml"), absolute, std::string("../project2/x.yaml")}) {
    EXPECT_EQ(resolved("start: {$ref: '" + path + "#/a'}\n"),
              "E1003 unresolved $ref: " + path + "#/a");
    EXPECT_THAT(hint_, HasSubstr("outside the project")) << path;
  }
}

TEST_F(ProjectTest, FollowsLinksThatStayInside) {
  write("real.yaml", "a: 1\n");
  fs::create_symlink("real.yaml", root_ / "project/link.yaml");
  EXPECT_EQ(resolved("start: {$ref: 'link.yaml#/a'}\n"), "1");
}

TEST_F(ProjectTest, ReportsFilesThatAreNone) {
  fs::create_directory(root_ / "project/folder");
  ASSERT_EQ(::mkfifo((root_ / "project/pipe").c_str(), 0600), 0);
  for (const char* path : {"missing.yaml", "folder", "pipe", "a%00b", "."}) {
    EXPECT_THAT(resolved("start: {$ref: '" + std::string(path) + "'}\n"), HasSubstr("E1003"))
        << path;
    EXPECT_THAT(hint_, HasSubstr("no such file")) << path;
  }
  EXPECT_THAT(resolved("start: {$ref: '" + std::string(100'000, 'x') + "'}\n"), HasSubstr("E1003"));
}

TEST_F(ProjectTest, ReportsAFileThatDoesNotParse) {
  const std::string path = write("bad.yaml", "a: b: c\n");
  Project project(root_ / "project");
  const NodeRef start = at(project, "start: {$ref: 'bad.yaml#/a'}\n");
  for (int round = 0; round < 2; ++round) {
    const auto bad = project.resolve(start);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, "E1002");
    EXPECT_EQ(bad.error().place.file, path);
    ASSERT_EQ(bad.error().notes.size(), 1U);
    EXPECT_EQ(bad.error().notes[0].place.file, start.document->path());
  }
  EXPECT_EQ(project.text(path), "a: b: c\n");
}

TEST_F(ProjectTest, NeverAsksTheNetwork) {
  for (const char* uri : {"https://example.com/x.yaml#/a", "http://127.0.0.1/x", "urn:x:y",
                          "file:///etc/passwd", "https://json-schema.org/draft/2020-12/schema"}) {
    EXPECT_EQ(resolved("start: {$ref: '" + std::string(uri) + "'}\n"),
              "E1003 unresolved $ref: " + std::string(uri));
    EXPECT_THAT(hint_, HasSubstr("nothing is fetched"));
  }
}

TEST_F(ProjectTest, KnowsTheIdsOfItsSchemas) {
  EXPECT_EQ(resolved("start: {$ref: 'https://example.com/user'}\n"
                     "defs: [{$id: 'https://example.com/user', a: 1}]\n"),
            "{$id:'https://example.com/user' a:1}");
  EXPECT_EQ(resolved("start: {$ref: 'https://example.com/user#/a'}\n"
                     "defs: [{$id: 'https://example.com/user#', a: 1}]\n"),
            "1");
  EXPECT_EQ(resolved("$self: 'https://example.com/api'\n"
                     "start: {$ref: 'https://example.com/api#/a'}\na: 2\n"),
            "2");
}

TEST_F(ProjectTest, FindsIdsOfDocumentsThatWereOpenedBefore) {
  Project project(root_ / "project");
  ASSERT_TRUE(project.open(write("user.yaml", "$id: 'https://example.com/user'\na: 1\n")));
  const NodeRef start = at(project, "start: {$ref: 'https://example.com/user#/a'}\n");
  EXPECT_EQ(show(*project.resolve(start).value().node), "1");
}

TEST_F(ProjectTest, FindsAnchors) {
  EXPECT_EQ(resolved("start: {$ref: '#b'}\nschemas: {B: {$anchor: b, a: 1}}\n"),
            "{$anchor:'b' a:1}");
  EXPECT_EQ(resolved("start: {$ref: '#b'}\nschemas: {B: {items: {$dynamicAnchor: b}}}\n"),
            "{$dynamicAnchor:'b'}");
  EXPECT_EQ(
      resolved("start: {$ref: 'https://example.com/x#b'}\n"
               "schemas: {A: {$anchor: b}, X: {$id: 'https://example.com/x', items: {$anchor: "
               "b, a: 2}}}\n"),
      "{$anchor:'b' a:2}");
  EXPECT_EQ(resolved("start: {$ref: '#b'}\nschemas: {B: {$anchor: c}}\n"),
            "E1003 unresolved $ref: #b");
  EXPECT_THAT(hint_, HasSubstr("$anchor"));
}

TEST_F(ProjectTest, TakesNamesFromSchemasOnly) {
  for (const char* place :
       {"schemas: {A: {enum: [{$id: 'https://example.com/x'}]}}",
        "schemas: {A: {properties: {$id: {const: 1}}, example: {$id: 'https://example.com/x'}}}",
        "components: {examples: {$id: 'https://example.com/x'}}",
        "x-note: {$id: 'https://example.com/x'}"}) {
    EXPECT_EQ(resolved("start: {$ref: 'https://example.com/x'}\n" + std::string(place) + "\n"),
              "E1003 unresolved $ref: https://example.com/x")
        << place;
  }
}

TEST_F(ProjectTest, ResolvesAgainstTheIdAround) {
  Project project(root_ / "project");
  const NodeRef root = at(project,
                          "openapi: '3.1.0'\n"
                          "components:\n"
                          "  schemas:\n"
                          "    List:\n"
                          "      $id: https://example.com/lists/list\n"
                          "      $defs: {entry: {type: string}, named: {$anchor: it}}\n"
                          "      prefixItems:\n"
                          "        - {$ref: '#/$defs/entry'}\n"
                          "        - {$ref: '#it'}\n"
                          "        - {$ref: '../pet'}\n"
                          "        - {$ref: 'other'}\n"
                          "        - {$ref: '#/components/schemas/Pet'}\n"
                          "    Pet: {$id: 'https://example.com/pet', type: object}\n"
                          "    Other: {$id: 'https://example.com/lists/other', type: integer}\n",
                          "components");
  const Node* list = root->find("schemas")->find("List");
  std::vector<std::string> targets;
  for (const Node* item : list->find("prefixItems")->items()) {
    const auto target = project.resolve({item, root.document});
    targets.push_back(target ? show(*target->node) : target.error().message);
  }
  EXPECT_THAT(targets,
              testing::ElementsAre("{type:'string'}", "{$anchor:'it'}",
                                   "{$id:'https://example.com/pet' type:'object'}",
                                   "{$id:'https://example.com/lists/other' type:'integer'}",
                                   "{$id:'https://example.com/pet' type:'object'}"));
  EXPECT_EQ(project.pointer_in_resource({list->find("prefixItems")->items()[1], root.document}),
            "/prefixItems/1");
  EXPECT_EQ(project.pointer_in_resource({list->find("$defs")->find("entry"), root.document}),
            "/$defs/entry");
}

TEST_F(ProjectTest, FindsRelativeIdsAndStillFiles) {
  write("parts/user.yaml",
        "$id: https://example.com/user\nproperties: {a: {$ref: address.yaml}}\n");
  write("parts/address.yaml", "type: string\n");
  Project project(root_ / "project");
  const NodeRef start = at(project,
                           "start: [{$ref: 'Pet'}, {$ref: 'parts/user.yaml#/properties/a'}]\n"
                           "schemas: {P: {$id: Pet, type: object}}\n");
  EXPECT_EQ(show(*project.resolve({start->items()[0], start.document}).value().node),
            "{$id:'Pet' type:'object'}");
  EXPECT_EQ(show(*project.resolve({start->items()[1], start.document}).value().node),
            "{type:'string'}");
}

TEST_F(ProjectTest, EndsChainsOfSchemasAtSiblingsAndMetaSchemas) {
  write("b.yaml",
        "B: {$ref: '#/C', minLength: 1}\nC: {type: string}\n"
        "M: {$ref: 'https://json-schema.org/draft/2020-12/schema'}\n");
  Project project(root_ / "project");
  const NodeRef start = at(project, "start: [{$ref: 'b.yaml#/B'}, {$ref: 'b.yaml#/M'}]\n");
  const auto end = [&](std::size_t i, Project::Siblings siblings) {
    return show(
        *project.resolve_schema({start->items()[i], start.document}, siblings).value().node);
  };
  EXPECT_EQ(end(0, Project::Siblings::kCount), "{$ref:'#/C' minLength:1}");
  EXPECT_EQ(end(0, Project::Siblings::kIgnored), "{type:'string'}");
  EXPECT_EQ(end(1, Project::Siblings::kCount),
            "{$ref:'https://json-schema.org/draft/2020-12/schema'}");
}

TEST(ResolveUri, FollowsRfc3986) {
  const std::pair<const char*, const char*> cases[] = {{"g", "http://a/b/c/g"},
                                                       {"./g", "http://a/b/c/g"},
                                                       {"g/", "http://a/b/c/g/"},
                                                       {"/g", "http://a/g"},
                                                       {"//g", "http://g"},
                                                       {"?y", "http://a/b/c/d;p?y"},
                                                       {"g?y", "http://a/b/c/g?y"},
                                                       {"", "http://a/b/c/d;p?q"},
                                                       {".", "http://a/b/c/"},
                                                       {"..", "http://a/b/"},
                                                       {"../g", "http://a/b/g"},
                                                       {"../../../g", "http://a/g"},
                                                       {"g;x=1/../y", "http://a/b/c/y"},
                                                       {"urn:x", "urn:x"}};
  for (const auto& [reference, expected] : cases) {
    EXPECT_EQ(resolve_uri("http://a/b/c/d;p?q", reference), expected) << reference;
  }
  EXPECT_EQ(resolve_uri("http://a", "g"), "http://a/g");
}

TEST_F(ProjectTest, ReportsReferencesThatLeadToThemselves) {
  EXPECT_EQ(resolved("start: {$ref: '#/start'}\n"),
            "E1004 schema validation error: circular $ref detected: #/start");
  EXPECT_EQ(resolved("start: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: {$ref: '#/b'}\n"),
            "E1004 schema validation error: circular $ref detected: #/b");
  EXPECT_EQ(show(place_.position), "1:15");
}

TEST_F(ProjectTest, LetsSchemasContainThemselves) {
  EXPECT_EQ(resolved("start: {$ref: '#/tree'}\ntree: {items: {$ref: '#/tree'}}\n"),
            "{items:{$ref:'#/tree'}}");
}

TEST_F(ProjectTest, BoundsChains) {
  std::string text = "start: {$ref: '#/a0'}\n";
  for (int i = 0; i < 200; ++i) {
    text += "a" + std::to_string(i) + ": {$ref: '#/a" + std::to_string(i + 1) + "'}\n";
  }
  EXPECT_THAT(resolved(text + "a200: 1\n"), HasSubstr("E1003"));
}

}  // namespace
}  // namespace barbacane::spec
