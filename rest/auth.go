package rest

import (
	"errors"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"cadastre/registry"
)

// admit finds out who asks and whether it is that account's turn. It reads nothing of
// the body before that.
func (s *Server) admit(ev *event, r *http.Request) *Problem {
	peer := peerOf(r.RemoteAddr)
	if wait := s.failures.wait(peer); wait > 0 {
		return tooMany("Too many wrong tokens came from your address.", wait)
	}
	token, ok := bearer(r.Header)
	if !ok {
		return newProblem(http.StatusUnauthorized, "A bearer token is required.").with("WWW-Authenticate", `Bearer realm="cadastre"`)
	}
	account, err := s.cfg.Desk.AccountOfToken(r.Context(), token)
	switch {
	case registry.IsKind(err, registry.KindAuthentication):
		s.failures.take(peer)
		return newProblem(http.StatusUnauthorized, "This token is nobody's, or its account is suspended.").
			with("WWW-Authenticate", `Bearer realm="cadastre", error="invalid_token"`)
	case err != nil:
		p, fault := failure(err, ev.transaction)
		ev.fault = fault
		return p
	}
	ev.account = account
	if wait := s.accounts.take(account); wait > 0 {
		return tooMany("Your account asks too often.", wait)
	}
	return nil
}

// tooMany is 429 (RFC 6585, Section 4).
func tooMany(detail string, wait time.Duration) *Problem {
	seconds := int(math.Ceil(wait.Seconds()))
	return newProblem(http.StatusTooManyRequests, detail).with("Retry-After", strconv.Itoa(max(1, seconds)))
}

// maxToken bounds a token in octets; the registry's own are some 50 long.
const maxToken = 512

// bearer reads the token of the Authorization header (RFC 6750, Section 2.1).
func bearer(h http.Header) (token string, ok bool) {
	values := h.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, found := strings.Cut(values[0], " ")
	if !found || !strings.EqualFold(scheme, "Bearer") || len(token) > maxToken {
		return "", false
	}
	rest := strings.TrimRight(token, "=")
	if rest == "" || strings.ContainsFunc(rest, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-._~+/", r))
	}) {
		return "", false
	}
	return token, true
}

// bodyProblem says why a body could not be read; err is the reader's.
func bodyProblem(err error) *Problem {
	var tooLarge *http.MaxBytesError
	var network net.Error
	switch {
	case errors.As(err, &tooLarge):
		return newProblem(http.StatusRequestEntityTooLarge, "A body has at most "+strconv.FormatInt(tooLarge.Limit, 10)+" octets.")
	case errors.As(err, &network) && network.Timeout():
		return newProblem(http.StatusRequestTimeout, "The body did not arrive in time.").with("Connection", "close")
	}
	return newProblem(http.StatusBadRequest, "The body ended too soon.")
}
