package srs

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// Credentials are what a login brings. Fingerprint is the SHA-256 of the client
// certificate's DER in lower-case hex, empty when there was none.
type Credentials struct {
	ID, Password, NewPassword, Fingerprint string
	Addr                                   netip.Addr // whence the client comes
	Changing                               bool       // a new password follows, so the present one may have expired
}

// Login is an account that was proved, and what its registrar should know about it.
type Login struct {
	*registry.Registrar
	Ends     time.Time // when the password has to be changed, in business time; zero for never
	Failures int       // logins that failed since the last that did not
	Since    time.Time // the first of them
}

// PasswordError refuses a login whose certificate and password are right: the password
// has expired, or the new one will not do.
type PasswordError struct {
	Refusal *registry.Error
	Ended   time.Time // zero: the present password has not expired
	NewPW   bool      // the new password will not do
}

// Unwrap gives the refusal.
func (e *PasswordError) Unwrap() error { return e.Refusal }

// Error is the refusal's text.
func (e *PasswordError) Error() string { return e.Refusal.Error() }

// Authenticate checks all three of id, password and a certificate bound to that
// account (RFC 5734, Section 8), and sets the new password if one is given. The
// certificate comes first: without it nothing expensive is done. Errors: 2200,
// or 2501 for a suspended account; those of *PasswordError.
func (s *SRS) Authenticate(ctx context.Context, c Credentials, actor registry.Actor) (*Login, error) {
	login, err := s.proven(ctx, c)
	if err != nil {
		return nil, err
	}
	r := login.Registrar
	if r.Suspended {
		return nil, suspended(r.Reason)
	}
	out := &Login{Registrar: r, Ends: s.passwords.Ends(r.PasswordSet), Failures: login.Failures, Since: login.Since}
	if c.NewPassword == "" && !c.Changing && !out.Ends.IsZero() && !s.Now().Before(out.Ends) {
		return nil, &PasswordError{Ended: out.Ends, Refusal: registry.Errorf(registry.KindAuthentication, "", "",
			"the password has expired: log in with a new one (newPW)")}
	}
	if c.NewPassword != "" {
		actor.Registrar = c.ID
		if err := s.replacePassword(ctx, actor, r, c.NewPassword); err != nil {
			return nil, err
		}
		r.Passwords, out.Ends = r.Passwords+1, s.passwords.Ends(s.Now())
	}
	if login.Failures > 0 && !c.Changing {
		return out, s.store.ForgetLogins(ctx, c.ID)
	}
	return out, nil
}

// proven reads the account whose id, certificate and password were brought, and counts
// those who had the certificate alone. What is wrong is not told.
func (s *SRS) proven(ctx context.Context, c Credentials) (login store.Login, err error) {
	failed := registry.Errorf(registry.KindAuthentication, "", "", "the id, the password and the client certificate do not belong together")
	login, err = s.store.Login(ctx, c.ID, c.Fingerprint)
	if registry.IsKind(err, registry.KindNotFound) {
		return login, failed
	}
	if err != nil {
		return login, err
	}
	if !login.CertBound || !time.Now().Before(login.Expires) { // certificates live in real time
		return login, failed
	}
	if !registry.MayComeFrom(login.Registrar.Networks, c.Addr) {
		return login, elsewhere(c.Addr)
	}
	ok, err := s.passwordMatches(ctx, login.Registrar.Password, c.Password)
	if err != nil {
		return login, err
	}
	if !ok {
		if err := s.store.CountLogin(ctx, c.ID, s.Now()); err != nil {
			return login, err
		}
		return login, failed
	}
	return login, nil
}

func elsewhere(addr netip.Addr) error {
	return registry.Errorf(registry.KindAuthentication, "", "", "the account is not used from the address %s: ask the registry to allow it", addr.Unmap())
}

// replacePassword sets a new password that a registrar chose, if policy takes it.
func (s *SRS) replacePassword(ctx context.Context, actor registry.Actor, r *registry.Registrar, password string) error {
	refuse := func(err error) error {
		e, ok := err.(*registry.Error)
		if !ok {
			return err
		}
		return &PasswordError{Refusal: e, NewPW: true}
	}
	if err := s.passwords.Check(password, "newPW"); err != nil {
		return refuse(err)
	}
	if strings.EqualFold(password, r.ID) {
		return refuse(registry.Errorf(registry.KindParamPolicy, "newPW", "", "the id of the account is no password for it"))
	}
	history := s.passwords.History
	if s.passwords.MaxAge > 0 {
		history = max(history, 1) // what expires is replaced by something else
	}
	if history > 0 {
		for _, old := range append([]string{r.Password}, r.Old...)[:min(history, 1+len(r.Old))] {
			same, err := s.passwordMatches(ctx, old, password)
			if err != nil {
				return err
			}
			if same {
				return refuse(registry.Errorf(registry.KindParamPolicy, "newPW", "", "the account had this password before: choose another"))
			}
		}
	}
	return s.SetPassword(ctx, actor, r.ID, password)
}

// SetPassword replaces a registrar's EPP password. Sessions that were opened with an
// earlier one end within a second, but for the one that brings it.
func (s *SRS) SetPassword(ctx context.Context, actor registry.Actor, registrar, password string) error {
	if err := registry.CheckPassword(password, "newPW"); err != nil {
		return err
	}
	phc, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.changeRegistrar(ctx, actor, registrar, "password", func(r *registry.Registrar) error {
		if n := s.passwords.History - 1; n > 0 {
			r.Old = append([]string{r.Password}, r.Old...)
			r.Old = r.Old[:min(n, len(r.Old))]
		}
		r.Password, r.PasswordSet, r.Passwords = phc, s.Now(), r.Passwords+1
		return nil
	})
}

// AllowFrom lets a registrar log in from a network, or no longer. Where networks are
// listed, it is not let in from elsewhere, and open sessions from there end within a
// second.
func (s *SRS) AllowFrom(ctx context.Context, actor registry.Actor, registrar string, network netip.Prefix, allow bool) error {
	network = network.Masked()
	return s.changeRegistrar(ctx, actor, registrar, "networks", func(r *registry.Registrar) error {
		var rest []netip.Prefix
		for _, n := range r.Networks {
			if n != network {
				rest = append(rest, n)
			}
		}
		listed := len(rest) < len(r.Networks)
		switch {
		case allow && listed:
			return registry.Errorf(registry.KindExists, "network", network.String(), "the network is allowed already")
		case !allow && !listed:
			return registry.Errorf(registry.KindNotFound, "network", network.String(), "the network is not on the list")
		case allow && len(rest) >= maxNetworks:
			return registry.Errorf(registry.KindParamPolicy, "network", network.String(), "at most %d networks", maxNetworks)
		case allow:
			rest = append(rest, network)
		}
		r.Networks = rest
		return nil
	})
}

// maxNetworks bounds a list that is read with every login.
const maxNetworks = 100

// Session is what an open session is held against.
type Session struct {
	Registrar, Fingerprint string
	Passwords              int // registry.Registrar's at the login
	Addr                   netip.Addr
	Proved                 time.Time // after the login, in real time: what was known of the account before is older
}

// Active refuses with 2501 a session whose registrar was suspended since it logged
// in or changed its password, whose certificate is no longer bound to the account or has
// expired, or whose address is no longer allowed. now is by the computer's clock:
// certificates live in real time.
func (s *SRS) Active(ctx context.Context, sess Session, now time.Time) error {
	accounts, err := s.knownAccounts(ctx, now, sess.Proved)
	if err != nil {
		return err
	}
	a := accounts[sess.Registrar]
	end, bound := a.Certificates[sess.Fingerprint]
	why := ""
	switch {
	case a.Suspended:
		return suspended(a.Reason)
	case !bound || !now.Before(end):
		why = "the session's certificate is no longer bound to the account, or has expired"
	case a.Passwords > sess.Passwords:
		why = "the account's password was changed: log in with the new one"
	case !registry.MayComeFrom(a.Networks, sess.Addr):
		why = fmt.Sprintf("the account is no longer used from the address %s", sess.Addr.Unmap())
	default:
		return nil
	}
	return registry.Errorf(registry.KindAuthClosing, "", "", "%s", why)
}
