package srs_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"cadastre/registry"
)

// steps is a lane that writes down what a create does with it.
type steps struct{ list string }

func (s *steps) Enter(context.Context) error { s.list += " enter"; return nil }
func (s *steps) Leave()                      { s.list += " leave" }

// TestLane: a create that finds its name free leaves the lane, and goes back when it lost
// the name to another.
func TestLane(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.contact(rb, "c-two", nil)
	holders := []string{"c-one", "c-two"}
	for round := range 20 {
		name := fmt.Sprintf("n%d.example", round)
		w.domain(ra, name, "c-one")
		actors, lanes, errs := []registry.Actor{ra, rb}, [2]steps{}, [2]error{}
		create := func(i int) {
			actors[i].Lane, lanes[i].list = &lanes[i], ""
			_, errs[i] = w.CreateDomain(w.ctx, actors[i], registry.DomainCreate{Name: name, Registrant: holders[i]})
		}
		for i := range actors {
			create(i)
			w.refused(errs[i], registry.KindExists, "registered")
			if lanes[i].list != "" {
				t.Fatalf("a create of a name that is taken:%s", lanes[i].list)
			}
		}
		_, err := w.DeleteDomain(w.ctx, ra, name) // free at once: it is new
		w.must(err)
		var wg sync.WaitGroup
		for i := range actors { // the first one waits for the second, who was refused lately
			wg.Go(func() { create(i) })
		}
		wg.Wait()
		loser := 0
		if errs[0] == nil {
			loser = 1
		}
		w.must(errs[1-loser])
		w.refused(errs[loser], registry.KindExists, "registered")
		if got := lanes[1-loser].list; got != " leave" {
			t.Errorf("the winner:%s", got)
		}
		switch lanes[loser].list {
		case "": // it came too late
		case " leave enter":
			return
		default:
			t.Errorf("the loser:%s", lanes[loser].list)
		}
	}
	t.Error("no two creates met")
}
