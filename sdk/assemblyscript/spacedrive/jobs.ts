// Functions of the extension that run as jobs.
import { JSON } from "json-as";
import { Handler, JobContext, calls } from "./handlers";
import { CheckpointInput, CheckpointOutput, ProgressReport, jobs } from "./operations";

// A job that runs, with checkpoints of a class of the extension's own. One that was called, and not
// dispatched, keeps no checkpoints.
export class RunningJob<Checkpoint> {
  constructor(private context: JobContext | null) {}

  // Returns the checkpoint at which the job ended before; null for the first start.
  lastCheckpoint(): Checkpoint | null {
    const context = this.context;
    if (context === null) return null;
    const kept = context.checkpoint;
    return kept === null ? null : JSON.parse<Checkpoint>(kept.toString());
  }

  // Keeps where the job stands, and its progress. When `cancelled` of the answer is true, return soon;
  // null is an error, as of any call.
  checkpoint(at: Checkpoint, progress: ProgressReport | null): CheckpointOutput | null {
    const context = this.context;
    if (context === null) return new CheckpointOutput();
    const input = new CheckpointInput();
    input.job_id = context.id;
    input.checkpoint = new JSON.Raw(JSON.stringify<Checkpoint>(at));
    input.progress = progress;
    return jobs.checkpoint(input);
  }
}

class JobHandler<Checkpoint, Input, Output> extends Handler {
  constructor(private call: (job: RunningJob<Checkpoint>, input: Input) => Output | null) {
    super();
  }

  run(input: string, job: JobContext | null): string | null {
    const answer = this.call(new RunningJob<Checkpoint>(job), JSON.parse<Input>(input));
    return answer === null ? null : JSON.stringify<Output>(answer);
  }
}

// Offers an action of the manifest that runs as a job, when it is dispatched: "my_notes.scan.input.v1".
export function onJob<Checkpoint, Input, Output>(
  name: string,
  call: (job: RunningJob<Checkpoint>, input: Input) => Output | null,
): void {
  calls.set("action:" + name, new JobHandler<Checkpoint, Input, Output>(call));
}
