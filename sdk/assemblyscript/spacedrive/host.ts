// Calls of the host, their errors, and the log.
import { JSON } from "json-as";
import { Code } from "./codes";
import { unwrap, wrap } from "./envelope";

@external("spacedrive", "spacedrive_call")
declare function spacedrive_call(method: usize, methodLength: usize, library: usize, payload: usize, payloadLength: usize): usize;

@external("spacedrive", "spacedrive_log")
declare function spacedrive_log(level: u32, text: usize, length: usize): void;

// The failure of a call, or of a function of the extension.
@json
export class Failure {
  error: string = "";
  code: string = "";
  // Facts for programs.
  @omitnull()
  details: JSON.Raw | null = null;
  // The pause after which another try may go well.
  @omitnull()
  retry_after_ms: JSON.Box<i64> | null = null;
}

let failure: Failure | null = null;
let library: StaticArray<u8> | null = null;

// Returns the failure behind the last call that returned null.
export function lastError(): Failure {
  const last = failure;
  if (last !== null) return last;
  const none = new Failure();
  none.code = Code.Internal;
  none.error = "the extension does not say why";
  return none;
}

// Makes the error of a function: `return fail<Total>(Code.BadInput, "there is no year");`.
export function fail<Output>(code: string, message: string): Output | null {
  const made = new Failure();
  made.code = code;
  made.error = message;
  failure = made;
  return null;
}

export function forget(): void {
  failure = null;
  library = null;
}

// Chooses the library of the calls that follow; at first it is that of the event or call. Returns whether
// the text is the id of one.
export function useLibrary(id: string | null): bool {
  library = null;
  if (id === null) return true;
  const digits = id.replaceAll("-", "");
  if (digits.length != 32) return false;
  const bytes = new StaticArray<u8>(16);
  for (let at = 0; at < 16; at++) {
    bytes[at] = <u8>I32.parseInt(digits.substr(2 * at, 2), 16);
  }
  library = bytes;
  return true;
}

// Calls an operation that is none of the host's, such as another extension's. The input is JSON.
export function call<Output>(method: string, input: string): Output | null {
  const text = send(method, library, input);
  return text === null ? null : JSON.parse<Output>(text);
}

// Calls an operation, as the functions of operations.ts do.
export function operate<Output>(method: string, needsLibrary: bool, input: string): Output | null {
  if (needsLibrary && library === null) {
    return fail<Output>(Code.DeniedLibrary, "`" + method + "` needs a library, the call names none");
  }
  const text = send(method, needsLibrary ? library : null, input);
  return text === null ? null : JSON.parse<Output>(text);
}

function send(method: string, library: StaticArray<u8> | null, input: string): string | null {
  const name = String.UTF8.encode(method);
  const payload = wrap(input);
  const frame = spacedrive_call(
    changetype<usize>(name), name.byteLength, changetype<usize>(library),
    changetype<usize>(payload), payload.byteLength,
  );
  if (frame == 0) return fail<string>(Code.AbiAlloc, "the extension has no memory left");
  const status = load<u32>(frame, 4);
  const text = unwrap(frame + 8, load<u32>(frame));
  heap.free(frame);
  if (status == 0) return text;
  failure = JSON.parse<Failure>(text);
  return null;
}

function write(level: u32, message: string): void {
  const text = String.UTF8.encode(message);
  spacedrive_log(level, changetype<usize>(text), text.byteLength);
}

export namespace log {
  export function debug(message: string): void {
    write(0, message);
  }
  export function info(message: string): void {
    write(1, message);
  }
  export function warn(message: string): void {
    write(2, message);
  }
  export function error(message: string): void {
    write(3, message);
  }
}

// Says why before the trap: asconfig.json names it as what `throw` and failed assertions call.
export function onAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  const said = message === null ? "aborted" : message;
  const place = file === null ? "" : file;
  write(3, `${said} (${place}:${line}:${column})`);
  unreachable();
}
