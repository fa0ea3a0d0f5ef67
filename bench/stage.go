package main

import (
	"context"
	"fmt"

	"cadastre/epp"
)

// stage is what creates refer to: host objects that all use in turn, and contacts of
// each session.
type stage struct{ sandbox *sandbox }

// maxSessions bounds the sessions that have contacts.
const maxSessions = 60

// contactsOf are a session's registrant, admin and tech contact.
func contactsOf(session int) (ids [3]string) {
	for i, role := range []string{"reg", "adm", "tec"} {
		ids[i] = fmt.Sprintf("bench%02d-%s", session, role)
	}
	return ids
}

// setStage makes the hosts and contacts. Calling it again does nothing.
func (b *bench) setStage(ctx context.Context) error {
	if b.stage != nil && b.stage.sandbox == b.sandbox {
		return nil
	}
	conns, err := b.sandbox.login(ctx, len(b.sandbox.info.Registrars))
	if err != nil {
		return err
	}
	defer closeAll(conns)
	for n := range 2 * hostPairs {
		if err := conns[0].do(&epp.HostCreate{Name: hostName(n)}, "1000", "2302"); err != nil {
			return err
		}
	}
	for session := range maxSessions {
		for _, id := range contactsOf(session) {
			if err := conns[session%len(conns)].do(contactBody(id), "1000", "2302"); err != nil {
				return err
			}
		}
	}
	b.stage = &stage{b.sandbox}
	return nil
}

func contactBody(id string) *epp.ContactCreate {
	return &epp.ContactCreate{
		ID: id, Email: id + "@hosting.test", Voice: &epp.Phone{Number: "+1.2025550100"},
		PostalInfo: []epp.PostalInfo{{
			Type: "int", Name: "Bench Contact", Org: "Bench",
			Addr: epp.PostalAddress{Street: []string{"1 Main Street"}, City: "Seattle", SP: "WA", PC: "98101", CC: "US"},
		}},
	}
}
