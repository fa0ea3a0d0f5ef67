package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cadastre/epp"
	"cadastre/epp/client"
)

// TestEppVerb drives the product's own client against the product's own server.
func TestEppVerb(t *testing.T) {
	s := StartSandbox(t, Options{})
	t.Run("script", func(t *testing.T) { shellScript(t, s) })
	t.Run("terminal", func(t *testing.T) { shellTerminal(t, s) })
	t.Run("status", func(t *testing.T) { exitStatus(t, s) })
	t.Run("certificates", func(t *testing.T) { wrongCertificates(t, s) })
	t.Run("new password", func(t *testing.T) { newPassword(t, s) })
}

// epp runs the epp verb as registrar-a.
func (s *Sandbox) epp(stdin string, args ...string) Output {
	s.t.Helper()
	return s.Run(stdin, append([]string{"epp", "--dir", s.Dir, "--as", "registrar-a"}, args...)...)
}

// shellScript goes through the life of a domain in one session.
func shellScript(t *testing.T, s *Sandbox) {
	steps := []struct{ line, want string }{
		{"check verb.example taken.example", "taken.example  no         In use"},
		{`create contact verb-me --name "Ann Example" --city Miami --cc US --email ann@example.net --voice +1.3055550100x12`, "1000 "},
		{"update contact verb-me --secondary-email alt@example.net", "1000 "},
		{"info verb-me", "secondaryEmail  alt@example.net"},
		{"create contact verb-px --type proxy --real-contact verb-me --name P --city Miami --cc US --email p@example.net", "1000 "},
		{"info contact verb-px", "realContact  verb-me"},
		{"create host ns1.verb.test", "1000 "},
		{"create verb.example --period 2 --registrant verb-me --admin verb-me --tech verb-px --ns ns1.verb.test --auth-random", "authInfo  "},
		{"info verb.example", "contact      verb-me (admin)\n             verb-px (tech)\n"},
		{"create host ns1.verb.example --addr 192.0.2.1 --addr 2001:db8::1", "1000 "},
		{"update verb.example --add-ns ns1.verb.example --rem-ns ns1.verb.test --add-status clientHold", "1000 "},
		{"info verb.example", "clientHold"},
		{"renew verb.example --years 3", "exDate  "},
		{"renew verb.example --cur-exp 2020-02-02", "2004 "},
		{"delete contact verb-me", "2305 "},
		{"delete taken.example", "2201 "},
		{"poll", "1300 "},
		{`update verb.example --auth "" --rem-ns ns1.verb.example`, "1000 "},
		{"delete host ns1.verb.example", "1000 "},
		{"delete verb.example", "1000 "},
		{"delete verb-px", "1000 "},
		{"delete verb-me", "1000 "},
		{"delete host ns1.verb.test", "1000 "},
		{"info verb.example", "2303 "},
	}
	var script strings.Builder
	for _, step := range steps {
		script.WriteString(step.line + "\n")
	}
	out := s.epp(script.String(), "shell")
	if out.Status != 2 || out.Stderr != "" {
		t.Errorf("status %d\n%s", out.Status, out.Stderr)
	}
	rest := out.Stdout
	for _, step := range steps {
		i := strings.Index(rest, step.want)
		if i < 0 {
			t.Fatalf("%s: no %q in the rest of the answers:\n%s", step.line, step.want, rest)
		}
		rest = rest[i+len(step.want):]
	}
	if n := strings.Count(out.Stdout, "svTRID"); n != 4 {
		t.Errorf("%d errors instead of 4:\n%s", n, out.Stdout)
	}
}

// shellTerminal types into the shell: util-linux's script gives it a terminal.
func shellTerminal(t *testing.T, s *Sandbox) {
	cache := t.TempDir()
	command := "stty cols 120; exec '" + binary(t) + "' epp --dir '" + s.Dir + "' --as registrar-a shell"
	cmd := exec.Command(needs(t, "script", "bsdutils"), "-qec", command, "/dev/null")
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+cache, "TERM=xterm")
	// Keys wait in the terminal until they are read, so nothing has to be timed. The second
	// line completes the command, and the name from the first.
	cmd.Stdin = strings.NewReader("check taken.example --json\r" + "inf\tta\t\r" + "info taken.example --auth hush\r" + "exit\r")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"Logged in as registrar-a@", `"name":"taken.example","available":false`, "clID    registrar-c", "2202 "} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%q", want, out)
		}
	}
	history, err := os.ReadFile(filepath.Join(cache, "cadastre", "epp_history"))
	if want := "check taken.example --json\ninfo taken.example\nexit\n"; err != nil || string(history) != want {
		t.Errorf("history %q, want %q, %v", history, want, err)
	}
}

func exitStatus(t *testing.T, s *Sandbox) {
	frame := filepath.Join(t.TempDir(), "frame.xml")
	if err := os.WriteFile(frame, epp.EncodeCommand(&epp.Command{Body: &epp.PollRequest{}, ClTRID: "ABC-1"}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"check", "a.example"}, 0, "a.example  yes"},
		{[]string{"info", "free.example"}, 2, "2303 "},
		{[]string{"info", "free.example", "--json"}, 2, `{"code":2303,`},
		{[]string{"info", "free.example", "--xml"}, 2, `<result code="2303">`},
		{[]string{"check"}, 1, ""},
		{[]string{"hello"}, 0, "urn:ietf:params:xml:ns:domain-1.0"},
		{[]string{"login"}, 0, "1000 "},
		{[]string{"--password", "not-my-pw", "login"}, 2, "2200 "},
		{[]string{"send", frame}, 0, `<result code="1300">`},
		{[]string{"send", "--no-login", frame}, 2, `<result code="2002">`},
		{[]string{"send", "-"}, 2, `<result code="2001">`},
	} {
		out := s.epp("<!DOCTYPE x><x/>", tt.args...)
		if out.Status != tt.status || !strings.Contains(out.Stdout, tt.want) || (tt.status == 1) != (out.Stderr != "") {
			t.Errorf("%q: status %d, want %d and %q\n%s%s", tt.args, out.Status, tt.status, tt.want, out.Stdout, out.Stderr)
		}
	}
}

// wrongCertificates logs in without a certificate and with somebody else's: the handshake
// completes, the login fails.
func wrongCertificates(t *testing.T, s *Sandbox) {
	none := s.ClientConfig("registrar-a")
	none.Certificate = nil
	for name, cfg := range map[string]client.Config{"none": none, "another registrar's": s.ClientConfig("registrar-b")} {
		conn, err := client.Dial(t.Context(), cfg)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		reply, err := conn.Login(t.Context(), client.Account{ID: "registrar-a", Password: s.Account("registrar-a").Password})
		if reply == nil || reply.Response.Code() != epp.CodeAuthenticationError {
			t.Errorf("%s: %v", name, err)
		}
		_ = conn.Close()
	}
}

// newPassword changes registrar-b's password and logs in with the new one only.
func newPassword(t *testing.T, s *Sandbox) {
	file := filepath.Join(t.TempDir(), "pw")
	if err := os.WriteFile(file, []byte("brand-New.pw-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	login := func(args ...string) Output {
		return s.Run("", append(append([]string{"epp", "--dir", s.Dir, "--as", "registrar-b"}, args...), "login")...)
	}
	for _, tt := range []struct {
		out    Output
		status int
	}{
		{login("--new-password-file", file), 0},
		{login(), 2},
		{login("--password-file", file), 0},
	} {
		if tt.out.Status != tt.status {
			t.Errorf("status %d, want %d: %s%s", tt.out.Status, tt.status, tt.out.Stdout, tt.out.Stderr)
		}
	}
}
