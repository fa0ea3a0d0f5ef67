package server

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"cadastre/internal/clock"
	"cadastre/internal/pgtest"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
	"cadastre/whitelist/desk"
)

var update = flag.Bool("update", false, "rewrite the answers in testdata/epp/stories")

// TestStories plays every file of testdata/epp/stories against a server over TLS, with
// the real registry on a database of its own, and compares the answers. In a story,
//
//	# …                  is a remark
//	as registrar-b       goes on in that registrar's session
//	at 2027-03-01T12:00:00Z  moves the business clock
//	sweep                carries out what has fallen due
//	approve 12, deny 12 why  decides an application by hand
//	C:                   begins what stands inside of <command>, without clTRID
//	S:                   begins what the server answers, without what frames it
//
// The flag -update writes the answers that came. The difference is to be read as a change
// of the protocol.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("../../testdata/epp/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := newStory(t, strings.HasPrefix(filepath.Base(file), "whitelist"))
			got := s.play(string(want))
			s.checkWorld()
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(want) {
				t.Errorf("%s: the answers differ (see -update)\n%s", file, difference(string(want), got))
			}
		})
	}
}

// story is a registry with its cast, and what has been played so far.
type story struct {
	*harness
	clock    *clock.Fake
	store    *store.Store
	srs      *srs.SRS
	sessions map[string]*client
	accounts map[string]storyAccount
	desk     *desk.Desk // nil in a registry of target names alone
	as       string
	out      strings.Builder
}

// storyStart is when stories begin.
var storyStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// newStory makes a registry and starts its server. With a whitelist there is a verifier
// too, and registrars have IANA numbers.
func newStory(t *testing.T, whitelist bool) *story { return newStoryWith(t, whitelist, false) }

// newStoryWith is newStory with a server that answers repeated commands as before. Stories
// have one client transaction id for all commands.
func newStoryWith(t *testing.T, whitelist, repeats bool) *story {
	ctx := t.Context()
	db, err := store.Open(ctx, store.Config{DSN: pgtest.New(t, migrations.FS), MaxConns: 4, Log: zaptest.NewLogger(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	s := &story{
		harness: &harness{t: t}, clock: clock.NewFake(storyStart), store: db, sessions: map[string]*client{}, as: "registrar-a",
		accounts: map[string]storyAccount{"registrar-a": {alphaPassword, alphaCert(), 0}, "registrar-b": {betaPassword, betaCert(), 0}},
	}
	if whitelist {
		s.accounts = map[string]storyAccount{
			"registrar-a": {alphaPassword, alphaCert(), 146}, "registrar-b": {betaPassword, betaCert(), 147}, "trips-board": {boardPassword, boardCert(), 0},
		}
	}
	if s.srs, err = srs.New(srs.Config{Store: db, Clock: s.clock, Log: zaptest.NewLogger(t), ROIDSuffix: "TEST"}); err != nil {
		t.Fatal(err)
	}
	s.cast(ctx, t)
	if whitelist {
		s.withWhitelist()
	}
	s.harness = start(t, func(c *Config) {
		c.Registry, c.NoRepeats = s.srs, !repeats
		c.TLS = &tls.Config{Certificates: []tls.Certificate{serverCert().tls}}
		if s.desk != nil {
			c.Whitelist = s.desk
		}
	})
	return s
}

// storyAccount is what an account of the cast logs in with.
type storyAccount struct {
	password string
	cert     *credential
	iana     int
}

var storyOperator = registry.System("cast")

// cast makes the zones and the registrars.
func (s *story) cast(ctx context.Context, t *testing.T) {
	t.Helper()
	for _, name := range []string{"example", "extension"} {
		z := registry.NewZone(name, registry.TargetZone)
		z.DNS.Nameservers = []registry.ApexServer{{Name: "ns.registry.test"}}
		if name == "extension" {
			z.Policy.Registrants = registry.GenuineRegistrants
		}
		if err := s.srs.AddZone(ctx, storyOperator, z); err != nil {
			t.Fatal(err)
		}
	}
	for id, who := range s.accounts {
		r := &registry.Registrar{ID: id, Name: id, IANA: who.iana, Currency: "USD"}
		if id == "trips-board" {
			r.Kind = registry.VerifierAccount
		}
		if err := s.srs.AddRegistrar(ctx, storyOperator, r, who.password); err != nil {
			t.Fatal(err)
		}
		if _, err := s.srs.BindCertificate(ctx, storyOperator, id, who.cert.leaf); err != nil {
			t.Fatal(err)
		}
		if _, err := s.srs.Deposit(ctx, storyOperator, id, 20_000); err != nil {
			t.Fatal(err)
		}
	}
}

// play carries out a story and gives it with the answers that came.
func (s *story) play(text string) string {
	s.t.Helper()
	command, inCommand, inAnswer := "", false, false
	flush := func() {
		if inCommand {
			s.exchange(command)
		}
		command, inCommand = "", false
	}
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "C:":
			flush()
			inCommand, inAnswer = true, false
			fmt.Fprintln(&s.out, line)
			continue
		case line == "S:":
			flush()
			inAnswer = true
			continue
		case word == "#", word == "as", word == "at", word == "sweep", word == "approve", word == "deny", line == "":
			flush()
			inAnswer = false
			s.direct(word, rest)
		case inAnswer:
			continue
		case inCommand:
			command += line + "\n"
		default:
			s.t.Fatalf("a story cannot have the line %q here", line)
		}
		fmt.Fprintln(&s.out, line)
	}
	flush()
	return s.out.String()
}

// direct carries out a stage direction.
func (s *story) direct(word, rest string) {
	s.t.Helper()
	switch word {
	case "as":
		s.as = rest
	case "at":
		at, err := time.Parse(time.RFC3339, rest)
		if err != nil {
			s.t.Fatal(err)
		}
		s.clock.Set(at)
	case "approve", "deny":
		id, reason, _ := strings.Cut(rest, " ")
		decision := desk.Decision{Approve: word == "approve", Reason: reason, By: "alice"}
		if _, err := s.desk.Decide(s.t.Context(), storyOperator, id, decision); err != nil {
			s.t.Fatal(err)
		}
	case "sweep":
		if _, err := s.srs.Sweep(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
}

// session is the registrar's session, which begins with the first use.
func (s *story) session(registrar string) *client {
	s.t.Helper()
	if s.sessions[registrar] == nil {
		s.sessions[registrar] = s.dialAs(registrar)
	}
	return s.sessions[registrar]
}

// dialAs begins a session of a registrar.
func (s *story) dialAs(registrar string) *client {
	s.t.Helper()
	who := s.accounts[registrar]
	c := s.dial(who.cert)
	c.want(login(registrar, who.password), 1000)
	return c
}

// exchange sends a command and writes down the answer.
func (s *story) exchange(body string) {
	s.t.Helper()
	c := s.session(s.as)
	c.raw.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(&s.out, "S:\n%s", shown(c.send(command(body))))
}

// checkWorld checks the invariants of the registry.
func (s *story) checkWorld() {
	s.t.Helper()
	faults, err := s.store.CheckWorld(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range faults {
		s.t.Errorf("the registry is in disorder: %s", f)
	}
}

var (
	frameOf     = regexp.MustCompile(`(?s)^.*<response>(.*)<trID>.*$`)
	pastTRID    = regexp.MustCompile(`<((?:changePoll:)?svTRID)>[^<]*<`) // in panData and changeData
	declaration = regexp.MustCompile(` xmlns:(domain|contact|host|kind|preapproval)="[^"]*"`)
	leaf        = regexp.MustCompile(`<[^/> ]+(?: [^>]*[^/>])?>[^<]*</[^>]*>|<[^>]*>|[^<]+`)
)

// shown writes an answer in lines, an element each, and without what is the same in all.
func shown(answer string) string {
	inner := declaration.ReplaceAllString(frameOf.ReplaceAllString(answer, "$1"), "")
	inner = pastTRID.ReplaceAllString(inner, "<$1>…<")
	var b strings.Builder
	depth := 0
	for _, token := range leaf.FindAllString(inner, -1) {
		if strings.HasPrefix(token, "</") {
			depth--
		}
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat("  ", depth), token)
		if strings.Count(token, "<") == 1 && token[1] != '/' && !strings.HasSuffix(token, "/>") {
			depth++
		}
	}
	return b.String()
}

// difference shows the first lines that differ.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) || w[i] != g[i] {
			from := max(0, i-5)
			return fmt.Sprintf("line %d\n--- want\n%s\n--- got\n%s", i+1,
				strings.Join(w[from:min(i+8, len(w))], "\n"), strings.Join(g[from:min(i+8, len(g))], "\n"))
		}
	}
	return ""
}
