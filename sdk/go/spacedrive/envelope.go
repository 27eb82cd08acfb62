package spacedrive

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
)

// Bytes cross the boundary as they are, beside the JSON.
type Bytes []byte

// The bytes of the body that is written, and of the one that is read: a guest has one thread.
var outgoing, incoming [][]byte

type blob struct {
	Index *int `json:"$blob"`
}

// MarshalJSON names the bytes, which go beside the JSON.
func (data Bytes) MarshalJSON() ([]byte, error) {
	if data == nil {
		return []byte("null"), nil
	}
	index := len(outgoing)
	outgoing = append(outgoing, data)
	return json.Marshal(blob{&index})
}

// UnmarshalJSON takes the bytes that stand beside the JSON, or base64.
func (data *Bytes) UnmarshalJSON(from []byte) error {
	if bytes.Equal(from, []byte("null")) {
		*data = nil
		return nil
	}
	if len(from) > 0 && from[0] == '"' {
		var text string
		if err := json.Unmarshal(from, &text); err != nil {
			return err
		}
		decoded, err := base64.StdEncoding.DecodeString(text)
		*data = decoded
		return err
	}
	var named blob
	if err := json.Unmarshal(from, &named); err != nil {
		return err
	}
	if named.Index == nil || *named.Index < 0 || *named.Index >= len(incoming) {
		return errors.New("there are no such bytes beside the JSON")
	}
	*data = incoming[*named.Index]
	return nil
}

var magic = []byte{0xff, 'S', 'D', 1}

func aligned(size int) int { return (size + 7) &^ 7 }

// encode writes JSON, or an envelope where there are bytes.
func encode(value any) ([]byte, error) {
	outgoing = nil
	text, err := json.Marshal(value)
	blobs := outgoing
	outgoing = nil
	if err != nil || len(blobs) == 0 {
		return text, err
	}
	size := 16 + 8*len(blobs) + len(text)
	for _, blob := range blobs {
		size = aligned(size) + len(blob)
	}
	body := append(make([]byte, 0, size), magic...)
	for _, number := range []int{len(text), len(blobs), 0} {
		body = binary.LittleEndian.AppendUint32(body, uint32(number))
	}
	for _, blob := range blobs {
		body = binary.LittleEndian.AppendUint64(body, uint64(len(blob)))
	}
	body = append(body, text...)
	for _, blob := range blobs {
		body = append(body, make([]byte, aligned(len(body))-len(body))...)
		body = append(body, blob...)
	}
	return body, nil
}

// split returns the JSON of a body, whose bytes are then incoming. The host wrote it, so its sizes fit.
func split(body []byte) []byte {
	incoming = nil
	if len(body) < 16 || !bytes.HasPrefix(body, magic) {
		return body
	}
	textLen := int(binary.LittleEndian.Uint32(body[4:]))
	count := int(binary.LittleEndian.Uint32(body[8:]))
	start := 16 + 8*count
	end := start + textLen
	for index := range count {
		length := int(binary.LittleEndian.Uint64(body[16+8*index:]))
		end = aligned(end)
		incoming = append(incoming, body[end:end+length])
		end += length
	}
	return body[start : start+textLen]
}
