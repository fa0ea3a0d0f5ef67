package client

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"cadastre/epp"
)

// Account is what a client logs in with (RFC 5730, section 2.9.1.1).
type Account struct {
	ID          string
	Password    string
	NewPassword string   // "" if it stays
	Lang        string   // of messages; "" means "en"
	Objects     []string // namespaces to use; nil means all the greeting announced
	Extensions  []string // likewise; an empty list means none
}

// Login opens a session. A refusal is a *ResultError, and then the reply is given too.
func (c *Conn) Login(ctx context.Context, a Account) (*Reply, error) {
	body := &epp.Login{
		ClID: a.ID, PW: a.Password, NewPW: a.NewPassword,
		Version: "1.0", Lang: a.Lang, ObjURIs: a.Objects, ExtURIs: a.Extensions,
	}
	if body.Lang == "" {
		body.Lang = "en"
	}
	if a.Objects == nil || a.Extensions == nil {
		greeting, err := epp.DecodeGreeting(c.greeting)
		if err != nil {
			return nil, fmt.Errorf("epp client: greeting: %w", err)
		}
		if a.Objects == nil {
			body.ObjURIs = greeting.ObjURIs
		}
		if a.Extensions == nil {
			body.ExtURIs = greeting.ExtURIs
		}
	}
	cmd := &epp.Command{Body: body}
	if sec := longPasswords(body); sec != nil {
		cmd.Extensions = []epp.Extension{sec}
	}
	reply, err := c.Send(ctx, cmd)
	if err != nil {
		return nil, err
	}
	return reply, Failure(reply.Response)
}

// plainPassword is the longest password of RFC 5730 (pwType), in characters.
const plainPassword = 16

// longPasswords moves passwords that are too long for RFC 5730 to loginSec-1.0 (RFC 8807),
// if the login chose it.
func longPasswords(l *epp.Login) *epp.LoginSec {
	if !slices.Contains(l.ExtURIs, epp.NSLoginSec) {
		return nil
	}
	var sec epp.LoginSec
	if utf8.RuneCountInString(l.PW) > plainPassword {
		sec.PW, l.PW = l.PW, epp.LoginSecurity
	}
	if utf8.RuneCountInString(l.NewPW) > plainPassword {
		sec.NewPW, l.NewPW = l.NewPW, epp.LoginSecurity
	}
	if sec == (epp.LoginSec{}) {
		return nil
	}
	return &sec
}

// Hello asks for the greeting anew, which also keeps an idle session open (RFC 5730,
// section 2.3), and gives its frame.
func (c *Conn) Hello(ctx context.Context) ([]byte, error) {
	return c.Raw(ctx, epp.EncodeCommand(&epp.Command{Body: &epp.Hello{}}))
}

// Logout ends the session and closes the connection, whatever the server answers. A
// refusal is a *ResultError, and then the response is given too.
func (c *Conn) Logout(ctx context.Context) (*epp.Response, error) {
	resp, err := c.Do(ctx, &epp.Command{Body: &epp.Logout{}})
	if closeErr := c.Close(); err == nil && closeErr != nil {
		err = closeErr
	}
	if err != nil {
		return nil, err
	}
	return resp, Failure(resp)
}
