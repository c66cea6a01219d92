#include "http/h1/head_writer.h"

#include "http/response_fields.h"

namespace barbacane::http::h1 {

std::size_t room_for(std::span<const Field> fields) {
  std::size_t room = 0;
  for (const Field& field : fields) room += field.name.size() + field.value.size() + 4;
  return room;
}

void HeadWriter::put_field(const Field& field) {
  if (!is_legal(field)) return;
  put(field.name);
  put(": ");
  put(field.value);
  put("\r\n");
}

}  // namespace barbacane::http::h1
