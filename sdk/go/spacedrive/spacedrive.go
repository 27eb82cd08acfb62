// Package spacedrive is for extensions of Spacedrive in Go.
//
//	func init() {
//		spacedrive.OnEvent("entry.created", created)
//		spacedrive.Query("my_notes.total.v1", total)
//		spacedrive.OnJob("my_notes.scan.input.v1", scan)
//	}
//
//	func main() {}
//
//	func created(client *spacedrive.Client, event spacedrive.Event) error { … }
//	func total(client *spacedrive.Client, input Input) (Total, error) { … }
//	func scan(client *spacedrive.Client, job *spacedrive.RunningJob[Checkpoint], input Input) (Total, error) { … }
//
// Inputs and outputs are what encoding/json takes, with [Bytes] for bytes. A function is registered in
// init, because the host never calls main.
package spacedrive

import (
	"encoding/json"
	"fmt"
)

// Event is what a handler receives. Data is that of another extension's event.
type Event struct {
	ID        int64           `json:"id"`
	Kind      string          `json:"kind"`
	LibraryID string          `json:"library_id"`
	Entry     Entry           `json:"entry"`
	Data      json.RawMessage `json:"data"`
}

// Client calls the host, for a library.
type Client struct{ library *[16]byte }

// WithLibrary returns a client whose calls are for another library, by its id.
func (client *Client) WithLibrary(id string) (*Client, error) {
	library, err := parseLibrary(id)
	if err != nil {
		return nil, err
	}
	return &Client{library}, nil
}

// Call calls an operation that has no method here, such as another extension's.
func Call[Output any](client *Client, method string, input any) (Output, error) {
	return send[Output](client.library, method, input)
}

// Some returns the pointer to a value, for a field that may be left out.
func Some[T any](value T) *T { return &value }

type handler func(call call) (any, error)

var (
	handlers = map[string]handler{}
	events   = map[string]func(*Client, Event) error{}
	starts   []func() error
	ends     []func() error
)

// OnEvent receives events of a kind that the manifest names, or of all with "*". An event whose function
// returns an error comes again.
func OnEvent(kind string, function func(*Client, Event) error) { events[kind] = function }

// Query offers a query of the manifest: "my_notes.total.v1".
func Query[Input, Output any](name string, function func(*Client, Input) (Output, error)) {
	register("query:"+name, function)
}

// Action offers an action of the manifest: "my_notes.add.input.v1".
func Action[Input, Output any](name string, function func(*Client, Input) (Output, error)) {
	register("action:"+name, function)
}

// OnStart runs a function once, before all others.
func OnStart(function func() error) { starts = append(starts, function) }

// OnStop runs a function once, at the end.
func OnStop(function func() error) { ends = append(ends, function) }

func register[Input, Output any](method string, function func(*Client, Input) (Output, error)) {
	handlers[method] = func(call call) (any, error) {
		input, err := inputOf[Input](call)
		if err != nil {
			return nil, err
		}
		return function(call.client(), input)
	}
}

func inputOf[Input any](call call) (input Input, err error) {
	if len(call.Input) == 0 {
		return input, nil
	}
	if err := json.Unmarshal(call.Input, &input); err != nil {
		return input, &Error{Code: CodeBadInput, Message: err.Error()}
	}
	return input, nil
}

// Debug, Info, Warn and ErrorLog write a line to the log of the extension.
func Debug(format string, arguments ...any)    { log(0, format, arguments) }
func Info(format string, arguments ...any)     { log(1, format, arguments) }
func Warn(format string, arguments ...any)     { log(2, format, arguments) }
func ErrorLog(format string, arguments ...any) { log(3, format, arguments) }

func log(level uint32, format string, arguments []any) {
	hostLog(level, fmt.Sprintf(format, arguments...))
}
