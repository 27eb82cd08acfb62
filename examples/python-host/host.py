"""A host of extensions in Python, over the package `wasmtime`: the whole binary interface of docs/abi.md.

    extension = Extension(wasm, {"query:core.status.v1": lambda library, input: {"version": "1"}})
    extension.start()
    extension.call("query:tiny.echo.v1", {"a": 1})

It has no permissions and no limits but memory: it shows how bytes cross, and is no sandbox to rely on.
"""

import base64
import json
import struct
import uuid

import wasmtime

MAGIC = b"\xffSD\x01"
WASI = "wasi_snapshot_preview1"
I32 = wasmtime.ValType.i32()
# Numbers of codes that this host answers with; errors.md has all.
NUMBERS = {"OK": 0, "E_ABI_RANGE": 1, "E_UNKNOWN_METHOD": 64, "E_BAD_INPUT": 81, "E_NOT_FOUND": 82, "E_CONFLICT": 83}


class Error(Exception):
    """The error of a call, in either direction."""

    def __init__(self, code, message, details=None, status=None):
        super().__init__(f"{message} ({code})")
        self.code, self.message, self.details, self.status = code, message, details, status


class Fault(Exception):
    """A broken rule of the interface: the instance is not used again."""


def encode(value):
    """JSON, or an envelope where there are bytes."""
    blobs = []

    def blob(data):
        blobs.append(bytes(data))
        return {"$blob": len(blobs) - 1}

    text = json.dumps(value, default=blob).encode()
    if not blobs:
        return text
    body = MAGIC + struct.pack("<III", len(text), len(blobs), 0)
    body += b"".join(struct.pack("<Q", len(it)) for it in blobs) + text
    for it in blobs:
        body += b"\0" * (-len(body) % 8) + it
    return body


def decode(body):
    """A value of JSON or of an envelope, which is canonical or refused."""
    if not body:
        return None
    if body[:4] != MAGIC:
        return json.loads(body.decode())
    length, count, reserved = struct.unpack_from("<III", body, 4)
    sizes = struct.unpack_from(f"<{count}Q", body, 16)
    end = 16 + 8 * count + length
    text, blobs = body[16 + 8 * count : end], []
    for size in sizes:
        start = end + -end % 8
        if any(body[end:start]):
            raise Fault("the bytes between the parts of the envelope are not zero")
        end = start + size
        blobs.append(body[start:end])
    if reserved or end != len(body):
        raise Fault("the envelope is not canonical")
    return json.loads(text.decode(), object_hook=lambda it: blobs[it["$blob"]] if it.keys() == {"$blob"} else it)


def as_bytes(value):
    """The bytes of an input, which a guest may send as base64."""
    return value if isinstance(value, bytes) else base64.b64decode(value, validate=True)


def custom_section(wasm, name):
    """The contents of all custom sections of a name, joined."""
    found, at = b"", 8

    def number(at):
        value, shift = 0, 0
        while True:
            value |= (wasm[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if wasm[at - 1] < 0x80:
                return value, at

    while at < len(wasm):
        size, start = number(at + 1)
        if wasm[at] == 0:
            length, name_at = number(start)
            if wasm[name_at : name_at + length].decode() == name:
                found += wasm[name_at + length : start + size]
        at = start + size
    return found


class Extension:
    """An instance of a guest, and the operations that it may call: functions of a library and an input."""

    def __init__(self, wasm, operations, log=lambda level, message: None, memory_mb=512):
        if set(struct.iter_unpack("<I", custom_section(wasm, "spacedrive.abi"))) != {(1,)}:
            raise Fault("the module is not for version 1 of the interface")
        self.operations, self.log = operations, log
        # With it set, the host finds no room for a reply.
        self.starves = False
        self.blocks = {}
        engine = wasmtime.Engine()
        self.store = wasmtime.Store(engine)
        self.store.set_limits(memory_size=memory_mb << 20)
        linker = wasmtime.Linker(engine)
        module = wasmtime.Module(engine, wasm)
        if any(it.module == WASI for it in module.imports):
            linker.define_wasi()
            self.store.set_wasi(wasmtime.WasiConfig())
        calls = wasmtime.FuncType([I32] * 5, [I32])
        linker.define_func("spacedrive", "spacedrive_call", calls, self._guest_calls)
        linker.define_func("spacedrive", "spacedrive_log", wasmtime.FuncType([I32] * 3, []), self._guest_logs)
        self.exports = linker.instantiate(self.store, module).exports(self.store)
        self.memory = self.exports["memory"]
        self._run("_initialize")

    def start(self):
        """Runs `plugin_init`."""
        self._expect_zero("plugin_init", self._run("plugin_init"))

    def stop(self):
        """Runs `plugin_cleanup`."""
        self._expect_zero("plugin_cleanup", self._run("plugin_cleanup") or 0)

    def call(self, method, input=None, library=None):
        """Calls an operation that the extension offers."""
        payload = encode({"library_id": library, "input": input})
        frame = self._with_blocks("plugin_call", [method.encode(), payload])
        body, status = self._take_frame(frame)
        answer = decode(body)
        if status == 0:
            return answer
        raise Error(answer["code"], answer["error"], answer.get("details"), status)

    def event(self, event):
        """Delivers an event; returns 0, or the number of an error."""
        return self._with_blocks("plugin_on_event", [encode(event)])

    def memory_bytes(self):
        return self.memory.data_len(self.store)

    def _run(self, name, *arguments):
        function = self.exports.get(name)
        return None if function is None else function(self.store, *arguments)

    @staticmethod
    def _expect_zero(name, code):
        if code != 0:
            raise Fault(f"{name} returned {code}")

    def _with_blocks(self, name, arguments):
        """Passes bytes in blocks, which are taken back after the call."""
        blocks = [self._pass(it) for it in arguments]
        try:
            return self._run(name, *[value for block in blocks for value in block])
        finally:
            for address, size in blocks:
                self._free(address, size)

    def _pass(self, data):
        if not data:
            return 0, 0
        address = self._alloc(len(data))
        if not address:
            raise Fault("wasm_alloc returned 0")
        self._write(address, data)
        return address, len(data)

    def _alloc(self, size):
        address = self._run("wasm_alloc", size) & 0xFFFFFFFF
        if address % 8 or address + size > self.memory_bytes():
            raise Fault(f"wasm_alloc({size}) returned {address}")
        return address

    def _free(self, address, size):
        if address:
            self._run("wasm_free", address, size)

    def _read(self, address, size):
        address, size = address & 0xFFFFFFFF, size & 0xFFFFFFFF
        if size and address + size > self.memory_bytes():
            raise Error("E_ABI_RANGE", f"{size} bytes at {address} are outside of the memory")
        return bytes(self.memory.read(self.store, address, address + size)) if size else b""

    def _write(self, address, data):
        self.memory.write(self.store, data, address)

    def _take_frame(self, address):
        address &= 0xFFFFFFFF
        if not address:
            raise Fault("plugin_call returned no frame")
        length, status = struct.unpack("<II", self._read(address, 8))
        body = self._read(address + 8, length)
        self._free(address, 8 + length)
        return body, status

    def _guest_logs(self, level, address, size):
        self.log(level, self._read(address, size).decode(errors="replace"))

    def _guest_calls(self, method, method_len, library, payload, payload_len):
        try:
            name = self._read(method, method_len).decode()
            library = str(uuid.UUID(bytes=self._read(library, 16))) if library else None
            status, body = 0, encode(self._operation(name)(library, decode(self._read(payload, payload_len))))
        except Error as error:
            status = NUMBERS[error.code]
            body = {"error": error.message, "code": error.code, "a later field": [1]}
            body = encode(body if error.details is None else body | {"details": error.details})
        frame = struct.pack("<II", len(body), status) + body
        address = 0 if self.starves else self._alloc(len(frame))
        if address:
            self._write(address, frame)
        # As the signed number that wasm has.
        return address - (1 << 32) if address >= 1 << 31 else address

    def _operation(self, name):
        if name not in self.operations:
            raise Error("E_UNKNOWN_METHOD", f"there is no operation {name}")
        return self.operations[name]
