package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
	"cadastre/epp/client"
)

func TestEppShellScript(t *testing.T) {
	peer := newEppPeer(t)
	script := `# one session for all
check a.example

info 'a.example' --json   # comment
create contact rc-me --name "Ann Example" --city Miami --cc US --email a@b.test
exit
delete a.example
`
	got := peer.epp(t, script, "shell")
	if got.status != 0 || got.stderr != "" || strings.Count(got.stdout, "1000 Command completed successfully\n") != 2 ||
		strings.Count(got.stdout, `{"code":1000,"results"`) != 1 {
		t.Errorf("outcome %+v", got)
	}
	if commands := peer.taken(); len(commands) != 3 || len(peer.logins) != 1 {
		t.Errorf("%d commands in %d sessions", len(commands), len(peer.logins))
	}
}

func TestEppShellGoesOnAfterErrors(t *testing.T) {
	peer := newEppPeer(t)
	peer.answer = func(cmd *epp.Command) *epp.Response {
		if _, ok := cmd.Body.(*epp.DomainDelete); ok {
			return epp.Failure(epp.CodeObjectDoesNotExist)
		}
		return epp.Success(nil)
	}
	for _, tt := range []struct {
		name, script string
		args         []string
		status, sent int
		stderr       string
	}{
		{"refusal", "delete a.example\ncheck b.example\n", nil, 2, 2, ""},
		{"usage", "frobnicate\ndelete a.example\ncheck 'b.example\ncheck b.example", nil, 1, 2, "line 3: a quotation mark"},
		{"stop at a refusal", "delete a.example\ncheck b.example\n", []string{"--stop-on-error"}, 2, 1, ""},
		{"stop at a usage error", "chek a.example\ncheck b.example\n", []string{"--stop-on-error"}, 1, 0, `line 1: unknown command "chek": did you mean check?`},
		{"exit keeps the status", "delete a.example\nexit\n", nil, 2, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := peer.epp(t, tt.script, append([]string{"shell"}, tt.args...)...)
			if got.status != tt.status || !strings.Contains(got.stderr, tt.stderr) || (tt.stderr == "") != (got.stderr == "") {
				t.Errorf("outcome %+v", got)
			}
			if n := len(peer.taken()); n != tt.sent {
				t.Errorf("%d commands, want %d", n, tt.sent)
			}
		})
	}
}

func TestEppShellOpensAnotherSessionAfterLosingOne(t *testing.T) {
	peer := newEppPeer(t)
	first := true
	peer.answer = func(*epp.Command) *epp.Response {
		if first {
			first = false
			return epp.Failure(epp.CodeFailedClosing)
		}
		return epp.Success(nil)
	}
	got := peer.epp(t, "check a.example\ncheck b.example\n", "shell")
	if got.status != 2 || !strings.Contains(got.stdout, "2500 ") || !strings.Contains(got.stdout, "1000 ") || len(peer.logins) != 2 {
		t.Errorf("outcome %+v, %d logins", got, len(peer.logins))
	}
}

func TestEppShellFormatOfItsLines(t *testing.T) {
	peer := newEppPeer(t)
	got := peer.epp(t, "check a.example\n", "--json", "shell")
	if !strings.HasPrefix(got.stdout, `{"code":1000`) {
		t.Errorf("outcome %+v", got)
	}
}

func TestEppShellKeepsTheSessionOpen(t *testing.T) {
	peer := newEppPeer(t)
	peer.hellos = make(chan struct{}, 3)
	cfg := client.Config{Addr: peer.addr, ServerName: "localhost"}
	if err := errors.Join(cfg.LoadRootCAs(peer.ca), cfg.LoadCertificate(peer.cert, peer.key)); err != nil {
		t.Fatal(err)
	}
	conn, err := client.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		keepOpen(ctx, conn, time.Millisecond)
		close(ended)
	}()
	<-peer.hellos
	<-peer.hellos
	if _, err := conn.Do(t.Context(), &epp.Command{Body: &epp.PollRequest{}}); err != nil {
		t.Errorf("a command between the hellos: %v", err)
	}
	_ = conn.Close() // it ends with the connection
	<-ended
	cancel()
}

func TestEppShellSendsFilesOnly(t *testing.T) {
	peer := newEppPeer(t)
	got := peer.epp(t, "send -\ncheck a.example\n", "shell")
	if got.status != 1 || !strings.Contains(got.stderr, "line 1: in a shell") || len(peer.taken()) != 1 {
		t.Errorf("outcome %+v", got)
	}
}

func TestSplitWords(t *testing.T) {
	for line, want := range map[string][]string{
		"":                         nil,
		"  check \t a.example ":    {"check", "a.example"},
		`--name "Ann \"A\" Lee" x`: {"--name", `Ann "A" Lee`, "x"},
		`--name 'a \ b' ""`:        {"--name", `a \ b`, ""},
		`a\ b c\#d e#f # g`:        {"a b", "c#d", "e#f"},
		`x""y`:                     {"xy"},
		"# all comment":            nil,
	} {
		got, err := splitWords(line)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v %s", line, err, diff)
		}
	}
	for _, line := range []string{`a "b`, `a 'b`, `a\`} {
		if got, err := splitWords(line); err == nil {
			t.Errorf("%q: %q", line, got)
		}
	}
}

// FuzzSplitWords checks that quoting what came out gives the same words again.
func FuzzSplitWords(f *testing.F) {
	for _, seed := range []string{"check a.example", `--name "Ann \" x" '#' # y`, `a\`, "\x00\xff 'ü'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := splitWords(line)
		if err != nil {
			return
		}
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
		}
		again, err := splitWords(strings.Join(quoted, " "))
		if diff := cmp.Diff(words, again); err != nil || diff != "" {
			t.Errorf("%q: %v %s", line, err, diff)
		}
	})
}

func TestCompletion(t *testing.T) {
	c := &completer{shell: &shell{client: &eppClient{app: &app{}, session: &eppSession{}}}}
	c.learn("check a.example b.example --json")
	c.learn("create contact rc-me --auth a-secret-word")
	c.learn("info host ns1.a.example")
	for _, tt := range []struct {
		before string
		want   []string
	}{
		{"che", []string{"check"}},
		{"check h", []string{"host"}},
		{"info a", []string{"a.example"}},
		{"info host n", []string{"ns1.a.example"}},
		{"create --regi", []string{"--registrant", "--registrant-id", "--registrar-id"}},
		{"create a.trips --cred", []string{"--credential-file", "--credential-stdin", "--credential-type"}},
		{"create a.trips --credential-type p", []string{"passport", "password"}},
		{"create domain a.trips --apply --credential-type t", []string{"token"}},
		{"create a.trips --apply a", []string{"a.example"}},
		{"update contact x --secondary", []string{"--secondary-email"}},
		{"transfer re", []string{"reject", "request"}},
		{"poll a", nil},
		{"nonsense x", nil},
	} {
		line := []rune(tt.before + " behind")
		endings, length := c.Do(line, len([]rune(tt.before)))
		var got []string
		word := tt.before[strings.LastIndex(tt.before, " ")+1:]
		for _, e := range endings {
			got = append(got, word+strings.TrimSuffix(string(e), " "))
		}
		if length != len(word) || !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q (%d), want %q", tt.before, got, length, tt.want)
		}
	}
	if slices.Contains(c.names, "a-secret-word") || slices.Contains(c.names, "rc-me") {
		t.Errorf("a line with a secret was learnt: %q", c.names)
	}
}

func TestHistoryKeepsNoSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cadastre", "epp_history")
	h := loadHistory(file)
	for _, line := range []string{
		"check a.example", "info a.example --auth a-Secret", "INFO x --AUTH=1", "login --password-file f",
		"create contact x --new-password y", "  poll  ", "", "update a.example --auht S3cret --pw x",
	} {
		h.add(line)
	}
	text, err := os.ReadFile(file)
	if err != nil || string(text) != "check a.example\npoll\n" {
		t.Errorf("%q, %v", text, err)
	}
	for path, want := range map[string]os.FileMode{file: 0o600, filepath.Dir(file): 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if got := loadHistory(file).lines; !slices.Equal(got, []string{"check a.example", "poll"}) {
		t.Errorf("read back %q", got)
	}
}

func TestHistoryIsShortened(t *testing.T) {
	file := filepath.Join(t.TempDir(), "epp_history")
	writeFile(t, file, strings.Repeat("check a.example\n", maxHistoryFile/10)+"poll\n")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if h := loadHistory(file); len(h.lines) != maxHistory || h.lines[maxHistory-1] != "poll" {
		t.Errorf("%d lines", len(h.lines))
	}
	info, err := os.Stat(file)
	if err != nil || info.Size() > maxHistory*17 || info.Mode() != 0o600 {
		t.Errorf("%d octets, mode %v, %v", info.Size(), info.Mode(), err)
	}
}
