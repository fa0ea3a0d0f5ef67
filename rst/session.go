package rst

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// greeting is what a server says of itself.
type greeting struct {
	root             *node
	objects, extends []string
}

func readGreeting(frame []byte) (*greeting, error) {
	root, err := parse(frame)
	if err != nil {
		return nil, err
	}
	if root.first(nsEPP, "greeting") == nil {
		return nil, fmt.Errorf("no greeting: %s", root.canonical())
	}
	return &greeting{root: root, objects: root.values(nsEPP, "objURI"), extends: root.values(nsEPP, "extURI")}, nil
}

// loginFrame is a login with every service of the greeting, and with the password
// in the login security extension where that is offered (RFC 8807, Section 4.1).
func (in *Inputs) loginFrame(g *greeting, id, password string) string {
	extension, pw := in.LoginExtension, password
	if slices.Contains(g.extends, nsLoginSec) {
		pw = "[LOGIN-SECURITY]"
		extension += `<loginSec:loginSec xmlns:loginSec="` + nsLoginSec + `"><loginSec:userAgent><loginSec:app>rst</loginSec:app>` +
			`<loginSec:tech>Go</loginSec:tech></loginSec:userAgent>` + el("loginSec:pw", password) + `</loginSec:loginSec>`
	}
	services := els("objURI", g.objects)
	if len(g.extends) > 0 {
		services += "<svcExtension>" + els("extURI", g.extends) + "</svcExtension>"
	}
	return command("<login>"+el("clID", id)+el("pw", pw)+"<options><version>1.0</version><lang>en</lang></options><svcs>"+
		services+"</svcs></login>", extension)
}

// reply is an answer to a command. Its code is 0 when none came: what was to be
// judged is then found wrong already.
type reply struct {
	code int
	root *node
	raw  []byte
	sent string
}

func (r reply) passed() bool   { return r.code >= 1000 && r.code <= 1999 }
func (r reply) rejected() bool { return r.code >= 2000 }

// session is a logged-in connection.
type session struct {
	*wire
	greeting *greeting
}

// connect connects to an address and reads the greeting.
func (r *run) connect(ctx context.Context, address string, pair KeyPair) (*session, error) {
	conf, err := r.in.tlsConfig(pair)
	if err != nil {
		return nil, err
	}
	w, err := dial(ctx, address, conf)
	if err != nil {
		return nil, err
	}
	raw, err := w.receive()
	if err != nil {
		w.close()
		return nil, fmt.Errorf("no greeting: %w", err)
	}
	r.frames.add(r, raw)
	g, err := readGreeting(raw)
	if err != nil {
		w.close()
		return nil, err
	}
	return &session{w, g}, nil
}

// exchange sends a frame and reads the answer, which is put down for the schemas.
func (r *run) exchange(s *session, frame string) (reply, error) {
	out := reply{sent: frame}
	if err := s.send([]byte(frame)); err != nil {
		return out, err
	}
	raw, err := s.receive()
	if err != nil {
		return out, err
	}
	out.raw = raw
	r.frames.add(r, raw)
	if out.root, err = parse(raw); err != nil {
		return out, nil // the schema check tells it
	}
	if result := out.root.first(nsEPP, "result"); result != nil {
		out.code, _ = strconv.Atoi(result.attrs["code"])
	}
	if out.code == 2400 {
		r.find("EPP_GENERIC_COMMAND_ERROR", out, "the server answers 2400")
	}
	return out, nil
}

// open connects an account to an address and logs it in.
func (r *run) open(ctx context.Context, address string, c *Client) (*session, error) {
	s, err := r.connect(ctx, address, c.KeyPair)
	if err != nil {
		return nil, err
	}
	got, err := r.exchange(s, r.in.loginFrame(s.greeting, c.ID, c.Password))
	if err == nil && got.code != 1000 {
		err = fmt.Errorf("login: %d", got.code)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}
