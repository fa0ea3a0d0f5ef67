package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"cadastre/epp"
	"cadastre/epp/client"
)

// logoutTime bounds the logout at the end, so that a server that hangs does not keep the
// user from a result that is already on the screen.
const logoutTime = 2 * time.Second

// errRefused ends a command whose answer, already shown, has a result code of 2000 or
// above.
var errRefused = &exitError{status: 2}

// eppSession is a connection that opens when a command first needs it.
type eppSession struct {
	app    *app
	target eppTarget
	conn   *client.Conn
	login  bool   // logged in
	name   string // account and server, for the prompt
	keep   bool   // a shell: stay open after a command
}

// eppClient is what one command line works with.
type eppClient struct {
	app     *app
	session *eppSession
	format  eppFormat
}

// run wraps what a command does so that the session ends with it, except in a shell.
func (c *eppClient) run(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if c.format.json && c.format.xml {
			return errors.New("only one of --json and --xml")
		}
		err := f(cmd, args)
		if !c.session.keep {
			c.session.close(cmd.Context())
		}
		return err
	}
}

// connect opens the connection unless it is open.
func (s *eppSession) connect(ctx context.Context) error {
	if s.conn != nil {
		return nil
	}
	cfg, _, err := s.target.resolve()
	if err != nil {
		return err
	}
	s.conn, err = client.Dial(ctx, cfg)
	return err
}

// open connects and logs in unless that is done, and gives the answer to the login, which
// a refused login gives too.
func (s *eppSession) open(ctx context.Context) (*client.Reply, error) {
	if s.login {
		return nil, nil
	}
	cfg, account, err := s.target.resolve()
	if err != nil {
		return nil, err
	}
	if account.ID == "" {
		return nil, errors.New("as whom? Give --as (sandbox) or --user")
	}
	if account.Password == "" {
		if account.Password, err = s.ask(account.ID); err != nil {
			return nil, err
		}
	}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	reply, err := s.conn.Login(ctx, account)
	s.login = err == nil
	s.name = account.ID + "@" + cfg.Addr
	return reply, err
}

// ask asks for the password on the terminal, without echo.
func (s *eppSession) ask(user string) (string, error) {
	in, ok := s.app.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", fmt.Errorf("no password for %s: use --password-file or %s", user, passwordEnv)
	}
	fmt.Fprintf(s.app.stderr, "Password of %s: ", user)
	secret, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(s.app.stderr)
	if err == nil && len(secret) == 0 {
		err = errors.New("no password given")
	}
	return string(secret), err
}

// close logs out, as far as there is something to log out of.
func (s *eppSession) close(ctx context.Context) {
	if s.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTime)
	defer cancel()
	if s.login {
		_, _ = s.conn.Logout(ctx) // the commands' answers are what counts
	}
	_ = s.conn.Close()
	s.conn, s.login = nil, false
}

// ready opens the session; a refused login has the status of any refusal.
func (c *eppClient) ready(ctx context.Context) error {
	_, err := c.session.open(ctx)
	var refused *client.ResultError
	if errors.As(err, &refused) {
		return &exitError{status: errRefused.status, err: fmt.Errorf("login: %w", refused)}
	}
	return err
}

// ask sends a command without showing the answer.
func (c *eppClient) ask(ctx context.Context, body epp.Body, ext ...epp.Extension) (*client.Reply, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	reply, err := c.session.conn.Send(ctx, &epp.Command{Body: body, Extensions: ext})
	if err != nil {
		c.session.lost()
		return nil, err
	}
	if reply.Response.Code().Closing() {
		c.session.lost()
	}
	return reply, nil
}

// do sends a command and shows the answer; an error result is errRefused.
func (c *eppClient) do(ctx context.Context, body epp.Body, ext ...epp.Extension) error {
	return c.doShowing(ctx, body, nil, ext...)
}

// doShowing is do with something to show beside a success.
func (c *eppClient) doShowing(ctx context.Context, body epp.Body, extra []field, ext ...epp.Extension) error {
	reply, err := c.ask(ctx, body, ext...)
	if err != nil {
		return err
	}
	return c.show(reply, extra)
}

// lost forgets a connection that is of no more use, so that a shell can open another one.
func (s *eppSession) lost() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
	s.conn, s.login = nil, false
}
