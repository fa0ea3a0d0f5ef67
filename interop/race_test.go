package interop

import (
	"fmt"
	"sync"
	"testing"

	"cadastre/epp"
	"cadastre/epp/client"
)

// TestRace lets eight sessions of two registrars create the same names at the same time:
// each name goes to exactly one of them, and the others hear 2302.
func TestRace(t *testing.T) {
	const sessions, names = 8, 40
	s := StartSandbox(t, Options{})
	registrars := []string{"registrar-a", "registrar-b"}
	for _, id := range registrars {
		conn := s.Login(id)
		mustDo(t, conn, &epp.ContactCreate{
			ID: "race-" + id[len(id)-1:], Email: "ann@example.net",
			PostalInfo: []epp.PostalInfo{{Type: "int", Name: "Ann Example", Addr: epp.PostalAddress{City: "Miami", CC: "US"}}},
		})
	}
	var mu sync.Mutex
	codes := map[string]map[epp.Code]int{}
	var racing sync.WaitGroup
	for i := range sessions {
		id := registrars[i%len(registrars)]
		conn := s.Login(id)
		racing.Go(func() {
			for n := range names {
				name := fmt.Sprintf("race-%02d.example", n)
				code, err := create(t, conn, name, "race-"+id[len(id)-1:])
				if err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				mu.Lock()
				if codes[name] == nil {
					codes[name] = map[epp.Code]int{}
				}
				codes[name][code]++
				mu.Unlock()
			}
		})
	}
	racing.Wait()
	if len(codes) != names {
		t.Errorf("%d names instead of %d", len(codes), names)
	}
	for name, got := range codes {
		if got[epp.CodeOK] != 1 || got[epp.CodeObjectExists] != sessions-1 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func create(t *testing.T, conn *client.Conn, name, registrant string) (epp.Code, error) {
	resp, err := conn.Do(t.Context(), &epp.Command{Body: &epp.DomainCreate{Name: name, Registrant: registrant}})
	if err != nil {
		return 0, err
	}
	return resp.Code(), nil
}
