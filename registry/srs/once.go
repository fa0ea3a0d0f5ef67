package srs

import (
	"context"
	"errors"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// CommitOnce commits what a command that is carried out once did, with its answer. again
// means that nothing was committed and the command has to be carried out anew; first is
// the answer of a command that was carried out already. Errors are those of the use cases.
func (s *SRS) CommitOnce(ctx context.Context, once *registry.Once, a registry.Answer) (first *registry.Answer, again bool, err error) {
	again, err = s.store.Commit(ctx, once, a)
	if !again {
		endTurn(once, err == nil)
	}
	if !errors.Is(err, store.ErrRepeated) {
		return nil, again, err
	}
	first, err = s.FirstAnswer(ctx, once)
	if first != nil || err != nil {
		return first, false, err
	}
	// It is of another day, and only waits to be removed.
	return nil, true, s.store.ForgetAnswers(ctx, s.Now().Add(-registry.RepeatWindow))
}

// AbandonOnce undoes what a command that is carried out once left uncommitted.
func (s *SRS) AbandonOnce(once *registry.Once) {
	defer endTurn(once, false)
	s.store.Abandon(once)
}

// FirstAnswer gives the answer that a command got within RepeatWindow; nil when it was not
// carried out.
func (s *SRS) FirstAnswer(ctx context.Context, once *registry.Once) (*registry.Answer, error) {
	a, err := s.store.FirstAnswer(ctx, once)
	if err != nil || a == nil || !a.At.After(s.Now().Add(-registry.RepeatWindow)) {
		return nil, err
	}
	return a, nil
}

// forgetEvery is how often answers nobody can ask for any more are removed.
const forgetEvery = time.Minute

// forgetAnswers removes them, at most once in forgetEvery.
func (s *SRS) forgetAnswers(ctx context.Context) error {
	last := s.forgot.Load()
	if now := time.Now().UnixNano(); now-last < int64(forgetEvery) || !s.forgot.CompareAndSwap(last, now) {
		return nil
	}
	return s.store.ForgetAnswers(ctx, s.Now().Add(-registry.RepeatWindow))
}
