package main

import (
	"strings"
	"testing"
	"time"

	"cadastre/registry"
)

func TestMaintenanceVerbs(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns2.dns.example")
	c.ok("registrar", "add", "registrar-a", "--name", "Registrar A")
	c.says([]string{"No maintenance.\n"}, "maintenance", "list")
	if list := c.objects("maintenance", "list"); len(list) != 0 {
		t.Errorf("listed: %v", list)
	}
	start := time.Now().UTC().Add(48 * time.Hour).Truncate(time.Second)
	from, to := start.Format(time.RFC3339), start.Add(time.Hour).Format(time.RFC3339)
	m := c.object("maintenance", "add", "--system", "EPP@epp.dns.example=full", "--system", "DNS=none", "--start", from, "--end", to, "--zone", "Shop",
		"--name", "de=Neue Datenbank", "--type", "Software Update", "--description", "en=ab=c", "--description", "de=<p>b</p>", "--html",
		"--environment", "custom:marketing", "--implementation", "--detail", "https://www.dns.example/1")
	id := m["id"].(string)
	c.wants(m, map[string]any{
		"systems": []any{map[string]any{"name": "EPP", "host": "epp.dns.example", "impact": "full"}, map[string]any{"name": "DNS", "impact": "none"}},
		"start":   from, "end": to, "zones": []string{"shop"}, "name": map[string]any{"text": "Neue Datenbank", "lang": "de"},
		"types":        []any{map[string]any{"text": "Software Update"}},
		"descriptions": []any{map[string]any{"text": "ab=c", "html": true}, map[string]any{"text": "<p>b</p>", "lang": "de", "html": true}},
		"environment":  "custom", "env_name": "marketing", "intervention": map[string]any{"connection": false, "implementation": true},
		"detail": "https://www.dns.example/1", "reason": "planned", "reminder": "24h0m0s", "updated": nil, "cancelled": nil, "version": 1,
	})
	c.says([]string{
		"name         de=Neue Datenbank\n", "systems      EPP@epp.dns.example=full\n             DNS=none\n", "environment  custom:marketing\n",
		"clients      change their software\n", "reminder     1d before the start\n",
	}, "maintenance", "show", id)
	c.says([]string{id, "EPP@epp.dns.example=full, DNS=none", "Neue Datenbank"}, "maintenance", "list")
	c.fails(2, "nothing would change", "maintenance", "change", id, "--zone", "shop")
	c.fails(2, "nothing would change", "maintenance", "change", id)
	c.wants(c.object("maintenance", "change", id, "--description", "", "--connection", "--implementation=false", "--reminder", "0"), map[string]any{
		"descriptions": nil, "intervention": map[string]any{"connection": true, "implementation": false}, "reminder": "0s", "version": 2, "start": from,
		"name": map[string]any{"text": "Neue Datenbank", "lang": "de"},
	})
	c.says([]string{"maintenance " + id + " is cancelled"}, "maintenance", "cancel", id)
	c.fails(2, "cancelled on", "maintenance", "cancel", id)
	c.fails(2, "cancelled on", "maintenance", "change", id, "--connection=false")
	c.says([]string{"No maintenance.\n"}, "maintenance", "list")
	if list := c.objects("maintenance", "list", "--all"); len(list) != 1 || list[0]["cancelled"] == nil {
		t.Errorf("all: %v", list)
	}
	if list := c.objects("maintenance", "list", "--all", "--after", id); len(list) != 0 {
		t.Errorf("after the last: %v", list)
	}
	for part, args := range map[string][]string{
		"say which systems":     {"add", "--start", from, "--end", to},
		"say what happens":      {"add", "--start", from, "--end", to, "--system", "EPP"},
		"full, partial or none": {"add", "--start", from, "--end", to, "--system", "EPP=away"},
		"has a start":           {"add", "--end", to, "--system", "EPP=full"},
		"write it like":         {"add", "--start", "tomorrow", "--end", to, "--system", "EPP=full"},
		"no such zone":          {"add", "--start", from, "--end", to, "--system", "EPP=full", "--zone", "other"},
		"only an emergency":     {"add", "--start", "2026-01-01T00:00:00Z", "--end", to, "--system", "EPP=full"},
		"--html is about":       {"add", "--start", from, "--end", to, "--system", "EPP=full", "--html"},
		"no such maintenance":   {"show", "M999999"},
		"ids are like M1201":    {"cancel", "1201"},
	} {
		c.fails(2, part, append([]string{"maintenance"}, args...)...)
	}
}

func TestLangText(t *testing.T) {
	for text, want := range map[string]registry.MaintenanceText{
		"plain": {Text: "plain"}, "en=plain": {Text: "plain"}, "de=x=y": {Text: "x=y", Lang: "de"}, "pt-BR=x": {Text: "x", Lang: "pt-BR"},
		"a=b": {Text: "a=b"}, "x y=z": {Text: "x y=z"}, "DE=x": {Text: "DE=x"}, "=x": {Text: "=x"}, "": {},
	} {
		if got := langText(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestExpiryNoticeFlag(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns2.dns.example")
	c.says([]string{"expiry notices   30d before\n"}, "zone", "show", "shop")
	c.ok("zone", "set", "shop", "--expiry-notice", "7d,60d,1d12h")
	c.says([]string{"expiry notices   60d, 7d, 1d12h before\n"}, "zone", "show", "shop")
	c.ok("zone", "set", "shop", "--expiry-notice", "0")
	c.says([]string{"expiry notices   none\n"}, "zone", "show", "shop")
	if text := c.object("zone", "show", "shop")["settings"].(map[string]any)["expiry_notices"]; text != nil {
		t.Errorf("none is %v", text)
	}
	c.fails(1, "no length of time", "zone", "set", "shop", "--expiry-notice", "30")
	c.fails(2, "up to 360 days", "zone", "set", "shop", "--expiry-notice", strings.Join([]string{"30d", "361d"}, ","))
}
