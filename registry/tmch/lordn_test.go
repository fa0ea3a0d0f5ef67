package tmch_test

import (
	"strings"
	"testing"
	"time"

	"cadastre/registry/tmch"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

// The examples of RFC 9361, figures 12 and 13.
func TestLORDN(t *testing.T) {
	var sunrise, claims strings.Builder
	if err := tmch.WriteSunrise(&sunrise, created, []tmch.Registered{
		{ROID: "SH8013-REP", Name: "example1.gtld", Right: "1-2", RegistrarID: "9999", Created: at("2012-08-15T13:20:00Z"), Applied: at("2012-07-15T00:50:00Z")},
		{ROID: "EK77-REP", Name: "example2.gtld", Right: "2-2", RegistrarID: "9999", Created: at("2012-08-15T14:00:03Z")},
		{ROID: "HB800-REP", Name: "example3.gtld", Right: "3-2", RegistrarID: "9999", Created: at("2012-08-15T17:40:00+02:00")},
	}); err != nil {
		t.Fatal(err)
	}
	if got, want := sunrise.String(), "1,2012-08-16T00:00:00.0Z,3\n"+
		"roid,domain-name,SMD-id,registrar-id,registration-datetime,application-datetime\n"+
		"SH8013-REP,example1.gtld,1-2,9999,2012-08-15T13:20:00.0Z,2012-07-15T00:50:00.0Z\n"+
		"EK77-REP,example2.gtld,2-2,9999,2012-08-15T14:00:03.0Z\n"+
		"HB800-REP,example3.gtld,3-2,9999,2012-08-15T15:40:00.0Z\n"; got != want {
		t.Errorf("sunrise:\n%swant:\n%s", got, want)
	}
	if err := tmch.WriteClaims(&claims, created, []tmch.Registered{
		{ROID: "SH8013-REP", Name: "example1.gtld", Right: "a76716ed9223352036854775808", RegistrarID: "9999", Created: at("2012-08-15T14:20:00Z"), Accepted: at("2012-08-15T13:20:00Z")},
		{ROID: "HB800-REP", Name: "example3.gtld", Right: tmch.RecentInsertion, RegistrarID: "9999", Created: at("2012-08-15T13:20:00Z")},
	}); err != nil {
		t.Fatal(err)
	}
	if got, want := claims.String(), "1,2012-08-16T00:00:00.0Z,2\n"+
		"roid,domain-name,notice-id,registrar-id,registration-datetime,ack-datetime,application-datetime\n"+
		"SH8013-REP,example1.gtld,a76716ed9223352036854775808,9999,2012-08-15T14:20:00.0Z,2012-08-15T13:20:00.0Z\n"+
		"HB800-REP,example3.gtld,recent-dnl-insertion,9999,2012-08-15T13:20:00.0Z,recent-dnl-insertion\n"; got != want {
		t.Errorf("claims:\n%swant:\n%s", got, want)
	}
}

func TestLORDNRefuses(t *testing.T) {
	good := tmch.Registered{ROID: "SH8013-REP", Name: "example1.gtld", Right: "1-2", RegistrarID: "9999", Created: created, Accepted: created}
	for name, change := range map[string]func(r *tmch.Registered){
		"comma":         func(r *tmch.Registered) { r.RegistrarID = "1,2" },
		"line end":      func(r *tmch.Registered) { r.ROID = "a\nb" },
		"no right":      func(r *tmch.Registered) { r.Right = "" },
		"no time":       func(r *tmch.Registered) { r.Created = time.Time{} },
		"no acceptance": func(r *tmch.Registered) { r.Accepted = time.Time{} },
	} {
		bad := good
		change(&bad)
		var out strings.Builder
		if err := tmch.WriteClaims(&out, created, []tmch.Registered{good, bad}); err == nil || !strings.Contains(err.Error(), "row 2") || out.Len() > 0 {
			t.Errorf("%s: %v, %d octets written", name, err, out.Len())
		}
	}
}
