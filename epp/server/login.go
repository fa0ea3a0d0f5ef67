package server

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/registry/srs"
)

// Outcomes of a login, as a metrics label.
const (
	loginOK      = "ok"
	loginOptions = "options" // language, services or a new password that the server does not take
	loginFailed  = "failed"  // 2200 and 2501
	loginLimit   = "session_limit"
	loginFault   = "fault"
)

// login opens a session (RFC 5730, Section 2.9.1.1). The cheap checks come first: what it
// asks for must be announced, the certificate must be valid by wall time. Then id,
// password and certificate must fit together, and the registrar have a session left.
func (s *session) login(ctx context.Context, c *call, l *epp.Login) (*epp.Response, error) {
	result := s.srv.cfg.Metrics.logins
	if s.registrar != "" {
		return nil, registry.Errorf(registry.KindUse, "", "", "the session is logged in already (RFC 5730, Section 2.9.1.1)")
	}
	if err := s.srv.offered(l); err != nil {
		result.WithLabelValues(loginOptions).Inc()
		if closing := s.countFrame(0); closing != nil {
			return closing, nil
		}
		return nil, err
	}
	sec, _ := epp.FindExtension[*epp.LoginSec](c.command.Extensions)
	who, err := s.authenticate(ctx, c, withLongPasswords(l, sec))
	if err != nil {
		return s.withEvents(l, refusalEvents(err))(s.loginRefused(err))
	}
	s.registrar, s.objects, s.extensions = who.ID, l.ObjURIs, l.ExtURIs
	s.iana, s.verifier = who.IANA, who.Kind == registry.VerifierAccount
	s.account = srs.Session{Registrar: who.ID, Fingerprint: s.cert.fingerprint, Passwords: who.Passwords, Addr: s.addr(), Proved: time.Now()}
	s.share = s.srv.pace.of(who.ID)
	s.pass = pass{lane: s.srv.lane, registrar: who.ID}
	s.srv.cfg.Metrics.preset(who.ID)
	s.failedLogins, s.framesUnauth = 0, 0
	result.WithLabelValues(loginOK).Inc()
	s.srv.cfg.Metrics.loggedIn.Inc()
	s.srv.cfg.Log.Info("epp: session logged in", s.field(), zap.String("registrar", s.registrar),
		zap.String("remote", s.remote), zap.String("certificate", s.cert.fingerprint), zap.Strings("extensions", s.extensions),
		userAgent(sec))
	return s.withEvents(l, s.events(who))(epp.Success(nil), nil)
}

// offered checks language and services against the greeting; of versions there is only
// one, and another one does not get past the decoder.
func (s *Server) offered(l *epp.Login) error {
	if l.Lang != language {
		return registry.Errorf(registry.KindOption, "lang", l.Lang, "only the language %s is offered", language)
	}
	for _, uri := range l.ObjURIs {
		if !slices.Contains(s.cfg.Objects, uri) {
			return registry.Errorf(registry.KindService, "objURI", uri, "the greeting does not offer this object service")
		}
	}
	for _, uri := range l.ExtURIs {
		if !slices.Contains(s.cfg.Extensions, uri) {
			return registry.Errorf(registry.KindExtension, "extURI", uri, "the greeting does not offer this extension")
		}
	}
	return nil
}

// authenticate checks who is there and takes one of the registrar's sessions. A new
// password is set last, because a login that is refused must change nothing (RFC 5730,
// Section 2.6).
func (s *session) authenticate(ctx context.Context, c *call, l *epp.Login) (*srs.Login, error) {
	if why := s.cert.fault(time.Now()); why != "" {
		return nil, registry.Errorf(registry.KindAuthentication, "", "", "%s", why)
	}
	actor := c.actor()
	actor.Registrar = l.ClID
	cred := srs.Credentials{ID: l.ClID, Password: l.PW, Fingerprint: s.cert.fingerprint, Addr: s.addr(), Changing: l.NewPW != ""}
	who, err := s.srv.cfg.Registry.Authenticate(ctx, cred, actor)
	if err != nil {
		return nil, err
	}
	if !s.srv.admission.login(who.ID) {
		return nil, s.tooManySessions(l.ClID)
	}
	if l.NewPW == "" {
		return who, nil
	}
	done := false
	defer func() {
		if !done { // an error, or a panic that the caller recovers
			s.srv.admission.logout(l.ClID)
		}
	}()
	cred.NewPassword, cred.Changing = l.NewPW, false
	who, err = s.srv.cfg.Registry.Authenticate(ctx, cred, actor)
	done = err == nil
	return who, err
}

// loginRefused counts the failure. The last one allowed closes the connection with 2501.
func (s *session) loginRefused(err error) (*epp.Response, error) {
	results := s.srv.cfg.Metrics.logins
	switch {
	case registry.IsKind(err, registry.KindSessionLimit):
		results.WithLabelValues(loginLimit).Inc()
		return nil, err
	case registry.IsKind(err, registry.KindAuthClosing):
		results.WithLabelValues(loginFailed).Inc()
		return nil, err
	case registry.IsKind(err, registry.KindAuthentication):
		results.WithLabelValues(loginFailed).Inc()
		s.failedLogins++
		if s.failedLogins >= s.srv.cfg.Limits.FailedLogins {
			return nil, registry.Errorf(registry.KindAuthClosing, "", "", "%d logins have failed", s.failedLogins)
		}
	case registry.IsKind(err, registry.KindRange), registry.IsKind(err, registry.KindValue), registry.IsKind(err, registry.KindParamPolicy):
		results.WithLabelValues(loginOptions).Inc() // the new password will not do
	default:
		results.WithLabelValues(loginFault).Inc()
	}
	if closing := s.countFrame(0); closing != nil {
		return closing, nil
	}
	return nil, err
}
