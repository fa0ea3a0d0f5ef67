package main

import (
	"os"
	"path/filepath"
	"strings"
)

// maxHistory is how many lines a shell remembers, and maxHistoryFile how large the file may
// grow before it is shortened to them, in octets.
const (
	maxHistory     = 1000
	maxHistoryFile = 256 << 10
)

// history is what was typed into shells. Its file is readable by its owner alone and
// holds no secrets. Without a usable file there is just no history.
type history struct {
	file  string // "" if there is none
	lines []string
}

// openHistory reads the history of the user's cache directory.
func openHistory() *history {
	cache, err := os.UserCacheDir()
	if err != nil {
		return &history{}
	}
	return loadHistory(filepath.Join(cache, "cadastre", "epp_history"))
}

func loadHistory(file string) *history {
	if os.MkdirAll(filepath.Dir(file), 0o700) != nil {
		return &history{}
	}
	h := &history{file: file}
	text, err := os.ReadFile(file)
	if err != nil {
		return h
	}
	h.lines = strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
	h.lines = h.lines[max(0, len(h.lines)-maxHistory):]
	if len(text) > maxHistoryFile {
		_ = h.rewrite() // a long history is no reason to refuse a shell
	}
	return h
}

// rewrite replaces the file by the lines in memory.
func (h *history) rewrite() error {
	f, err := os.CreateTemp(filepath.Dir(h.file), "epp_history-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Join(h.lines, "\n") + "\n")
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), h.file)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// add appends a line, unless it could hold a secret.
func (h *history) add(line string) {
	line = strings.TrimSpace(line)
	if h.file == "" || line == "" || strings.ContainsRune(line, '\n') || secretLine(line) {
		return
	}
	f, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	if f.Chmod(0o600) != nil { // the file may be older than this rule
		return
	}
	_, _ = f.WriteString(line + "\n")
}

// secretLine reports whether a line could hold a password or authorization information:
// any word about them is enough, for a wrongly typed line holds secrets too.
func secretLine(line string) bool {
	lower := strings.ToLower(line)
	for _, word := range []string{"auth", "passw", "pw", "secret", "token"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
