package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// bookedName is one life of a whitelist name: from its first line to the one that
// removed it.
type bookedName struct {
	policy, target, registrant, agent string
	born, gone                        time.Time // gone is zero while it is there
	spans                             []span    // in which it was published and not expired
}

type span struct{ from, until time.Time }

// approves says whether the name was published and not expired at an instant.
func (n *bookedName) approves(at time.Time) bool {
	return slices.ContainsFunc(n.spans, func(s span) bool { return !at.Before(s.from) && at.Before(s.until) })
}

// overlaps says whether two lives of a name were published at one instant.
func (n *bookedName) overlaps(o *bookedName) bool {
	return slices.ContainsFunc(n.spans, func(s span) bool {
		return slices.ContainsFunc(o.spans, func(u span) bool { return s.from.Before(u.until) && u.from.Before(s.until) })
	})
}

func (b *chaosBooks) readNames(ctx context.Context, tx pgx.Tx) error {
	b.names = map[string][]*bookedName{}
	lines, err := bookedLines(ctx, tx, "whitelist")
	if err != nil {
		return err
	}
	for i, l := range lines {
		var s struct {
			Policy, Target, Registrant, Agent, State string
			Expires                                  time.Time
		}
		if err := json.Unmarshal(l.State, &s); err != nil {
			return err
		}
		if l.Action == "prune" && !s.Expires.IsZero() { // else it is held by somebody else now
			b.pruned = append(b.pruned, l.Name+" expired on "+s.Expires.UTC().Format(time.RFC3339))
		}
		if l.Version == 1 {
			b.names[l.Name] = append(b.names[l.Name], &bookedName{
				policy: s.Policy, target: s.Target, registrant: s.Registrant, agent: s.Agent, born: l.At,
			})
		}
		lives := b.names[l.Name]
		n := lives[len(lives)-1]
		if n.policy != s.Policy || n.target != s.Target || n.registrant != s.Registrant || n.agent != s.Agent {
			return fmt.Errorf("whitelist name %s went from %+v to %s", l.Name, *n, l.State)
		}
		if k := len(n.spans); k > 0 && n.spans[k-1].until.After(l.At) {
			n.spans[k-1].until = l.At
		}
		last := i+1 == len(lines) || lines[i+1].ObjectID != l.ObjectID
		switch removes := l.Action == "prune" || l.Action == "release" || l.Action == "delete"; {
		case removes && last:
			n.gone = l.At
		case !removes && s.State == "published":
			n.spans = append(n.spans, span{l.At, s.Expires})
		}
	}
	decided := 0
	for _, a := range b.applications {
		if a.begun == "held" && a.State != "held" {
			decided++
		}
	}
	b.figures = fmt.Sprintf("%d applications, %d of them held and then decided, %d whitelist names pruned", len(b.applications), decided, len(b.pruned))
	return nil
}
