package e2e

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"
)

// linearInput is a command on a domain.
type linearInput struct {
	name, who, verb string
	years           int // the registration's length that a renew believes in
}

// linearOutput is what its answer tells.
type linearOutput struct {
	code    int
	created string // crDate
	years   int    // between crDate and exDate
	sponsor string
	status  string
}

// linearState is a domain as commands make it one after the other.
type linearState struct {
	created          string // "": it is not there
	sponsor, gaining string // gaining: while a transfer is under way
	years            int
	held, auth       bool
	moved, deleted   bool // transferred once; being deleted
}

func (s linearState) status() string {
	out := "inactive"
	switch {
	case s.held && s.gaining != "":
		out = "clientHold inactive pendingTransfer"
	case s.held && s.deleted:
		out = "clientHold inactive pendingDelete"
	case s.held:
		out = "clientHold inactive"
	case s.gaining != "":
		out = "inactive pendingTransfer"
	case s.deleted:
		out = "inactive pendingDelete"
	}
	return out
}

// linearModel says whether an answer is right in a state, and what the state is then.
var linearModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := map[string][]porcupine.Operation{}
		for _, op := range history {
			name := op.Input.(linearInput).name
			parts[name] = append(parts[name], op)
		}
		var out [][]porcupine.Operation
		for _, name := range sortedKeys(parts) {
			out = append(out, parts[name])
		}
		return out
	},
	Init: func() any { return linearState{} },
	Step: func(state, input, output any) (bool, any) {
		s, in, out := state.(linearState), input.(linearInput), output.(linearOutput)
		ok, next := s.step(in, out)
		return ok, next
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v -> %+v", input, output) },
	DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
}

// step is one command after the others.
func (s linearState) step(in linearInput, out linearOutput) (bool, linearState) {
	is := func(code int) bool { return out.code == code }
	if s.created == "" {
		switch in.verb {
		case "create":
			return is(1000), linearState{created: out.created, sponsor: in.who, years: 1, auth: true}
		case "check":
			return is(1), s
		}
		return is(2303), s
	}
	switch in.verb {
	case "create":
		return is(2302), s
	case "check":
		return is(0), s
	case "info":
		shown := linearOutput{1000, s.created, s.years, s.sponsor, s.status()}
		return out == shown, s
	}
	faults := s.faults(in)
	if len(faults) > 0 {
		return slices.Contains(faults, out.code), s
	}
	switch in.verb {
	case "renew":
		s.years++
		return is(1000) && out.years == s.years, s
	case "hold", "unhold":
		s.held = in.verb == "hold"
	case "authinfo":
		s.auth = true
	case "request":
		s.gaining = in.who
		return is(1001), s
	case "approve":
		s.sponsor, s.gaining, s.auth, s.moved = s.gaining, "", false, true
		s.years++
	case "reject", "cancel":
		s.gaining = ""
	case "delete":
		if s.moved { // no add grace any more
			s.deleted = true
			return is(1001), s
		}
		return is(1000), linearState{}
	}
	return is(1000), s
}

// faults lists what is wrong with a command, any of which may be told.
func (s linearState) faults(in linearInput) (codes []int) {
	add := func(condition bool, code int) {
		if condition {
			codes = append(codes, code)
		}
	}
	own := in.who == s.sponsor
	switch in.verb {
	case "request":
		add(own, 2106)
		add(s.gaining != "", 2300)
		add(s.deleted, 2304)
		add(!s.auth, 2202)
		add(s.years >= 10, 2306)
		return codes
	case "approve", "reject", "cancel":
		add(s.gaining == "", 2301)
		add(own == (in.verb == "cancel") || !own && in.who != s.gaining, 2201)
		return codes
	}
	add(!own, 2201)
	add(s.deleted || s.gaining != "", 2304)
	switch in.verb {
	case "renew":
		add(in.years != s.years, 2004)
		add(s.years >= 10, 2105)
	case "hold":
		add(s.held, 2306)
	case "unhold":
		add(!s.held, 2306)
	}
	return codes
}
