// Hello in AssemblyScript: counts the words of each new text file, keeps the first line beside it, and
// adds the words up on request. A job counts all files anew.
import { JSON } from "json-as";
import {
  Bytes, Entry, Event, ListEntriesInput, ProgressReport, ReadContentInput, RunningJob, UpdateMetadataInput,
  WriteSidecarInput, log, onEvent, onJob, query, vdfs,
} from "../spacedrive";

export * from "../spacedrive/guest";

const KEY = "hello_assemblyscript";

function countWords(text: string): i32 {
  let words = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    const isSpace = letter == 32 || (letter >= 9 && letter <= 13);
    if (!isSpace && !inWord) words++;
    inWord = !isSpace;
  }
  return words;
}

function count(entry: Entry): bool {
  const mediaType = entry.media_type;
  if (mediaType === null || !mediaType.startsWith("text/")) return true;
  const read = new ReadContentInput();
  read.entry_id = entry.id;
  const content = vdfs.readContent(read);
  if (content === null) return false;
  const text = content.data.toText();

  const end = text.indexOf("\n");
  const sidecar = new WriteSidecarInput();
  sidecar.entry_id = entry.id;
  sidecar.name = "hello_assemblyscript.txt";
  sidecar.data = Bytes.ofText(end < 0 ? text : text.substring(0, end));
  if (vdfs.writeSidecar(sidecar) === null) return false;

  const words = countWords(text);
  log.info(`${entry.path}: ${words} words`);
  const update = new UpdateMetadataInput();
  update.entry_id = entry.id;
  update.metadata = new JSON.Raw(`{"${KEY}":${words}}`);
  return vdfs.updateMetadata(update) !== null;
}

onEvent("entry.created", (event: Event): bool => count(event.entry));
onEvent("entry.updated", (event: Event): bool => count(event.entry));

@json
class Input {
  @omitnull()
  path: string | null = null;
}

@json
class Total {
  files: i64 = 0;
  words: i64 = 0;
}

query<Input, Total>("hello_assemblyscript.words.v1", (input: Input): Total | null => {
  const total = new Total();
  const list = new ListEntriesInput();
  list.path_prefix = input.path;
  while (true) {
    const page = vdfs.listEntries(list);
    if (page === null) return null;
    for (let at = 0; at < page.entries.length; at++) {
      const words = JSON.parse<JSON.Obj>(page.entries[at].metadata.toString()).get(KEY);
      if (words === null) continue;
      total.files++;
      total.words += <i64>words.get<f64>();
    }
    list.after = page.next;
    if (list.after === null) return total;
  }
});

@json
class Checkpoint {
  @omitnull()
  after: JSON.Box<i64> | null = null;
  entries: i64 = 0;
}

@json
class Nothing {}

@json
class Recount {
  entries: i64 = 0;
}

// Counts a page of entries, and moves the checkpoint behind it.
function countPage(at: Checkpoint): bool {
  const list = new ListEntriesInput();
  list.limit = new JSON.Box<i64>(10);
  list.after = at.after;
  const page = vdfs.listEntries(list);
  if (page === null) return false;
  for (let index = 0; index < page.entries.length; index++) {
    if (!count(page.entries[index])) return false;
  }
  at.after = page.next;
  at.entries += page.entries.length;
  return true;
}

// Counts all text files anew, and resumes where it stopped.
onJob<Checkpoint, Nothing, Recount>(
  "hello_assemblyscript.recount.input.v1",
  (job: RunningJob<Checkpoint>, _: Nothing): Recount | null => {
    let at = job.lastCheckpoint();
    if (at === null) at = new Checkpoint();
    while (true) {
      if (!countPage(at)) return null;
      if (at.after === null) break;
      const progress = new ProgressReport();
      progress.done = at.entries;
      const kept = job.checkpoint(at, progress);
      if (kept === null) return null;
      if (kept.cancelled) break;
    }
    const recount = new Recount();
    recount.entries = at.entries;
    return recount;
  },
);
