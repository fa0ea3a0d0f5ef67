package registry

import (
	"cmp"
	"slices"
	"time"
)

// Statement is what happened on a registrar's account in a period, from an instant
// (included) to another (excluded). Amounts are minor units; taken ones are negative.
type Statement struct {
	Registrar string           `json:"registrar"`
	Currency  string           `json:"currency"`
	From      time.Time        `json:"from"`
	To        time.Time        `json:"to"`
	Opening   int64            `json:"opening"`
	Entries   []StatementEntry `json:"entries"` // by instant
	Reasons   []ReasonSum      `json:"reasons"` // by reason
	Closing   int64            `json:"closing"`
}

// StatementEntry is one movement with the balance after it.
type StatementEntry struct {
	ID      int64     `json:"id"`
	At      time.Time `json:"at"`
	Amount  int64     `json:"amount"`
	Balance int64     `json:"balance"`
	Reason  string    `json:"reason"`
	Object  string    `json:"object"`
	SvTRID  string    `json:"svtrid"`
}

// ReasonSum adds up the movements of one reason.
type ReasonSum struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
	Amount int64  `json:"amount"`
}

// Reckon fills in the balances after each entry, the sums, and the closing balance.
func (s *Statement) Reckon() {
	sums := map[string]*ReasonSum{}
	s.Closing, s.Reasons = s.Opening, []ReasonSum{}
	for i := range s.Entries {
		e := &s.Entries[i]
		s.Closing += e.Amount
		e.Balance = s.Closing
		if sums[e.Reason] == nil {
			sums[e.Reason] = &ReasonSum{Reason: e.Reason}
		}
		sums[e.Reason].Count++
		sums[e.Reason].Amount += e.Amount
	}
	for _, sum := range sums {
		s.Reasons = append(s.Reasons, *sum)
	}
	slices.SortFunc(s.Reasons, func(a, b ReasonSum) int { return cmp.Compare(a.Reason, b.Reason) })
}
