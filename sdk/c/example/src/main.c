// Hello in C: counts the words of each new text file, keeps the first line beside it, and adds the
// words up on request. A job counts all files anew.
#include "spacedrive.h"

#define KEY "hello_c"

// Counts the words of a text, which are separated by white space.
static int64_t count_words(const char *text, size_t len) {
  int64_t words = 0;
  bool in_word = false;
  for (size_t at = 0; at < len; at++) {
    bool is_space = text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r');
    words += !is_space && !in_word;
    in_word = !is_space;
  }
  return words;
}

static size_t first_line(const char *text, size_t len) {
  size_t at = 0;
  while (at < len && text[at] != '\n') at++;
  return at;
}

static sd_code count(const sd_entry *entry) {
  if (entry->media_type.len < 5 || memcmp(entry->media_type.ptr, "text/", 5) != 0) return SD_OK;
  sd_read_content_output content;
  sd_code code = sd_vdfs_read_content(&(sd_read_content_input){.entry_id = entry->id}, &content);
  if (code) return code;
  const char *text = content.data.ptr;

  sd_write_sidecar_input sidecar = {
      .entry_id = entry->id,
      .name = SD("hello_c.txt"),
      .data = {text, first_line(text, content.data.len)},
  };
  code = sd_vdfs_write_sidecar(&sidecar, 0);
  if (code) return code;

  int64_t words = count_words(text, content.data.len);
  sd_log(SD_INFO, "%s: %lld words", entry->path.ptr, (long long)words);
  yyjson_mut_val *metadata = yyjson_mut_obj(sd_doc());
  yyjson_mut_obj_add_int(sd_doc(), metadata, KEY, words);
  sd_update_metadata_input update = {.entry_id = entry->id, .metadata = sd_built(metadata)};
  return sd_vdfs_update_metadata(&update, 0);
}

static sd_code changed(const sd_event *event) { return count(&event->entry); }
SD_ON_EVENT("entry.created", changed)
SD_ON_EVENT("entry.updated", changed)

// Counts a page of entries. Its checkpoint is where the next page begins.
static sd_code count_page(const sd_running_job *job, sd_list_entries_input *list, int64_t *entries,
                          bool *is_done) {
  sd_list_entries_output page;
  sd_code code = sd_vdfs_list_entries(list, &page);
  for (size_t at = 0; !code && at < page.entries.count; at++) code = count(&page.entries.items[at]);
  if (code) return code;
  *entries += (int64_t)page.entries.count;
  list->after = page.next;
  *is_done = !page.next.is_set;
  if (*is_done) return SD_OK;
  sd_str at = sd_format("{\"after\":%lld,\"entries\":%lld}", (long long)list->after.value,
                        (long long)*entries);
  return sd_checkpoint(job, sd_parse(at), &(sd_progress_report){.done = *entries}, is_done);
}

// Counts all text files anew, and resumes where it stopped.
static sd_code recount(const sd_running_job *job, sd_json input, yyjson_mut_val **answer) {
  (void)input;
  int64_t after = sd_get_int(job->checkpoint, "after", -1);
  int64_t entries = sd_get_int(job->checkpoint, "entries", 0);
  sd_list_entries_input list = {.limit = SD_SET(10), .after = {after >= 0, after}};
  for (bool is_done = false; !is_done;) {
    sd_mark mark = sd_begin();
    sd_code code = count_page(job, &list, &entries, &is_done);
    if (code) return code;
    sd_end(mark);
  }
  *answer = yyjson_mut_obj(sd_doc());
  yyjson_mut_obj_add_int(sd_doc(), *answer, "entries", entries);
  return SD_OK;
}
SD_JOB("hello_c.recount.input.v1", recount)

static sd_code total(sd_json input, yyjson_mut_val **answer) {
  sd_json path = yyjson_obj_get(input, "path");
  if (path && !yyjson_is_str(path)) return sd_fail(SD_E_BAD_INPUT, "`path` is not a text");
  sd_list_entries_input list = {.path_prefix = sd_get_str(input, "path")};
  sd_list_entries_output page;
  int64_t files = 0, words = 0;
  do {
    sd_mark mark = sd_begin();
    sd_code code = sd_vdfs_list_entries(&list, &page);
    if (code) return code;
    for (size_t at = 0; at < page.entries.count; at++) {
      int64_t counted = sd_get_int(page.entries.items[at].metadata, KEY, -1);
      if (counted >= 0) files++, words += counted;
    }
    list.after = page.next;
    sd_end(mark);
  } while (list.after.is_set);
  *answer = yyjson_mut_obj(sd_doc());
  yyjson_mut_obj_add_int(sd_doc(), *answer, "files", files);
  yyjson_mut_obj_add_int(sd_doc(), *answer, "words", words);
  return SD_OK;
}
SD_QUERY("hello_c.words.v1", total)
