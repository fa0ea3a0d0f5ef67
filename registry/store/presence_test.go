package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry/store"
)

// alone waits until a store answers for names by itself.
func (w *loadWorld) alone(st *store.Store) {
	w.t.Helper()
	until := time.Now().Add(30 * time.Second)
	for !st.Free("nobody.example") {
		if time.Now().After(until) {
			w.t.Fatal("the store does not find out that it is alone")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// register registers one name at a store.
func (w *loadWorld) register(st *store.Store, name string) {
	w.t.Helper()
	list := []store.LoadDomain{{
		Name: name, Registrar: "registrar-a", Registrant: w.contact.Handle, RegistrantID: w.contact.ID,
		Created: w.now, Expires: w.now.AddDate(1, 0, 0),
	}}
	if n, err := st.LoadDomains(context.Background(), loader, w.now, w.zone, list); n != 1 || err != nil {
		w.t.Fatalf("%s: %d registered, %v", name, n, err)
	}
}

func (w *loadWorld) second() *store.Store {
	w.t.Helper()
	st, err := store.Open(context.Background(), store.Config{DSN: w.dsn})
	if err != nil {
		w.t.Fatal(err)
	}
	return st
}

func (w *loadWorld) taken(st *store.Store, name string) bool {
	w.t.Helper()
	rows, err := st.Taken(context.Background(), []string{name})
	if err != nil {
		w.t.Fatal(err)
	}
	_, ok := rows[name]
	return ok
}

// TestAlone has one process answer for names by itself: what was registered before it
// knew, and what it registers since, is taken.
func TestAlone(t *testing.T) {
	t.Parallel()
	w := newLoadWorld(t)
	w.register(w.Store, "before.example")
	w.alone(w.Store)
	for i, name := range []string{"before.example", "since.example"} {
		if i == 1 {
			if w.taken(w.Store, name) || !w.Free(name) {
				t.Errorf("%s is not free before it is registered", name)
			}
			w.register(w.Store, name)
		}
		if !w.taken(w.Store, name) || w.Free(name) {
			t.Errorf("%s is free although it is registered", name)
		}
	}
}

// TestNotAlone has a second process come, register a name and go, or stay: at no instant
// after its commit is the name free at the first.
func TestNotAlone(t *testing.T) {
	t.Parallel()
	w := newLoadWorld(t)
	for i := range 3 {
		w.alone(w.Store)
		name := fmt.Sprintf("second%d.example", i)
		if w.taken(w.Store, name) {
			t.Errorf("%s is taken before it is registered", name)
		}
		b := w.second()
		w.register(b, name)
		if !w.taken(w.Store, name) {
			t.Errorf("%s is free at the first process when the second has registered it", name)
		}
		if w.Free("nobody.example") || b.Free("nobody.example") {
			t.Error("one of two processes takes itself for alone")
		}
		b.Close()
	}
}

// TestTakenForDead removes a process's row, as others do when it was not heard of for
// long: it registers names all the same, as another process.
func TestTakenForDead(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := newLoadWorld(t)
	w.register(w.Store, "first.example")
	was := w.Process()
	conn, err := pgx.Connect(ctx, w.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `DELETE FROM processes`); err != nil {
		t.Fatal(err)
	}
	w.register(w.Store, "second.example")
	if is := w.Process(); is == was || is == 0 {
		t.Errorf("process %d is %d after its row was removed", was, is)
	}
	if !w.taken(w.Store, "second.example") {
		t.Error("what the process registered is free")
	}
}

// TestHeldUp has a commit that does not end while a process finds out that it is alone:
// others register names meanwhile, and what was committed last counts as taken.
func TestHeldUp(t *testing.T) {
	t.Parallel()
	w := newLoadWorld(t)
	w.alone(w.Store)
	done, err := w.Registering("held.example")
	if err != nil {
		t.Fatal(err)
	}
	b := w.second()
	w.register(b, "second.example")
	b.Close()
	for until := time.Now().Add(30 * time.Second); !w.Rereading(); time.Sleep(time.Millisecond) {
		if w.Free("nobody.example") || time.Now().After(until) {
			t.Fatal("the names are not read again")
		}
	}
	w.register(w.Store, "other.example")
	if w.Free("nobody.example") {
		t.Error("the store does not wait for the commit")
	}
	done()
	w.alone(w.Store)
	for _, name := range []string{"held.example", "second.example", "other.example"} {
		if w.Free(name) {
			t.Errorf("%s is free", name)
		}
	}
}

// TestComingAndGoing has processes that come and go register names beside one that stays.
// Whatever was committed before a check began is taken for it.
func TestComingAndGoing(t *testing.T) {
	t.Parallel()
	w := newLoadWorld(t)
	w.alone(w.Store)
	var mu sync.Mutex
	var newest string // committed last
	committed := func(name string) {
		mu.Lock()
		defer mu.Unlock()
		newest = name
	}
	var work sync.WaitGroup
	stop := make(chan struct{})
	checked, known := 0, 0
	work.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			mu.Lock()
			name := newest
			mu.Unlock()
			rows, err := w.Taken(context.Background(), []string{name})
			if err != nil {
				t.Error(err)
				return
			}
			if _, ok := rows[name]; name != "" && !ok {
				t.Errorf("%s is free after it was committed", name)
			}
			checked++
			if w.Free("nobody.example") {
				known++
			}
		}
	})
	for round := range 4 {
		for i := range 10 {
			name := fmt.Sprintf("stays%d-%d.example", round, i)
			w.register(w.Store, name)
			committed(name)
		}
		b := w.second()
		for i := range 10 {
			name := fmt.Sprintf("comes%d-%d.example", round, i)
			w.register(b, name)
			committed(name)
		}
		b.Close()
		w.alone(w.Store)
	}
	close(stop)
	work.Wait()
	if checked == 0 || known == 0 {
		t.Errorf("%d checks, %d while the process was alone", checked, known)
	}
}
