package interop

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"

	"cadastre/epp/client"
)

// Output is what a run of the program left.
type Output struct {
	Stdout, Stderr string
	Status         int
}

// Run runs another verb of the program to its end.
func (s *Sandbox) Run(stdin string, args ...string) Output {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), runTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(s.t), args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	var status *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &status) {
		s.t.Fatal(err)
	}
	return Output{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// Account is a registrar of the sandbox.
func (s *Sandbox) Account(id string) Account {
	s.t.Helper()
	i := slices.IndexFunc(s.Info.Registrars, func(a Account) bool { return a.ID == id })
	if i < 0 {
		s.t.Fatalf("the sandbox has no registrar %s", id)
	}
	return s.Info.Registrars[i]
}

// ClientConfig is how to reach the sandbox's EPP server with the certificate of an account.
func (s *Sandbox) ClientConfig(id string) client.Config {
	s.t.Helper()
	a := s.Account(id)
	cfg := client.Config{Addr: s.Info.EPP.Addr, ServerName: s.Info.EPP.ServerName}
	if err := errors.Join(cfg.LoadRootCAs(s.Path(s.Info.EPP.CA)), cfg.LoadCertificate(s.Path(a.Cert), s.Path(a.Key))); err != nil {
		s.t.Fatal(err)
	}
	return cfg
}

// Login opens a session that ends with the test.
func (s *Sandbox) Login(id string) *client.Conn {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), runTime)
	defer cancel()
	conn, err := client.Dial(ctx, s.ClientConfig(id))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	if _, err := conn.Login(ctx, client.Account{ID: id, Password: s.Account(id).Password}); err != nil {
		s.t.Fatal(err)
	}
	return conn
}
