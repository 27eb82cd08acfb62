"""Runs the conformance suite of hosts against `host.py`: `python check_host.py [SUITE]`.

The suite is the folder of the crate ext-abi-conformance: cases.json, and guests in WebAssembly text.
Whoever writes a host in another language reads this as the way to do the same. Each line is a case; the
exit code is 1 when one does not hold.
"""

import json
import struct
import sys
from pathlib import Path

import wasmtime

from host import Extension, Limits
from wire import Error, Fault, split, CODES

SUITE = Path(__file__).resolve().parent / "../../crates/ext-abi-conformance"


def as_bytes(shown):
    """The bytes of a case: a text, hexadecimal digits, a byte many times, or words of 32 bits."""
    match shown:
        case str():
            return shown.encode()
        case {"hex": digits}:
            return bytes.fromhex(digits)
        case {"byte": byte, "times": times}:
            return bytes([byte]) * times
        case {"words": words}:
            return struct.pack(f"<{len(words)}I", *words)


class Subject(Extension):
    """The host, with operations that expect the calls of a case."""

    def __init__(self, wasm, limits, calls, logs):
        super().__init__(wasm, {}, lambda level, text: logs.append((level, text)), limits)
        self.calls = calls

    def answer(self, method, library, payload):
        expected = self.calls.pop(0)
        came = {"method": method, "library": library, "payload": payload}
        wanted = {"method": expected["method"], "library": expected["library"], "payload": as_bytes(expected["payload"])}
        assert came == wanted, f"{came} came instead of {wanted}"
        if expected.get("panics"):
            raise RuntimeError("an operation that fails")
        if expected["status"] == "OK":
            return as_bytes(expected["body"])
        body = json.loads(expected["body"])
        raise Error(expected["status"], body["error"])


class Suite:
    def __init__(self, folder):
        self.folder = folder
        self.cases = json.loads((folder / "cases.json").read_text())
        self.failures = 0

    def expect(self, case, problem):
        print(f"FAILED  {case['name']}: {problem}" if problem else f"ok  {case['name']}")
        self.failures += problem is not None

    def wasm(self, case):
        if "bytes" in case:
            return as_bytes(case["bytes"])
        return wasmtime.wat2wasm((self.folder / "guests" / f"{case['guest']}.wat").read_text())

    def limits(self, case):
        return Limits(**(self.cases["limits"] | case.get("limits", {})))

    def check_refusal(self, case):
        try:
            Extension(self.wasm(case), {}, limits=self.limits(case))
        except Fault as fault:
            return None if fault.code == case["code"] else f"it is refused with {fault}"
        return "the module is taken"

    def check_run(self, case):
        wasm, limits, calls, logs = self.wasm(case), self.limits(case), list(case.get("calls", [])), []
        instance = None
        for step in case["steps"]:
            try:
                if step["do"] == "start":
                    instance = Subject(wasm, limits, calls, logs)
                outcome = self.step(instance, step)
            except Fault as fault:
                outcome = {"fault": fault.code}
            except AssertionError as error:
                return str(error)
            wanted = {key: value for key, value in step.items() if key not in ("do", "method", "payload")}
            if "body" in wanted:
                wanted["body"] = as_bytes(wanted["body"])
            if outcome != wanted:
                return f"{step} gave {outcome}"
        if calls:
            return f"{calls} did not come"
        return self.compare_logs(case.get("logs"), logs)

    @staticmethod
    def step(instance, step):
        payload = as_bytes(step.get("payload", ""))
        match step["do"]:
            case "start":
                instance.start()
                return {}
            case "event":
                return {"returns": instance.event_bytes(payload)}
            case "restore":
                return {"returns": instance.restore(payload)}
            case "cleanup":
                return {"returns": instance.stop()}
            case "call":
                status, body = instance.call_bytes(step["method"], payload)
            case "save":
                status, body = instance.save()
        return {"status": CODES[status], "body": body}

    @staticmethod
    def compare_logs(expected, logs):
        def fits(wanted, came):
            (level, said), (came_level, text) = wanted, came
            if isinstance(said, dict) and "error" in said:
                body = json.loads(text)
                return level == came_level and body["code"] == said["error"] and bool(body["error"])
            return level == came_level and as_bytes(said).decode() == text

        if expected is None or len(expected) == len(logs) and all(map(fits, expected, logs)):
            return None
        return f"the messages are {logs}"

    @staticmethod
    def check_envelope(case):
        try:
            text, blobs = split(as_bytes(case["bytes"]))
        except Error as error:
            return None if error.code == case.get("code") else f"it is refused with {error}"
        wanted = as_bytes(case.get("json", "")), [as_bytes(it) for it in case.get("blobs", [])]
        return None if "code" not in case and (text, blobs) == wanted else f"it is {text}, {blobs}"

    def run(self):
        for case in self.cases["refused"]:
            self.expect(case, self.check_refusal(case))
        for case in self.cases["runs"]:
            if self.limits(case).wasi:
                # The WASI of this host is that of wasmtime.
                print(f"skipped  {case['name']}")
            else:
                self.expect(case, self.check_run(case))
        for case in self.cases["envelopes"]:
            self.expect(case, self.check_envelope(case))


def main():
    suite = Suite(Path(sys.argv[1]) if len(sys.argv) > 1 else SUITE)
    suite.run()
    return 1 if suite.failures else 0


if __name__ == "__main__":
    sys.exit(main())
