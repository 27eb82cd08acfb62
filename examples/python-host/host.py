"""A host of extensions in Python, over the package `wasmtime`: the binary interface of docs/abi.md.

    extension = Extension(wasm, {"query:core.status.v1": lambda library, input: {"version": "1"}})
    extension.start()
    extension.call("query:tiny.echo.v1", {"a": 1})

It has no permissions: it shows how bytes cross, and is no sandbox to rely on.
"""

import struct
import threading
import time
import uuid

import wasmtime

import module as modules
from module import WASI, Limits
from wire import CODES, MAGIC, MAX_BODY, Error, Fault, decode, encode

I32 = wasmtime.ValType.i32()
MAX_METHOD = 256
MAX_LOG = 4096


class Clock:
    """The time that a guest computes in a call: it is stopped when that is over."""

    def __init__(self, engine, store, limits):
        self.engine, self.store, self.limit = engine, store, limits.compute_ms / 1000
        self.timer, self.left = None, self.limit

    def begin(self):
        self.left = self.limit
        self.resume()

    def resume(self):
        self.since = time.monotonic()
        self.store.set_epoch_deadline(1)
        self.timer = threading.Timer(self.left, self.engine.increment_epoch)
        self.timer.daemon = True
        self.timer.start()

    def pause(self):
        self.timer.cancel()
        self.left = max(0, self.left - (time.monotonic() - self.since))


class Extension:
    """An instance of a guest, and the operations that it may call: functions of a library and an input."""

    def __init__(self, wasm, operations, log=lambda level, message: None, limits=Limits()):
        self.operations, self.log, self.limits = operations, log, limits
        # With it set, the host finds no room for a reply.
        self.starves = False
        self.allocating, self.exports = False, {}
        engine, module = modules.compile(wasm, limits)
        self.store = wasmtime.Store(engine)
        self.store.set_limits(memory_size=limits.memory_mb << 20, table_elements=limits.table_elements)
        self.clock = Clock(engine, self.store, limits)
        self.exports = self._instantiate(engine, module)
        self.memory = self.exports["memory"]
        self.buffer, self.room = self._find_buffer()

    def start(self):
        """Runs `_initialize` and `plugin_init`."""
        self._run("_initialize")
        code = self._run("plugin_init")
        if code != 0:
            raise Fault("E_INIT", f"plugin_init returned {code}")

    def stop(self):
        """Runs `plugin_cleanup`; returns 0, or the number of an error."""
        return self._run("plugin_cleanup") or 0

    def call(self, method, input=None, library=None, job=None):
        """Calls an operation that the extension offers; `job` is where the job stands that runs it."""
        call = {"library_id": library, "input": input} | ({"job": job} if job else {})
        status, body = self.call_bytes(method, encode(call))
        answer = decode(body)
        if status == 0:
            return answer
        raise Error(answer["code"], answer["error"], answer.get("details"))

    def call_bytes(self, method, payload):
        """Calls an operation with bytes; returns the status and the body of its frame."""
        return self._with_blocks("plugin_call", [method.encode(), payload], self._take_frame)

    def event(self, event):
        """Delivers an event; returns 0, or the number of an error."""
        return self.event_bytes(encode(event))

    def event_bytes(self, event):
        return self._with_blocks("plugin_on_event", [event])

    def save(self):
        """Returns the status and the body of the frame with the state."""
        return self._take_frame(self._run("plugin_save"))

    def restore(self, state):
        """Gives the state of another version; returns 0, or the number of an error."""
        return self._with_blocks("plugin_restore", [state])

    def answer(self, method, library, payload):
        """Answers a call of the guest with the body of the reply."""
        if method not in self.operations:
            raise Error("E_UNKNOWN_METHOD", f"there is no operation {method}")
        return encode(self.operations[method](library, decode(payload)))

    def memory_bytes(self):
        return self.memory.data_len(self.store)

    def _instantiate(self, engine, module):
        linker = wasmtime.Linker(engine)
        if any(it.module == WASI for it in module.imports):
            linker.define_wasi()
            self.store.set_wasi(wasmtime.WasiConfig())
        calls = wasmtime.FuncType([I32] * 5, [I32])
        linker.define_func("spacedrive", "spacedrive_call", calls, self._guest_calls)
        linker.define_func("spacedrive", "spacedrive_log", wasmtime.FuncType([I32] * 3, []), self._guest_logs)
        try:
            return self._computing(lambda: linker.instantiate(self.store, module)).exports(self.store)
        except wasmtime.WasmtimeError as error:
            raise Fault("E_MODULE_LIMIT", f"there is no room for the module: {error}") from None

    def _find_buffer(self):
        """The address and the size of the reply buffer; a size of 0 when there is none to use."""
        addresses = [self.exports.get(name) for name in ("spacedrive_reply_ptr", "spacedrive_reply_cap")]
        if not all(it and it.type(self.store).content == I32 for it in addresses):
            return 0, 0
        buffer, room_at = (it.value(self.store) & 0xFFFFFFFF for it in addresses)
        try:
            (room,) = struct.unpack("<I", self._read(room_at, 4))
        except Error:
            return 0, 0
        return (buffer, room) if buffer and buffer + room <= self.memory_bytes() else (0, 0)

    def _computing(self, code):
        """Runs code of the guest, which is stopped in time."""
        self.clock.begin()
        return self._guarded(code, self.clock.pause)

    @staticmethod
    def _guarded(code, end):
        try:
            return code()
        except wasmtime.Trap as trap:
            codes = {wasmtime.TrapCode.STACK_OVERFLOW: "E_STACK", wasmtime.TrapCode.INTERRUPT: "E_CPU"}
            raise Fault(codes.get(trap.trap_code, "E_TRAP"), f"the guest trapped: {trap.message}") from None
        finally:
            end()

    def _run(self, name, *arguments):
        function = self.exports.get(name)
        return None if function is None else self._computing(lambda: function(self.store, *arguments))

    def _with_blocks(self, name, arguments, result=lambda value: value):
        """Passes bytes in blocks, which are taken back after the call."""
        if name not in self.exports:
            raise Fault("E_ABI_EXPORT", f"the extension has no {name}")
        blocks = [self._pass(it) for it in arguments]
        value = result(self._run(name, *[value for block in blocks for value in block]))
        for address, size in blocks:
            self._free(address, size)
        return value

    def _pass(self, data):
        if not data:
            return 0, 0
        address = self._alloc(len(data), self._run)
        if not address:
            raise Fault("E_ABI_ALLOC", "wasm_alloc returned 0")
        self._write(address, data)
        return address, len(data)

    def _alloc(self, size, run):
        address = run("wasm_alloc", size) & 0xFFFFFFFF
        if address % 8 or address + size > self.memory_bytes():
            raise Fault("E_ABI_ALLOC", f"wasm_alloc({size}) returned {address}")
        return address

    def _free(self, address, size):
        if address:
            self._run("wasm_free", address, size)

    def _read(self, address, size):
        address, size = address & 0xFFFFFFFF, size & 0xFFFFFFFF
        if size and address + size > self.memory_bytes():
            raise Error("E_ABI_RANGE", f"{size} bytes at {address} are outside of the memory")
        return bytes(self.memory.read(self.store, address, address + size)) if size else b""

    def _read_body(self, address, size):
        """Reads JSON or an envelope, each up to its limit."""
        address, size = address & 0xFFFFFFFF, size & 0xFFFFFFFF
        large = size > self.limits.json_bytes
        if size > MAX_BODY or large and self._read(address, 4) != MAGIC:
            raise Error("E_ABI_TOO_LARGE", f"there are {size} bytes, the limit is {self.limits.json_bytes}")
        return self._read(address, size)

    def _write(self, address, data):
        self.memory.write(self.store, data, address)

    def _take_frame(self, address):
        if not address:
            raise Fault("E_BAD_INPUT", "the guest returned no frame")
        try:
            length, status = struct.unpack("<II", self._read(address, 8))
            body = self._read_body(address + 8, length)
        except Error as error:
            raise Fault(error.code, f"the frame of the guest: {error.message}") from None
        if status not in CODES:
            raise Fault("E_BAD_INPUT", f"{status} is not a status")
        self._free(address, 8 + length)
        return status, body

    def _guest_logs(self, level, address, size):
        if not self.exports:
            raise Fault("E_TRAP", "the start function called the host")
        try:
            text = self._read(address, min(size & 0xFFFFFFFF, MAX_LOG))
        except Error as error:
            raise Fault(error.code, error.message) from None
        self.log(min(level & 0xFFFFFFFF, 3), text.decode(errors="replace"))

    def _guest_calls(self, *request):
        if not self.exports:
            raise Fault("E_TRAP", "the start function called the host")
        if self.allocating:
            return 0
        self.clock.pause()
        try:
            status, body = self._reply(*request)
        finally:
            self.clock.resume()
        address = self._deliver(struct.pack("<II", len(body), status) + body)
        # As the signed number that wasm has.
        return address - (1 << 32) if address >= 1 << 31 else address

    def _reply(self, *request):
        try:
            body = self.answer(*self._read_request(*request))
            if len(body) > (MAX_BODY if body.startswith(MAGIC) else self.limits.json_bytes):
                raise Error("E_ABI_TOO_LARGE", f"the reply has {len(body)} bytes")
            return 0, body
        except Error as error:
            return error.status, error.body()
        except Exception as error:
            raise Fault("E_INTERNAL", f"an operation of the host failed: {error!r}") from error

    def _read_request(self, method, method_len, library, payload, payload_len):
        if method_len & 0xFFFFFFFF > MAX_METHOD:
            raise Error("E_ABI_TOO_LARGE", f"the method has more than {MAX_METHOD} bytes")
        try:
            name = self._read(method, method_len).decode()
        except UnicodeDecodeError:
            raise Error("E_ABI_UTF8", "the method is not UTF-8") from None
        library = str(uuid.UUID(bytes=self._read(library, 16))) if library else None
        return name, library, self._read_body(payload, payload_len)

    def _deliver(self, frame):
        """Writes a frame into the guest; returns its address, or 0 when there is no room."""
        if len(frame) <= self.room:
            address = self.buffer
        else:
            self.allocating = True
            address = 0 if self.starves else self._alloc(len(frame), self._run_within)
            self.allocating = False
        if address:
            self._write(address, frame)
        return address

    def _run_within(self, name, *arguments):
        """Runs a function of the guest in the time of the call that waits for it."""
        return self._guarded(lambda: self.exports[name](self.store, *arguments), lambda: None)
