// Hello in C++: counts the words of each new text file but for those of a list, keeps the first line beside
// it, and adds the words up on request. A job counts all files anew.
#include "spacedrive.h"

#include <cstdio>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace {

constexpr const char *KEY = "hello_cpp";

// The words that are not counted, a line each, in a file of the package.
const std::set<std::string> &ignored() {
  static const std::set<std::string> words = [] {
    std::set<std::string> words;
    std::FILE *file = std::fopen("/app/ignored.txt", "r");
    for (char word[64]; file && std::fscanf(file, "%63s", word) == 1;) words.insert(word);
    if (file) std::fclose(file);
    return words;
  }();
  return words;
}

int64_t count_words(const std::string &text) {
  std::istringstream stream(text);
  int64_t words = 0;
  for (std::string word; stream >> word;) words += !ignored().contains(word);
  return words;
}

sd_code count(const sd_entry &entry) {
  std::string_view media_type(entry.media_type.ptr, entry.media_type.len);
  if (!media_type.starts_with("text/")) return SD_OK;
  sd_read_content_input read = {.entry_id = entry.id};
  sd_read_content_output content;
  if (sd_code code = sd_vdfs_read_content(&read, &content)) return code;
  std::string text(static_cast<const char *>(content.data.ptr), content.data.len);

  std::string first_line = text.substr(0, text.find('\n'));
  sd_write_sidecar_input sidecar = {
      .entry_id = entry.id,
      .name = SD("hello_cpp.txt"),
      .data = {first_line.data(), first_line.size()},
  };
  if (sd_code code = sd_vdfs_write_sidecar(&sidecar, nullptr)) return code;

  int64_t words = count_words(text);
  sd_log(SD_INFO, "%s: %lld words", entry.path.ptr, static_cast<long long>(words));
  yyjson_mut_val *metadata = yyjson_mut_obj(sd_doc());
  yyjson_mut_obj_add_int(sd_doc(), metadata, KEY, words);
  sd_update_metadata_input update = {.entry_id = entry.id, .metadata = sd_built(metadata)};
  return sd_vdfs_update_metadata(&update, nullptr);
}

sd_code changed(const sd_event *event) { return count(event->entry); }
SD_ON_EVENT("entry.created", changed)
SD_ON_EVENT("entry.updated", changed)

// Counts a page of entries. Its checkpoint is where the next page begins.
sd_code count_page(const sd_running_job *job, sd_list_entries_input &list, int64_t &entries, bool &is_done) {
  sd_list_entries_output page;
  if (sd_code code = sd_vdfs_list_entries(&list, &page)) return code;
  for (size_t at = 0; at < page.entries.count; at++) {
    if (sd_code code = count(page.entries.items[at])) return code;
  }
  entries += static_cast<int64_t>(page.entries.count);
  list.after = page.next;
  is_done = !page.next.is_set;
  if (is_done) return SD_OK;
  sd_str at = sd_format("{\"after\":%lld,\"entries\":%lld}", static_cast<long long>(page.next.value),
                        static_cast<long long>(entries));
  sd_progress_report progress = {.done = entries};
  return sd_checkpoint(job, sd_parse(at), &progress, &is_done);
}

// Counts all text files anew, and resumes where it stopped.
sd_code recount(const sd_running_job *job, sd_json, yyjson_mut_val **answer) {
  int64_t after = sd_get_int(job->checkpoint, "after", -1);
  int64_t entries = sd_get_int(job->checkpoint, "entries", 0);
  sd_list_entries_input list = {.after = {after >= 0, after}, .limit = SD_SET(10)};
  for (bool is_done = false; !is_done;) {
    sd_mark mark = sd_begin();
    if (sd_code code = count_page(job, list, entries, is_done)) return code;
    sd_end(mark);
  }
  *answer = yyjson_mut_obj(sd_doc());
  yyjson_mut_obj_add_int(sd_doc(), *answer, "entries", entries);
  return SD_OK;
}
SD_JOB("hello_cpp.recount.input.v1", recount)

sd_code total(sd_json input, yyjson_mut_val **answer) {
  sd_json path = yyjson_obj_get(input, "path");
  if (path && !yyjson_is_str(path)) return sd_fail(SD_E_BAD_INPUT, "`path` is not a text");
  sd_list_entries_input list = {.path_prefix = sd_get_str(input, "path")};
  int64_t files = 0, words = 0;
  do {
    sd_mark mark = sd_begin();
    sd_list_entries_output page;
    if (sd_code code = sd_vdfs_list_entries(&list, &page)) return code;
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
SD_QUERY("hello_cpp.words.v1", total)

}  // namespace
