// The exports that the host calls: `export * from "../spacedrive/guest";` in the main file.
import { JSON } from "json-as";
import { Code, numberOf } from "./codes";
import { unwrap, wrap } from "./envelope";
import { Event, JobContext, calls, events, starts, stops } from "./handlers";
import { fail, forget, lastError, log, useLibrary } from "./host";

@json
class Call {
  @omitnull()
  library_id: string | null = null;
  input: JSON.Raw = new JSON.Raw("null");
  @omitnull()
  job: JobContext | null = null;
}

export function wasm_alloc(size: usize): usize {
  return heap.alloc(size);
}

export function wasm_free(block: usize, size: usize): void {
  heap.free(block);
}

// Ends a call: what it made is given back.
function ended(went: bool): u32 {
  let number: u32 = 0;
  if (!went) {
    const failure = lastError();
    log.error(`${failure.error} (${failure.code})`);
    number = numberOf(failure.code);
  }
  forget();
  __collect();
  return number;
}

function runAll(functions: (() => bool)[]): u32 {
  for (let at = 0; at < functions.length; at++) {
    if (!functions[at]()) return ended(false);
  }
  return ended(true);
}

export function plugin_init(): u32 {
  return runAll(starts);
}

export function plugin_cleanup(): u32 {
  return runAll(stops);
}

export function plugin_on_event(payload: usize, length: i32): u32 {
  const event = JSON.parse<Event>(unwrap(payload, length));
  useLibrary(event.library_id);
  const kind = events.has(event.kind) ? event.kind : "*";
  return ended(!events.has(kind) || events.get(kind)(event));
}

function answer(method: string, payload: string): string | null {
  if (!calls.has(method)) {
    return fail<string>(Code.UnknownMethod, "the extension has no function for `" + method + "`");
  }
  const call = JSON.parse<Call>(payload);
  useLibrary(call.library_id);
  const input = call.input.toString();
  return calls.get(method).run(input == "null" ? "{}" : input, call.job);
}

// Makes the frame of an answer, which the host takes and frees.
function frame(status: u32, json: string): usize {
  const body = wrap(json);
  const made = heap.alloc(8 + body.byteLength);
  store<u32>(made, body.byteLength);
  store<u32>(made, status, 4);
  memory.copy(made + 8, changetype<usize>(body), body.byteLength);
  return made;
}

export function plugin_call(method: usize, methodLength: i32, payload: usize, length: i32): usize {
  const name = String.UTF8.decodeUnsafe(method, methodLength);
  const body = answer(name, unwrap(payload, length));
  let made: usize;
  if (body !== null) {
    made = frame(0, body);
  } else {
    const failure = lastError();
    made = frame(numberOf(failure.code), JSON.stringify(failure));
  }
  ended(true);
  return made;
}
