package srs

import (
	"context"
	"errors"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// Authorization information is guessed against one object at a time, so that is where
// guesses are counted: a registrar that tries many objects meets its rate limits. It
// carries 128 bits (RFC 9154, Section 4.1); the bound is for what was set before that
// was demanded, and makes guessing show.
const (
	maxGuesses  = 10             // wrong values within guessWindow
	guessWindow = 24 * time.Hour // from the first of them
)

// guarded is an object whose authorization information is asked for.
type guarded struct {
	object int64
	field  string // "domain:pw" or "contact:pw"
	auth   registry.AuthInfo
	check  func(value string) error
}

// wrongGuess is the refusal of a value that was compared and did not match. It is
// counted once the command's transaction is over.
type wrongGuess struct {
	object int64
	set    time.Time // when the information was set
	err    error
}

func (w *wrongGuess) Error() string { return w.err.Error() }
func (w *wrongGuess) Unwrap() error { return w.err }

// guesses reads how often an object's authorization information was guessed wrong.
type guesses func(ctx context.Context, object int64) (failures int, since time.Time, err error)

// prove refuses with 2202 whoever does not bring an object's authorization
// information. After too many wrong values nothing is compared any more until the
// window is over or the information is changed. No answer tells whether any is set.
func (g guarded) prove(ctx context.Context, value string, read guesses, now time.Time) error {
	failures, since, err := read(ctx, g.object)
	if err != nil {
		return err
	}
	if end := since.Add(guessWindow); failures >= maxGuesses && end.After(now) && !g.auth.Set.After(since) {
		return registry.Errorf(registry.KindAuthInfo, g.field, "",
			"too many wrong guesses, try after %s", end.UTC().Format(time.RFC3339))
	}
	if err := g.check(value); err != nil {
		if value == "" {
			return err // nobody guesses the value that matches nothing
		}
		return &wrongGuess{g.object, g.auth.Set, err}
	}
	return nil
}

// counted counts a wrong guess in a transaction of its own and returns the refusal;
// other errors are returned as they are. A guess that cannot be counted is a fault.
func (s *SRS) counted(ctx context.Context, actor registry.Actor, err error) error {
	var w *wrongGuess
	if !errors.As(err, &w) {
		return err
	}
	actor.Once = nil // the guess is counted each time
	now := s.Now()
	stale := now.Add(-guessWindow)
	fault := s.transact(ctx, actor, func(_ context.Context, tx *store.Tx) error {
		tx.CountGuess(w.object, stale, w.set)
		tx.ForgetGuesses(stale)
		return nil
	})
	if fault != nil {
		return fault
	}
	return w.err
}

// proveDomain is prove for a domain.
func proveDomain(ctx context.Context, d *registry.Domain, z *registry.Zone, value string, read guesses, now time.Time) error {
	g := guarded{d.ID, "domain:pw", d.AuthInfo, func(v string) error { return d.CheckAuthInfo(v, z, now) }}
	return g.prove(ctx, value, read, now)
}

// proveContact is prove for a contact.
func proveContact(ctx context.Context, c *registry.Contact, value string, read guesses, now time.Time) error {
	return guarded{c.ID, "contact:pw", c.AuthInfo, c.CheckAuthInfo}.prove(ctx, value, read, now)
}
