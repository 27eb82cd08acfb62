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

The functions get the library of the call (its id, or None) by the name `library`, and a `RunningJob` by
the name `job`, where they have such parameters. What they return is JSON, with bytes where there shall be
bytes; an `Error` that they raise is the error of the call, and any other exception is E_INTERNAL with its
traceback in the log.
"""

# Each module that is imported here is paid for by the first call of every extension. `json` would be half
# of that, for the regular expressions that it imports, so its parts in C are used without it.
import _json
import os
import struct
import sys

__all__ = [
    "Error", "RunningJob", "action", "client", "log", "on_event", "on_restore", "on_save", "query", "run"
]

_MAGIC = b"\xffSD\x01"
_CHUNK = 1 << 16
_port = None
_operations = {}
_events = {}
_state = {}
# The actions of the host by their names, and those of other extensions that were learnt: all others are
# queries first.
_actions = set(
    """
    config.set copies.back_up copies.export copies.restore credentials.delete credentials.store
    events.publish events.subscribe events.unsubscribe extensions.defer extensions.install
    extensions.quarantine extensions.release extensions.remove extensions.update jobs.cancel
    jobs.checkpoint jobs.dispatch libraries.check libraries.create libraries.delete
    libraries.purge libraries.rename libraries.restore locations.add locations.remove
    locations.rescan locations.set_paused permissions.grant permissions.reset permissions.revoke
    permissions.start_recording permissions.stop_recording schedules.add schedules.remove
    search.make_vectors search.read_again search.rebuild_index secret_store.cancel_sign_in
    secret_store.delete secret_store.import secret_store.put secret_store.rotate_key
    secret_store.sign_in secret_store.sign_out settings.set vdfs.create_entry vdfs.delete_entry
    vdfs.delete_sidecar vdfs.empty_bin vdfs.move_entry vdfs.restore_entry vdfs.restore_version
    vdfs.update_metadata vdfs.write_sidecar work.check_library work.deliver work.deliver_again
    work.import work.index work.replay work.run_jobs work.scan_locations
    """.split()
)
# Methods that were learnt to take no library.
_without_library = set()


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
    return _register(_operations, _action(name))


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
    _send(f"log {level}", str(message).encode(errors="replace"))


class Client:
    """The operations of the host, within the rights of the extension.

    `client.call("query:vdfs.list_entries.v1", {...})`, or by their names
    `client.vdfs.list_entries({...})`: version 1, of another extension a query before an action.
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
        if library is None and self._library is not None and method not in _without_library:
            try:
                return self._call(method, input, self._library)
            except Error as error:
                if error.code != "E_BAD_INPUT" or "takes no library" not in error.message:
                    raise
                _without_library.add(method)
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
            short = f"{self._family}.{name}"
            if short not in _actions:
                try:
                    return self._client.call(f"query:{short}.v1", input, library)
                except Error as error:
                    if error.code not in ("E_UNKNOWN_METHOD", "E_DENIED_METHOD"):
                        raise
                    refused = error
                try:
                    answer = self._client.call(_action(f"{short}.v1"), input, library)
                except Error as error:
                    if error.code in ("E_UNKNOWN_METHOD", "E_DENIED_METHOD"):
                        raise refused from error
                    raise
                _actions.add(short)
                return answer
            return self._client.call(_action(f"{short}.v1"), input, library)

        return operation


client = Client()


class RunningJob:
    """The job that an action runs as, with the checkpoint that it kept last.

    A plain call has one as well, which keeps nothing: `id` is None, and `attempt` is 1::

        @action("notes.count.v1")
        def count(input, job):
            at = job.last_checkpoint or 0
            while at < 100:
                at += 1  # a part of the work
                if job.checkpoint(at, done=at, total=100):
                    break  # somebody cancelled it
            return at
    """

    def __init__(self, job):
        self.id = job.get("id")
        self.attempt = job.get("attempt", 1)
        self.last_checkpoint = job.get("checkpoint")

    def checkpoint(self, at, done=0, total=None, message=None):
        """Keeps where the job stands, as JSON, and how much is done; tells whether it should end.

        The next start of the job, after a crash or an error that may pass, has `at` as its
        `last_checkpoint`.
        """
        if self.id is None:
            return False
        progress = {"done": done, "total": total, "message": message}
        told = {name: value for name, value in progress.items() if value is not None}
        kept = {"job_id": self.id, "checkpoint": at, "progress": told}
        return client.call("action:jobs.checkpoint.input.v1", kept)["cancelled"]


def run():
    """Answers the calls of the host; never returns. Call it last."""
    while True:
        head, body = _receive()
        code, answer = _answer(head, body)
        sys.stdout.flush()
        sys.stderr.flush()
        if head[0] in ("event", "restore", "cleanup", "init") and code != 0:
            log("error", _loads(answer)["error"])
            answer = b""
        _send(f"done {code}", answer)


def _answer(head, body):
    """Handles a call of the host; whatever the extension does, the next one may go well."""
    try:
        return _handle(head, body)
    except Error as error:
        failure = _known(error)
    except Exception as error:
        sys.excepthook(*sys.exc_info())
        failure = Error("E_INTERNAL", f"{type(error).__name__}: {error}")
    return failure.code, _failure(failure)


def _handle(head, body):
    if head[0] == "call":
        function = _operations.get(head[1])
        if function is None:
            raise Error("E_UNKNOWN_METHOD", f"the extension has no function for `{head[1]}`")
        call = _decode(body)
        job = RunningJob(call.get("job") or {})
        return 0, _encode(_invoke(function, call["input"], library=call["library_id"], job=job))
    if head[0] == "event":
        event = _decode(body)
        for kind, function in _events.items():
            if kind in (event["kind"], "*"):
                _invoke(function, event, library=event["library_id"])
    if head[0] == "save":
        function = _state.get("save")
        return ("missing", b"") if function is None else (0, _encode(function()))
    if head[0] == "restore" and "restore" in _state:
        _state["restore"](_decode(body))
    return 0, b""


def _action(name):
    """The method of an action, whose name may leave its `.input` out."""
    stem, _, version = name.rpartition(".")
    return f"action:{stem.removesuffix('.input')}.input.{version}"


def _register(place, name):
    def add(function):
        place[name] = (function, _parameters(function))
        return function

    return add


def _parameters(function):
    """The names of a function's parameters behind the first one."""
    inner = function
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    inner = getattr(inner, "__func__", inner)
    code = getattr(inner, "__code__", None)
    if code is None:  # a callable of another kind
        import inspect

        return tuple(inspect.signature(function).parameters)[1:]
    return code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]


def _invoke(registered, value, **more):
    """Calls a function with what it has parameters for."""
    function, parameters = registered
    client._library = more["library"]
    try:
        return function(value, **{name: it for name, it in more.items() if name in parameters})
    finally:
        client._library = None


def _known(error):
    """The error with a code that the host may know; one of the extension's own goes into the message."""
    code = error.code
    is_name = isinstance(code, str) and code.isidentifier() and code.isascii()
    if is_name and code.startswith("E_") and len(code) < 100:
        return error
    return Error("E_EXTENSION", f"{error.message} ({code})", error.details)


def _failure(error):
    body = {"error": str(error.message), "code": error.code}
    if error.details is not None:
        try:
            return _dumps(body | {"details": error.details}, _refuse)
        except (TypeError, ValueError, RecursionError):
            log("warn", "the details of the error are not JSON")
    return _dumps(body, _refuse)


def _error(body):
    try:
        said = _loads(body)
        return Error(said["code"], said["error"], said.get("details"))
    except (ValueError, KeyError, TypeError):
        return Error("E_INTERNAL", body.decode(errors="replace"))


def _encode(value):
    """JSON, or an envelope where there are bytes."""
    blobs = []

    def blob(bytes_):
        if not isinstance(bytes_, (bytes, bytearray, memoryview)):
            _refuse(bytes_)
        blobs.append(bytes(bytes_))
        return {"$blob": len(blobs) - 1}

    text = _dumps(value, blob)
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
        return _loads(body)
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

    return _loads(text, bytes_of)


class _Decoding:
    """The settings of a scanner, by the names that it reads."""

    strict, object_pairs_hook, parse_float, parse_int, parse_constant = True, None, float, int, float

    def __init__(self, object_hook):
        self.object_hook = object_hook


def _refuse(value):
    raise TypeError(f"a value of type {type(value).__name__} is not JSON")


def _loads(text, object_hook=None):
    """`json.loads` of bytes."""
    text = text.decode().strip(" \t\n\r")
    try:
        value, end = _json.make_scanner(_Decoding(object_hook))(text, 0)
    except StopIteration:
        raise ValueError("it is not JSON") from None
    if end != len(text):
        raise ValueError("it is not JSON alone")
    return value


def _dumps(value, default):
    """`json.dumps`, as bytes."""
    text = _json.encode_basestring_ascii
    encode = _json.make_encoder({}, default, text, None, ": ", ", ", False, False, True)
    return "".join(encode(value, 0)).encode()


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
    # One read brings a frame that is not large, and never a part of the next one.
    frame = bytearray(_read(_CHUNK))
    while len(frame) < 8:
        frame += _read(_CHUNK)
    head, body = struct.unpack_from("<II", frame)
    end = 8 + head + body
    while len(frame) < end:
        frame += _read(min(end - len(frame), 1 << 20))
    return bytes(frame[8 : 8 + head]).decode().split(" "), bytes(frame[8 + head :])


def _read(count):
    part = os.read(_open(), count)
    if not part:
        raise EOFError("the host is gone")
    return part
