// Texts, JSON and envelopes, and the way between JSON and structs.
#include "internal.h"

// ---- Texts ----

sd_str sd_str_of(const char *text) { return (sd_str){text, text ? strlen(text) : 0}; }

bool sd_str_equals(sd_str one, sd_str other) {
  return one.len == other.len && memcmp(one.ptr, other.ptr, one.len) == 0;
}

// A text that grows.
typedef struct text {
  char *ptr;
  size_t len, room;
} text;

static void add(text *to, const char *from, size_t len) {
  if (to->len + len + 1 > to->room) {
    size_t room = (to->len + len + 1) * 2;
    char *grown = to->ptr ? sd_scoped.realloc(sd_scoped.ctx, to->ptr, to->room, room)
                          : sd_scoped.malloc(sd_scoped.ctx, room);
    if (!grown) return;
    to->ptr = grown, to->room = room;
  }
  memcpy(to->ptr + to->len, from, len);
  to->len += len;
  to->ptr[to->len] = 0;
}

static void add_number(text *to, uint64_t value, bool is_negative, unsigned base) {
  char digits[24], *first = digits + sizeof digits;
  do *--first = "0123456789abcdef"[value % base];
  while (value /= base);
  if (is_negative) *--first = '-';
  add(to, first, (size_t)(digits + sizeof digits - first));
}

// What stands between % and the letter.
typedef struct directive {
  bool is_cut;
  int longs;
  bool is_size;
} directive;

static const char *read_directive(const char *at, directive *read) {
  if (at[0] == '.' && at[1] == '*') read->is_cut = true, at += 2;
  for (; *at == 'l'; at++) read->longs++;
  if (*at == 'z') read->is_size = true, at++;
  return at;
}

// The list of the arguments, which functions pass on.
typedef struct arguments {
  va_list list;
} arguments;

static void add_signed(text *to, directive how, arguments *from) {
  int64_t value = how.longs > 1               ? va_arg(from->list, long long)
                  : how.longs || how.is_size ? va_arg(from->list, long)
                                             : va_arg(from->list, int);
  add_number(to, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, 10);
}

static void add_unsigned(text *to, directive how, arguments *from, unsigned base) {
  uint64_t value = how.longs > 1               ? va_arg(from->list, unsigned long long)
                   : how.longs || how.is_size ? va_arg(from->list, unsigned long)
                                              : va_arg(from->list, unsigned);
  add_number(to, value, false, base);
}

static void add_text(text *to, directive how, arguments *from) {
  int most = how.is_cut ? va_arg(from->list, int) : -1;
  const char *given = va_arg(from->list, const char *);
  if (!given) given = "(null)", most = most < 6 ? most : 6;
  size_t len = 0;
  while ((most < 0 || len < (size_t)most) && given[len]) len++;
  add(to, given, len);
}

static void add_directive(text *to, char letter, directive how, arguments *from) {
  switch (letter) {
    case 's': add_text(to, how, from); break;
    case 'd':
    case 'i': add_signed(to, how, from); break;
    case 'u': add_unsigned(to, how, from, 10); break;
    case 'x': add_unsigned(to, how, from, 16); break;
    case 'c': {
      char given = (char)va_arg(from->list, int);
      add(to, &given, 1);
      break;
    }
    default: add(to, &letter, 1);
  }
}

sd_str sd_format_list(const char *format, va_list list) {
  text made = {0};
  arguments from;
  va_copy(from.list, list);
  add(&made, "", 0);
  while (*format) {
    const char *plain = format;
    while (*format && *format != '%') format++;
    add(&made, plain, (size_t)(format - plain));
    if (!*format) break;
    directive how = {0};
    format = read_directive(format + 1, &how);
    if (!*format) break;
    add_directive(&made, *format++, how, &from);
  }
  va_end(from.list);
  return (sd_str){made.ptr ? made.ptr : "", made.len};
}

sd_str sd_format(const char *format, ...) {
  va_list list;
  va_start(list, format);
  sd_str made = sd_format_list(format, list);
  va_end(list);
  return made;
}

// ---- JSON ----

sd_json sd_parse(sd_str from) {
  yyjson_doc *doc = yyjson_read_opts((char *)from.ptr, from.len, 0, &sd_scoped, 0);
  return yyjson_doc_get_root(doc);
}

sd_str sd_json_text(sd_json json) {
  sd_str made = {0};
  made.ptr = yyjson_val_write_opts(json, 0, &sd_scoped, &made.len, 0);
  return made;
}

sd_json sd_built(yyjson_mut_val *value) {
  return yyjson_doc_get_root(yyjson_mut_val_imut_copy(value, &sd_whole));
}

static sd_str text_of(sd_json json) { return (sd_str){yyjson_get_str(json), yyjson_get_len(json)}; }

sd_str sd_get_str(sd_json object, const char *field) {
  sd_json value = yyjson_obj_get(object, field);
  return yyjson_is_str(value) ? text_of(value) : (sd_str){0};
}

int64_t sd_get_int(sd_json object, const char *field, int64_t otherwise) {
  sd_json value = yyjson_obj_get(object, field);
  return yyjson_is_int(value) ? yyjson_get_sint(value) : otherwise;
}

// ---- Bytes: {"$blob": 0} beside an attachment, or base64 ----

static int base64_digit(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

static sd_bytes from_base64(sd_str from) {
  uint8_t *bytes = sd_scoped.malloc(sd_scoped.ctx, from.len / 4 * 3 + 3);
  size_t len = 0;
  uint32_t bits = 0;
  int count = 0;
  if (!bytes) return (sd_bytes){0};
  for (size_t at = 0; at < from.len && from.ptr[at] != '='; at++) {
    int digit = base64_digit(from.ptr[at]);
    if (digit < 0) return (sd_bytes){0};
    bits = bits << 6 | (uint32_t)digit;
    if ((count += 6) >= 8) bytes[len++] = (uint8_t)(bits >> (count -= 8));
  }
  return (sd_bytes){bytes, len};
}

static sd_bytes bytes_of(sd_json json) {
  if (yyjson_is_str(json)) return from_base64(text_of(json));
  sd_json blob = yyjson_obj_get(json, "$blob");
  if (!yyjson_is_raw(blob)) return (sd_bytes){0};
  return (sd_bytes){yyjson_get_raw(blob), yyjson_get_len(blob)};
}

sd_bytes sd_get_bytes(sd_json object, const char *field) {
  return bytes_of(yyjson_obj_get(object, field));
}

yyjson_mut_val *sd_blob(sd_blobs *blobs, sd_bytes bytes) {
  const yyjson_alc *arena = &blobs->doc->alc;
  if (blobs->count == blobs->capacity) {
    size_t capacity = blobs->capacity * 2 + 4;
    sd_bytes *grown = arena->malloc(arena->ctx, capacity * sizeof(sd_bytes));
    if (!grown) return 0;
    if (blobs->count) memcpy(grown, blobs->items, blobs->count * sizeof(sd_bytes));
    blobs->items = grown, blobs->capacity = capacity;
  }
  blobs->items[blobs->count] = bytes;
  yyjson_mut_val *made = yyjson_mut_obj(blobs->doc);
  yyjson_mut_obj_add_uint(blobs->doc, made, "$blob", blobs->count++);
  return made;
}

// ---- Envelopes ----

static const uint8_t magic[4] = {0xFF, 'S', 'D', 1};

static size_t aligned(size_t size) { return (size + 7) & ~(size_t)7; }

// Lets each {"$blob": 0} hold the place of its bytes.
static void place_blobs(sd_json json, const sd_bytes *blobs, size_t count) {
  size_t at, most;
  yyjson_val *key, *value;
  yyjson_obj_foreach(json, at, most, key, value) {
    if (yyjson_equals_str(key, "$blob") && yyjson_is_uint(value) && yyjson_get_uint(value) < count) {
      const sd_bytes *blob = &blobs[yyjson_get_uint(value)];
      yyjson_set_raw(value, blob->ptr, blob->len);
    } else {
      place_blobs(value, blobs, count);
    }
  }
  yyjson_arr_foreach(json, at, most, value) { place_blobs(value, blobs, count); }
}

// An envelope: head, lengths of the blobs, JSON, blobs. The host wrote it, so its sizes fit.
static sd_json decode_envelope(const char *body) {
  const uint32_t *head = (const uint32_t *)body;
  const uint64_t *lengths = (const uint64_t *)(body + 16);
  size_t json_len = head[1], count = head[2], at = 16 + 8 * count;
  sd_json json = sd_parse((sd_str){body + at, json_len});
  sd_bytes *blobs = sd_alloc(count * sizeof(sd_bytes) + 1);
  if (!blobs) return 0;
  at = aligned(at + json_len);
  for (size_t blob = 0; blob < count; at = aligned(at + blobs[blob++].len)) {
    blobs[blob] = (sd_bytes){body + at, (size_t)lengths[blob]};
  }
  place_blobs(json, blobs, count);
  return json;
}

sd_json sd_decode(sd_str body) {
  if (!body.len) return sd_parse(SD("null"));
  bool is_envelope = body.len >= 16 && memcmp(body.ptr, magic, sizeof magic) == 0;
  return is_envelope ? decode_envelope(body.ptr) : sd_parse(body);
}

static size_t envelope_size(size_t json_len, const sd_blobs *blobs) {
  size_t size = 16 + 8 * blobs->count + json_len;
  for (size_t at = 0; at < blobs->count; at++) size = aligned(size) + blobs->items[at].len;
  return size;
}

static sd_str encode_envelope(sd_str json, const sd_blobs *blobs) {
  size_t size = envelope_size(json.len, blobs);
  char *body = sd_alloc(size);
  if (!body) return (sd_str){0};
  uint32_t head[3] = {(uint32_t)json.len, (uint32_t)blobs->count, 0};
  memcpy(body, magic, sizeof magic);
  memcpy(body + 4, head, sizeof head);
  size_t end = 16 + 8 * blobs->count;
  memcpy(body + end, json.ptr, json.len);
  end += json.len;
  for (size_t at = 0; at < blobs->count; at++) {
    const sd_bytes *blob = &blobs->items[at];
    ((uint64_t *)(body + 16))[at] = blob->len;
    end = aligned(end);
    if (blob->len) memcpy(body + end, blob->ptr, blob->len);
    end += blob->len;
  }
  return (sd_str){body, size};
}

static yyjson_write_code write_fault;

sd_str sd_encode(const yyjson_mut_val *json, const sd_blobs *blobs) {
  sd_str written = {0};
  yyjson_write_err fault = {0};
  write_fault = 0;
  if (!json) return SD("null");
  written.ptr = yyjson_mut_val_write_opts(json, 0, &sd_scoped, &written.len, &fault);
  write_fault = fault.code;
  return written.ptr && blobs && blobs->count ? encode_envelope(written, blobs) : written;
}

sd_code sd_encode_failed(sd_code code) {
  switch (write_fault) {
  case YYJSON_WRITE_ERROR_INVALID_STRING: return sd_fail(code, "a text is not in UTF-8");
  case YYJSON_WRITE_ERROR_NAN_OR_INF: return sd_fail(code, "a number is not finite");
  default: return sd_no_memory();
  }
}

// ---- Structs to JSON ----

// A list, whatever its items are.
typedef struct list {
  const void *items;
  size_t count;
} list;

static size_t size_of(const sd_field *item) {
  switch (item->kind) {
    case SD_KIND_TEXT: return sizeof(sd_str);
    case SD_KIND_BYTES: return sizeof(sd_bytes);
    case SD_KIND_INT: return sizeof(int64_t);
    case SD_KIND_NUMBER: return sizeof(double);
    case SD_KIND_BOOL: return sizeof(bool);
    case SD_KIND_JSON: return sizeof(sd_json);
    case SD_KIND_OBJECT: return item->type->size;
    case SD_KIND_LIST: return sizeof(list);
  }
  return 0;
}

// Returns the place of the value of a field; 0 when it is left out.
static const void *value_in(const sd_field *field, const void *at) {
  if (!field->is_optional) return at;
  switch (field->kind) {
    case SD_KIND_INT: return ((const sd_opt_int *)at)->is_set ? &((const sd_opt_int *)at)->value : 0;
    case SD_KIND_NUMBER:
      return ((const sd_opt_number *)at)->is_set ? &((const sd_opt_number *)at)->value : 0;
    case SD_KIND_BOOL: return ((const sd_opt_bool *)at)->is_set ? &((const sd_opt_bool *)at)->value : 0;
    case SD_KIND_OBJECT: return *(const void *const *)at;
    // The others begin with a pointer.
    default: return *(const void *const *)at ? at : 0;
  }
}

static yyjson_mut_val *write_value(const sd_field *field, const void *at, sd_blobs *blobs);

static yyjson_mut_val *write_list(const sd_field *item, const list *from, sd_blobs *blobs) {
  yyjson_mut_val *made = yyjson_mut_arr(blobs->doc);
  for (size_t at = 0; at < from->count; at++) {
    const void *value = (const char *)from->items + at * size_of(item);
    if (!yyjson_mut_arr_append(made, write_value(item, value, blobs))) return 0;
  }
  return made;
}

static yyjson_mut_val *write_value(const sd_field *field, const void *at, sd_blobs *blobs) {
  yyjson_mut_doc *doc = blobs->doc;
  switch (field->kind) {
    case SD_KIND_TEXT: {
      const sd_str *given = at;
      return yyjson_mut_strn(doc, given->ptr ? given->ptr : "", given->len);
    }
    case SD_KIND_BYTES: return sd_blob(blobs, *(const sd_bytes *)at);
    case SD_KIND_INT: return yyjson_mut_sint(doc, *(const int64_t *)at);
    case SD_KIND_NUMBER: return yyjson_mut_real(doc, *(const double *)at);
    case SD_KIND_BOOL: return yyjson_mut_bool(doc, *(const bool *)at);
    case SD_KIND_JSON: {
      sd_json given = *(const sd_json *)at;
      return given ? yyjson_val_mut_copy(doc, given) : yyjson_mut_null(doc);
    }
    case SD_KIND_OBJECT: return sd_write(field->type, at, blobs);
    case SD_KIND_LIST: return write_list(field->item, at, blobs);
  }
  return 0;
}

yyjson_mut_val *sd_write(const sd_type *type, const void *from, sd_blobs *blobs) {
  yyjson_mut_val *made = yyjson_mut_obj(blobs->doc);
  for (size_t at = 0; made && at < type->count; at++) {
    const sd_field *field = &type->fields[at];
    const void *value = value_in(field, (const char *)from + field->offset);
    if (!value) continue;
    yyjson_mut_val *key = yyjson_mut_str(blobs->doc, field->name);
    if (!yyjson_mut_obj_add(made, key, write_value(field, value, blobs))) return 0;
  }
  return made;
}

// ---- JSON to structs ----

static bool read_value(const sd_field *field, sd_json json, void *to);

static bool read_list(const sd_field *item, sd_json json, list *to) {
  size_t size = size_of(item), at, most;
  char *items = sd_alloc(yyjson_arr_size(json) * size + 1);
  yyjson_val *value;
  if (!items) return false;
  yyjson_arr_foreach(json, at, most, value) {
    if (!read_value(item, value, items + at * size)) return false;
  }
  *to = (list){items, yyjson_arr_size(json)};
  return true;
}

static bool read_value(const sd_field *field, sd_json json, void *to) {
  switch (field->kind) {
    case SD_KIND_TEXT: *(sd_str *)to = yyjson_is_str(json) ? text_of(json) : SD(""); return true;
    case SD_KIND_BYTES: *(sd_bytes *)to = bytes_of(json); return true;
    case SD_KIND_INT: *(int64_t *)to = yyjson_get_sint(json); return true;
    case SD_KIND_NUMBER: *(double *)to = yyjson_get_num(json); return true;
    case SD_KIND_BOOL: *(bool *)to = yyjson_get_bool(json); return true;
    case SD_KIND_JSON: *(sd_json *)to = json; return true;
    case SD_KIND_OBJECT: return sd_read(field->type, json, to);
    case SD_KIND_LIST: return read_list(field->item, json, to);
  }
  return false;
}

// Reads a field that is there, behind the mark that says so.
static bool read_optional(const sd_field *field, sd_json json, void *to) {
  switch (field->kind) {
    case SD_KIND_INT: ((sd_opt_int *)to)->is_set = true; return read_value(field, json, &((sd_opt_int *)to)->value);
    case SD_KIND_NUMBER:
      ((sd_opt_number *)to)->is_set = true;
      return read_value(field, json, &((sd_opt_number *)to)->value);
    case SD_KIND_BOOL:
      ((sd_opt_bool *)to)->is_set = true;
      return read_value(field, json, &((sd_opt_bool *)to)->value);
    case SD_KIND_OBJECT: {
      void *made = sd_alloc(field->type->size);
      *(void **)to = made;
      return made && sd_read(field->type, json, made);
    }
    default: return read_value(field, json, to);
  }
}

bool sd_read(const sd_type *type, sd_json json, void *to) {
  memset(to, 0, type->size);
  for (size_t at = 0; at < type->count; at++) {
    const sd_field *field = &type->fields[at];
    sd_json value = yyjson_obj_get(json, field->name);
    if (field->is_optional && (!value || yyjson_is_null(value))) continue;
    void *place = (char *)to + field->offset;
    if (!(field->is_optional ? read_optional : read_value)(field, value, place)) return false;
  }
  return true;
}
