"""How the typed client of Python reaches a daemon: `python -m unittest test_client`."""

import socket
import sys
import threading
import unittest
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))
from spacedrive_client import Client  # noqa: E402

TOKEN = "sdt_canary"


def first_bytes(scheme: str, use: Callable[[Client], object]) -> bytes:
    """What a client sends first to a server that answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        received: list[bytes] = []

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(20)
                received.append(connection.recv(1 << 16))

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            use(Client(url=f"{scheme}://127.0.0.1:{server.getsockname()[1]}", token=TOKEN))
        except Exception:  # there is no answer
            pass
        listener.join()
        return received[0]


USES: list[Callable[[Client], object]] = [
    lambda client: client.request("daemon.status"),
    lambda client: client.content("library", "entry"),
    lambda client: client._open_socket(),
]


class Addresses(unittest.TestCase):
    def test_an_https_address_is_spoken_to_by_tls(self) -> None:
        for use in USES:
            sent = first_bytes("https", use)
            self.assertEqual(sent[:2], b"\x16\x03", "a ClientHello of TLS")
            self.assertNotIn(TOKEN.encode(), sent)

    def test_an_http_address_gets_the_token(self) -> None:
        for use in USES:
            sent = first_bytes("http", use)
            self.assertIn(f"Bearer {TOKEN}".encode(), sent)

    def test_other_addresses_are_refused(self) -> None:
        for url in ("ws://127.0.0.1:1", "127.0.0.1:7711", "localhost:7711", "//127.0.0.1", "https:///", ""):
            with self.subTest(url), self.assertRaises(ValueError):
                Client(url=url, token=TOKEN)


if __name__ == "__main__":
    unittest.main()
