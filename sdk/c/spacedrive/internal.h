// What the files of the SDK share, and extensions do not see.
#pragma once
#include "spacedrive.h"

// The bytes that stand beside the JSON of an envelope.
typedef struct sd_blobs {
  // The document of the JSON that names them.
  yyjson_mut_doc *doc;
  sd_bytes *items;
  size_t count, capacity;
} sd_blobs;

// Allocators: of what may be given back by sd_end, and of what stays until a function of the
// extension returns.
extern const yyjson_alc sd_scoped, sd_whole;
// Lets a block of malloc go with the first.
bool sd_own(void *block);
// Gives back all of both.
void sd_end_all(void);

sd_str sd_format_list(const char *format, va_list arguments);
// Reads JSON, or an envelope; 0 when it is neither.
sd_json sd_decode(sd_str body);
// Writes JSON, or an envelope where there are blobs (0 for none); `ptr` is 0 when there is no memory, or
// JSON cannot say it.
sd_str sd_encode(const yyjson_mut_val *json, const sd_blobs *blobs);
// Says that there is no memory left.
sd_code sd_no_memory(void);
// Says why the last sd_encode failed.
sd_code sd_encode_failed(sd_code code);
// Adds bytes, and returns the JSON that names them.
yyjson_mut_val *sd_blob(sd_blobs *blobs, sd_bytes bytes);
// Makes JSON of a struct, and a struct of JSON. Returns 0 and false when there is no memory.
yyjson_mut_val *sd_write(const sd_type *type, const void *from, sd_blobs *blobs);
bool sd_read(const sd_type *type, sd_json json, void *to);
