// Functions of the extension, by what they are called for.
import { JSON } from "json-as";
import { Entry } from "./operations";

// An event. `data` is that of another extension's event.
@json
export class Event {
  id: i64 = 0;
  kind: string = "";
  library_id: string = "";
  entry: Entry = new Entry();
  @omitnull()
  data: JSON.Raw | null = null;
}

// Where a job stands, as the host gives it to the function.
@json
export class JobContext {
  id: string = "";
  @omitnull()
  checkpoint: JSON.Raw | null = null;
}

export abstract class Handler {
  // Returns the JSON of the answer, or null for an error. The job is null for a call.
  abstract run(input: string, job: JobContext | null): string | null;
}

class Typed<Input, Output> extends Handler {
  constructor(private call: (input: Input) => Output | null) {
    super();
  }

  run(input: string, _: JobContext | null): string | null {
    const answer = this.call(JSON.parse<Input>(input));
    return answer === null ? null : JSON.stringify<Output>(answer);
  }
}

export const calls = new Map<string, Handler>();
export const events = new Map<string, (event: Event) => bool>();
export const starts: (() => bool)[] = [];
export const stops: (() => bool)[] = [];

// Receives events of a kind that the manifest names, or of all with "*". Return false for an error: then
// the event comes again.
export function onEvent(kind: string, call: (event: Event) => bool): void {
  events.set(kind, call);
}

// Offers a query of the manifest: "my_notes.total.v1".
export function query<Input, Output>(name: string, call: (input: Input) => Output | null): void {
  calls.set("query:" + name, new Typed<Input, Output>(call));
}

// Offers an action of the manifest: "my_notes.add.input.v1".
export function action<Input, Output>(name: string, call: (input: Input) => Output | null): void {
  calls.set("action:" + name, new Typed<Input, Output>(call));
}

// Runs a function once before all others, and once at the end.
export function onStart(call: () => bool): void {
  starts.push(call);
}
export function onStop(call: () => bool): void {
  stops.push(call);
}
