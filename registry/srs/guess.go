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
}

// wrongGuess is the refusal of a value that was compared and did not match. It is
// counted once the command's transaction is over.
type wrongGuess struct {
	guarded
	err error
}

func (w *wrongGuess) Error() string { return w.err.Error() }
func (w *wrongGuess) Unwrap() error { return w.err }

// guesses reads how often an object's authorization information was guessed wrong.
type guesses func(ctx context.Context, object int64) (failures int, since time.Time, err error)

// prove refuses with 2202 whoever does not bring an object's authorization
// information, as check says. After too many wrong values no answer tells any more
// whether a value matches, until the window is over or the information is changed; nor
// does one tell whether any is set. How many there were is read after the value was
// compared: a right one counts for nothing once the wrong ones of other sessions are too
// many.
func (g guarded) prove(ctx context.Context, value string, check func(string) error, read guesses, now time.Time) error {
	wrong := check(value)
	failures, since, err := read(ctx, g.object)
	if err != nil {
		return err
	}
	if end := since.Add(guessWindow); failures >= maxGuesses && end.After(now) && !g.auth.Set.After(since) {
		return tooMany(g.field, end)
	}
	if wrong != nil && value != "" { // nobody guesses the value that matches nothing
		return &wrongGuess{g, wrong}
	}
	return wrong
}

func tooMany(field string, end time.Time) error {
	return registry.Errorf(registry.KindAuthInfo, field, "",
		"too many wrong guesses, try after %s", end.UTC().Format(time.RFC3339))
}

// confirm holds the authorization information that came with the end of a transfer, where
// some came, against the object's: 2202 if it is another one, whoever sent it (RFC 5730,
// Section 3). The sponsor's own mistakes are not counted. How old the information is does
// not matter: the request was in time.
func (g guarded) confirm(ctx context.Context, actor registry.Actor, sponsor string, value *string, tx *store.Tx) error {
	if value == nil || actor.Operator {
		return nil
	}
	check := func(v string) error {
		if !g.auth.Matches(v) {
			return registry.Errorf(registry.KindAuthInfo, g.field, "", "the authorization information does not match: it may be left out here")
		}
		return nil
	}
	if actor.Registrar == sponsor {
		return check(*value)
	}
	return g.prove(ctx, *value, check, tx.Guesses, tx.Now)
}

// counted counts a wrong guess in a transaction of its own and returns the refusal;
// other errors are returned as they are. A guess that cannot be counted is a fault. One
// that is too many by now, because other sessions guessed at the same time, is answered
// like all that come after.
func (s *SRS) counted(ctx context.Context, actor registry.Actor, err error) error {
	var w *wrongGuess
	if !errors.As(err, &w) {
		return err
	}
	actor.Once = nil // the guess is counted each time
	now := s.Now()
	stale := now.Add(-guessWindow)
	refusal := w.err
	fault := s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		failures, since, err := tx.CountGuess(ctx, w.object, stale, w.auth.Set)
		if failures > maxGuesses {
			refusal = tooMany(w.field, since.Add(guessWindow))
		}
		tx.ForgetGuesses(stale)
		return err
	})
	if fault != nil {
		return fault
	}
	return refusal
}

// proveDomain is prove for a domain.
func proveDomain(ctx context.Context, d *registry.Domain, z *registry.Zone, value string, read guesses, now time.Time) error {
	check := func(v string) error { return d.CheckAuthInfo(v, z, now) }
	return guarded{d.ID, "domain:pw", d.AuthInfo}.prove(ctx, value, check, read, now)
}

// proveContact is prove for a contact.
func proveContact(ctx context.Context, c *registry.Contact, value string, read guesses, now time.Time) error {
	return guarded{c.ID, "contact:pw", c.AuthInfo}.prove(ctx, value, c.CheckAuthInfo, read, now)
}
