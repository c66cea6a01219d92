#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "spec/tree.h"

/// One document as text, written from front to back.
///
/// The syntaxes share a face of events, so that whatever walks or merges trees is written once.
/// Callers balance their events and put a key before every value of an object; nothing is checked.
/// A document that outgrows its limit (a small YAML file can mean gigabytes through aliases) stops
/// growing and says so. Not thread-safe; one writer, one document.
namespace barbacane::compiler {

class DocumentWriter {
 public:
  /// `expected`: how long it may become, as far as somebody can tell.
  explicit DocumentWriter(std::size_t limit, std::size_t expected = 0) : limit_(limit) {
    out_.reserve(std::min(limit, expected));
  }
  virtual ~DocumentWriter() = default;

  virtual void begin_object() = 0;
  virtual void key(std::string_view name) = 0;
  virtual void end_object() = 0;
  virtual void begin_array() = 0;
  virtual void end_array() = 0;
  /// As spec::Node gives it: strings decoded, numbers as JSON literals.
  virtual void scalar(spec::Kind kind, std::string_view text) = 0;
  void string(std::string_view text) { scalar(spec::Kind::kString, text); }

  /// True when the limit is reached: the text is of no use.
  bool full() const { return out_.size() > limit_; }
  /// The whole text; the writer is empty afterwards.
  virtual std::string finish() { return std::move(out_); }

 protected:
  std::string out_;

 private:
  std::size_t limit_;
};

/// RFC 8259, two spaces a level, no newline at the end.
class JsonWriter final : public DocumentWriter {
 public:
  using DocumentWriter::DocumentWriter;
  void begin_object() override;
  void key(std::string_view name) override;
  void end_object() override;
  void begin_array() override;
  void end_array() override;
  void scalar(spec::Kind kind, std::string_view text) override;

 private:
  struct Level {
    bool array;
    bool empty;
  };
  void begin(char bracket);
  void end(char bracket);
  void before_value();
  void next_line();
  void quote(std::string_view text);
  std::vector<Level> levels_;
};

/// YAML in block style. Strings stay plain unless some reader of YAML 1.1 or 1.2 could take them
/// for something else; text of several lines becomes a literal block where that is exact.
class YamlWriter final : public DocumentWriter {
 public:
  using DocumentWriter::DocumentWriter;
  void begin_object() override;
  void key(std::string_view name) override;
  void end_object() override;
  void begin_array() override;
  void end_array() override;
  void scalar(spec::Kind kind, std::string_view text) override;
  std::string finish() override;

 private:
  struct Level {
    bool array;
    bool empty;
    bool same_line;  ///< the first entry follows what stands before it: `- - a`
    std::size_t indent;
  };
  void begin(bool array);
  void end(std::string_view empty_form);
  void next_entry();
  void before_value();
  void literal(std::string_view text);
  std::vector<Level> levels_;
};

}  // namespace barbacane::compiler
