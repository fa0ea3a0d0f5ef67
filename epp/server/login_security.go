package server

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"cadastre/epp"
	"cadastre/registry/srs"
)

// loginSec-1.0 (RFC 8807): longer passwords, and what a client should know about its
// credentials.

// withLongPasswords gives the login with the passwords of the extension in place of those
// that stand for them (RFC 8807, Section 3.2).
func withLongPasswords(l *epp.Login, sec *epp.LoginSec) *epp.Login {
	if sec == nil {
		return l
	}
	out := *l
	if out.PW == epp.LoginSecurity {
		out.PW = sec.PW
	}
	if out.NewPW == epp.LoginSecurity {
		out.NewPW = sec.NewPW
	}
	return &out
}

// addr is the client's address; the zero address where it has none.
func (s *session) addr() netip.Addr {
	if tcp, ok := s.transport.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// withEvents adds events to the answer to a login that chose the extension, be it a success
// or not (RFC 8807, Section 4.1).
func (s *session) withEvents(l *epp.Login, events []epp.LoginSecEvent) func(*epp.Response, error) (*epp.Response, error) {
	return func(resp *epp.Response, err error) (*epp.Response, error) {
		if len(events) == 0 || !slices.Contains(l.ExtURIs, epp.NSLoginSec) {
			return resp, err
		}
		if err != nil {
			var fault error
			if resp, fault = failure(err, ""); fault != nil {
				return nil, err
			}
		}
		resp.Extensions = append(resp.Extensions, &epp.LoginSecData{Events: events})
		return resp, nil
	}
}

// refusalEvents tells why a login with the right certificate and password failed.
func refusalEvents(err error) (events []epp.LoginSecEvent) {
	var p *srs.PasswordError
	if !errors.As(err, &p) {
		return nil
	}
	if !p.Ended.IsZero() {
		events = append(events, epp.LoginSecEvent{
			Type: epp.LoginEventPassword, Level: epp.LoginEventError, ExDate: p.Ended, Text: "The password has expired; log in with a new one",
		})
	}
	if p.NewPW {
		events = append(events, epp.LoginSecEvent{Type: epp.LoginEventNewPW, Level: epp.LoginEventError, Text: p.Refusal.Reason})
	}
	return events
}

// events are what a registrar should know about its login. Passwords live in business time,
// certificates in real time.
func (s *session) events(who *srs.Login) (events []epp.LoginSecEvent) {
	warn := func(e epp.LoginSecEvent) {
		e.Level = epp.LoginEventWarning
		events = append(events, e)
	}
	cfg := &s.srv.cfg
	if !who.Ends.IsZero() && !who.Ends.After(cfg.Registry.Now().Add(cfg.PasswordWarning)) {
		warn(epp.LoginSecEvent{Type: epp.LoginEventPassword, ExDate: who.Ends, Text: "The password expires soon"})
	}
	if !s.cert.notAfter.After(time.Now().Add(cfg.CertificateWarning)) {
		warn(epp.LoginSecEvent{Type: epp.LoginEventCertificate, ExDate: s.cert.notAfter.UTC(), Text: "The client certificate expires soon"})
	}
	if state := s.conn.ConnectionState(); cfg.WarnTLS12 && state.Version == tls.VersionTLS12 {
		warn(epp.LoginSecEvent{
			Type: epp.LoginEventTLSProtocol, Name: "TLSv1.2", Value: "TLSv1.2", Text: "TLS 1.2 is going to be refused; use TLS 1.3",
		})
		warn(epp.LoginSecEvent{
			Type: epp.LoginEventCipher, Name: tls.CipherSuiteName(state.CipherSuite), Value: tls.CipherSuiteName(state.CipherSuite),
			Text: "The cipher suite belongs to TLS 1.2",
		})
	}
	if who.Failures > 0 {
		warn(epp.LoginSecEvent{
			Type: epp.LoginEventStat, Name: "failedLogins", Value: strconv.Itoa(who.Failures), Duration: sinceText(cfg.Registry.Now().Sub(who.Since)),
			Text: "Logins with the account's certificate and a wrong password since the last success",
		})
	}
	return events
}

// sinceText writes a time as an xs:duration in whole seconds.
func sinceText(d time.Duration) string {
	return "PT" + strconv.FormatInt(int64(max(d, 0)/time.Second), 10) + "S"
}

// userAgent is what the client says it is, for the log (RFC 8807, Section 4.1).
func userAgent(sec *epp.LoginSec) zap.Field {
	if sec == nil || sec.UserAgent == nil {
		return zap.Skip()
	}
	u := sec.UserAgent
	return zap.Object("user_agent", zapcore.ObjectMarshalerFunc(func(enc zapcore.ObjectEncoder) error {
		for _, p := range []struct{ key, text string }{{"app", u.App}, {"tech", u.Tech}, {"os", u.OS}} {
			if p.text != "" {
				enc.AddString(p.key, p.text[:min(len(p.text), maxUserAgent)])
			}
		}
		return nil
	}))
}

// maxUserAgent bounds each part of what a client says of itself, in octets.
const maxUserAgent = 200
