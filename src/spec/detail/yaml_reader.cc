#include "spec/detail/yaml_reader.h"

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <yaml.h>

#include "spec/detail/surrogates.h"
#include "spec/detail/yaml_hint.h"
#include "spec/detail/yaml_scalar.h"

namespace barbacane::spec {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// libyaml compares each directive with all before it; nobody writes this many.
constexpr std::size_t kMaxDirectives = 256;

/// libyaml looks at every open flow collection for every token, so that depth costs time: a full
/// document may be this deep on average.
constexpr std::uint64_t kMaxMeanDepth = 64;

base::Position position_of(const yaml_mark_t& mark) {
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

/// A value with what it weighs once aliases are expanded.
struct Value {
  const Node* node = nullptr;
  std::uint64_t nodes = 1;
  std::size_t height = 0;  ///< levels of containers in it
};

/// A container that is open.
struct Frame {
  bool mapping;
  base::Position position;
  std::size_t first;  ///< its share of the items or members collected so far
  std::string anchor;
  std::uint64_t nodes = 1;
  std::size_t height = 1;
  bool has_key = false;
  bool key_is_merge = false;
  Member member{};
  std::vector<std::size_t> merges{};  ///< members that are merge keys
};

class YamlReader {
 public:
  YamlReader(TreeBuilder& builder, std::string_view text, const ParseLimits& limits,
             const SurrogateDetour* detour)
      : builder_(builder), text_(text), limits_(limits), detour_(detour) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
  }
  ~YamlReader() {
    if (ready_) yaml_parser_delete(&parser_);
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;

  std::expected<const Node*, SyntaxError> read() {
    if (!ready_) return std::unexpected(SyntaxError{.what = "out of memory"});
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text_.data()),
                                 text_.size());
    for (bool going = check_directives(); going;) {
      yaml_event_t event;
      if (yaml_parser_parse(&parser_, &event) == 0) {
        report_parser();
        break;
      }
      going = handle(event);
      yaml_event_delete(&event);
    }
    if (failed_) return std::unexpected(std::move(error_));
    return root_.node;
  }

  /// libyaml met an escape that a second reading with a detour may get right.
  bool wants_detour() const { return wants_detour_; }

 private:
  /// False when there is nothing more to read.
  bool handle(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_STREAM_END_EVENT:
        return false;
      case YAML_DOCUMENT_START_EVENT:
        if (documents_++ == 0) return true;
        return fail("several documents in one file", event.start_mark,
                    "put each document into a file of its own");
      case YAML_MAPPING_START_EVENT:
        return open(event.start_mark, true, view(event.data.mapping_start.anchor));
      case YAML_SEQUENCE_START_EVENT:
        return open(event.start_mark, false, view(event.data.sequence_start.anchor));
      case YAML_MAPPING_END_EVENT:
        return close_mapping();
      case YAML_SEQUENCE_END_EVENT:
        return close_sequence();
      case YAML_SCALAR_EVENT:
        return scalar(event);
      case YAML_ALIAS_EVENT:
        return alias(event);
      default:
        return true;
    }
  }

  bool fail(SyntaxError error) {
    failed_ = true;
    error_ = std::move(error);
    return false;
  }

  bool fail(std::string what, base::Position position, std::string hint) {
    return fail(
        SyntaxError{.what = std::move(what), .position = position, .hint = std::move(hint)});
  }

  bool fail(std::string what, const yaml_mark_t& mark, std::string hint) {
    return fail(std::move(what), position_of(mark), std::move(hint));
  }

  /// What is open at the end of the file is to be closed where it was opened, or behind that.
  void blame_what_is_open(SyntaxError& error) const {
    if (error.context.contains("quoted")) {
      error.position = error.context_position;
    } else if (error.context.contains("flow") && !frames_.empty()) {
      error.position = frames_.back().position;
      error.hint = "the bracket opened here is never closed";
    } else {
      return;
    }
    error.context_position = {};
  }

  void report_parser() {
    SyntaxError error{.what = parser_.problem != nullptr ? parser_.problem : "out of memory",
                      .position = position_of(parser_.problem_mark)};
    if (parser_.error == YAML_READER_ERROR) {
      error.position = position_at(text_, parser_.problem_offset);
    } else if (parser_.context != nullptr) {
      error.context = parser_.context;
      error.context_position = position_of(parser_.context_mark);
    }
    wants_detour_ = error.what.contains("invalid Unicode character escape");
    error.hint = yaml_hint(text_, error);
    if (parser_.problem_mark.index >= count_code_points(text_)) blame_what_is_open(error);
    fail(std::move(error));
  }

  bool check_directives() {
    std::size_t directives = 0;
    for (std::size_t at = text_.find('%'); at != text_.npos; at = text_.find('%', at + 1)) {
      const bool begins_line = at == 0 || text_[at - 1] == '\n' || text_[at - 1] == '\r';
      if (begins_line && ++directives > kMaxDirectives) {
        return fail("too many directives", position_at(text_, at), "");
      }
    }
    return true;
  }

  bool open(const yaml_mark_t& mark, bool mapping, std::string_view anchor) {
    if (frames_.size() >= limits_.nesting) {
      return fail(nesting_error(limits_.nesting, position_of(mark)));
    }
    if (!count(1, position_of(mark))) return false;
    frames_.push_back({.mapping = mapping,
                       .position = position_of(mark),
                       .first = mapping ? members_.size() : items_.size(),
                       .anchor = std::string(anchor)});
    if (!anchor.empty()) anchors_.insert_or_assign(std::string(anchor), Value{});
    return true;
  }

  bool count(std::uint64_t nodes, base::Position position) {
    nodes_ += nodes;
    depths_ += frames_.size();
    if (depths_ / kMaxMeanDepth > limits_.nodes) {
      return fail({.what = "too many deeply nested values", .position = position, .limit = true});
    }
    return nodes_ <= limits_.nodes || fail(node_count_error(limits_.nodes, position));
  }

  bool close_sequence() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    const auto items = std::span<const Node* const>(items_).subspan(frame.first);
    const Node* node = builder_.array(items, frame.position);
    items_.resize(frame.first);
    return finish(frame, node);
  }

  bool close_mapping() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    const auto members = std::span(members_).subspan(frame.first);
    const Node* node = nullptr;
    if (frame.merges.empty()) {
      node = builder_.object(members, frame.position);
    } else {
      if (!merge(members, frame.merges)) return false;
      node = builder_.object(merged_, frame.position);
    }
    members_.resize(frame.first);
    return finish(frame, node);
  }

  bool finish(const Frame& frame, const Node* node) {
    const Value value{node, frame.nodes, frame.height};
    if (!frame.anchor.empty()) anchors_.insert_or_assign(frame.anchor, value);
    return add(value, frame.position);
  }

  /// Replaces every merge key by the members it brings; explicit keys win, then earlier maps.
  bool merge(std::span<const Member> members, const std::vector<std::size_t>& merges) {
    merged_.clear();
    std::unordered_set<std::string_view> taken;
    auto next = merges.begin();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (next != merges.end() && *next == i) {
        ++next;
      } else {
        taken.insert(members[i].key);
      }
    }
    next = merges.begin();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (next == merges.end() || *next != i) {
        merged_.push_back(members[i]);
        continue;
      }
      ++next;
      if (!take_merged(members[i], taken)) return false;
    }
    return true;
  }

  bool take_merged(const Member& merge_key, std::unordered_set<std::string_view>& taken) {
    const auto take = [&](const Node* from) {
      for (const Member& member : from->members()) {
        if (taken.insert(member.key).second) merged_.push_back(member);
      }
    };
    const Node* value = merge_key.value;
    bool usable = value->is_object() || value->is_array();
    if (value->is_object()) take(value);
    for (const Node* item : value->items()) {
      usable = usable && item->is_object();
      take(item);
    }
    return usable || fail("the merge key << needs a mapping or a list of mappings",
                          merge_key.key_position, "quote the key if it is meant as text");
  }

  bool alias(const yaml_event_t& event) {
    const std::string name(view(event.data.alias.anchor));
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      return fail("unknown alias '*" + name + "'", event.start_mark,
                  "an anchor &" + name +
                      " must stand before it; text that begins with '*' must stand in quotes");
    }
    const Value& value = found->second;
    if (value.node == nullptr) {
      return fail("alias '*" + name + "' stands inside its own anchor", event.start_mark, "");
    }
    if (frames_.size() + value.height > limits_.nesting) {
      return fail(nesting_error(limits_.nesting, position_of(event.start_mark)));
    }
    const Value copy = value;
    if (!count(copy.nodes, position_of(event.start_mark))) return false;
    return add(copy, position_of(event.start_mark));
  }

  bool scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    const base::Position position = position_of(event.start_mark);
    std::string text(reinterpret_cast<const char*>(data.value), data.length);
    if (!restore_surrogates(text, data.style)) {
      return fail("half a surrogate pair in a string", event.start_mark,
                  R"(write both halves, such as \ud83d\ude00)");
    }
    const bool quoted = data.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                        data.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    const bool plain = data.style == YAML_PLAIN_SCALAR_STYLE && data.tag == nullptr;
    if (!frames_.empty() && frames_.back().mapping && !frames_.back().has_key &&
        data.anchor == nullptr) {
      set_key(text, position, plain && text == "<<");
      return true;
    }
    if (!count(1, position)) return false;
    const auto resolved = plain                 ? resolve_plain_scalar(text)
                          : data.tag == nullptr ? ResolvedScalar{Kind::kString, text}
                                                : resolve_tagged_scalar(view(data.tag), text);
    if (!resolved) {
      return fail("'" + text + "' does not fit its tag '" + std::string(view(data.tag)) + "'",
                  position, "");
    }
    const Value value{
        builder_.scalar(resolved->kind, builder_.keep(resolved->text), position, quoted)};
    if (data.anchor != nullptr) anchors_.insert_or_assign(std::string(view(data.anchor)), value);
    return add(value, position);
  }

  bool restore_surrogates(std::string& text, yaml_scalar_style_t style) const {
    if (detour_ == nullptr) return true;
    if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) return detour_->restore_quoted(text);
    detour_->restore_unquoted(text);
    return true;
  }

  void set_key(std::string_view text, base::Position position, bool is_merge) {
    Frame& frame = frames_.back();
    frame.has_key = true;
    frame.key_is_merge = is_merge;
    frame.member = {.key = builder_.keep(text), .key_position = position, .value = nullptr};
  }

  /// Puts a complete value where it belongs: the container that is open, or the root.
  bool add(const Value& value, base::Position place) {
    if (frames_.empty()) {
      root_ = value;
      return true;
    }
    Frame& frame = frames_.back();
    if (frame.mapping && !frame.has_key) {
      if (value.node->is_object() || value.node->is_array()) {
        return fail("a mapping or list cannot be a key", place,
                    "text that begins with '{' or '[' must stand in quotes");
      }
      set_key(value.node->text(), place, false);
      return true;
    }
    frame.nodes += value.nodes;
    frame.height = std::max(frame.height, value.height + 1);
    if (!frame.mapping) {
      items_.push_back(value.node);
      return true;
    }
    frame.member.value = value.node;
    if (frame.key_is_merge) frame.merges.push_back(members_.size() - frame.first);
    members_.push_back(frame.member);
    frame.has_key = false;
    return true;
  }

  TreeBuilder& builder_;
  std::string_view text_;
  const ParseLimits& limits_;
  const SurrogateDetour* detour_;
  yaml_parser_t parser_{};
  bool ready_ = false;
  std::size_t documents_ = 0;
  std::uint64_t nodes_ = 0;
  std::uint64_t depths_ = 0;  ///< of all values together
  std::vector<Frame> frames_;
  std::vector<const Node*> items_;
  std::vector<Member> members_;
  std::vector<Member> merged_;
  std::unordered_map<std::string, Value> anchors_;  ///< node null while still open
  Value root_;
  bool failed_ = false;
  bool wants_detour_ = false;
  SyntaxError error_;
};

}  // namespace

std::expected<const Node*, SyntaxError> read_yaml(TreeBuilder& builder, std::string_view text,
                                                  const ParseLimits& limits) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  YamlReader reader(builder, text, limits, nullptr);
  auto root = reader.read();
  if (root || !reader.wants_detour()) return root;
  const SurrogateDetour detour(text);
  if (!detour.used()) {
    root.error().hint = R"(write both halves of a surrogate pair, such as \ud83d\ude00)";
    return root;
  }
  builder.discard();
  return YamlReader(builder, detour.text(), limits, &detour).read();
}

}  // namespace barbacane::spec
