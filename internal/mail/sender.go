package mail

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// Config is what a Sender needs.
type Config struct {
	Queue Queue // required
	// Transport carries mails away. Nil discards them: they are counted and removed,
	// so that a registry without mail keeps no personal data for a day when it has.
	Transport Transport
	Log       *zap.Logger      // nil logs nothing
	Metrics   *Metrics         // nil counts nothing that can be seen
	Now       func() time.Time // wall time; nil means time.Now
}

// Sender empties the outbox. Several may run on one queue.
type Sender struct{ cfg Config }

// NewSender makes a Sender.
func NewSender(cfg Config) (*Sender, error) {
	if cfg.Queue == nil {
		return nil, errors.New("mail: Config.Queue is required")
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(nil)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Sender{cfg: cfg}, nil
}

const (
	// pollEvery is how often the queue is looked at.
	pollEvery = time.Second
	// queueRetry is the pause after the queue failed.
	queueRetry = 5 * time.Second
	// claimFor is for how long a mail is nobody else's: longer than a try can take.
	claimFor = 2 * sendTimeout
)

// Run sends what is due, every second, until ctx ends. A mail that is being sent then
// is cut off and tried again later.
func (s *Sender) Run(ctx context.Context) {
	for {
		pause := pollEvery
		if _, err := s.SendDue(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("the outbox fails; it is looked at again", zap.Error(err))
			pause = queueRetry
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// SendDue tries every mail that is due once, and returns how many it tried. The error
// is the queue's; what becomes of mails is logged and counted.
func (s *Sender) SendDue(ctx context.Context) (int, error) {
	for n := 0; ; n++ {
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		now := s.cfg.Now()
		m, ok, err := s.cfg.Queue.Claim(ctx, now, now.Add(claimFor))
		if err != nil || !ok {
			return n, err
		}
		if err := s.try(ctx, m); err != nil {
			return n + 1, err
		}
	}
}

// try sends one mail and writes down what became of it, even when ctx ends meanwhile:
// else it would be sent again.
func (s *Sender) try(ctx context.Context, m Mail) error {
	result, err := s.send(ctx, m)
	s.cfg.Metrics.mails.WithLabelValues(result).Inc()
	log := s.cfg.Log.With(zap.Int64("mail", m.ID), zap.Int("tries", m.Tries))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), queueRetry)
	defer cancel()
	if result == resultLater {
		wait := backoff(m.Tries)
		log.Warn("a mail was not sent, it is tried again", zap.Error(err), zap.Duration("wait", wait))
		return s.cfg.Queue.Failed(ctx, m, s.cfg.Now().Add(wait))
	}
	if err != nil {
		// Nothing else will tell who was not reached.
		log.Error("a mail is given up", zap.Error(err), zap.String("recipient", m.Recipient), zap.String("subject", m.Subject))
	} else {
		log.Info("mail", zap.String("result", result))
	}
	return s.cfg.Queue.Done(ctx, m)
}

// send makes one try and says what becomes of the mail.
func (s *Sender) send(ctx context.Context, m Mail) (result string, err error) {
	if s.cfg.Transport == nil {
		return resultDiscarded, nil
	}
	start := time.Now()
	err = s.cfg.Transport.Send(ctx, m)
	s.cfg.Metrics.seconds.Observe(time.Since(start).Seconds())
	switch {
	case err == nil:
		return resultSent, nil
	case errors.Is(err, ErrRefused):
		return resultRefused, err
	case waited(m.Tries) >= giveUpAfter:
		return resultGivenUp, err
	}
	return resultLater, err
}

// Waits between the tries of a mail.
const (
	firstWait   = time.Minute
	longestWait = 4 * time.Hour
	// giveUpAfter is how long a mail is tried for. RFC 5321, Section 4.5.4.1 says 4 to 5
	// days for a relay; whoever waits for a decision looks elsewhere sooner. Only
	// waits count: while no process runs, no mail grows old.
	giveUpAfter = 72 * time.Hour
)

// backoff is the wait after so many tries: each twice the one before, up to the
// longest.
func backoff(tries int) time.Duration {
	wait := firstWait
	for range tries - 1 {
		if wait *= 2; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}

// waited is the time between the first and the last of so many tries.
func waited(tries int) (sum time.Duration) {
	for i := 1; i < tries && sum < giveUpAfter; i++ {
		sum += backoff(i)
	}
	return sum
}
