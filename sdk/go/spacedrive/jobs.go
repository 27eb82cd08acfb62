package spacedrive

import "encoding/json"

// OnJob offers an action of the manifest that runs as a job, when it is dispatched: "my_notes.scan.input.v1".
// The function resumes at the last checkpoint of its job.
func OnJob[Checkpoint, Input, Output any](
	name string, function func(*Client, *RunningJob[Checkpoint], Input) (Output, error),
) {
	handlers["action:"+name] = func(call call) (any, error) {
		input, err := inputOf[Input](call)
		if err != nil {
			return nil, err
		}
		client := call.client()
		return function(client, &RunningJob[Checkpoint]{client, call.Job}, input)
	}
}

type jobContext struct {
	ID         string          `json:"id"`
	Checkpoint json.RawMessage `json:"checkpoint"`
}

// RunningJob is a job that runs, with checkpoints of a type of the extension's own. One that was called, and
// not dispatched, keeps no checkpoints.
type RunningJob[Checkpoint any] struct {
	client  *Client
	context *jobContext
}

// LastCheckpoint returns the checkpoint at which the job ended before; nil for the first start.
func (job *RunningJob[Checkpoint]) LastCheckpoint() (*Checkpoint, error) {
	if job.context == nil || len(job.context.Checkpoint) == 0 {
		return nil, nil
	}
	last := new(Checkpoint)
	if err := json.Unmarshal(job.context.Checkpoint, last); err != nil {
		return nil, Errorf(CodeBadInput, "the checkpoint is of another form: %s", err)
	}
	return last, nil
}

// Checkpoint keeps where the job stands, and its progress. It returns whether the job was cancelled: then
// return soon.
func (job *RunningJob[Checkpoint]) Checkpoint(at Checkpoint, progress ProgressReport) (bool, error) {
	if job.context == nil {
		return false, nil
	}
	kept, err := job.client.Jobs().Checkpoint(CheckpointInput{
		JobID: job.context.ID, Checkpoint: at, Progress: &progress,
	})
	return kept.Cancelled, err
}
