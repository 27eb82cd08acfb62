"""Bytes that cross between guest and host: error codes, errors, and the bodies of calls and replies."""

import base64
import json
import struct

MAGIC = b"\xffSD\x01"
MAX_JSON = 16 << 20
MAX_BLOBS = 1024
MAX_ATTACHMENTS = 64 << 20
# The largest body: attachments, JSON, and the table of the blobs with their gaps.
MAX_BODY = MAX_ATTACHMENTS + MAX_JSON + 16 * MAX_BLOBS

# Numbers of error codes; docs/errors.md says what each means.
NUMBERS = {
    "OK": 0, "E_ABI_RANGE": 1, "E_ABI_UTF8": 2, "E_ABI_TOO_LARGE": 3, "E_ABI_ALLOC": 4, "E_ABI_EXPORT": 5,
    "E_ABI_REENTRANT": 6, "E_MODULE_INVALID": 16, "E_MODULE_FEATURE": 17, "E_MODULE_LIMIT": 18,
    "E_IMPORT_UNKNOWN": 19, "E_ABI_VERSION": 20, "E_TRAP": 32, "E_CPU": 33, "E_DEADLINE": 34, "E_STACK": 35,
    "E_MEMORY": 36, "E_INIT": 37, "E_STOPPED": 38, "E_RELOAD": 39, "E_RATE": 48, "E_BUSY": 49, "E_UNKNOWN_METHOD": 64,
    "E_DENIED_METHOD": 65, "E_DENIED_LIBRARY": 66, "E_DENIED_ARG": 67, "E_DENIED_NET": 68, "E_BAD_JSON": 80,
    "E_BAD_INPUT": 81, "E_NOT_FOUND": 82, "E_CONFLICT": 83, "E_MANIFEST": 96, "E_PATH": 112, "E_IO": 113,
    "E_NOSPACE": 114, "E_CORRUPT": 115, "E_SCHEMA": 116, "E_LIMIT": 117, "E_READ_ONLY": 118, "E_DOC_LIMIT": 128,
    "E_DOC_MALFORMED": 129, "E_DOC_ENCRYPTED": 130, "E_MODEL_MISSING": 131, "E_NEEDS_PROVIDER": 132,
    "E_MODEL_ANSWER": 133, "E_EXTENSION": 144, "E_NET_SCHEME": 160, "E_NET_ADDR": 161, "E_NET_DNS": 162,
    "E_NET_REDIRECT": 163, "E_NET_SIZE": 164, "E_NET_TIMEOUT": 165, "E_NET_TLS": 166, "E_NET_HEADER": 167,
    "E_NET": 168, "E_CRED_NOTFOUND": 176, "E_CRED_TAMPERED": 177, "E_CRED_ROLLBACK": 178, "E_CRED_REAUTH": 179,
    "E_PKG_HASH": 192, "E_PKG_DOWNGRADE": 193, "E_PKG_FORMAT": 194, "E_PKG_SIGNATURE": 195, "E_PKG_STALE": 196,
    "E_PKG_YANKED": 197, "E_INTERNAL": 255,
}
CODES = {number: code for code, number in NUMBERS.items()}


class Error(Exception):
    """The error of a call, in either direction."""

    def __init__(self, code, message, details=None):
        super().__init__(f"{message} ({code})")
        self.code, self.message, self.details = code, message, details

    @property
    def status(self):
        return NUMBERS[self.code]

    def body(self):
        body = {"error": self.message, "code": self.code, "a later field": [1]}
        return encode(body if self.details is None else body | {"details": self.details})


class Fault(Exception):
    """A broken rule of the interface: the instance is not used again."""

    def __init__(self, code, message):
        super().__init__(f"{message} ({code})")
        self.code = code


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
    """A value of JSON or of an envelope."""
    if not body:
        return None
    text, blobs = split(body) if body.startswith(MAGIC) else (body, [])
    try:
        return json.loads(text.decode(), object_hook=lambda it: _blob(it, blobs))
    except ValueError as error:
        raise Error("E_BAD_JSON", f"not JSON: {error}") from None


def _blob(value, blobs):
    if value.keys() != {"$blob"}:
        return value
    index = value["$blob"]
    if not isinstance(index, int) or not 0 <= index < len(blobs):
        raise Error("E_BAD_INPUT", f"there is no blob {index}")
    return blobs[index]


def split(body):
    """The JSON and the blobs of an envelope, which is canonical or refused."""
    if len(body) < 16:
        raise Error("E_BAD_INPUT", "the envelope ends early")
    length, count, reserved = struct.unpack_from("<III", body, 4)
    if length > MAX_JSON or count > MAX_BLOBS:
        raise Error("E_ABI_TOO_LARGE", f"the envelope has {length} bytes of JSON and {count} blobs")
    table = body[16 : 16 + 8 * count]
    if len(table) < 8 * count:
        raise Error("E_BAD_INPUT", "the envelope ends early")
    sizes = struct.unpack(f"<{count}Q", table)
    if sum(sizes) > MAX_ATTACHMENTS:
        raise Error("E_ABI_TOO_LARGE", f"the blobs of the envelope have {sum(sizes)} bytes")
    start, end = 16 + 8 * count, 16 + 8 * count + length
    text, blobs = body[start:end], []
    for size in sizes:
        at = end + -end % 8
        if any(body[end:at]):
            raise Error("E_BAD_INPUT", "the bytes between the parts of the envelope are not zero")
        end = at + size
        blobs.append(body[at:end])
    if reserved or end != len(body):
        raise Error("E_BAD_INPUT", "the envelope is not canonical")
    return text, blobs


def as_bytes(value):
    """The bytes of an input, which a guest may send as base64."""
    return value if isinstance(value, bytes) else base64.b64decode(value, validate=True)
