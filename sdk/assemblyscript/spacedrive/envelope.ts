// Bodies of calls: JSON, or an envelope with JSON and the bytes that it names.
import { JSON } from "json-as";

const MAGIC: u32 = 0x014453ff;

// The bytes of the body that is written, and of the one that is read.
let outgoing: Uint8Array[] = [];
let incoming: Uint8Array[] = [];

@json
class Index {
  $blob: u32 = 0;
}

// Bytes, which cross the boundary as they are.
@json
export class Bytes {
  data: Uint8Array = new Uint8Array(0);

  static of(data: Uint8Array): Bytes {
    const bytes = new Bytes();
    bytes.data = data;
    return bytes;
  }

  static ofText(text: string): Bytes {
    return Bytes.of(Uint8Array.wrap(String.UTF8.encode(text)));
  }

  toText(): string {
    return String.UTF8.decodeUnsafe(this.data.dataStart, this.data.byteLength);
  }

  @serializer("object")
  serializer(self: Bytes): string {
    outgoing.push(self.data);
    return `{"$blob":${outgoing.length - 1}}`;
  }

  @deserializer("any")
  deserializer(json: string): Bytes {
    if (json.startsWith('"')) return Bytes.of(fromBase64(JSON.parse<string>(json)));
    const index = JSON.parse<Index>(json).$blob;
    return index < <u32>incoming.length ? Bytes.of(incoming[index]) : new Bytes();
  }
}

function digit(letter: i32): i32 {
  if (letter >= 65 && letter <= 90) return letter - 65;
  if (letter >= 97 && letter <= 122) return letter - 71;
  if (letter >= 48 && letter <= 57) return letter + 4;
  return letter == 43 ? 62 : letter == 47 ? 63 : -1;
}

function fromBase64(text: string): Uint8Array {
  const made = new Uint8Array((text.length / 4) * 3);
  let length = 0;
  let bits: u32 = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const value = digit(text.charCodeAt(at));
    if (value < 0) break;
    bits = (bits << 6) | <u32>value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      made[length++] = <u8>(bits >> count);
    }
  }
  return made.subarray(0, length);
}

function aligned(size: i32): i32 {
  return (size + 7) & ~7;
}

// Makes a body of JSON and the bytes that it named when it was written.
export function wrap(json: string): ArrayBuffer {
  // The faster modes of json-as 1.6 write an emoji that stands behind an escaped sign as two halves.
  if (JSON_MODE != 2) ERROR("set JSON_MODE=NAIVE in the environment of asc");
  const text = String.UTF8.encode(json);
  const blobs = outgoing;
  outgoing = [];
  if (blobs.length == 0) return text;
  let size = 16 + 8 * blobs.length + text.byteLength;
  for (let index = 0; index < blobs.length; index++) size = aligned(size) + blobs[index].byteLength;
  const body = new ArrayBuffer(size);
  const start = changetype<usize>(body);
  store<u32>(start, MAGIC);
  store<u32>(start, text.byteLength, 4);
  store<u32>(start, blobs.length, 8);
  let end = 16 + 8 * blobs.length;
  memory.copy(start + end, changetype<usize>(text), text.byteLength);
  end += text.byteLength;
  for (let index = 0; index < blobs.length; index++) {
    const blob = blobs[index];
    store<u64>(start + 16 + 8 * index, blob.byteLength);
    end = aligned(end);
    memory.copy(start + end, blob.dataStart, blob.byteLength);
    end += blob.byteLength;
  }
  return body;
}

// Returns the JSON of a body; its bytes are kept for what reads it. The host wrote it, so its sizes fit.
export function unwrap(body: usize, length: i32): string {
  incoming = [];
  if (length < 16 || load<u32>(body) != MAGIC) return String.UTF8.decodeUnsafe(body, length);
  const textLength = load<u32>(body, 4);
  const count = load<u32>(body, 8);
  const start = 16 + 8 * count;
  let end = start + textLength;
  for (let index: u32 = 0; index < count; index++) {
    const size = <i32>load<u64>(body + 16 + 8 * index);
    end = aligned(end);
    const blob = new Uint8Array(size);
    memory.copy(blob.dataStart, body + end, size);
    incoming.push(blob);
    end += size;
  }
  return String.UTF8.decodeUnsafe(body + start, textLength);
}
