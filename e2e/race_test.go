package e2e

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"cadastre/epp"
)

// TestRaces lets sessions do at the same time what excludes each other. One wins,
// the others are told what stands in the way; nobody gets 2400, and the registry's
// invariants hold.
func TestRaces(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	r := &races{box: box}
	for i := range 8 {
		r.sessions = append(r.sessions, box.login(t, []string{"registrar-a", "registrar-b"}[i%2]))
	}
	a := r.sessions[0]
	a.do(t, goodContact("al-holder").create()).want(t, 1000)
	a.do(t, hostCreate("ns1.dns.icann")).want(t, 1000)
	a.do(t, newDomain{name: "race.example", registrant: "al-holder"}.create()).want(t, 1000)
	for _, c := range []struct {
		name string
		run  func(t *testing.T, r *races, round int)
	}{
		{"create", raceCreate},
		{"delete and link", raceDeleteAndLink},
		{"glue", raceGlue},
		{"genuine", raceGenuine},
		{"renames", raceRenames},
		{"superordinate", raceSuperordinate},
	} {
		t.Run(c.name, func(t *testing.T) {
			for round := range 20 {
				c.run(t, r, round)
			}
			box.checkWorld(t)
		})
	}
}

type races struct {
	box      *sandbox
	sessions []*session
}

// together sends a frame on each session at the same time and gives the codes.
func (r *races) together(t *testing.T, sessions []*session, frames ...string) []int {
	t.Helper()
	codes := make([]int, len(frames))
	var wg sync.WaitGroup
	for i, frame := range frames {
		wg.Go(func() {
			reply, err := sessions[i].exchange([]byte(frame))
			if err != nil {
				t.Errorf("%v after %s", err, frame)
				return
			}
			if codes[i] = int(reply.Code()); codes[i] == 2400 {
				t.Errorf("2400 for %s", frame)
			}
		})
	}
	wg.Wait()
	return codes
}

// own are the sessions of registrar-a.
func (r *races) own() []*session {
	return []*session{r.sessions[0], r.sessions[2], r.sessions[4], r.sessions[6]}
}

// oneOf demands that the codes are one of the given outcomes.
func oneOf(t *testing.T, got []int, outcomes ...[]int) {
	t.Helper()
	if !slices.ContainsFunc(outcomes, func(o []int) bool { return slices.Equal(o, got) }) {
		t.Errorf("codes %v, want one of %v", got, outcomes)
	}
}

// raceCreate: all want the same name, id or host; one gets it. Each command has its
// own clTRID: one repeated to the letter would get the first one's answer.
func raceCreate(t *testing.T, r *races, round int) {
	domain := newDomain{name: randomLabel(16) + ".example", registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}
	contact, host := goodContact(randomID("c")), "ns1."+randomLabel(16)+".icann"
	for _, create := range []func() string{domain.create, contact.create, func() string { return hostCreate(host) }} {
		frames := make([]string, len(r.sessions))
		for i := range frames {
			frames[i] = create()
		}
		codes := r.together(t, r.sessions, frames...)
		slices.Sort(codes)
		want := append([]int{1000}, slices.Repeat([]int{2302}, len(r.sessions)-1)...)
		oneOf(t, codes, want)
	}
}

// raceDeleteAndLink: a host and a contact are deleted while a domain begins to use
// them.
func raceDeleteAndLink(t *testing.T, r *races, round int) {
	own := r.own()
	contact, host := randomID("c"), "ns1."+randomLabel(16)+".icann"
	own[0].do(t, goodContact(contact).create()).want(t, 1000)
	own[0].do(t, hostCreate(host)).want(t, 1000)
	codes := r.together(t, own,
		newDomain{name: randomLabel(16) + ".example", registrant: contact, hosts: []string{host}}.create(),
		hostDelete(host), contactDelete(contact))
	oneOf(t, codes, []int{1000, 2305, 2305}, []int{2303, 1000, 1000}, []int{2303, 1000, 2305}, []int{2303, 2305, 1000})
}

// raceGlue: the last address goes while a domain begins to need it.
func raceGlue(t *testing.T, r *races, round int) {
	own := r.own()
	host := fmt.Sprintf("ns%d.race.example", round)
	own[0].do(t, hostCreate(host, v4("208.77.190.230"))).want(t, 1000)
	codes := r.together(t, own,
		newDomain{name: randomLabel(16) + ".example", registrant: "al-holder", hosts: []string{host}}.create(),
		hostUpdate(host, "", v4("208.77.190.230"), ""))
	oneOf(t, codes, []int{1000, 2305}, []int{2306, 1000})
}

// raceGenuine: what makes a registrant genuine goes while a domain begins to need it.
func raceGenuine(t *testing.T, r *races, round int) {
	own := r.own()
	realID, proxyID := randomID("r"), randomID("p")
	c := genuineContact(realID)
	own[0].do(t, c.create()).want(t, 1000)
	own[0].do(t, proxyContact(proxyID, realID).create()).want(t, 1000)
	weaken := []string{
		kindChange(realID, "", "<kind:secondaryEmail/>"),
		kindChange(proxyID, "", "<kind:realContact/>"),
		kindChange(realID, "", "<kind:emergencyPhone/>"),
	}[round%3]
	codes := r.together(t, own, newDomain{name: randomLabel(16) + ".extension", registrant: proxyID}.create(), weaken)
	oneOf(t, codes, []int{1000, 2305}, []int{2306, 1000})
	// And a real contact becomes a proxy while a proxy begins to link to it.
	plain := randomID("r")
	own[0].do(t, goodContact(plain).create()).want(t, 1000)
	codes = r.together(t, own, proxyContact(randomID("p"), plain).create(), kindChange(plain, "proxy", ""))
	oneOf(t, codes, []int{1000, 2305}, []int{2306, 1000})
}

// raceRenames: two hosts swap towards the same name, and rename each other's.
func raceRenames(t *testing.T, r *races, round int) {
	own := r.own()
	x, y, z := "ns1."+randomLabel(16)+".icann", "ns1."+randomLabel(16)+".icann", "ns1."+randomLabel(16)+".icann"
	own[0].do(t, hostCreate(x)).want(t, 1000)
	own[0].do(t, hostCreate(y)).want(t, 1000)
	oneOf(t, r.together(t, own, hostRename(x, z), hostRename(y, z)), []int{1000, 2302}, []int{2302, 1000})
	left := x
	if own[0].do(t, hostInfo(x)).Code() == epp.CodeObjectDoesNotExist {
		left = y
	}
	oneOf(t, r.together(t, own, hostRename(left, z), hostRename(z, left)), []int{2302, 2302}, []int{2302, 1000}, []int{1000, 2302})
}

// raceSuperordinate: a domain is deleted while a host comes below it.
func raceSuperordinate(t *testing.T, r *races, round int) {
	own := r.own()
	name := randomLabel(16) + ".example"
	own[0].do(t, newDomain{name: name, registrant: "al-holder"}.create()).want(t, 1000)
	codes := r.together(t, own, domainDelete(name), hostCreate("ns1."+name, v4("208.77.190.231")))
	oneOf(t, codes, []int{1000, 2303}, []int{2305, 1000})
}
