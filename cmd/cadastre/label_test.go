package main

import (
	"fmt"
	"strings"
	"testing"

	"cadastre/registry"
)

// TestPremiumVerbs gives labels a class, lists them, and takes it away.
func TestPremiumVerbs(t *testing.T) {
	t.Parallel()
	c := newRegistryCLI(t)
	c.shop()
	c.fails(2, `class "gold": the zone has no prices for this class`, "premium", "add", "shop", "one", "--class", "gold")
	c.ok("zone", "price", "shop", "--class", "gold", "--create", "500.00")
	c.ok("zone", "price", "shop", "--class", "silver", "--create", "50.00")
	c.says([]string{"No premium labels.\n"}, "premium", "list", "shop")
	c.says([]string{"shop: 2 premium labels added\n"}, "premium", "add", "shop", "One", "two", "--class", "gold")
	c.stdin = "# the second list\n\nthree silver\n  Bücher\tgold  \ntwo\n"
	c.wants(c.object("premium", "add", "shop", "--file", "-", "--class", "silver"), map[string]any{"zone": "shop", "added": 3})
	want := []map[string]any{
		{"label": "one", "value": "gold"},
		{"label": "three", "value": "silver"},
		{"label": "two", "value": "silver"},
		{"label": "xn--bcher-kva", "value": "gold"},
	}
	list := c.objects("premium", "list", "shop")
	if len(list) != len(want) {
		t.Fatalf("%v", list)
	}
	for i, fields := range want {
		c.wants(list[i], fields)
	}
	c.says([]string{"LABEL          CLASS\n", "three          silver\n"}, "premium", "list", "shop")
	c.wants(c.object("premium", "remove", "shop", "two", "nowhere"), map[string]any{"zone": "shop", "removed": 2})
	if list := c.objects("premium", "list", "shop"); len(list) != 3 {
		t.Errorf("%v", list)
	}

	file := c.file("bad.txt", "four gold\nfive gold plated\n")
	for part, args := range map[string][]string{
		`--file "five gold plated": line 2: a label and a class`:            {"add", "shop", "--file", file},
		`--class "four": the label has no class`:                            {"add", "shop", "four"},
		`label "a.b": not a label`:                                          {"add", "shop", "four", "a.b", "--class", "gold"},
		`class "bronze": the zone has no prices`:                            {"add", "shop", "four", "--class", "bronze"},
		"label: say which labels":                                           {"remove", "shop"},
		`zone "nowhere"`:                                                    {"list", "nowhere"},
		fmt.Sprintf("--file: line 1 has more than %d octets", maxLabelLine): {"add", "shop", "--class", "gold", "--file", c.file("long.txt", strings.Repeat("x", 2000))},
	} {
		c.fails(2, part, append([]string{"premium"}, args...)...)
	}
	c.fails(1, "no such file", "premium", "add", "shop", "--class", "gold", "--file", c.dir+"/none")
	if list := c.objects("premium", "list", "shop"); len(list) != 3 {
		t.Errorf("a list that was refused changed something: %v", list)
	}
}

// TestReservedVerbs keeps labels from being registered. A label can be premium too.
func TestReservedVerbs(t *testing.T) {
	t.Parallel()
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns1.dns.example", "--reserved", "www")
	c.ok("zone", "price", "shop", "--class", "gold", "--create", "500.00")
	c.ok("premium", "add", "shop", "police", "--class", "gold")
	c.stdin = "police  for the police\nfire\n"
	c.wants(c.object("reserved", "add", "shop", "--file", "-", "--reason", "kept back"), map[string]any{"zone": "shop", "added": 2})
	list := c.objects("reserved", "list", "shop")
	for i, fields := range []map[string]any{
		{"label": "fire", "value": "kept back"},
		{"label": "police", "value": "for the police"},
		{"label": "www", "value": "in the zone's settings"},
	} {
		c.wants(list[i], fields)
	}
	c.says([]string{"shop: 1 reserved label removed\n"}, "reserved", "remove", "shop", "police")
	if list := c.objects("premium", "list", "shop"); len(list) != 1 {
		t.Errorf("what is premium is no longer: %v", list)
	}
	c.fails(2, `--reason "nine": the label has no reason`, "reserved", "add", "shop", "nine")
	c.fails(2, "a reason has at most 200 printable characters", "reserved", "add", "shop", "nine", "--reason", strings.Repeat("why ", 60))
	c.fails(2, "a reason has at most 200 printable characters", "reserved", "add", "shop", "nine", "--reason", "a\x1bb")
	c.fails(2, "is not UTF-8", "reserved", "add", "shop", "--reason", "x", "--file", c.file("latin1.txt", "b\xfccher\n"))
}

// TestManyLabels loads a list that takes a while, and shows how far it is.
func TestManyLabels(t *testing.T) {
	t.Parallel()
	c := newRegistryCLI(t)
	c.shop()
	var b strings.Builder
	for i := range manyLabels {
		fmt.Fprintf(&b, "name-%07d\n", i)
	}
	b.WriteString("name-0000000\n") // again
	stdout, stderr, status := c.try("reserved", "add", "shop", "--file", c.file("names.txt", b.String()), "--reason", "kept back")
	if status != 0 || stdout != "shop: 20001 reserved labels added\n" {
		t.Fatalf("status %d, %q, %q", status, stdout, stderr)
	}
	if want := "reserved labels of shop: 49 % (10000 of 20001)\nreserved labels of shop: 99 % (20000 of 20001)\nreserved labels of shop: 100 % (20001 of 20001)\n"; stderr != want {
		t.Errorf("shown was\n%s", stderr)
	}
	if _, err := parseLabels([]byte(strings.Repeat("x\n", registry.MaxLabels+1)), true, "x"); !registry.IsKind(err, registry.KindRange) {
		t.Errorf("more labels than a zone can have: %v", err)
	}
}

// FuzzParseLabels: whatever a file holds, its labels have a value or take the given one,
// and what they say is read again in the same way.
func FuzzParseLabels(f *testing.F) {
	for _, text := range []string{"one gold\ntwo\n", "# a comment\n\n  a\tb c \r\n", "b\xfccher x", "\u00a0x y", strings.Repeat("x", maxLabelLine), strings.Repeat("x", maxLabelLine+1), "a gold plated"} {
		f.Add([]byte(text), true)
		f.Add([]byte(text), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, reserved bool) {
		changes, err := parseLabels(data, reserved, "")
		if err != nil {
			if changes != nil || !registry.IsKind(err, registry.KindValue) && !registry.IsKind(err, registry.KindRange) {
				t.Fatalf("%v, %v", changes, err)
			}
			return
		}
		var b strings.Builder
		for _, c := range changes {
			if c.Label == "" || strings.ContainsAny(c.Label, " \t\n") || c.Reserved != reserved || strings.Contains(c.Value, "\n") || !reserved && strings.ContainsAny(c.Value, " \t") {
				t.Fatalf("%+v", c)
			}
			b.WriteString(strings.TrimSuffix(c.Label+" "+c.Value, " ") + "\n")
		}
		again, err := parseLabels([]byte(b.String()), reserved, "")
		if err != nil || fmt.Sprint(again) != fmt.Sprint(changes) {
			t.Fatalf("%q: %v, then %v, %v", data, changes, again, err)
		}
	})
}
