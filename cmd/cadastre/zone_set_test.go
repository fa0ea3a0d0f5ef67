package main

import (
	"context"
	"strings"
	"testing"
)

// TestZoneSet changes a running zone by flag and by file; what contradicts itself
// is refused and changes nothing.
func TestZoneSet(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns1.dns.example", "--suffix", "co.shop", "--reserved", "www")
	c.says([]string{"shop: settings changed, now version 2\n"},
		"zone", "set", "shop", "--host-model", "attributes", "--secdns", "keyData", "--max-ds", "4", "--ttl-range", "NS=60-86400", "--ttl-range", "DS=none", "--ttl", "2h")
	c.says([]string{
		"registryDataModel maximum", "hostModel attributes", "gluePolicy narrow", "secDNSInterfaces keyData, at most 4 records",
		"NS 1m to 1d", "co.shop", "www", "ttl              2h", "settings         version 2",
	}, "zone", "show", "shop")
	settings := c.object("zone", "show", "shop")["settings"].(map[string]any)
	if limits := settings["ttl_limits"].(map[string]any); limits["ds"] != nil {
		t.Errorf("DS may still be set: %v", limits)
	}

	for _, args := range [][]string{
		{"--host-model", "both"},
		{"--data-model", "minimum", "--contact-types", "tech"},
		{"--secdns", "none"},
		{"--max-ds", "0"},
		{"--ttl-range", "MX=1-2"},
		{"--ttl-range", "NS=5-1"},
		{"--ttl-range", "NS"},
		{"--currency", "EUR"},
		{"--required-elements", "email"},
	} {
		if _, stderr, status := c.try(append([]string{"zone", "set", "shop"}, args...)...); status == 0 || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: status %d, %s", args, status, stderr)
		}
	}
	if _, _, status := c.try("zone", "set", "nowhere", "--max-ds", "4"); status == 0 {
		t.Error("a zone that is not there was changed")
	}
	c.stdin = `{"model": {"hosts": "objects", "contacts": "minimum"}, "dnssec": {"interface": "dsData"}}`
	shown := c.object("zone", "set", "shop", "--from-file", "-", "--max-ds", "2")
	c.wants(shown["settings"].(map[string]any), map[string]any{
		"model":  map[string]any{"hosts": "objects", "contacts": "minimum"},
		"dnssec": map[string]any{"interface": "dsData", "max_records": 2},
	})
	entries, err := c.store().History(context.Background(), "zone", "shop")
	if err != nil || len(entries) != 3 || entries[0].Channel != "cli" {
		t.Errorf("history %+v, %v", entries, err)
	}
}
