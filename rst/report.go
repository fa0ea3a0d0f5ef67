package rst

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Level is how grave a finding is.
type Level string

// The levels: ERROR and CRITICAL make a case fail, CRITICAL ends the run.
const (
	Warning  Level = "WARNING"
	Error    Level = "ERROR"
	Critical Level = "CRITICAL"
)

// Finding is something that a case found wrong.
type Finding struct {
	Case   string `json:"case"`
	Client string `json:"client,omitempty"` // the account that was the main client
	Code   string `json:"code"`             // ICANN's name of the error
	Level  Level  `json:"level"`
	Row    string `json:"row,omitempty"` // of the case's table
	Text   string `json:"text"`
	Frame  string `json:"frame,omitempty"` // the server's, or what was sent when there was none
}

// fatal reports whether the finding fails its case.
func (f *Finding) fatal() bool { return f.Level != Warning }

// Result is how a case ended for one client.
type Result struct {
	Case    string `json:"case"`
	Title   string `json:"title"`
	Client  string `json:"client,omitempty"`
	Skipped string `json:"skipped,omitempty"` // why
	Rows    int    `json:"rows"`              // judged
	Passed  bool   `json:"passed"`
}

// Report is the outcome of a run.
type Report struct {
	TLD      string    `json:"tld"`
	Results  []Result  `json:"results"`
	Findings []Finding `json:"findings"`
	Frames   int       `json:"frames"` // received and checked against the schemas
}

// Passed reports whether every case passed.
func (r *Report) Passed() bool {
	for i := range r.Results {
		if !r.Results[i].Passed && r.Results[i].Skipped == "" {
			return false
		}
	}
	return len(r.Results) > 0
}

// settle marks the results that no grave finding contradicts.
func (r *Report) settle() {
	failed := map[[2]string]bool{}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.fatal() {
			failed[[2]string{f.Case, f.Client}] = true
		}
	}
	for i := range r.Results {
		res := &r.Results[i]
		res.Passed = res.Skipped == "" && res.Rows > 0 && !failed[[2]string{res.Case, res.Client}]
	}
}

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// WriteTable writes the report for people: a line for each case, then the findings.
func (r *Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CASE\tCLIENT\tRESULT\tROWS\tTITLE")
	for _, res := range r.Results {
		word := "FAIL"
		switch {
		case res.Skipped != "":
			word = "skipped"
		case res.Passed:
			word = "pass"
		}
		title := res.Title
		if res.Skipped != "" {
			title += " (" + res.Skipped + ")"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\n", res.Case, res.Client, word, res.Rows, title)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%d frames received\n", r.Frames)
	for i := range r.Findings {
		fmt.Fprintln(w, r.Findings[i].String())
	}
	return nil
}

// maxShown bounds what a line shows of a frame, in octets.
const maxShown = 700

// String is the finding in one line.
func (f *Finding) String() string {
	frame := strings.Join(strings.Fields(f.Frame), " ")
	if len(frame) > maxShown {
		frame = frame[:maxShown] + "..."
	}
	text := fmt.Sprintf("%s %s %s %s", f.Level, f.Case, f.Code, f.Client)
	for _, part := range []string{f.Row, f.Text, frame} {
		if part != "" {
			text += " | " + part
		}
	}
	return text
}

// levelOf is the level that ICANN gives an error.
func levelOf(code string) Level {
	switch code {
	case "EPP_DNS_RESOLUTION_ERROR", "EPP_NO_SERVICE_PORTS_REACHABLE", "EPP_MISSING_A_RECORDS", "EPP_LOGIN_ERROR":
		return Critical
	case "EPP_MISSING_AAAA_RECORDS", "EPP_SERVICE_PORT_UNREACHABLE", "EPP_GREETING_RECOMMENDED_EXTENSION_MISSING":
		return Warning
	default:
		return Error
	}
}
