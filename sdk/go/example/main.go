// Hello in Go: counts the words of each new text file, keeps the first line beside it, and adds the words
// up on request. A job counts all files anew.
package main

import (
	"bytes"
	"strings"

	"spacedrive"
)

const key = "hello_go"

func init() {
	spacedrive.OnEvent("entry.created", changed)
	spacedrive.OnEvent("entry.updated", changed)
	spacedrive.Query("hello_go.words.v1", total)
	spacedrive.OnJob("hello_go.recount.input.v1", recount)
}

func main() {}

func changed(client *spacedrive.Client, event spacedrive.Event) error {
	return count(client, event.Entry)
}

func count(client *spacedrive.Client, entry spacedrive.Entry) error {
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

type Checkpoint struct {
	After   *int64 `json:"after"`
	Entries int    `json:"entries"`
}

type Recount struct {
	Entries int `json:"entries"`
}

// recount counts all text files anew, and resumes where it stopped.
func recount(client *spacedrive.Client, job *spacedrive.RunningJob[Checkpoint], _ struct{}) (Recount, error) {
	var at Checkpoint
	if last, err := job.LastCheckpoint(); err != nil {
		return Recount{}, err
	} else if last != nil {
		at = *last
	}
	for isCancelled := false; !isCancelled; {
		page, err := client.Vdfs().ListEntries(spacedrive.ListEntriesInput{
			After: at.After, Limit: spacedrive.Some[int64](10),
		})
		if err != nil {
			return Recount{}, err
		}
		for _, entry := range page.Entries {
			if err := count(client, entry); err != nil {
				return Recount{}, err
			}
		}
		at = Checkpoint{page.Next, at.Entries + len(page.Entries)}
		if page.Next == nil {
			break
		}
		progress := spacedrive.ProgressReport{Done: int64(at.Entries)}
		if isCancelled, err = job.Checkpoint(at, progress); err != nil {
			return Recount{}, err
		}
	}
	return Recount{at.Entries}, nil
}
