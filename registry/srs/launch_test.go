package srs_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/tmch"
)

// house has lists of labels with claims and of revoked marks.
type house struct{ lists tmch.Lists }

func (h *house) Lists() tmch.Lists { return h.lists }

// claimsDay is the first of the claims period.
var claimsDay = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// launching is a world with a zone in a sunrise until claimsDay, and in a claims period of
// 90 days then.
func launching(t *testing.T) (*world, *house) {
	t.Helper()
	w, h := newWorld(t), &house{}
	dnl, err := tmch.ParseDNL(strings.NewReader("1,2026-01-01T00:00:00.0Z\nDNL,lookup-key,insertion-datetime\n" +
		"acme,2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001,2025-07-14T00:00:00.0Z\n" +
		"fresh,2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000002,2026-03-01T12:00:00.0Z\n"))
	w.must(err)
	smdrl, err := tmch.ParseSMDRL(strings.NewReader("1,2026-01-01T00:00:00.0Z\nsmd-id,insertion-datetime\n13-65535,2025-07-14T00:00:00.0Z\n"))
	w.must(err)
	h.lists = tmch.Lists{DNL: dnl, SMDRL: smdrl}
	w.SRS, err = srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST", Clearinghouse: h})
	w.must(err)
	z := registry.NewZone("launching", registry.TargetZone)
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.nic.launching", Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}
	z.Policy.RegistrantRequired = false
	z.Launch.Phases = []registry.LaunchPhase{
		{Phase: registry.PhaseSunrise, To: claimsDay},
		{Phase: registry.PhaseClaims, From: claimsDay, To: claimsDay.Add(90 * registry.Day)},
	}
	w.must(w.AddZone(w.ctx, op, z))
	return w, h
}

func (w *world) launch(label string, l *registry.LaunchRequest) error {
	_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: label + ".launching", Launch: l})
	return err
}

func TestSunrise(t *testing.T) {
	w, h := launching(t)
	mark := func(id string) *registry.LaunchRequest {
		return &registry.LaunchRequest{Phase: "sunrise", Mark: &registry.SignedMark{
			ID: id, Labels: []string{"acme"}, NotBefore: w.Now().Add(-time.Hour), NotAfter: claimsDay, Marks: []string{"<mark/>"},
		}}
	}
	w.refused(w.launch("acme", nil), registry.KindMissing, "signed mark")
	w.refused(w.launch("acme", &registry.LaunchRequest{Phase: "sunrise"}), registry.KindMissing, "signed mark")
	w.refused(w.launch("other", mark("12-65535")), registry.KindParamPolicy, "is for acme")
	w.refused(w.launch("acme", mark("13-65535")), registry.KindParamPolicy, "was revoked")
	wrong := mark("12-65535")
	wrong.Phase = "claims"
	w.refused(w.launch("acme", wrong), registry.KindParamPolicy, "the phase of launching is sunrise")
	wrong = mark("12-65535")
	wrong.Type = "application"
	w.refused(w.launch("acme", wrong), registry.KindParamPolicy, "not applications")
	revoked := h.lists.SMDRL
	h.lists.SMDRL = nil
	w.refused(w.launch("acme", mark("12-65535")), registry.KindUnavailable, "revoked signed marks")
	h.lists.SMDRL = revoked
	w.must(w.launch("acme", mark("12-65535")))
	d := w.info("acme.launching")
	if d.Launch == nil || d.Launch.Phase != "sunrise" || d.Launch.SMD != "12-65535" {
		t.Errorf("how it came: %+v", d.Launch)
	}
	if marks, err := w.LaunchMarks(w.ctx, d.Domain); err != nil || len(marks) != 1 || marks[0] != "<mark/>" {
		t.Errorf("marks: %q, %v", marks, err)
	}
	_, err := w.DeleteDomain(w.ctx, ra, "acme.launching")
	w.must(err)
	// After the sunrise a mark is of no use.
	w.clock.Set(claimsDay)
	late := mark("12-65535")
	late.Phase = "claims"
	w.refused(w.launch("acme", late), registry.KindParamPolicy, "for the sunrise")
}

func TestClaims(t *testing.T) {
	w, h := launching(t)
	w.clock.Set(claimsDay.Add(14 * time.Hour))
	now := w.Now()
	notice := func(label string, end, accepted time.Time) *registry.LaunchRequest {
		return &registry.LaunchRequest{Phase: "claims", Notice: &registry.ClaimsNotice{
			ID: tmch.NewNoticeID(label, end, 7), NotAfter: end, Accepted: accepted,
		}}
	}
	end := now.Add(48 * time.Hour)
	w.must(w.launch("nobodys", nil))
	w.must(w.launch("fresh", nil)) // listed two hours ago (RFC 9361, Section 5.3.2)
	if l := w.info("fresh.launching").Launch; l == nil || l.Notice != tmch.RecentInsertion {
		t.Errorf("a label that was just listed: %+v", l)
	}
	w.refused(w.launch("acme", nil), registry.KindMissing, "there are claims")
	w.refused(w.launch("acme", &registry.LaunchRequest{Phase: "claims"}), registry.KindMissing, "there are claims")
	w.refused(w.launch("free", notice("free", end, now)), registry.KindParamPolicy, "no claims")
	w.refused(w.launch("acme", notice("free", end, now)), registry.KindParamPolicy, "checksum")
	w.refused(w.launch("acme", notice("acme", now.Add(-time.Second), now.Add(-time.Hour))), registry.KindParamPolicy, "")
	w.refused(w.launch("acme", notice("acme", end, now.AddDate(-1, 0, -1))), registry.KindParamPolicy, "")
	w.refused(w.launch("acme", notice("acme", end, now.Add(time.Hour))), registry.KindParamPolicy, "")
	odd := notice("acme", end, now)
	odd.Notice.ID = "x"
	w.refused(w.launch("acme", odd), registry.KindValue, "")
	odd = notice("acme", end, now)
	odd.Notice.Validator = "somebody"
	w.refused(w.launch("acme", odd), registry.KindParamPolicy, "tmch")
	list := h.lists.DNL
	h.lists.DNL = nil
	w.refused(w.launch("else", nil), registry.KindUnavailable, "labels with claims")
	h.lists.DNL = list
	w.must(w.launch("acme", notice("acme", end, now)))
	if l := w.info("acme.launching").Launch; l == nil || l.Phase != "claims" || l.Notice == "" || !l.Accepted.Equal(now) {
		t.Errorf("how it came: %+v", l)
	}
	claims, err := w.CheckClaims(w.ctx, []string{"acme.launching", "free.launching"}, "claims", "", false)
	w.must(err)
	if !strings.HasSuffix(claims[0].Key, "0000000001") || claims[1].Key != "" {
		t.Errorf("claims: %+v", claims)
	}
	// When the period is over nothing is asked for, and nothing taken.
	w.clock.Set(claimsDay.Add(90 * registry.Day))
	w.refused(w.launch("free", notice("free", end, now)), registry.KindParamPolicy, "the phase of launching is open")
	w.must(w.launch("free", &registry.LaunchRequest{Phase: "open"}))
	_, err = w.CheckClaims(w.ctx, []string{"acme.launching"}, "claims", "", false)
	w.refused(err, registry.KindParamPolicy, "the phase of launching is open")
	claims, err = w.CheckClaims(w.ctx, []string{"acme.launching"}, "", "", true)
	w.must(err)
	if claims[0].Key == "" {
		t.Error("a trademark check does not depend on the phase")
	}
	launched, err := w.store.LaunchedIn(w.ctx, w.info("acme.launching").ZoneID, "claims")
	w.must(err)
	if len(launched) != 2 || launched[0].Name != "fresh.launching" || launched[1].Launch.Notice == "" {
		t.Errorf("names of the phase: %+v", launched)
	}
}
