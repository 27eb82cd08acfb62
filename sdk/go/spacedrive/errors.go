package spacedrive

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Code is a stable code of an error: "E_NOT_FOUND".
type Code string

// Error is the failure of a call, or of a function of the extension: a function that returns the error of
// a call passes it on.
type Error struct {
	Code    Code
	Message string
	// Details are facts for programs; nil when there are none.
	Details json.RawMessage
	// RetryAfter is the pause after which another try may go well; 0 when it is not known.
	RetryAfter time.Duration
}

func (err *Error) Error() string { return fmt.Sprintf("%s (%s)", err.Message, err.Code) }

// Errorf makes an error with a code.
func Errorf(code Code, format string, arguments ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, arguments...)}
}

// Is tells whether an error has a code.
func Is(err error, code Code) bool {
	var own *Error
	return errors.As(err, &own) && own.Code == code
}

type errorBody struct {
	Error        string          `json:"error"`
	Code         Code            `json:"code"`
	Details      json.RawMessage `json:"details,omitempty"`
	RetryAfterMs int64           `json:"retry_after_ms,omitempty"`
}

func hostError(body []byte) error {
	var said errorBody
	if err := json.Unmarshal(body, &said); err != nil {
		return &Error{Code: CodeInternal, Message: "the host does not say why"}
	}
	pause := time.Duration(said.RetryAfterMs) * time.Millisecond
	return &Error{said.Code, said.Error, said.Details, pause}
}

// asError makes any error one with a code that this version knows.
func asError(err error) *Error {
	var own *Error
	if errors.As(err, &own) && own.Code.number() != 0 {
		return own
	}
	return &Error{Code: CodeInternal, Message: err.Error()}
}

func (err *Error) body() errorBody {
	return errorBody{err.Message, err.Code, err.Details, err.RetryAfter.Milliseconds()}
}
