#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/diagnostic_text.h"

/// Rows in aligned columns, for people.
///
///   NAME       TYPE        WHAT IT DOES
///   cors       middleware  Answers preflight requests and marks responses
///
/// The last column is wrapped at the width of the terminal and goes on below itself. Text from
/// plugins may hold anything: what would steer a terminal is taken out.
namespace barbacane::app {

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> headers) : headers_(std::move(headers)) {}

  /// As many cells as there are headers.
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.empty(); }

  /// Lines that begin with `indent` blanks and have at most `width` columns where that is possible.
  std::string text(base::Colours colours, std::size_t width, std::size_t indent = 0) const;

 private:
  std::vector<std::string> headers_;
  std::vector<std::vector<std::string>> rows_;
};

/// Columns of the terminal behind standard output; 100 where it is none.
std::size_t output_width();

/// One line, harmless to a terminal.
std::string plain_line(std::string_view text);

}  // namespace barbacane::app
