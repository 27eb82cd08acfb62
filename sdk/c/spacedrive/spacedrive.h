// Extensions of Spacedrive in C. Put this folder beside your code, include this file, and compile the
// .c files in it with yours: no libc is needed.
//
//     static sd_code count(const sd_event *event) { … return SD_OK; }
//     SD_ON_EVENT("entry.created", count)
//
//     static sd_code total(sd_json input, yyjson_mut_val **answer) { … return SD_OK; }
//     SD_QUERY("my_notes.total.v1", total)
//
//     static sd_code scan(const sd_running_job *job, sd_json input, yyjson_mut_val **answer) { … }
//     SD_JOB("my_notes.scan.input.v1", scan)
//
// The functions of operations.h call the host: they return SD_OK, or the code of an error that
// sd_last_error() describes. What they return, and all that sd_alloc, sd_format and sd_doc make, is
// kept until your function returns: there is nothing to free.
#pragma once
#define SPACEDRIVE_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// In C++ as well, from C++20 on, where the macros below and the structs with named fields are part of it.
#ifdef __cplusplus
extern "C" {
#endif

// The library of JSON, without libc, and as strict as the host. The compiler chooses what it inlines:
// everything takes 3 times as long to compile, and twice the space.
#define yyjson_inline inline
#define YYJSON_FREESTANDING 1
#define YYJSON_FREESTANDING_HEADER "../freestanding.h"
#define YYJSON_DISABLE_NON_STANDARD 1
#define YYJSON_DISABLE_INCR_READER 1
#include "yyjson/yyjson.h"

// ---- Values ----

// Text in UTF-8. Fields that may be left out have `ptr` 0 when they are. What the host returns has a
// zero byte behind it, which is not counted.
typedef struct sd_str {
  const char *ptr;
  size_t len;
} sd_str;

// A text of a literal: SD("receipt.json").
#ifdef __cplusplus
#define SD(literal) (sd_str{"" literal, sizeof(literal) - 1})
#else
#define SD(literal) ((sd_str){"" literal, sizeof(literal) - 1})
#endif

// Bytes. They cross the boundary as they are; `ptr` 0 is none.
typedef struct sd_bytes {
  const void *ptr;
  size_t len;
} sd_bytes;

// JSON of any form, read by the functions of yyjson.h; 0 is none.
typedef yyjson_val *sd_json;

// Numbers and truths that may be left out: `.limit = SD_SET(10)`.
typedef struct sd_opt_int {
  bool is_set;
  int64_t value;
} sd_opt_int;
typedef struct sd_opt_number {
  bool is_set;
  double value;
} sd_opt_number;
typedef struct sd_opt_bool {
  bool is_set;
  bool value;
} sd_opt_bool;
#define SD_SET(value) {true, (value)}

// The text of a string with a zero byte at its end.
sd_str sd_str_of(const char *text);
bool sd_str_equals(sd_str one, sd_str other);

// ---- The types of operations.h ----

typedef enum sd_kind {
  SD_KIND_TEXT,
  SD_KIND_BYTES,
  SD_KIND_INT,
  SD_KIND_NUMBER,
  SD_KIND_BOOL,
  SD_KIND_JSON,
  SD_KIND_OBJECT,
  SD_KIND_LIST,
} sd_kind;

// A field of a struct, or an item of a list.
typedef struct sd_field {
  const char *name;
  sd_kind kind;
  bool is_optional;
  size_t offset;
  const struct sd_type *type;
  const struct sd_field *item;
} sd_field;

// The fields of a struct, from which JSON is written and read.
typedef struct sd_type {
  size_t size;
  size_t count;
  const sd_field *fields;
} sd_type;

#include "operations.h"

// ---- Handlers ----

// An event. `data` is that of another extension's event, and else 0.
typedef struct sd_event {
  int64_t id;
  sd_str kind;
  sd_str library_id;
  sd_entry entry;
  sd_json data;
} sd_event;

// A job that runs. One that was called, and not dispatched, has no id, and keeps no checkpoints.
typedef struct sd_running_job {
  sd_str id;
  // The number of the start, 1 for the first.
  int64_t attempt;
  // The last checkpoint; 0 when there is none yet.
  sd_json checkpoint;
} sd_running_job;

typedef sd_code (*sd_event_function)(const sd_event *event);
// Answers a call. What is put into `answer` belongs to sd_doc(); left alone, the answer is null.
typedef sd_code (*sd_call_function)(sd_json input, yyjson_mut_val **answer);
// Answers as an action does, and resumes at the checkpoint of the job, when there is one.
typedef sd_code (*sd_job_function)(const sd_running_job *job, sd_json input, yyjson_mut_val **answer);
typedef sd_code (*sd_plain_function)(void);

// Receives events of a kind that the manifest names. Return anything but SD_OK, and it comes again.
#define SD_ON_EVENT(kind, function) SD_HANDLER("event:" kind, SD_HANDLES_EVENT, on_event, function)
// Offers a query or an action of the manifest: "my_notes.total.v1", "my_notes.add.input.v1".
#define SD_QUERY(name, function) SD_HANDLER("query:" name, SD_HANDLES_CALL, on_call, function)
#define SD_ACTION(name, function) SD_HANDLER("action:" name, SD_HANDLES_CALL, on_call, function)
// Offers an action of the manifest that runs as a job, when it is dispatched: see sd_checkpoint.
#define SD_JOB(name, function) SD_HANDLER("action:" name, SD_HANDLES_JOB, on_job, function)
// Runs once before all others, and once at the end.
#define SD_INIT(function) SD_REGISTER("init", SD_HANDLES_INIT, plain, function)
#define SD_CLEANUP(function) SD_REGISTER("cleanup", SD_HANDLES_CLEANUP, plain, function)

// ---- Errors and the log ----

typedef struct sd_error {
  sd_code code;
  sd_str message;
  // Facts for programs, as JSON; `ptr` is 0 when there are none.
  sd_str details;
  // The pause after which another try may go well; 0 when it is not known.
  int64_t retry_after_ms;
} sd_error;

// The error of the last call that failed. It is good until the next one.
const sd_error *sd_last_error(void);
// Makes the error of your function: `return sd_fail(SD_E_BAD_INPUT, "`%s` is not a year", text);`.
sd_code sd_fail(sd_code code, const char *format, ...) __attribute__((format(printf, 2, 3)));

typedef enum sd_level { SD_DEBUG, SD_INFO, SD_WARN, SD_ERROR } sd_level;
void sd_log(sd_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Makes a text. It knows %s, %.*s, %c, %d, %i, %u, %x with l, ll and z, and %%.
sd_str sd_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

// ---- JSON ----

// The document that answers and inputs are built in, by the functions yyjson_mut_… .
yyjson_mut_doc *sd_doc(void);
// Makes an input of what was built: `.metadata = sd_built(object)`.
sd_json sd_built(yyjson_mut_val *value);
// Reads JSON; 0 when it is none.
sd_json sd_parse(sd_str text);
// Writes JSON.
sd_str sd_json_text(sd_json json);
// The field of an object: its text, or one with `ptr` 0; its number, or `otherwise`.
sd_str sd_get_str(sd_json object, const char *field);
int64_t sd_get_int(sd_json object, const char *field, int64_t otherwise);
// The bytes in the input of a call: of an attachment, or of base64. `ptr` is 0 when there are none.
sd_bytes sd_get_bytes(sd_json object, const char *field);
// Bytes for the answer of a call.
yyjson_mut_val *sd_attach(sd_bytes bytes);

// ---- The host ----

// Calls an operation that operations.h does not have, such as another extension's. `output` may be 0.
sd_code sd_call(const char *method, yyjson_mut_val *input, sd_json *output);
// Keeps where a job stands, and its progress (0: as it was). When the job is started again, after a crash or
// an error that may pass, `checkpoint` is what was kept last. Tells whether the job was cancelled: then return
// soon. Nothing is kept of a job that was called. In a loop over much, sd_parse(sd_format(…)) makes `at`.
sd_code sd_checkpoint(const sd_running_job *job, sd_json at, const sd_progress_report *progress,
                      bool *is_cancelled);
// The library of the calls that follow; at first it is that of the event or call. An id, or 0 for none.
sd_code sd_use_library(const char *id);
// Calls an operation whose input and output are structs, as the functions of operations.h do.
sd_code sd_operate(const char *method, bool needs_library, const sd_type *input_type,
                   const void *input, const sd_type *output_type, void *output);

// ---- Memory ----

// A block that is kept until your function returns, of zeros; 0 when there is no memory.
void *sd_alloc(size_t size);
// Gives back what was made since the mark, in a loop over much. What stands in sd_doc() stays.
typedef struct sd_mark {
  void *block;
  size_t used;
  void *owned;
} sd_mark;
sd_mark sd_begin(void);
void sd_end(sd_mark mark);

// Blocks for what is kept between calls are those of malloc and free: see freestanding.h.

// ---- Behind the macros above ----

typedef enum sd_handles {
  SD_HANDLES_EVENT,
  SD_HANDLES_CALL,
  SD_HANDLES_JOB,
  SD_HANDLES_INIT,
  SD_HANDLES_CLEANUP,
} sd_handles;

typedef struct sd_handler {
  const char *name;
  sd_handles handles;
  union {
    sd_event_function on_event;
    sd_call_function on_call;
    sd_job_function on_job;
    sd_plain_function plain;
  };
  struct sd_handler *next;
} sd_handler;

void sd_add_handler(sd_handler *handler);

#define SD_JOIN_(one, other) one##other
#define SD_JOIN(one, other) SD_JOIN_(one, other)
#define SD_REGISTER(full_name, handles_, field, function)                                        \
  __attribute__((constructor)) static void SD_JOIN(sd_register_, __COUNTER__)(void) {            \
    static sd_handler handler = {.name = full_name, .handles = handles_, .field = function};     \
    sd_add_handler(&handler);                                                                    \
  }
// The custom section is how the host sees what there is a function for. A variable in a section would
// become data, so it is written in assembly.
#define SD_HANDLER(full_name, handles_, field, function)                                         \
  __asm__(".section .custom_section.spacedrive.methods,\"\",@\n.ascii \"" full_name              \
          "\\n\"\n.text\n");                                                                     \
  SD_REGISTER(full_name, handles_, field, function)

#ifdef __cplusplus
}
#endif
