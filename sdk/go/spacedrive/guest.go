package spacedrive

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
	"unsafe"
)

//go:wasmimport spacedrive spacedrive_call
func spacedriveCall(method unsafe.Pointer, methodLen uint32, library unsafe.Pointer, payload unsafe.Pointer, payloadLen uint32) uint32

//go:wasmimport spacedrive spacedrive_log
func spacedriveLog(level uint32, text unsafe.Pointer, textLen uint32)

// blocks are those that the host holds: the garbage collector must not take them.
var blocks = map[uint32][]uint64{}

//go:wasmexport wasm_alloc
func wasmAlloc(size uint32) uint32 {
	// Words, so that the block is a multiple of 8.
	block := make([]uint64, (uint64(size)+7)/8+1)
	address := uint32(uintptr(unsafe.Pointer(unsafe.SliceData(block))))
	blocks[address] = block
	return address
}

//go:wasmexport wasm_free
func wasmFree(address, _ uint32) { delete(blocks, address) }

func hostLog(level uint32, text string) {
	spacedriveLog(level, unsafe.Pointer(unsafe.StringData(text)), uint32(len(text)))
}

// view returns bytes of a block that the host or this side made.
func view(address, length uint32) []byte {
	block := blocks[address]
	if length == 0 || block == nil {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(block))), length)
}

func parseLibrary(id string) (*[16]byte, error) {
	digits, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if err != nil || len(digits) != 16 {
		return nil, Errorf(CodeBadInput, "`%s` is not the id of a library", id)
	}
	return (*[16]byte)(digits), nil
}

func operate[Output any](client *Client, method string, needsLibrary bool, input any) (output Output, err error) {
	if !needsLibrary {
		return send[Output](nil, method, input)
	}
	if client.library == nil {
		return output, Errorf(CodeDeniedLibrary, "`%s` needs a library, the call names none", method)
	}
	return send[Output](client.library, method, input)
}

func send[Output any](library *[16]byte, method string, input any) (output Output, err error) {
	payload, err := encode(input)
	if err != nil {
		return output, err
	}
	status, body, err := exchange(library, method, payload)
	if err != nil {
		return output, err
	}
	text := split(body)
	if status != 0 {
		return output, hostError(text)
	}
	return output, json.Unmarshal(text, &output)
}

// exchange calls the host, and returns the status and the body of its reply.
func exchange(library *[16]byte, method string, payload []byte) (uint32, []byte, error) {
	address := spacedriveCall(
		unsafe.Pointer(unsafe.StringData(method)), uint32(len(method)), unsafe.Pointer(library),
		unsafe.Pointer(unsafe.SliceData(payload)), uint32(len(payload)))
	head := view(address, 8)
	if head == nil {
		return 0, nil, Errorf(CodeAbiAlloc, "the extension has no memory left")
	}
	length, status := binary.LittleEndian.Uint32(head), binary.LittleEndian.Uint32(head[4:])
	// From here on the garbage collector frees it.
	body := view(address, 8+length)[8:]
	delete(blocks, address)
	return status, body, nil
}

type call struct {
	LibraryID *string         `json:"library_id"`
	Input     json.RawMessage `json:"input"`
	Job       *jobContext     `json:"job"`
}

func (call call) client() *Client {
	if call.LibraryID == nil {
		return &Client{}
	}
	library, _ := parseLibrary(*call.LibraryID)
	return &Client{library}
}

// guarded runs a function of the extension; a panic is an error, with the place in the log.
func guarded(run func() (any, error)) (answer any, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			hostLog(3, string(debug.Stack()))
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	return run()
}

func logged(err error) uint32 {
	if err == nil {
		return 0
	}
	own := asError(err)
	hostLog(3, own.Error())
	return own.Code.number()
}

func runAll(functions []func() error) uint32 {
	_, err := guarded(func() (any, error) {
		for _, function := range functions {
			if err := function(); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	return logged(err)
}

//go:wasmexport plugin_init
func pluginInit() uint32 { return runAll(starts) }

//go:wasmexport plugin_cleanup
func pluginCleanup() uint32 { return runAll(ends) }

//go:wasmexport plugin_on_event
func pluginOnEvent(address, length uint32) uint32 {
	_, err := guarded(func() (any, error) { return nil, receive(view(address, length)) })
	return logged(err)
}

func receive(payload []byte) error {
	var event Event
	if err := json.Unmarshal(split(payload), &event); err != nil {
		return err
	}
	function, found := events[event.Kind]
	if !found {
		function, found = events["*"]
	}
	if !found {
		return nil
	}
	library, err := parseLibrary(event.LibraryID)
	if err != nil {
		return err
	}
	return function(&Client{library}, event)
}

//go:wasmexport plugin_call
func pluginCall(methodAt, methodLen, payloadAt, payloadLen uint32) uint32 {
	method := string(view(methodAt, methodLen))
	answer, err := guarded(func() (any, error) { return answer(method, view(payloadAt, payloadLen)) })
	if err == nil {
		var body []byte
		if body, err = encode(answer); err == nil {
			return frame(0, body)
		}
	}
	own := asError(err)
	body, _ := json.Marshal(own.body())
	return frame(own.Code.number(), body)
}

func answer(method string, payload []byte) (any, error) {
	function, found := handlers[method]
	if !found {
		return nil, Errorf(CodeUnknownMethod, "the extension has no function for `%s`", method)
	}
	var call call
	if err := json.Unmarshal(split(payload), &call); err != nil {
		return nil, &Error{Code: CodeBadInput, Message: err.Error()}
	}
	return function(call)
}

// frame makes the frame of an answer, which the host takes and frees.
func frame(status uint32, body []byte) uint32 {
	address := wasmAlloc(uint32(8 + len(body)))
	into := view(address, uint32(8+len(body)))
	binary.LittleEndian.PutUint32(into, uint32(len(body)))
	binary.LittleEndian.PutUint32(into[4:], status)
	copy(into[8:], body)
	return address
}
