"""Calls over HTTP, on the socket of a data folder or on a port; subscriptions over a WebSocket."""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import connect, unix_connect

from .operations import LoggedEvent, Operations

#: Bytes of one request of an upload.
CHUNK = 8 << 20
#: Failures in a row after which an upload is given up.
ATTEMPTS = 10


class SpacedriveError(Exception):
    """The error that an operation answers."""

    def __init__(self, code: str, message: str, body: Any = None) -> None:
        super().__init__(message)
        #: The stable code, such as ``E_NOT_FOUND``.
        self.code = code
        #: The whole error.
        self.body = body


class _UnixConnection(http.client.HTTPConnection):
    """HTTP on a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


class Client(Operations):
    """Calls of a daemon, on one connection that is opened again when it is lost. For one thread."""

    def __init__(
        self, *, socket_path: str | os.PathLike[str] | None = None, url: str | None = None, token: str | None = None
    ) -> None:
        if (socket_path is None) == (url is None):
            raise ValueError("a client is of a socket or of a url")
        self._socket = None if socket_path is None else os.fspath(socket_path)
        scheme, self._host = ("http", "localhost") if url is None else _address(url)
        self._is_secure = scheme == "https"
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._connection: http.client.HTTPConnection | None = None
        self._next = 0

    @classmethod
    def of_data_folder(cls, folder: str | os.PathLike[str]) -> Client:
        """Finds the daemon of a data folder."""
        folder = Path(folder).expanduser()
        pointer = folder / "daemon.socket-path"
        return cls(socket_path=pointer.read_text().strip() if pointer.exists() else folder / "daemon.sock")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _call(self, method: str, library: str | None, input: Any) -> Any:
        params = {"library": library, "input": input}
        return self.request(method, {key: value for key, value in params.items() if value is not None})

    def request(self, method: str, params: Any = None) -> Any:
        """Calls a method of the daemon itself, such as ``daemon.status`` and ``rpc.discover``."""
        self._next += 1
        message = {"jsonrpc": "2.0", "id": self._next, "method": method, "params": params}
        if params is None:
            del message["params"]
        headers = {"Content-Type": "application/json"}
        answer = json.loads(self.send("POST", "/", headers, json.dumps(message).encode())[2])
        if "error" in answer:
            raise _of_rpc(answer["error"])
        return answer["result"]

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Sends a request of HTTP; returns status, headers and body of a success."""
        response = self._exchange(method, path, headers or {}, body)
        data = response.read()
        if response.status >= 400:
            raise _of_response(response.status, data)
        return response.status, response.headers, data

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> http.client.HTTPResponse:
        is_new = self._connection is None
        if self._connection is None:
            self._connection = self._new_connection()
        try:
            self._connection.request(method, path, body, self._headers | headers)
            return self._connection.getresponse()
        except (OSError, http.client.HTTPException):
            self.close()
            # An idle connection that the daemon closed meanwhile: only what changes nothing is sent again.
            if is_new or method not in ("GET", "HEAD"):
                raise
            return self._exchange(method, path, headers, body)

    def _new_connection(self) -> http.client.HTTPConnection:
        if self._socket is not None:
            return _UnixConnection(self._socket)
        kind = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
        return kind(self._host)

    def content(
        self, library: str, entry: str, *, sidecar: str | None = None, version: int | None = None,
        range: tuple[int, int | None] | None = None,
    ) -> http.client.HTTPResponse:
        """Opens a file for reading, whole or the bytes from a first to a last one. Read it to its end."""
        part = "content"
        if sidecar is not None:
            part = f"sidecars/{quote(sidecar, safe='')}"
        elif version is not None:
            part = f"versions/{version}"
        headers = {}
        if range is not None:
            headers["Range"] = f"bytes={range[0]}-{'' if range[1] is None else range[1]}"
        response = self._exchange("GET", f"/libraries/{library}/entries/{entry}/{part}", headers, None)
        if response.status >= 400:
            raise _of_response(response.status, response.read())
        return response

    def upload(
        self, library: str, file: IO[bytes], path: str, *, location: str | None = None,
        on_start: Callable[[str], object] = lambda _: None,
    ) -> str:
        """Uploads a file, resuming it where the connection was lost; returns the id of its entry.

        ``location`` goes on with an upload that was begun before: what ``on_start`` was told.
        """
        length = file.seek(0, os.SEEK_END)
        offset, failures = (-1 if location else 0), 0
        while True:
            try:
                if location is None:
                    location = self._begin(library, path, length)
                    on_start(location)
                offset, entry = self._step(location, file, offset, length)
                failures = 0
                if entry is not None:
                    return entry
            except (OSError, http.client.HTTPException, SpacedriveError) as error:
                failures += 1
                if not _may_pass(error, failures) or failures > ATTEMPTS:
                    raise
                self.close()
                time.sleep(_back_off(failures))
                offset = -1

    def _begin(self, library: str, path: str, length: int) -> str:
        name = base64.b64encode(path.encode()).decode()
        headers = _TUS | {"Upload-Length": str(length), "Upload-Metadata": f"path {name}"}
        return self.send("POST", f"/libraries/{library}/uploads", headers)[1]["location"]

    def _step(self, location: str, file: IO[bytes], offset: int, length: int) -> tuple[int, str | None]:
        if offset < 0:
            _, headers, _ = self.send("HEAD", location, _TUS)
            if int(headers["upload-length"]) != length:
                begun = headers["upload-length"]
                raise _other_file(f"the upload is for {begun} bytes, and the file has {length}")
        else:
            file.seek(offset)
            kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
            # A file that grows, such as a log, has more than was announced.
            _, headers, _ = self.send("PATCH", location, _TUS | kind, file.read(min(CHUNK, length - offset)))
        kept, entry = int(headers["upload-offset"]), headers["x-entry"]
        if kept == offset and entry is None:
            # The same would be sent again, without end.
            raise _other_file(f"the file ends after {offset} of {length} bytes")
        return kept, entry

    def events(
        self, library: str, *, after: int | None = None, kinds: list[str] | None = None, under: str | None = None
    ) -> Iterator[LoggedEvent]:
        """Follows the events of a library, without a gap, also where the connection is lost."""
        if after is None:
            after = self.call("query:events.list.v1", library, {"limit": 0})["last"]
        failures = 0
        while True:
            try:
                with self._open_socket() as connection:
                    filter = {"kinds": kinds, "under": under}
                    params = {"library": library, "after": after, **filter}
                    message = {"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": params}
                    connection.send(json.dumps(message))
                    for text in connection:
                        failures = 0
                        event = _of_subscription(json.loads(text))
                        if event is not None:
                            after = event["id"]
                            yield event
            except InvalidStatus as error:
                refusal = _of_response(error.response.status_code, bytes(error.response.body or b""))
                if not _is_passing(refusal):
                    raise refusal from error
            except SpacedriveError as error:
                if not _is_passing(error):
                    raise
            except (OSError, ConnectionClosed, InvalidHandshake):
                pass
            failures += 1
            time.sleep(_back_off(failures))

    def _open_socket(self) -> Any:
        options: dict[str, Any] = {"additional_headers": self._headers, "max_size": None}
        if self._socket is None:
            return connect(f"{'wss' if self._is_secure else 'ws'}://{self._host}/", **options)
        return unix_connect(self._socket, "ws://localhost/", **options)


_TUS = {"Tus-Resumable": "1.0.0"}


def _address(url: str) -> tuple[str, str]:
    """The scheme and the host of a URL; the token goes nowhere else."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"the url of a daemon begins with http:// or https://, and not as {url!r} does")
    return parts.scheme, parts.netloc


def _of_rpc(error: dict[str, Any]) -> SpacedriveError:
    body = error.get("data") or {}
    return SpacedriveError(body.get("code", "E_INTERNAL"), error["message"], body)


def _of_response(status: int, data: bytes) -> SpacedriveError:
    try:
        body = json.loads(data)
    except ValueError:
        body = {}
    return SpacedriveError(body.get("code", f"HTTP_{status}"), body.get("error", f"the daemon answered {status}"), body)


def _of_subscription(message: dict[str, Any]) -> Any:
    if "error" in message:
        raise _of_rpc(message["error"])
    if "params" not in message:
        return None
    result = message["params"]["result"]
    # The error that ends a subscription is alone in its message; what failed has an id beside its error.
    if isinstance(result, dict) and "error" in result and "id" not in result:
        raise SpacedriveError(result["error"]["code"], result["error"]["error"], result["error"])
    return result


def _other_file(message: str) -> SpacedriveError:
    return SpacedriveError("E_BAD_INPUT", message)


def _may_pass(error: Exception, failures: int) -> bool:
    if not isinstance(error, SpacedriveError):
        return True
    if error.code in ("E_CONFLICT", "HTTP_409"):
        # Other bytes are kept than was thought: asking tells. A path that is taken stays so.
        return failures == 1
    return _is_passing(error)


def _is_passing(error: SpacedriveError) -> bool:
    """Tells whether the daemon may answer otherwise another time, though nothing is done about its error."""
    passing = ("HTTP_5", "HTTP_408", "HTTP_429")
    return error.code in ("E_BUSY", "E_STOPPED", "E_RATE") or error.code.startswith(passing)


def _back_off(failures: int) -> float:
    longest = min(30.0, 0.2 * 2**failures)
    return random.uniform(longest / 2, longest)
