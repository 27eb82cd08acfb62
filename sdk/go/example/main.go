// Hello in Go: counts the words of each new text file, keeps the first line beside it, and adds the words
// up on request.
package main

import (
	"bytes"
	"strings"

	"spacedrive"
)

const key = "hello_go"

func init() {
	spacedrive.OnEvent("entry.created", count)
	spacedrive.OnEvent("entry.updated", count)
	spacedrive.Query("hello_go.words.v1", total)
}

func main() {}

func count(client *spacedrive.Client, event spacedrive.Event) error {
	entry := event.Entry
	if !strings.HasPrefix(entry.MediaType, "text/") {
		return nil
	}
	content, err := client.Vdfs().ReadContent(spacedrive.ReadContentInput{EntryID: entry.ID})
	if err != nil {
		return err
	}

	line, _, _ := bytes.Cut(content.Data, []byte("\n"))
	_, err = client.Vdfs().WriteSidecar(spacedrive.WriteSidecarInput{
		EntryID: entry.ID, Name: "hello_go.txt", Data: line,
	})
	if err != nil {
		return err
	}

	words := len(bytes.Fields(content.Data))
	spacedrive.Info("%s: %d words", entry.Path, words)
	_, err = client.Vdfs().UpdateMetadata(spacedrive.UpdateMetadataInput{
		EntryID: entry.ID, Metadata: map[string]any{key: words},
	})
	return err
}

type Input struct {
	Path string `json:"path"`
}

type Total struct {
	Files int `json:"files"`
	Words int `json:"words"`
}

func total(client *spacedrive.Client, input Input) (Total, error) {
	var sum Total
	list := spacedrive.ListEntriesInput{PathPrefix: input.Path}
	for {
		page, err := client.Vdfs().ListEntries(list)
		if err != nil {
			return sum, err
		}
		for _, entry := range page.Entries {
			if words, counted := entry.Metadata[key].(float64); counted {
				sum.Files++
				sum.Words += int(words)
			}
		}
		if list.After = page.Next; list.After == nil {
			return sum, nil
		}
	}
}
