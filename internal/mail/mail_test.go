package mail

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type wordDecoder = mime.WordDecoder

func quotedReader(r io.Reader) io.Reader { return quotedprintable.NewReader(r) }

func TestDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	d, err := NewDirectory(dir, "registry@registry.example")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a second try makes no second mail
		if err := d.Send(context.Background(), decided); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != "20271121T103000.000000Z-7.eml" {
		t.Fatalf("files %v", entries)
	}
	info, err := entries[0].Info()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(filepath.Join(dir, entries[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	checkMessage(t, string(text))

	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := d.Send(context.Background(), decided); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("without the directory: %v", err)
	}
}

func TestInjection(t *testing.T) {
	d, err := NewDirectory(t.TempDir(), "registry@registry.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Mail){
		"header in recipient":  func(m *Mail) { m.Recipient = "a@b.example\r\nBcc: c@d.example" },
		"second recipient":     func(m *Mail) { m.Recipient = "a@b.example, c@d.example" },
		"named recipient":      func(m *Mail) { m.Recipient = "A <a@b.example>" },
		"bracketed recipient":  func(m *Mail) { m.Recipient = "<a@b.example>" },
		"no recipient":         func(m *Mail) { m.Recipient = "" },
		"no domain":            func(m *Mail) { m.Recipient = "a" },
		"long recipient":       func(m *Mail) { m.Recipient = strings.Repeat("a", 250) + "@b.example" },
		"quoted line end":      func(m *Mail) { m.Recipient = "\"a\nb\"@c.example" },
		"header in subject":    func(m *Mail) { m.Subject = "x\r\nBcc: c@d.example" },
		"body in subject":      func(m *Mail) { m.Subject = "x\n\nbody" },
		"Unicode line end":     func(m *Mail) { m.Subject = "x\u2028y" },
		"NEL":                  func(m *Mail) { m.Subject = "x\u0085y" },
		"subject is no UTF-8":  func(m *Mail) { m.Subject = "x\xff" },
		"long subject":         func(m *Mail) { m.Subject = strings.Repeat("é", maxSubject+1) },
		"body is no UTF-8":     func(m *Mail) { m.Body = "\xff" },
		"body holds NUL":       func(m *Mail) { m.Body = "a\x00b" },
		"body is a large file": func(m *Mail) { m.Body = strings.Repeat("x", maxBody+1) },
	} {
		m := decided
		change(&m)
		if err := d.Send(context.Background(), m); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if entries, _ := os.ReadDir(d.path); len(entries) != 0 {
		t.Errorf("files %v", entries)
	}
}

// FuzzCompose: whatever recipient and subject are, the header holds these fields once
// and no others.
func FuzzCompose(f *testing.F) {
	f.Add("alice@mail.example", "Approved", "body\r\n.\r\n")
	f.Add("\"a b\"@mail.example", "=?utf-8?q?x=0D=0AY?=", "Subject: x\n\n")
	f.Add("ü@münchen.example", strings.Repeat("有", 200), "\r")
	f.Fuzz(func(t *testing.T, to, subject, body string) {
		m := decided
		m.Recipient, m.Subject, m.Body = to, subject, body
		msg, err := compose("registry@registry.example", m)
		if err != nil {
			if !errors.Is(err, ErrRefused) {
				t.Error(err)
			}
			return
		}
		var text strings.Builder
		if _, err := msg.WriteTo(&text); err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(text.String(), "\r\n\r\n")
		fields := 0
		for line := range strings.SplitSeq(head, "\r\n") {
			if strings.ContainsAny(line, "\r\n") {
				t.Errorf("a bare line end in %q", line)
			}
			if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
				fields++
			}
		}
		if fields != 9 {
			t.Errorf("%d fields in\n%s", fields, head)
		}
	})
}
