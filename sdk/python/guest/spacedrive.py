"""Extensions of Spacedrive in Python.

The host puts this file beside an extension's own (`files/main.py` of its package)::

    from spacedrive import client, on_event, query, run

    @query("notes.count.v1")
    def count(input, library):
        return {"words": len(input["text"].split())}

    @on_event("entry.created")
    def created(event, library):
        print("there is", event["entry"]["path"])  # the log of the extension

    run()

The functions get the library of the call (its id, or None) by the name `library`, where they have such
a parameter. What they return is JSON, with bytes where there shall be bytes; an `Error` that they raise
is the error of the call, and any other exception is E_INTERNAL with its traceback in the log.
"""

import inspect
import json
import os
import struct
import sys
import traceback

__all__ = ["Error", "action", "client", "log", "on_event", "on_restore", "on_save", "query", "run"]

_MAGIC = b"\xffSD\x01"
_port = None
_operations = {}
_events = {}
_state = {}


class Error(Exception):
    """An error with a stable code, such as E_NOT_FOUND; the message is for a person."""

    def __init__(self, code, message, details=None):
        super().__init__(message)
        self.code, self.message, self.details = code, message, details

    def __str__(self):
        return f"{self.message} ({self.code})"


def query(name):
    """Offers a query of the manifest: `@query("notes.count.v1")`."""
    return _register(_operations, "query:" + name)


def action(name):
    """Offers an action of the manifest: `@action("notes.add.v1")`."""
    return _register(_operations, "action:" + name)


def on_event(kind):
    """Receives events of a kind of the manifest: `@on_event("entry.created")`."""
    return _register(_events, kind)


def on_save(function):
    """Returns the state that the next version of the extension shall get, as JSON."""
    _state["save"] = function
    return function


def on_restore(function):
    """Takes the state of the version before."""
    _state["restore"] = function
    return function


def log(level, message):
    """Writes a message to the log of the extension: debug, info, warn or error."""
    _send(f"log {level}", str(message).encode())


class Client:
    """The operations of the host, within the rights of the extension.

    `client.call("query:vdfs.list_entries.v1", {...})`, or by their names
    `client.vdfs.list_entries({...})`: version 1, a query if there is one of that name and else an action.
    """

    def __init__(self, library=None):
        self._library = library

    def with_library(self, library):
        """Returns a client whose calls are for a library."""
        return Client(library)

    def call(self, method, input=None, library=None):
        """Calls an operation, and returns its output; an `Error` when it fails.

        The library of the call that is being answered goes along, unless the operation takes none.
        """
        if library is None and self._library is not None:
            try:
                return self._call(method, input, self._library)
            except Error as error:
                if error.code != "E_BAD_INPUT" or "takes no library" not in error.message:
                    raise
        return self._call(method, input, library)

    @staticmethod
    def _call(method, input, library):
        head = f"call {method} {library}" if library else f"call {method}"
        _send(head, _encode(input))
        head, body = _receive()
        if head[1] != "0":
            raise _error(body)
        return _decode(body)

    def __getattr__(self, family):
        if family.startswith("_"):
            raise AttributeError(family)
        return _Family(self, family)


class _Family:
    def __init__(self, client, family):
        self._client, self._family = client, family

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def operation(input=None, library=None):
            method = f"{self._family}.{name}.v1"
            try:
                return self._client.call("query:" + method, input, library)
            except Error as error:
                if error.code != "E_UNKNOWN_METHOD":
                    raise
            return self._client.call("action:" + method, input, library)

        return operation


client = Client()


def run():
    """Answers the calls of the host; never returns. Call it last."""
    while True:
        head, body = _receive()
        try:
            code, answer = _handle(head, body)
        except Error as error:
            code, answer = error.code, _failure(error)
        except Exception as error:  # whatever the extension did: the next call may go well
            traceback.print_exc()
            code = "E_INTERNAL"
            answer = _failure(Error(code, f"{type(error).__name__}: {error}"))
        sys.stdout.flush()
        sys.stderr.flush()
        if head[0] in ("event", "restore", "cleanup", "init") and code != 0:
            log("error", json.loads(answer)["error"])
            code, answer = 1, b""
        _send(f"done {code}", answer)


def _handle(head, body):
    if head[0] == "call":
        function = _operations.get(head[1])
        if function is None:
            raise Error("E_UNKNOWN_METHOD", f"the extension has no function for `{head[1]}`")
        call = _decode(body)
        return 0, _encode(_invoke(function, call["input"], call["library_id"]))
    if head[0] == "event":
        event = _decode(body)
        for kind, function in _events.items():
            if kind in (event["kind"], "*"):
                _invoke(function, event, event["library_id"])
    if head[0] == "save":
        function = _state.get("save")
        return ("missing", b"") if function is None else (0, _encode(function()))
    if head[0] == "restore" and "restore" in _state:
        _state["restore"](_decode(body))
    return 0, b""


def _register(place, name):
    def add(function):
        place[name] = function
        return function

    return add


def _invoke(function, value, library):
    parameters = inspect.signature(function).parameters
    client._library = library
    try:
        return function(value, library=library) if "library" in parameters else function(value)
    finally:
        client._library = None


def _failure(error):
    body = {"error": error.message, "code": error.code}
    if error.details is not None:
        body["details"] = error.details
    return json.dumps(body).encode()


def _error(body):
    try:
        said = json.loads(body)
        return Error(said["code"], said["error"], said.get("details"))
    except (ValueError, KeyError, TypeError):
        return Error("E_INTERNAL", body.decode(errors="replace"))


def _encode(value):
    """JSON, or an envelope where there are bytes."""
    blobs = []

    def blob(bytes_):
        if not isinstance(bytes_, (bytes, bytearray, memoryview)):
            raise TypeError(f"a value of type {type(bytes_).__name__} is not JSON")
        blobs.append(bytes(bytes_))
        return {"$blob": len(blobs) - 1}

    text = json.dumps(value, default=blob).encode()
    if not blobs:
        return text
    parts = [_MAGIC, struct.pack("<III", len(text), len(blobs), 0)]
    parts += [struct.pack("<Q", len(it)) for it in blobs] + [text]
    length = sum(map(len, parts))
    for it in blobs:
        gap = b"\0" * (-length % 8)
        parts += [gap, it]
        length += len(gap) + len(it)
    return b"".join(parts)


def _decode(body):
    if not body:
        return None
    if body[:4] != _MAGIC:
        return json.loads(body)
    length, count, _ = struct.unpack_from("<III", body, 4)
    lengths = struct.unpack_from(f"<{count}Q", body, 16)
    end = 16 + 8 * count + length
    text, blobs = body[16 + 8 * count : end], []
    for size in lengths:
        start = end + -end % 8
        end = start + size
        blobs.append(body[start:end])

    def bytes_of(it):
        return blobs[it["$blob"]] if it.keys() == {"$blob"} else it

    return json.loads(text, object_hook=bytes_of)


def _open():
    global _port
    if _port is None:
        _port = os.open("/dev/spacedrive", os.O_RDWR)
    return _port


def _send(head, body=b""):
    head = head.encode()
    frame = memoryview(struct.pack("<II", len(head), len(body)) + head + body)
    while frame:
        frame = frame[os.write(_open(), frame) :]


def _receive():
    head, body = struct.unpack("<II", _read(8))
    return _read(head).decode().split(" "), _read(body)


def _read(count):
    parts = []
    while count:
        part = os.read(_open(), min(count, 1 << 20))
        if not part:
            raise EOFError("the host is gone")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
