package registry

import (
	"strings"
	"testing"
	"time"
)

func january(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

func TestPhasesAt(t *testing.T) {
	z := NewZone("test", TargetZone)
	z.Launch.Phases = []LaunchPhase{
		{Phase: PhaseSunrise, Model: StartDate, From: january(2), To: january(4)},
		{Phase: PhaseClaims, Name: "general", From: january(4), To: january(6)},
	}
	if err := z.Launch.check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{january(1), "open"},
		{january(2), "sunrise"},
		{january(4).Add(-time.Microsecond), "sunrise"},
		{january(4), "claims (general)"},
		{january(6), "open"},
	} {
		if got := z.Launch.At(c.at).String(); got != c.want {
			t.Errorf("at %v: %s, want %s", c.at, got, c.want)
		}
	}
	for _, c := range []struct {
		phase, name string
		ok          bool
	}{{"claims", "", true}, {"claims", "general", true}, {"claims", "other", false}, {"sunrise", "", false}, {"open", "", false}} {
		if _, err := z.CheckPhase(c.phase, c.name, january(5)); (err == nil) != c.ok || err != nil && !IsKind(err, KindParamPolicy) {
			t.Errorf("%s %s: %v", c.phase, c.name, err)
		}
	}
}

func TestImpossiblePhases(t *testing.T) {
	for fault, phases := range map[string][]LaunchPhase{
		"sunrise or claims":           {{Phase: "landrush"}},
		"applications are not taken":  {{Phase: PhaseSunrise, Model: "end-date"}},
		"ends before it begins":       {{Phase: PhaseClaims, From: january(2), To: january(2)}},
		"do not overlap":              {{Phase: PhaseSunrise, From: january(1), To: january(3)}, {Phase: PhaseClaims, From: january(2)}},
		"in the order":                {{Phase: PhaseSunrise}, {Phase: PhaseClaims, From: january(2)}},
		"at most 20 phases":           make([]LaunchPhase, 21),
		"the name of a phase has at ": {{Phase: PhaseClaims, Name: strings.Repeat("x", 64)}},
	} {
		if err := (LaunchPolicy{phases}).check(); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%v: %v, want %q", phases, err, fault)
		}
	}
}

func TestMarkOfALabel(t *testing.T) {
	m := SignedMark{ID: "1-2", Labels: []string{"acme", "acme-inc"}, NotBefore: january(2), NotAfter: january(4)}
	for _, c := range []struct {
		label string
		at    time.Time
		fault string
	}{
		{"acme", january(2), ""},
		{"acme-inc", january(4), ""},
		{"acme", january(2).Add(-time.Microsecond), "valid from"},
		{"acme", january(4).Add(time.Microsecond), "was valid until"},
		{"acm", january(3), "is for acme, acme-inc"},
	} {
		err := m.CheckMark(c.label+".test", c.label, c.at)
		if (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s at %v: %v, want %q", c.label, c.at, err, c.fault)
		}
	}
}
