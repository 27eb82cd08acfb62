"""Drives a daemon with clients that nobody of this project wrote, and with the typed one of it.

    drive.py DATA_FOLDER URL TOKEN LIBRARY ENTRY FILE
"""

import asyncio
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from jsonrpcclient import Error, Ok, parse, request
from tusclient.client import TusClient
from websockets.asyncio.client import connect, unix_connect
from websockets.sync.server import ServerConnection, serve

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))
from spacedrive_client import Client, SpacedriveError  # noqa: E402
from spacedrive_client.client import _of_subscription  # noqa: E402

FOLDER, URL, TOKEN, LIBRARY, ENTRY, FILE = sys.argv[1:]
SOCKET = f"{FOLDER}/daemon.sock"
CONTENT = Path(FILE).read_bytes()
LIST = "query:vdfs.list_entries.v1"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def params(library: str, **input: object) -> dict:
    return {"library": library, "input": input}


async def calls_over_a_websocket() -> None:
    async with connect(URL.replace("http", "ws") + "/", additional_headers=HEADERS) as socket:

        async def ask(message: object) -> object:
            await socket.send(json.dumps(message))
            return json.loads(await socket.recv())

        match parse(await ask(request(LIST, params(LIBRARY, limit=1)))):
            case Ok(result, _):
                assert len(result["entries"]) == 1, result
            case other:
                raise AssertionError(other)
        answers = parse(await ask([request(LIST, params(LIBRARY)), request("query:vdfs.no_such.v1", {})]))
        first, second = list(answers)
        assert isinstance(first, Ok) and isinstance(second, Error) and second.code == -32601, answers
        match parse(await ask(request(LIST, params(LIBRARY, limit=0)))):
            case Error(-32602, _, data, _):
                assert data["code"] == "E_BAD_INPUT", data
            case other:
                raise AssertionError(other)


async def a_subscription_goes_on_where_it_was() -> None:
    """Takes one event of a connection, and the others of another one."""
    seen: list[int] = []
    for most in (1, 2):
        async with unix_connect(SOCKET, "ws://localhost/") as socket:
            after = seen[-1] if seen else 0
            await socket.send(json.dumps(request("events.subscribe", {"library": LIBRARY, "after": after})))
            assert isinstance(parse(json.loads(await socket.recv())), Ok)
            for _ in range(most):
                message = json.loads(await asyncio.wait_for(socket.recv(), 20))
                seen.append(message["params"]["result"]["id"])
    assert len(seen) == 3 and seen == sorted(set(seen)), seen


def a_token_is_asked_for() -> None:
    async def call() -> None:
        async with connect(URL.replace("http", "ws") + "/"):
            raise AssertionError("it was let in")

    try:
        asyncio.run(call())
    except Exception as error:
        assert "401" in str(error), error


def curl(*arguments: str) -> bytes:
    command = ["curl", "--silent", "--show-error", "--fail-with-body", "--unix-socket", SOCKET, *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def curl_calls_and_gets_parts() -> None:
    content = f"http://localhost/libraries/{LIBRARY}/entries/{ENTRY}/content"
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "query:core.status.v1", "params": {}})
    answer = json.loads(curl("http://localhost/", "-H", "content-type: application/json", "-d", body))
    assert answer["result"]["methods"] > 50, answer
    assert curl(content) == CONTENT
    assert curl(content, "--range", "3-9") == CONTENT[3:10]
    with tempfile.NamedTemporaryFile() as part:
        part.write(CONTENT[:1000])
        part.flush()
        curl(content, "--continue-at", "-", "--output", part.name)
        assert Path(part.name).read_bytes() == CONTENT, "a download that goes on"
    name = "cGF0aC9vZi9jdXJsLnR4dA=="  # path/of/curl.txt
    made = curl(
        f"http://localhost/libraries/{LIBRARY}/uploads", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Length: 5",
        "-H", f"Upload-Metadata: path {name}", "-H", "Content-Type: application/offset+octet-stream",
        "--data-binary", "hello", "--include",
    )
    assert b" 201 " in made and b"x-entry: " in made, made


def an_upload_of_another_client_goes_on() -> None:
    """The reference client of Python for tus: stopped in the middle, and begun again from its URL."""
    client = TusClient(f"{URL}/libraries/{LIBRARY}/uploads", headers=HEADERS)
    metadata = {"filename": "tus.bin", "into": "from python"}
    uploader = client.uploader(FILE, metadata=metadata, chunk_size=100_000)
    uploader.upload(stop_at=300_000)
    assert 300_000 <= uploader.offset < len(CONTENT), uploader.offset
    again = client.uploader(FILE, url=uploader.url, chunk_size=100_000)
    assert again.offset == uploader.offset, "it asked where it stood"
    again.upload()
    assert again.offset == len(CONTENT)
    with Client.of_data_folder(FOLDER) as typed:
        entries = typed.call(LIST, LIBRARY, {"path_prefix": "from python"})["entries"]
    assert [entry["path"] for entry in entries] == ["from python/tus.bin"], entries
    assert entries[0]["size"] == len(CONTENT)


def the_typed_client() -> None:
    with Client(url=URL, token=TOKEN) as client:
        methods = {method["name"] for method in client.request("rpc.discover")["methods"]}
        assert LIST in methods
        assert client.content(LIBRARY, ENTRY).read() == CONTENT
        assert client.content(LIBRARY, ENTRY, range=(5, 9)).read() == CONTENT[5:10]
        try:
            client.call("query:vdfs.get_entry.v1", LIBRARY, {"entry_id": LIBRARY})
            raise AssertionError("it is not there")
        except SpacedriveError as error:
            assert error.code == "E_NOT_FOUND", error.code
        seen: list[str] = []

        def follow() -> None:
            with Client.of_data_folder(FOLDER) as other:
                for event in other.events(LIBRARY, after=0, under="typed"):
                    seen.append(event["entry"]["path"])
                    return

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        with open(FILE, "rb") as file:
            entry = client.upload(LIBRARY, file, "typed/upload.bin")
        follower.join(20)
        assert seen == ["typed/upload.bin"], seen
        assert client.content(LIBRARY, entry).read() == CONTENT


def refusal_of(call: Callable[[], object]) -> str | None:
    """Returns the code of the error that ends a call within some seconds."""
    codes: list[str] = []

    def run() -> None:
        try:
            call()
        except SpacedriveError as error:
            codes.append(error.code)

    caller = threading.Thread(target=run, daemon=True)
    caller.start()
    caller.join(5)
    return codes[0] if codes else None


def an_upload_of_another_file_is_refused() -> None:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": "path dGVuLnR4dA=="}  # ten.txt
    with Client(url=URL, token=TOKEN) as client:
        location = client.send("POST", f"/libraries/{LIBRARY}/uploads", headers)[1]["location"]

    def go_on(content: bytes) -> str:
        with Client(url=URL, token=TOKEN) as client:
            return client.upload(LIBRARY, io.BytesIO(content), "ten.txt", location=location)

    for content in (b"short", b"longer than it was"):
        assert refusal_of(lambda: go_on(content)) == "E_BAD_INPUT", content
    with Client(url=URL, token=TOKEN) as client:
        assert client.content(LIBRARY, go_on(b"just right")).read() == b"just right"


def a_file_may_grow_while_it_is_uploaded_and_not_shrink() -> None:
    def upload(file: io.BytesIO, change: Callable[[str], object]) -> str:
        with Client(url=URL, token=TOKEN) as client:
            return client.upload(LIBRARY, file, "log.txt", on_start=change)

    log = io.BytesIO(b"as announced")
    with Client(url=URL, token=TOKEN) as client:
        entry = upload(log, lambda _: (log.seek(0, os.SEEK_END), log.write(b", and more")))
        assert client.content(LIBRARY, entry).read() == b"as announced"
    emptied = io.BytesIO(b"as announced")
    assert refusal_of(lambda: upload(emptied, lambda _: emptied.truncate(0))) == "E_BAD_INPUT"


def a_subscription_that_is_refused_says_so() -> None:
    def first(token: str) -> object:
        with Client(url=URL, token=token) as client:
            return next(client.events(LIBRARY, after=0))["id"]

    assert refusal_of(lambda: first("sdt_wrong")) == "HTTP_401"
    assert first(TOKEN)


def a_daemon_that_ends_is_a_lost_connection() -> None:
    """Says that the daemon ends on the first connection, and sends an event on the second one."""
    ended = {"error": {"code": "E_STOPPED", "error": "the daemon ends"}}
    last_words: list[object] = [ended, {"id": 7}]

    def answer(socket: ServerConnection) -> None:
        socket.send(json.dumps({"jsonrpc": "2.0", "id": json.loads(socket.recv())["id"], "result": 1}))
        socket.send(json.dumps({"params": {"subscription": 1, "result": last_words.pop(0)}}))

    with serve(answer, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        with Client(url=f"http://127.0.0.1:{port}") as client:
            assert next(client.events(LIBRARY, after=0))["id"] == 7
        server.shutdown()


def what_failed_is_not_the_end_of_its_subscription() -> None:
    error = {"code": "E_IO", "error": "the disk failed"}
    job = {"id": "1", "error": error}
    assert _of_subscription({"params": {"result": job}}) == job
    try:
        _of_subscription({"params": {"result": {"error": error}}})
        raise AssertionError("it goes on")
    except SpacedriveError as end:
        assert end.code == "E_IO", end.code


if __name__ == "__main__":
    assert os.path.exists(SOCKET)
    asyncio.run(calls_over_a_websocket())
    asyncio.run(a_subscription_goes_on_where_it_was())
    a_token_is_asked_for()
    curl_calls_and_gets_parts()
    an_upload_of_another_client_goes_on()
    the_typed_client()
    what_failed_is_not_the_end_of_its_subscription()
    a_subscription_that_is_refused_says_so()
    a_daemon_that_ends_is_a_lost_connection()
    an_upload_of_another_file_is_refused()
    a_file_may_grow_while_it_is_uploaded_and_not_shrink()
    print("python: all well")
