package main

import (
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// meter shows on standard error how far a long job has come: a bar on a terminal,
// else a line for every tenth.
type meter struct {
	out         io.Writer
	what        string
	total, done int64

	bar     progress.Writer // nil without a terminal
	tracker *progress.Tracker
	ended   chan struct{}
}

func newMeter(a *app, what string, total int64) *meter {
	m := &meter{out: a.stderr, what: what, total: total}
	if !isTerminal(a.stderr) {
		return m
	}
	m.tracker = &progress.Tracker{Message: what, Total: total}
	m.bar = progress.NewWriter()
	m.bar.SetOutputWriter(a.stderr)
	m.bar.SetUpdateFrequency(200 * time.Millisecond)
	m.bar.SetTrackerLength(30)
	m.bar.Style().Visibility.Speed = true
	m.bar.AppendTracker(m.tracker)
	m.ended = make(chan struct{})
	go func() {
		defer close(m.ended)
		m.bar.Render()
	}()
	return m
}

// add counts n more.
func (m *meter) add(n int64) {
	before := m.done
	m.done += n
	if m.bar != nil {
		m.tracker.SetValue(m.done)
		return
	}
	if m.total > 0 && m.done*10/m.total > before*10/m.total {
		fmt.Fprintf(m.out, "%s: %d %% (%d of %d)\n", m.what, m.done*100/m.total, m.done, m.total)
	}
}

// end takes the bar down.
func (m *meter) end() {
	if m.bar == nil {
		return
	}
	if m.done >= m.total {
		m.tracker.MarkAsDone()
	} else {
		m.tracker.MarkAsErrored()
	}
	m.bar.Stop()
	<-m.ended
}
