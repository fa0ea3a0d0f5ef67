package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cadastre/registry/store"
)

// story is a sequence of exchanges on a sandbox whose clock it moves. Every
// exchange is compared with two files, testdata/e2e/NAME/NN-what.command.xml and
// .reply.xml, and after every one the invariants of the whole registry are checked.
//
// What differs from run to run is replaced: transaction ids, object ids and the
// minutes of every instant. So a story sets the clock to a full hour before each
// part, and the days and hours in the files are exact.
type story struct {
	*sandbox
	t    *testing.T
	name string
	step int

	store    *store.Store
	sessions map[string]*session
	who      string
	ids      map[string]string // object id to placeholder
	secret   string            // what the files must not hold; "" for nothing
}

const goldenDir = "../testdata/e2e"

// newStory starts a sandbox at an instant; registrar-a speaks first.
func newStory(t *testing.T, name, at string) *story {
	t.Helper()
	box := newSandbox(t, "--start-time", at)
	return &story{
		sandbox: box, t: t, name: name, store: box.openStore(t), sessions: map[string]*session{}, who: "registrar-a",
		ids: map[string]string{},
	}
}

// as lets another registrar speak.
func (s *story) as(registrar string) *story {
	s.who = registrar
	return s
}

// at moves the clock to an instant.
func (s *story) at(instant string) *story {
	s.t.Helper()
	at, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		s.t.Fatal(err)
	}
	s.set(s.t, at)
	s.world()
	return s
}

// send is one exchange of the story; want is the result code.
func (s *story) send(what, frame string, want int) *reply {
	s.t.Helper()
	sess := s.sessions[s.who]
	if sess == nil {
		sess = s.login(s.t, s.who)
		s.sessions[s.who] = sess
	}
	s.step++
	frame = anyClTRID.ReplaceAllString(frame, fmt.Sprintf("<clTRID>%s-%02d</clTRID>", s.name, s.step))
	r := sess.do(s.t, frame)
	if int(r.Code()) != want {
		s.t.Fatalf("step %d, %s: result %d, want %d\n%s\n%s", s.step, what, r.Code(), want, frame, r.frame)
	}
	base := filepath.Join(goldenDir, s.name, fmt.Sprintf("%02d-%s", s.step, what))
	golden(s.t, base+".command.xml", s.plain(frame))
	golden(s.t, base+".reply.xml", s.plain(string(r.frame)))
	s.world()
	return r
}

func (s *story) world() {
	s.t.Helper()
	faults, err := s.store.CheckWorld(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range faults {
		s.t.Errorf("after step %d: %s", s.step, f)
	}
}

// funds is the speaker's balance in minor units.
func (s *story) funds() int64 {
	s.t.Helper()
	return s.balance(s.t, s.who)
}

var (
	anyClTRID = regexp.MustCompile(`<clTRID>[^<]*</clTRID>`)
	anySvTRID = regexp.MustCompile(`<((?:changePoll:)?svTRID)>[^<]*<`)
	anyNotice = regexp.MustCompile(`(maint:id[^>]*>|[Mm]aintenance )M[0-9]+`)
	anyROID   = regexp.MustCompile(`[DHC][0-9]+-ICANNRST`)
	anyMsgID  = regexp.MustCompile(`(<msgQ count="[0-9]+" id="|msgID=")([0-9]+)"`)
	anyTime   = regexp.MustCompile(`([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}):[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z`)
)

// plain replaces what differs from run to run, and gives each element a line of
// its own.
func (s *story) plain(frame string) string {
	if s.secret != "" {
		frame = strings.ReplaceAll(frame, s.secret, "{secret}")
	}
	frame = anySvTRID.ReplaceAllString(frame, "<$1>{svTRID}<")
	frame = anyTime.ReplaceAllString(frame, "$1:{mm}:{ss}Z")
	frame = anyROID.ReplaceAllStringFunc(frame, func(id string) string { return s.placeholder(id, id[:1]) + "-ICANNRST" })
	frame = anyNotice.ReplaceAllStringFunc(frame, func(m string) string {
		i := strings.LastIndexByte(m, 'M')
		return m[:i] + s.placeholder(m[i:], "M")
	})
	frame = anyMsgID.ReplaceAllStringFunc(frame, func(m string) string {
		parts := anyMsgID.FindStringSubmatch(m)
		return parts[1] + s.placeholder("message "+parts[2], "message ") + `"`
	})
	return strings.TrimSpace(strings.ReplaceAll(frame, "><", ">\n<")) + "\n"
}

// placeholder numbers ids in the order in which they are seen, so that the files
// still show which are the same.
func (s *story) placeholder(id, kind string) string {
	if s.ids[id] == "" {
		s.ids[id] = fmt.Sprintf("{%s%d}", kind, len(s.ids)+1)
	}
	return s.ids[id]
}

// golden compares text with a file, or writes the file with -update.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./e2e -run %s -update writes it)", err, t.Name())
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
