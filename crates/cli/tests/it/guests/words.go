// Counts the words of a file of its package, by way of a file of its own.
package main

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"strings"
	"unsafe"
)

// The blocks that the host holds: the collector must not take them.
var held = map[uint32][]byte{}

func main() {}

func hold(block []byte) uint32 {
	address := uint32(uintptr(unsafe.Pointer(unsafe.SliceData(block))))
	held[address] = block
	return address
}

//go:wasmexport wasm_alloc
func wasmAlloc(size uint32) uint32 { return hold(make([]byte, size+8)) }

//go:wasmexport wasm_free
func wasmFree(address, _ uint32) { delete(held, address) }

//go:wasmexport plugin_init
func pluginInit() int32 { return 0 }

//go:wasmexport plugin_call
func pluginCall(_, _, _, _ uint32) uint32 {
	body, err := counted()
	status := uint32(0)
	if err != nil {
		status = 1
		body, _ = json.Marshal(map[string]string{"error": err.Error(), "code": "E_INTERNAL"})
	}
	reply := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
	reply = binary.LittleEndian.AppendUint32(reply, status)
	return hold(append(reply, body...))
}

func counted() ([]byte, error) {
	text, err := os.ReadFile("/app/words.txt")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile("/tmp/copy", text, 0o600); err != nil {
		return nil, err
	}
	text, err = os.ReadFile("/tmp/copy")
	if err != nil {
		return nil, err
	}
	counts, most := map[string]int{}, 0
	for _, word := range strings.Fields(string(text)) {
		counts[word]++
		most = max(most, counts[word])
	}
	return json.Marshal(map[string]int{"different": len(counts), "most": most})
}
