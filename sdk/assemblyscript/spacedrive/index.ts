// Extensions of Spacedrive in AssemblyScript.
//
//     import { JSON } from "json-as";
//     import { Event, log, onEvent, query, vdfs } from "../spacedrive";
//     export * from "../spacedrive/guest";
//
//     onEvent("entry.created", (event: Event): bool => { … return true; });
//     query<Input, Total>("my_notes.total.v1", (input: Input): Total | null => { … });
//     onJob<Checkpoint, Input, Total>("my_notes.scan.input.v1",
//       (job: RunningJob<Checkpoint>, input: Input): Total | null => { … });
//
// The language has no exceptions: a call that fails returns null, and lastError() says why. A function
// that returns null passes that error on; fail() makes one.
export { Bytes } from "./envelope";
export { Failure, call, fail, lastError, log, useLibrary } from "./host";
export { Event, action, onEvent, onStart, onStop, query } from "./handlers";
export { RunningJob, onJob } from "./jobs";
export * from "./codes";
export * from "./operations";
