package e2e

import (
	"cmp"
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// step is a command before it is known what there is to command: the numbers pick among
// what the model has. So every part of a script means something in any order, and a
// script can be shortened.
type step struct {
	Verb            string
	Who             int // 0 to 3: whoever may, by the model; else the registrar of that number
	Object, Another int
	N, Way          int
	Offer, Course   int
}

// modelVerbs lists what a step can be, as often as it should be.
var modelVerbs = weighted(map[string]int{
	"domain check": 2, "domain info": 2, "domain create": 9, "domain renew": 4, "domain delete": 6,
	"domain status": 5, "domain hosts": 6, "domain contacts": 3, "domain authinfo": 6, "domain secdns": 3,
	"transfer request": 8, "transfer query": 2, "transfer approve": 5, "transfer reject": 3, "transfer cancel": 3,
	"restore request": 5, "restore report": 5,
	"host check": 1, "host create": 4, "host update": 4, "host rename": 3, "host delete": 3,
	"contact check": 1, "contact create": 5, "contact update": 3, "contact delete": 2, "contact transfer": 3, "contact answer": 4,
	"poll": 6, "ack": 8, "clock": 11, "deposit": 1, "withdraw": 1,
	"hold": 1, "unhold": 1, "operator delete": 1, "operator restore": 1,
})

func weighted(weights map[string]int) (out []string) {
	for _, verb := range sortedKeys(weights) {
		for range weights[verb] {
			out = append(out, verb)
		}
	}
	return out
}

var stepGen = rapid.Custom(func(t *rapid.T) step {
	return step{
		Verb: of(modelVerbs, even(t, 10)), Who: even(t, 8) % 7, Object: even(t, 8), Another: even(t, 8) % 60,
		N: even(t, 8), Way: even(t, 8) % 12, Offer: even(t, 5), Course: even(t, 8),
	}
})

// even is a number of so many bits, each as likely: rapid's own numbers are small ones mostly.
func even(t *rapid.T, bits int) (n int) {
	for range bits {
		n *= 2
		if rapid.Bool().Draw(t, "bit") {
			n++
		}
	}
	return n
}

// What the scripts are about. The cast's domain, hosts and contacts are there from the
// beginning.
var (
	modelRegistrars = []string{"registrar-a", "registrar-b", "registrar-c"}
	modelDomains    = []string{
		"oak.example", "elm.example", "ash.example", "taken.example", "bay.example", "fir.extension", "yew.extension", "box.extension",
	}
	modelHosts = []string{
		"ns1.oak.example", "ns2.oak.example", "ns1.elm.example", "ns1.fir.extension", "ns1.taken.example",
		"a.dns.icann", "b.dns.icann", "c.dns.icann", "ns1.deep.ash.example",
	}
	modelContacts = []string{"ct-1", "ct-2", "ct-3", "ct-4", "rc-contact1", "rc-contact2"}
	modelStatuses = []string{
		"clientHold", "clientDeleteProhibited", "clientRenewProhibited", "clientTransferProhibited", "clientUpdateProhibited",
	}
	modelAddrs = []string{"208.77.190.1", "208.77.190.2", "208.77.190.3"}
)

func of[T any](list []T, i int) T { return list[i%len(list)] }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
