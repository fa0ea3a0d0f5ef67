package desk_test

import (
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// C-98, C-100: a name that applications share stands for one credential, or none.
// Who comes with another is refused, not approved in vain.
func TestSharedCredentialC98C100(t *testing.T) {
	for name, verifiers := range map[string][]any{"published": rules, "held": manual} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.grant(map[string]any{"forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}, "verifiers": verifiers})
			with := func(actor registry.Actor, target, credential string) (*desk.Application, error) {
				req := request(target, "UID1")
				if credential != "" {
					req.Preapproval.Credential = registry.Credential{Type: "token", Value: credential}
				}
				list, err := w.Apply(w.ctx, actor, req)
				w.check()
				if err != nil {
					return nil, err
				}
				return list[0], nil
			}
			first, err := with(ra, "miami.trips", "s3cret-1")
			w.must(err)
			_, err = with(rb, "miami.trips", "s3cret-2")
			w.refused(err, registry.KindAuthInfo, "with another credential")
			_, err = with(rb, "miami.trips", "")
			w.refused(err, registry.KindAuthInfo, "give the same")
			second, err := with(rb, "miami.trips", "s3cret-1")
			w.must(err)
			third, err := with(ra, "tokyo.trips", "")
			w.must(err)
			_, err = with(rb, "tokyo.trips", "s3cret-2")
			w.refused(err, registry.KindExists, "without a credential")
			fourth, err := with(rb, "tokyo.trips", "")
			w.must(err)
			if name == "held" {
				for _, a := range []*desk.Application{first, second, third, fourth} {
					w.approve(a.ID)
				}
			}
			_, err = with(rc, "miami.trips", "s3cret-2")
			w.refused(err, registry.KindAuthInfo, "with another credential")
			right, wrong := "s3cret-1", "s3cret-2"
			_, err = w.InfoName(w.ctx, rb, "uid1.miami.trips.valid.zone", &right)
			w.must(err)
			_, err = w.InfoName(w.ctx, rb, "uid1.miami.trips.valid.zone", &wrong)
			w.refused(err, registry.KindAuthInfo, "does not match")
		})
	}
}

// An entry past its time makes way for another credential.
func TestSharedCredentialExpired(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}, "verifiers": rules, "life": "1d", "prune": "month"})
	w.apply(ra, "miami.trips", "UID1")
	w.clock.Advance(24 * time.Hour)
	req := request("miami.trips", "UID1")
	req.Preapproval.Credential = registry.Credential{Type: "token", Value: "s3cret-2"}
	_, err := w.Apply(w.ctx, rb, req)
	w.must(err)
	w.check()
}
