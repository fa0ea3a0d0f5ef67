package desk_test

import (
	"strings"
	"sync"
	"testing"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

var policyRegistrar = registry.Actor{Registrar: "registrar-a", Channel: "epp", SvTRID: "sv-1", ClTRID: "cl-1"}

// applyUnder applies for a name as the registrar.
func (w *policyWorld) applyUnder(target string) ([]*desk.Application, error) {
	return w.Apply(w.ctx, policyRegistrar, desk.ApplyRequest{
		Target: target, Preapproval: registry.Preapproval{Registrant: "UID1", Credential: registry.Credential{Type: "token", Value: "hush-hush"}},
	})
}

// TestPolicyWithdrawnHeld: a withdrawal denies what is undecided, tells who applied
// why, and lets go of the names; nothing can be applied for afterwards.
func TestPolicyWithdrawnHeld(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	w.grant("trips-board")
	var ids []string
	for _, target := range []string{"miami.trips", "tampa.trips"} {
		apps, err := w.applyUnder(target)
		w.must(err)
		if len(apps) != 1 || apps[0].Status != desk.StatusPending {
			t.Fatalf("%+v", apps)
		}
		ids = append(ids, apps[0].ID)
	}
	if p, err := w.ShowPolicy(w.ctx, "trips-board"); err != nil || p.Held != 2 || p.Names != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	// Names that are only held were made by the old way too.
	w.add(map[string]any{"forms": []string{"{domain}.{registrant}.{registrar}"}})
	_, err := w.GrantPolicy(w.ctx, policyOp, "trips-board")
	w.refused(err, registry.KindAssociation, "2 whitelist names exist")

	w.withdraw("trips-board", "the act was repealed")
	for i, id := range ids {
		app, err := w.ShowApplication(w.ctx, policyOp, id)
		w.must(err)
		if app.Status != desk.StatusDenied || len(app.Reasons) != 1 || !strings.Contains(app.Reasons[0], "the act was repealed") || app.DecidedBy != "registry" {
			t.Errorf("%+v", app)
		}
		m, left, err := w.srs.PollRequest(w.ctx, policyRegistrar)
		w.must(err)
		if m == nil || left != len(ids)-i || m.Pending == nil || m.Pending.Approved || m.Pending.Application != id || m.Pending.ClTRID != "cl-1" ||
			!strings.Contains(strings.Join(m.Pending.Reasons, ""), "the act was repealed") {
			t.Fatalf("message %+v, %d left", m, left)
		}
		_, err = w.srs.PollAck(w.ctx, policyRegistrar, m.ID)
		w.must(err)
	}
	_, err = w.applyUnder("miami.trips")
	w.refused(err, registry.KindParamPolicy, "")
	w.must(w.RemovePolicy(w.ctx, policyOp, "trips-board"))
}

// TestPolicyWithdrawnMeanwhile: of many that apply while a policy ends, none is
// left undecided, and none comes after the end.
func TestPolicyWithdrawnMeanwhile(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	w.grant("trips-board")
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			_, err := w.applyUnder("n" + string(rune('a'+i)) + ".trips")
			if err != nil && !registry.IsKind(err, registry.KindParamPolicy) {
				t.Errorf("%v", err)
			}
		})
	}
	w.withdraw("trips-board", "over")
	wg.Wait()
	if p, err := w.ShowPolicy(w.ctx, "trips-board"); err != nil || p.Held != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	w.must(w.RemovePolicy(w.ctx, policyOp, "trips-board"))
}
