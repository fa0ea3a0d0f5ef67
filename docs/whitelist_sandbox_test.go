package docs

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"cadastre/interop"
)

// newSandboxBench is a bench at a new sandbox in var/dev, with its ports in place of those
// that the pages name.
func newSandboxBench(t *testing.T) (*bench, *interop.Sandbox) {
	t.Helper()
	s := interop.StartSandbox(t, interop.Options{})
	_, port, err := net.SplitHostPort(s.Info.DNS.Addr)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, "-p 5300", "-p "+port)
	if err := os.Symlink(s.Dir, b.path("var/dev")); err != nil {
		t.Fatal(err)
	}
	return b, s
}

// keys is what sandbox.json tells of HTTPS, verifiers and TSIG.
type keys struct {
	HTTPS struct {
		URL string `json:"url"`
		CA  string `json:"ca"`
	} `json:"https"`
	Verifiers []struct {
		ID    string `json:"id"`
		Token string `json:"token"`
	} `json:"verifiers"`
	TSIG []struct {
		Secret string `json:"secret"`
	} `json:"tsig"`
}

func readKeys(t *testing.T, s *interop.Sandbox) (k keys) {
	t.Helper()
	text, err := os.ReadFile(s.InfoFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &k); err != nil || len(k.TSIG) == 0 || len(k.Verifiers) == 0 || k.HTTPS.URL == "" {
		t.Fatalf("sandbox.json lacks something: %s %v", text, err)
	}
	return k
}

// must runs a script that must succeed and gives what it prints.
func (b *bench) must(script string) string {
	b.t.Helper()
	out, err := b.shell(script)
	if err != nil {
		b.t.Fatalf("%s\n%v\n%s", script, err, out)
	}
	return out
}

// published waits until DNS shows whitelist names: the bench's dig does.
func (b *bench) published(names ...string) {
	b.t.Helper()
	for _, name := range names {
		b.must("dig @127.0.0.1 -p 5300 +norecurse " + name + " TXT")
	}
}

// apply is how registrars apply in these tests.
const apply = "bin/cadastre epp --dir var/dev --as registrar-a create domain "

// TestWhitelistByHand types what the protocol's page says and sees what it shows.
func TestWhitelistByHand(t *testing.T) {
	t.Parallel()
	p := readPage(t, protocolPage)
	b, _ := newSandboxBench(t)
	out := b.must(p.in(t, "By hand", "sh")[0].text)
	digs := varyingDig.Replace(out)
	for line := range strings.Lines(p.in(t, "By hand", "")[0].text) {
		line = varyingDig.Replace(line)
		_, rest, found := strings.Cut(digs, line)
		if !found {
			t.Fatalf("dig shows no line\n%sin its place in\n%s", line, out)
		}
		digs = rest
	}
	// Negative answers may be kept for one second.
	dig, err := exec.LookPath("dig") // not the bench's, which waits for data
	if err != nil {
		t.Fatal(err)
	}
	out = b.must(dig + " @127.0.0.1 -p 5300 +norecurse nobody.146.miami.trips.valid.zone TXT")
	if !regexp.MustCompile(`(?m)^valid\.zone\.\s+1\s+IN\s+SOA\s.* 1$`).MatchString(out) || !strings.Contains(out, "NXDOMAIN") {
		t.Errorf("the answer for a name that does not exist is\n%s", out)
	}
}

// varyingDig takes out of dig's output what differs from run to run.
var varyingDig = varyings{
	{regexp.MustCompile(`[ \t]+`), " "},
	{regexp.MustCompile(`(?m) $`), ""},
	{regexp.MustCompile(`id: [0-9]+`), "id: ID"},
	{regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z`), "TIME"},
	{regexp.MustCompile(`hmac-sha256\. [0-9]+ 300 32 \S+ [0-9]+`), "hmac-sha256. TIME 300 32 MAC ID"},
}

type varyings []struct {
	what *regexp.Regexp
	by   string
}

func (v varyings) Replace(text string) string {
	for _, w := range v {
		text = w.what.ReplaceAllString(text, w.by)
	}
	return text
}

// reference is the program of the protocol's page, built.
type reference struct {
	t      *testing.T
	path   string
	secret string
}

func buildReference(t *testing.T, b *bench, secret string) *reference {
	t.Helper()
	source := readPage(t, protocolPage).in(t, "A reference implementation", "")[0].text
	b.write("check.go", source, 0o600)
	r := &reference{t, b.path("check"), secret}
	for _, args := range [][]string{{"vet", b.path("check.go")}, {"build", "-o", r.path, b.path("check.go")}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = ".." // its modules are ours
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", args[0], err, out)
		}
	}
	return r
}

// answers runs the program; what it says must begin with want.
func (r *reference) answers(want, server, credential string, args ...string) {
	r.t.Helper()
	cmd := exec.Command(r.path, append([]string{"-server", server, "-key", "xfr.sandbox."}, args...)...)
	cmd.Env = append(os.Environ(), "TSIG_SECRET="+r.secret, "CREDENTIAL="+credential)
	out, err := cmd.CombinedOutput()
	var status *exec.ExitError
	if err != nil && (!errors.As(err, &status) || status.ExitCode() != 2) || (err == nil) != strings.HasPrefix(want, "1000") {
		r.t.Errorf("%q: %v", args, err)
	}
	if !strings.HasPrefix(string(out), want) {
		r.t.Errorf("%q: %s, want %s", args, bytes.TrimSpace(out), want)
	}
}

// TestWhitelistReference: the program of the page says of registrations at a real whitelist
// registry what the page's table says, and believes no forger.
func TestWhitelistReference(t *testing.T) {
	t.Parallel()
	b, s := newSandboxBench(t)
	r := buildReference(t, b, readKeys(t, s).TSIG[0].Secret)
	b.must(apply + "miami.trips --apply --registrant-id UID5439394    # 1000\n" +
		"echo s3cret | " + apply + "rome.trips --apply --registrant-id 'John Doe' --credential-type token --credential-stdin")
	b.published("uid5439394.146.miami.trips.valid.zone", "john_doe.146.rome.trips.valid.zone")
	server := s.Info.DNS.Addr
	for _, c := range []struct{ want, credential, args string }{
		{"1000 approved until 20", "", "miami.trips|UID5439394|146"},
		{"1000 approved until 20", "", "Miami.TRIPS|uid5439394|146"},
		{"1000 not under control", "", "miami.example|UID5439394|146"},
		{"2003 who", "", "miami.trips||146"},
		{"2005", "", "miami.trips|a.b|146"},
		{"2308 no approval", "", "miami.trips|UID5439394|147"},
		{"2308 no approval", "", "miami.trips|UID5439395|146"},
		{"2308 no approval", "", "paris.trips|UID5439394|146"},
		{"2003 the credential", "", "rome.trips|John Doe|146"},
		{"1000 approved", "s3cret", "rome.trips|john doe|146|token"},
		{"2202 approved with another credential", "s3cret", "rome.trips|John Doe|146|password"},
		{"2202 approved with another credential", "S3cret", "rome.trips|John Doe|146|token"},
		{"2202 approved for another registrant", "s3cret", "rome.trips|John_Doe|146|token"},
	} {
		r.answers(c.want, server, c.credential, strings.Split(c.args, "|")...)
	}
	r.forgers(server)
	stolen := *r
	stolen.secret = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	stolen.answers("2400", server, "", "miami.trips", "UID5439394", "146")

	// An entry that is past its time counts as none, although it is there: this one was
	// approved two years ago, for a year.
	b.must("bin/cadastre dev clock --dir var/dev set " + time.Now().AddDate(-2, 0, 0).UTC().Format(time.RFC3339))
	b.must(apply + "oslo.trips --apply --registrant-id UID5439394    # 1000")
	b.published("uid5439394.146.oslo.trips.valid.zone")
	r.answers("2308 the approval has expired", server, "", "oslo.trips", "UID5439394", "146")
}

// forgers stand between the program and the whitelist registry.
func (r *reference) forgers(server string) {
	r.t.Helper()
	approved := []string{"miami.trips", "UID5439394", "146"}
	passed := make(chan []byte, 2) // there are two tries
	honest := func(_, answer []byte) []byte { passed <- bytes.Clone(answer); return answer }
	r.answers("1000", relay(r.t, server, honest), "", approved...)
	recorded := <-passed
	for name, forge := range map[string]func(question, answer []byte) []byte{
		"silent":         func([]byte, []byte) []byte { return nil },
		"replayed":       func(question, _ []byte) []byte { return append(bytes.Clone(question[:2]), recorded[2:]...) },
		"changed record": func(_, answer []byte) []byte { return bytes.Replace(answer, []byte("until=20"), []byte("until=21"), 1) },
		"unsigned":       func(_, answer []byte) []byte { return unsigned(answer) },
		"unsigned no":    func(question, _ []byte) []byte { return denial(question) },
		"signed, but no": func(_, answer []byte) []byte { answer[3] |= 3; return answer },
	} {
		r.t.Logf("%s:", name)
		r.answers("2400 could not be asked", relay(r.t, server, forge), "", approved...)
	}
}

// relay passes questions on to a server, and its answers back as forge gives them: nil keeps
// them back.
func relay(t *testing.T, server string, forge func(question, answer []byte) []byte) (addr string) {
	t.Helper()
	front, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	back, err := net.Dial("udp", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = front.Close(), back.Close() })
	go func() {
		question, answer := make([]byte, 4096), make([]byte, 4096)
		for {
			n, client, err := front.ReadFrom(question)
			if err != nil {
				return
			}
			_, err = back.Write(question[:n])
			m := 0
			if err == nil {
				m, err = back.Read(answer)
			}
			if err != nil {
				return
			}
			if forged := forge(question[:n], answer[:m]); forged != nil {
				_, _ = front.WriteTo(forged, client)
			}
		}
	}()
	return front.LocalAddr().String()
}

// unsigned cuts the TSIG record off, which is the last one of a message.
func unsigned(message []byte) []byte {
	at := bytes.LastIndex(message, []byte("\x03xfr\x07sandbox\x00\x00\xfa"))
	if at < 0 {
		panic(fmt.Sprintf("%q is not signed", message))
	}
	message = bytes.Clone(message[:at])
	message[11]-- // ARCOUNT
	return message
}

// denial answers NXDOMAIN to a signed question, without a signature.
func denial(question []byte) []byte {
	message := unsigned(question)
	message[2] |= 0x84 // an authoritative answer
	message[3] = message[3]&0xf0 | 3
	return message
}
