"""What the library answers to the host, whatever an extension does."""

import contextlib
import io
import os
import socket
import struct
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
import spacedrive  # noqa: E402

EVENT = b'{"kind": "entry.created", "library_id": null}'
CALL = b'{"input": null, "library_id": null}'


class Host:
    """The other end of the stream of calls of the library, which answers on a thread of its own."""

    def __init__(self):
        self.socket, program = socket.socketpair()
        self.socket.settimeout(20)
        spacedrive._port = program.detach()
        self._program = threading.Thread(target=self._run, daemon=True)
        self._program.start()

    @staticmethod
    def _run():
        with contextlib.suppress(EOFError), contextlib.redirect_stderr(io.StringIO()):
            spacedrive.run()

    def ask(self, head, body):
        """Sends a frame; returns those with which it is answered, `done` being the last one."""
        self.socket.sendall(struct.pack("<II", len(head), len(body)) + head.encode() + body)
        answers = []
        while not answers or answers[-1][0].split(" ")[0] != "done":
            head_length, body_length = struct.unpack("<II", self._read(8))
            answers.append((self._read(head_length).decode(), self._read(body_length).decode()))
        return answers

    def _read(self, length):
        data = b""
        while len(data) < length:
            part = self.socket.recv(length - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def close(self):
        self.socket.close()
        self._program.join(20)
        os.close(spacedrive._port)
        spacedrive._port = None


class Answers(unittest.TestCase):
    def setUp(self):
        self.host = Host()
        self.addCleanup(self.host.close)
        self.addCleanup(spacedrive._events.clear)
        self.addCleanup(spacedrive._operations.clear)

    def asked(self, fails):
        """The answers of an event and of a call whose function does that."""
        spacedrive.on_event("entry.created")(lambda event: fails())
        spacedrive.query("words.fail.v1")(lambda input: fails())
        event = self.host.ask("event", EVENT)
        return event, self.host.ask("call query:words.fail.v1", CALL)

    def test_an_error_ends_an_event_and_a_call_with_its_own_code(self):
        for code in ("E_NET", "E_BUSY", "E_NOT_FOUND", "E_OF_A_LATER_HOST"):
            def fails():
                raise spacedrive.Error(code, "not now")

            event, call = self.asked(fails)
            self.assertEqual(event, [("log error", "not now"), (f"done {code}", "")])
            self.assertEqual(call, [(f"done {code}", f'{{"error": "not now", "code": "{code}"}}')])

    def test_an_exception_is_internal(self):
        def fails():
            raise OSError("the wire broke")

        event, call = self.asked(fails)
        self.assertEqual(event, [("log error", "OSError: the wire broke"), ("done E_INTERNAL", "")])
        self.assertEqual(call[0][0], "done E_INTERNAL")

    def test_what_goes_well_is_no_error(self):
        event, call = self.asked(lambda: 7)
        self.assertEqual((event, call), ([("done 0", "")], [("done 0", "7")]))

    def test_a_code_of_its_own_stands_in_the_message(self):
        for code in ("MY_CODE", "MY CODE", "E_\n", "E_" + 5000 * "X", "", 5, None, "E_Ü"):
            def fails():
                raise spacedrive.Error(code, "no")

            event, call = self.asked(fails)
            self.assertEqual(event[1], ("done E_EXTENSION", ""))
            self.assertEqual(call[0][0], "done E_EXTENSION")
            self.assertEqual(spacedrive._loads(call[0][1].encode())["error"], f"no ({code})")

    def test_an_error_that_json_has_no_form_for_is_told_all_the_same(self):
        for message, details in ((object(), None), ("no", {1, 2}), ("\udc80", [object()])):
            def fails():
                raise spacedrive.Error("E_BAD_INPUT", message, details)

            event, call = self.asked(fails)
            self.assertEqual(event[-1], ("done E_BAD_INPUT", ""))
            self.assertEqual(call[-1][0], "done E_BAD_INPUT")


if __name__ == "__main__":
    unittest.main()
