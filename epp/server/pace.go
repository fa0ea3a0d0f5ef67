package server

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cadastre/epp"
	"cadastre/registry"
)

// pace bounds what each registrar asks for in this process: its commands, and the creates
// that lose because the name is another's. All sessions of a registrar share one bound, so
// that more sessions do not mean more of it.
type pace struct {
	limits Limits

	mu         sync.Mutex
	registrars map[string]*share
}

// share is what one registrar may still do. Without a bound its limiter is nil.
type share struct {
	commands, losses *rate.Limiter
}

func newPace(l Limits) *pace { return &pace{limits: l, registrars: map[string]*share{}} }

// of finds a registrar's share. Registrars are never deleted, and few.
func (p *pace) of(registrar string) *share {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.registrars[registrar]
	if s == nil {
		s = &share{}
		if n := p.limits.CommandsPerSecond; n > 0 {
			s.commands = rate.NewLimiter(rate.Limit(n), n)
		}
		if n := p.limits.LostCreatesPerMinute; n > 0 {
			s.losses = rate.NewLimiter(rate.Limit(n)/60, n)
		}
		p.registrars[registrar] = s
	}
	return s
}

// maxPaced is how long a command over the rate waits. One that would wait longer ends its
// session: so many sessions send commands that waiting would only make the queue longer.
const maxPaced = time.Second

// Limits of a registrar, as a metrics label.
const (
	limitedSessions = "sessions"       // a login that was one too many
	limitedWaits    = "commands_wait"  // a command that waited
	limitedCommands = "commands"       // a command that was refused
	limitedCreates  = "losing_creates" // a create that was refused
)

var limitedBy = []string{limitedSessions, limitedWaits, limitedCommands, limitedCreates}

// paced waits until a command's turn comes. 2502 when that is too far away.
func (s *session) paced(ctx context.Context) error {
	l := s.share.commands
	if l == nil {
		return nil
	}
	r := l.Reserve()
	wait := r.Delay()
	switch {
	case wait <= 0:
		return nil
	case wait > maxPaced:
		r.Cancel()
		s.limited(limitedCommands)
		return registry.Errorf(registry.KindSessionLimit, "", "", "the registrar's sessions send more than %d commands a second together: go on at %s",
			l.Burst(), retryAt(wait))
	}
	s.limited(limitedWaits)
	s.pass.Leave()
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mayCreate refuses with 2306, and without asking the database, the creates of a registrar
// that has lost too many.
func (s *session) mayCreate(name string) error {
	l := s.share.losses
	if l == nil || l.Tokens() >= 1 {
		return nil
	}
	s.limited(limitedCreates)
	s.losing = true
	wait := time.Duration(float64(time.Second) * (1 - l.Tokens()) / float64(l.Limit()))
	return registry.Errorf(registry.KindParamPolicy, "domain:name", name,
		"all of the %d creates a minute were used that may lose to another registrar: the next at %s", l.Burst(), retryAt(wait))
}

// judge notes a create of a name that is taken, and counts it if the name is another
// registrar's.
func (s *session) judge(b epp.Body, err error) {
	if _, create := b.(*epp.DomainCreate); !create || err == nil {
		return
	}
	var e *registry.Error
	if !errors.As(err, &e) || e.Kind != registry.KindExists {
		return
	}
	s.losing = true
	if l := s.share.losses; l != nil && e.Foreign {
		l.Allow()
	}
}

// retryAt is when to try again, by wall time.
func retryAt(wait time.Duration) string {
	return time.Now().Add(wait).UTC().Truncate(time.Millisecond).Add(time.Millisecond).Format("2006-01-02T15:04:05.000Z")
}

// limited counts what a limit did to the registrar.
func (s *session) limited(by string) {
	s.srv.cfg.Metrics.limited.WithLabelValues(s.registrar, by).Inc()
}

// limits lets the command pass, or says which limit of the registrar's it meets.
func (s *session) limits(ctx context.Context, c *call) error {
	if err := s.paced(ctx); err != nil {
		return err
	}
	create, ok := c.command.Body.(*epp.DomainCreate)
	if !ok {
		s.pass.Leave()
		return nil
	}
	return s.mayCreate(create.Name)
}

// preset makes the counters of a registrar's limits: one that is not there cannot be seen
// to rise.
func (m *Metrics) preset(registrar string) {
	for _, by := range limitedBy {
		m.limited.WithLabelValues(registrar, by)
	}
}

// tooManySessions refuses a login that is one too many.
func (s *session) tooManySessions(id string) error {
	s.srv.cfg.Metrics.limited.WithLabelValues(id, limitedSessions).Inc()
	return registry.Errorf(registry.KindSessionLimit, "clID", id, "%s", fmt.Sprintf(
		"the registrar has %d sessions open already", s.srv.cfg.Limits.SessionsPerRegistrar))
}
