// The runtime behind spacedrive.h: handlers, calls of the host, and the log.
#include "spacedrive.h"

#include "internal.h"

#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("spacedrive"), import_name(#name)))

// The version of the binary interface.
__asm__(".section .custom_section.spacedrive.abi,\"\",@\n.int32 1\n.text\n");

// A reply: the length of its body, 0 or the number of an error, and the body.
typedef struct frame {
  uint32_t len, status;
  char body[];
} frame;

IMPORT(spacedrive_call)
frame *host_call(const char *method, uint32_t method_len, const uint8_t *library, const char *payload,
                 uint32_t payload_len);
IMPORT(spacedrive_log) void host_log(uint32_t level, const char *text, uint32_t len);

#ifndef __wasi__
// Made by the linker: runs the constructors, which add the handlers. With libc, the host has it done by
// `_initialize`.
extern void __wasm_call_ctors(void);
#endif

static sd_handler *handlers;
static sd_error last_error;
static uint8_t library[16];
static bool has_library;
static sd_blobs answer_blobs;

// ---- Errors and the log ----

const sd_error *sd_last_error(void) { return &last_error; }

// Texts of errors have a place of their own: they are read when other memory was given back.
static char error_text[1024];

static void remember(sd_code code, sd_str message, sd_str details, int64_t retry_after_ms) {
  char *text = error_text;
  free((void *)last_error.details.ptr);
  size_t len = message.len < sizeof error_text ? message.len : sizeof error_text;
  // No character is cut.
  while (len < message.len && len && (message.ptr[len] & 0xC0) == 0x80) len--;
  memmove(text, message.ptr, len);
  char *kept = details.ptr ? malloc(details.len) : 0;
  if (kept) memcpy(kept, details.ptr, details.len);
  last_error = (sd_error){code, {text, len}, {kept, kept ? details.len : 0}, retry_after_ms};
}

static void forget(void) {
  free((void *)last_error.details.ptr);
  last_error = (sd_error){0};
}

sd_code sd_fail(sd_code code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  remember(code, sd_format_list(format, arguments), (sd_str){0}, 0);
  va_end(arguments);
  return code;
}

void sd_log(sd_level level, const char *format, ...) {
  sd_mark mark = sd_begin();
  va_list arguments;
  va_start(arguments, format);
  sd_str text = sd_format_list(format, arguments);
  va_end(arguments);
  host_log(level, text.ptr, (uint32_t)text.len);
  sd_end(mark);
}

sd_code sd_no_memory(void) { return sd_fail(SD_E_ABI_ALLOC, "the extension has no memory left"); }

// ---- Calls of the host ----

static int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  letter |= 32;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// Reads a UUID. Returns false when the text is none.
static bool read_uuid(sd_str text, uint8_t id[16]) {
  size_t digits = 0;
  for (size_t at = 0; at < text.len; at++) {
    if (text.ptr[at] == '-') continue;
    int value = hex_digit(text.ptr[at]);
    if (value < 0 || digits == 32) return false;
    id[digits / 2] = (uint8_t)(digits % 2 ? id[digits / 2] | value : value << 4);
    digits++;
  }
  return digits == 32;
}

sd_code sd_use_library(const char *id) {
  has_library = false;
  if (!id) return SD_OK;
  if (!read_uuid(sd_str_of(id), library)) {
    return sd_fail(SD_E_BAD_INPUT, "`%s` is not the id of a library", id);
  }
  has_library = true;
  return SD_OK;
}

static sd_code host_error(uint32_t status, sd_json body) {
  sd_str message = sd_get_str(body, "error");
  sd_json details = yyjson_obj_get(body, "details");
  // A code that a later host has is none that could be passed on.
  sd_code code = sd_code_name((sd_code)status) ? (sd_code)status : SD_E_INTERNAL;
  remember(code, message.ptr ? message : SD("the host does not say why"),
           details ? sd_json_text(details) : (sd_str){0}, sd_get_int(body, "retry_after_ms", 0));
  return code;
}

static sd_code send(const char *method, bool with_library, sd_str payload, sd_json *output) {
  frame *reply = host_call(method, (uint32_t)strlen(method), with_library ? library : 0, payload.ptr,
                           (uint32_t)payload.len);
  if (!reply) return sd_no_memory();
  if (!sd_own(reply)) {
    free(reply);
    return sd_no_memory();
  }
  sd_json body = sd_decode((sd_str){reply->body, reply->len});
  if (reply->status) return host_error(reply->status, body);
  if (!body) return sd_fail(SD_E_INTERNAL, "the reply to %s is not JSON", method);
  if (output) *output = body;
  return SD_OK;
}

sd_code sd_call(const char *method, yyjson_mut_val *input, sd_json *output) {
  sd_str payload = sd_encode(input, &answer_blobs);
  return payload.ptr ? send(method, has_library, payload, output) : sd_encode_failed(SD_E_BAD_INPUT);
}

sd_code sd_operate(const char *method, bool needs_library, const sd_type *input_type,
                   const void *input, const sd_type *output_type, void *output) {
  if (needs_library && !has_library) {
    return sd_fail(SD_E_DENIED_LIBRARY, "`%s` needs a library, the call names none", method);
  }
  sd_blobs blobs = {.doc = yyjson_mut_doc_new(&sd_scoped)};
  yyjson_mut_val *json = input ? sd_write(input_type, input, &blobs) : yyjson_mut_obj(blobs.doc);
  sd_str payload = sd_encode(json, &blobs);
  if (!payload.ptr) return sd_encode_failed(SD_E_BAD_INPUT);
  sd_json answer;
  sd_code code = send(method, needs_library, payload, &answer);
  if (code || !output) return code;
  return sd_read(output_type, answer, output) ? SD_OK : sd_no_memory();
}

sd_code sd_checkpoint(const sd_running_job *job, sd_json at, const sd_progress_report *progress,
                      bool *is_cancelled) {
  *is_cancelled = false;
  if (!job->id.ptr) return SD_OK;
  sd_checkpoint_input input = {.job_id = job->id, .checkpoint = at, .progress = progress};
  sd_checkpoint_output output;
  sd_code code = sd_jobs_checkpoint(&input, &output);
  if (!code) *is_cancelled = output.cancelled;
  return code;
}

yyjson_mut_doc *sd_doc(void) {
  if (!answer_blobs.doc) answer_blobs.doc = yyjson_mut_doc_new(&sd_whole);
  return answer_blobs.doc;
}

yyjson_mut_val *sd_attach(sd_bytes bytes) { return sd_doc() ? sd_blob(&answer_blobs, bytes) : 0; }

// ---- Calls of the extension ----

void sd_add_handler(sd_handler *handler) {
  handler->next = handlers;
  handlers = handler;
}

static bool equals(const char *text, const char *name, size_t len) {
  return strlen(name) == len && memcmp(text, name, len) == 0;
}

static const sd_handler *find(sd_handles handles, const char *name, size_t len) {
  size_t prefix = handles == SD_HANDLES_EVENT ? sizeof "event:" - 1 : 0;
  for (const sd_handler *it = handlers; it; it = it->next) {
    if (it->handles == handles && equals(name, it->name + prefix, len)) return it;
  }
  return 0;
}

// Forgets the call before, whose memory is given back.
static void begin(void) {
  sd_end_all();
  forget();
  answer_blobs = (sd_blobs){0};
  has_library = false;
}

static void use_library_of(sd_json call) {
  sd_str id = sd_get_str(call, "library_id");
  has_library = id.ptr && read_uuid(id, library);
}

static void log_failure(sd_code code) {
  sd_str said = last_error.message;
  sd_log(SD_ERROR, "%.*s (%s)", (int)said.len, said.ptr ? said.ptr : "", sd_code_name(code));
}

static sd_code run_all(sd_handles handles) {
  begin();
  sd_code code = SD_OK;
  for (const sd_handler *it = handlers; it && !code; it = it->next) {
    if (it->handles == handles) code = it->plain();
  }
  if (code) log_failure(code);
  begin();
  return code;
}

EXPORT(wasm_alloc) void *wasm_alloc(uint32_t size) { return malloc(size); }
EXPORT(wasm_free) void wasm_free(void *block, uint32_t size) {
  (void)size;
  free(block);
}

EXPORT(plugin_init) sd_code plugin_init(void) {
#ifndef __wasi__
  __wasm_call_ctors();
#endif
  return run_all(SD_HANDLES_INIT);
}
EXPORT(plugin_cleanup) sd_code plugin_cleanup(void) { return run_all(SD_HANDLES_CLEANUP); }

static sd_code receive(sd_json json) {
  sd_event event = {.id = sd_get_int(json, "id", 0), .kind = sd_get_str(json, "kind")};
  const sd_handler *handler = find(SD_HANDLES_EVENT, event.kind.ptr, event.kind.len);
  if (!handler) handler = find(SD_HANDLES_EVENT, "*", 1);
  if (!handler) return SD_OK;
  event.library_id = sd_get_str(json, "library_id");
  event.data = yyjson_obj_get(json, "data");
  if (!sd_read(&sd_entry_type, yyjson_obj_get(json, "entry"), &event.entry)) return sd_no_memory();
  return handler->on_event(&event);
}

EXPORT(plugin_on_event) sd_code plugin_on_event(const char *payload, uint32_t len) {
  begin();
  sd_json json = sd_decode((sd_str){payload, len});
  use_library_of(json);
  sd_code code = json ? receive(json) : sd_fail(SD_E_BAD_INPUT, "the event is not JSON");
  if (code) log_failure(code);
  begin();
  return code;
}

// Makes the frame of an answer, which the host takes and frees.
static frame *frame_of(uint32_t status, sd_str body) {
  frame *made = malloc(sizeof(frame) + body.len);
  if (!made) return 0;
  *made = (frame){.len = (uint32_t)body.len, .status = status};
  memcpy(made->body, body.ptr, body.len);
  return made;
}

// Leaves out what is not ASCII in the text of an error that is not in UTF-8: JSON cannot say it.
static void clean_error_text(void) {
  sd_str text = last_error.message;
  if (sd_encode(yyjson_mut_strn(sd_doc(), text.ptr, text.len), 0).ptr) return;
  for (size_t at = 0; at < text.len; at++) {
    if (error_text[at] & 0x80) error_text[at] = '?';
  }
}

static frame *frame_of_error(sd_code code) {
  if (last_error.message.ptr) clean_error_text();
  yyjson_mut_val *body = yyjson_mut_obj(sd_doc());
  sd_str said = last_error.message.ptr ? last_error.message : SD("the extension says no more");
  yyjson_mut_obj_add_strn(sd_doc(), body, "error", said.ptr, said.len);
  yyjson_mut_obj_add_str(sd_doc(), body, "code", sd_code_name(code));
  if (last_error.details.ptr) {
    yyjson_mut_val *details = yyjson_mut_rawn(sd_doc(), last_error.details.ptr, last_error.details.len);
    yyjson_mut_obj_add_val(sd_doc(), body, "details", details);
  }
  if (last_error.retry_after_ms) {
    yyjson_mut_obj_add_int(sd_doc(), body, "retry_after_ms", last_error.retry_after_ms);
  }
  return frame_of(code, sd_encode(body, 0));
}

static sd_running_job job_of(sd_json call) {
  sd_json job = yyjson_obj_get(call, "job");
  return (sd_running_job){
      .id = sd_get_str(job, "id"),
      .attempt = sd_get_int(job, "attempt", 1),
      .checkpoint = yyjson_obj_get(job, "checkpoint"),
  };
}

static sd_code run(const sd_handler *handler, sd_json call, yyjson_mut_val **answer) {
  sd_json input = yyjson_obj_get(call, "input");
  if (handler->handles == SD_HANDLES_CALL) return handler->on_call(input, answer);
  sd_running_job job = job_of(call);
  return handler->on_job(&job, input, answer);
}

EXPORT(plugin_call)
frame *plugin_call(const char *method, uint32_t method_len, const char *payload, uint32_t len) {
  begin();
  const sd_handler *handler = find(SD_HANDLES_CALL, method, method_len);
  if (!handler) handler = find(SD_HANDLES_JOB, method, method_len);
  sd_json json = sd_decode((sd_str){payload, len});
  use_library_of(json);
  yyjson_mut_val *answer = 0;
  sd_code code = !handler ? sd_fail(SD_E_UNKNOWN_METHOD, "the extension has no function for `%.*s`",
                                    (int)method_len, method)
                 : !json  ? sd_fail(SD_E_BAD_INPUT, "the call is not JSON")
                          : run(handler, json, &answer);
  sd_str body = SD("null");
  if (!code && answer) body = sd_encode(answer, &answer_blobs);
  if (!body.ptr) code = sd_encode_failed(SD_E_INTERNAL);
  frame *reply = code ? frame_of_error(code) : frame_of(SD_OK, body);
  begin();
  return reply;
}
