"""Checks that a guest keeps to the binary interface: `python check_guest.py FOLDER [WASM]`.

The folder is that of an extension like the examples in sdk/: it counts the words of new text files, in
their metadata and in a sidecar, adds them up, and counts them anew as a job. Whoever writes an SDK for another language writes this
extension with it, and runs this. Each line is an expectation; the exit code is 1 when one does not hold.
"""

import json
import sys
from pathlib import Path

from host import Extension, Limits
from module import custom_section
from wire import Error, Fault, as_bytes

LIBRARY = "018f2c3e-0000-7000-8000-0123456789ab"
JOB = "018f2c3e-2222-7000-8000-0123456789ab"
ENTRY = "018f2c3e-1111-7000-8000-0123456789ab"
MEMORY_MB = 48
# Enough for a leak of 1 KiB in each call to outgrow what a collector of garbage keeps free.
WARM_UP, CALLS, LEFT_BYTES = 1000, 3000, 256


class Library:
    """One entry, its content, and what the extension makes of it."""

    def __init__(self):
        self.content, self.sidecars, self.metadata, self.libraries, self.error = b"", {}, {}, set(), None
        self.pages = {None: ([3, 4], 7), 7: ([5, None], None)}
        self.checkpoints, self.is_cancelled = [], False

    def operations(self):
        return {
            "query:vdfs.read_content.v1": self.read_content,
            "action:vdfs.write_sidecar.input.v1": self.write_sidecar,
            "action:vdfs.update_metadata.input.v1": self.update_metadata,
            "query:vdfs.list_entries.v1": self.list_entries,
            "action:jobs.checkpoint.input.v1": self.checkpoint,
        }

    def read_content(self, library, input):
        self.libraries.add(library)
        if self.error:
            raise self.error
        assert input["entry_id"] == ENTRY, input
        return {"data": self.content, "size": len(self.content), "a later field": {"$more": 1}}

    def write_sidecar(self, library, input):
        self.sidecars[input["name"]] = as_bytes(input["data"])
        return {"name": input["name"], "size": 1, "content_hash": "0", "written_by": None, "updated_at": "now"}

    def update_metadata(self, library, input):
        self.metadata |= input["metadata"]
        return {"metadata": self.metadata}

    def list_entries(self, library, input):
        self.libraries.add(library)
        if self.error:
            raise self.error
        counts, following = self.pages[input.get("after")]
        entries = [entry({} if it is None else {self.key: it}) for it in counts]
        return {"entries": entries, "next": following}

    def checkpoint(self, library, input):
        self.checkpoints.append(input)
        return {"cancelled": self.is_cancelled, "a later field": 1}


def entry(metadata, path="notes/é \U0001f600.txt"):
    return {
        "id": ENTRY, "name": "a.txt", "path": path, "entry_type": "file", "media_type": "text/plain",
        "size": 5, "content_hash": None, "created_by": None, "metadata": metadata | {"other": [1, {"a": None}]},
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "a later field": 1,
    }  # fmt: skip


def event(kind="entry.created", path="notes/é \U0001f600.txt"):
    return {"id": 7, "kind": kind, "library_id": LIBRARY, "entry": entry({}, path), "a later field": [1]}


class Checks:
    def __init__(self, folder, wasm):
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.id = self.manifest["id"]
        self.wasm, self.library, self.log = wasm, Library(), []
        self.library.key = self.id
        self.failures = 0
        log = lambda level, message: self.log.append((level, message))  # noqa: E731
        self.guest = Extension(wasm, self.library.operations(), log, Limits(memory_mb=MEMORY_MB))
        self.words = f"query:{self.id}.words.v1"

    def expect(self, expectation, holds):
        print(f"{'ok' if holds else 'FAILED'}  {expectation}")
        self.failures += not holds

    def fails(self, method, input, code, status):
        try:
            self.guest.call(method, input, LIBRARY)
        except Error as error:
            return error.code == code and error.status == status and bool(error.message)
        return False

    def run(self):
        methods = custom_section(self.wasm, "spacedrive.methods").decode().splitlines()
        self.expect("the section of methods, if there is one, has what the manifest names",
                    not methods or {self.words, "event:entry.created"} <= set(methods))  # fmt: skip
        self.guest.start()
        self.expect("it starts", True)
        sizes = [1, 7, 8, 9, 4096, 1 << 20]
        blocks = [(self.guest._alloc(size, self.guest._run), size) for size in sizes]
        ends = sorted((address, address + size) for address, size in blocks)
        self.expect("blocks do not overlap", all(one[1] <= two[0] for one, two in zip(ends, ends[1:])))
        for address, size in blocks:
            self.guest._free(address, size)
        self.bytes_cross()
        self.calls_are_answered()
        self.jobs_resume()
        self.errors_pass()
        self.calls_leave_nothing()
        self.memory_is_given_back()
        self.expect("it stops", self.guest.stop() == 0)

    def bytes_cross(self):
        for size in [0, 1, 7, 8, 9, 100_000]:
            line = bytes(97 + at % 26 for at in range(size))
            self.library.content = line + b"\nand two more"
            went = self.guest.event(event()) == 0
            sidecar = self.library.sidecars.get(f"{self.id}.txt")
            self.expect(f"{size} bytes come and go as they are", went and sidecar == line)
        self.expect("the count is in the metadata", self.library.metadata == {self.id: 4})
        self.expect("calls are for the library of the event", self.library.libraries == {LIBRARY})
        self.expect("texts of the log are UTF-8", any("é \U0001f600" in said for _, said in self.log))
        self.expect("an event of a kind without a function is taken", self.guest.event(event("entry.moved")) == 0)

    def calls_are_answered(self):
        total = {"files": 3, "words": 12}
        for name, input in [("no input", None), ("an empty object", {}), ("a later field", {"path": "notes"})]:
            answer = self.guest.call(self.words, input, LIBRARY)
            self.expect(f"all pages are read, with {name}", answer == total)
        answer = self.guest.call(self.words, {"path": "é\"\\\U0001f600"}, LIBRARY)
        self.expect("texts with signs of JSON go and come", answer == total)

    def jobs_resume(self):
        recount = f"action:{self.id}.recount.input.v1"
        methods = [it["method"] for it in self.manifest["operations"]]
        if recount not in methods:
            return
        self.library.content = b"one two"
        self.library.checkpoints = kept = []
        answer = self.guest.call(recount, None, LIBRARY)
        self.expect("a job that is called keeps no checkpoint", answer == {"entries": 4} and not kept)
        answer = self.guest.call(recount, None, LIBRARY, job={"id": JOB, "attempt": 1, "a later field": 1})
        self.expect("a job keeps a checkpoint between two pages", answer == {"entries": 4} and len(kept) == 1)
        first = kept[0] if kept else {}
        self.expect("with its id and its progress",
                    first.get("job_id") == JOB and first.get("progress", {}).get("done") == 2)  # fmt: skip
        again = {"id": JOB, "attempt": 2, "checkpoint": first.get("checkpoint")}
        answer = self.guest.call(recount, None, LIBRARY, job=again)
        self.expect("it resumes at its checkpoint", answer == {"entries": 4} and len(kept) == 1)
        self.library.is_cancelled = True
        answer = self.guest.call(recount, None, LIBRARY, job={"id": JOB, "attempt": 1})
        self.expect("one that is cancelled ends", answer == {"entries": 2} and len(kept) == 2)
        self.library.is_cancelled = False

    def errors_pass(self):
        other = f"query:{self.id}.nothing.v1"
        self.expect("a method without a function is E_UNKNOWN_METHOD", self.fails(other, None, "E_UNKNOWN_METHOD", 64))
        self.library.error = Error("E_CONFLICT", "somebody was faster", {"by": "é"})
        self.expect("the error of the host is that of the call", self.fails(self.words, None, "E_CONFLICT", 83))
        self.expect("and the number that an event returns", self.guest.event(event()) == 83)
        self.expect("with its message in the log", any(level == 3 and "faster" in said for level, said in self.log))
        self.library.error = None
        self.guest.starves = True
        self.expect("a reply without room is an error", self.fails(self.words, None, "E_ABI_ALLOC", 4))
        self.guest.starves = False
        self.expect("after which it goes on", self.guest.call(self.words, None, LIBRARY)["files"] == 3)

    def calls_leave_nothing(self):
        # A garbage collector finds its size first, and grows in steps of 256 KiB and more after that.
        self.calls(WARM_UP)
        before = self.guest.memory_bytes()
        self.calls(CALLS)
        grown = self.guest.memory_bytes() - before
        self.expect(f"{CALLS} calls leave less than {LEFT_BYTES} bytes each: {grown >> 10} KiB in all",
                    grown < CALLS * LEFT_BYTES)  # fmt: skip

    def calls(self, count):
        for _ in range(count):
            self.guest.call(self.words, None, LIBRARY)

    def memory_is_given_back(self):
        self.library.content = b"word " * (200 << 10)
        went = all(self.guest.event(event()) == 0 for _ in range(100))
        self.expect(f"100 files of 1 MiB pass through {MEMORY_MB} MiB", went)


def main():
    folder = Path(sys.argv[1])
    manifest = json.loads((folder / "manifest.json").read_text())
    wasm = Path(sys.argv[2]) if len(sys.argv) > 2 else folder / manifest["wasm_file"]
    checks = Checks(folder, wasm.read_bytes())
    try:
        checks.run()
    except Fault as fault:
        checks.expect(f"the interface is kept to: {fault}", False)
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main())
