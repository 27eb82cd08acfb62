// What Go sees of the world in a WASI that has nothing. Built by tests/it/wasi.rs with
// GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared.
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"time"
	"unsafe"
)

// Keeps what the host has an address of.
var blocks = map[uint32][]byte{}

func keep(block []byte) uint32 {
	address := uint32(uintptr(unsafe.Pointer(&block[0])))
	blocks[address] = block
	return address
}

//go:wasmexport wasm_alloc
func alloc(size uint32) uint32 { return keep(make([]byte, max(size, 8))) }

//go:wasmexport wasm_free
func free(address, size uint32) { delete(blocks, address) }

//go:wasmexport plugin_init
func start() int32 {
	fmt.Println("from stdout")
	fmt.Fprintln(os.Stderr, "from stderr")
	return 0
}

//go:wasmexport plugin_call
func call(method, methodLen, payload, payloadLen uint32) uint32 {
	began := time.Now()
	time.Sleep(20 * time.Millisecond)
	body, _ := json.Marshal(map[string]any{
		"args": len(os.Args), "vars": len(os.Environ()), "year": time.Now().Year(),
		"slept": time.Since(began) >= 20*time.Millisecond,
	})
	frame := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
	frame = append(frame, 0, 0, 0, 0)
	return keep(append(frame, body...))
}

func main() {}
