package registry

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

var maintenanceDay = time.Date(2027, 3, 7, 6, 0, 0, 0, time.UTC)

func planOf(change func(*MaintenancePlan)) MaintenancePlan {
	p := MaintenancePlan{
		Systems: []MaintenanceSystem{{Name: "EPP", Host: "epp.registry.example", Impact: "full"}}, Environment: "production",
		Start: maintenanceDay, End: maintenanceDay.Add(time.Hour), Reason: "planned", Reminder: Duration(Day),
	}
	if change != nil {
		change(&p)
	}
	return p
}

// TestMaintenanceMessages: what is due when, whenever one looks.
func TestMaintenanceMessages(t *testing.T) {
	announced := maintenanceDay.Add(-30 * Day)
	announce := func(change func(*MaintenancePlan)) *Maintenance {
		m, err := NewMaintenance(planOf(change), nil, announced)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	at := func(d time.Duration) time.Time { return maintenanceDay.Add(d) }
	for name, test := range map[string]struct {
		looks []time.Duration // from the start
		plan  func(*MaintenancePlan)
		want  []DueMessage
	}{
		"step by step": {
			[]time.Duration{-25 * time.Hour, -24 * time.Hour, 0, time.Hour - 1, time.Hour, 10 * 365 * Day},
			nil,
			[]DueMessage{{MaintenanceReminder, at(-Day)}, {MaintenanceEnd, at(time.Hour)}},
		},
		"years later": {
			[]time.Duration{3 * 365 * Day},
			nil,
			[]DueMessage{{MaintenanceReminder, at(-Day)}, {MaintenanceEnd, at(time.Hour)}},
		},
		"no reminder": {
			[]time.Duration{time.Hour},
			func(p *MaintenancePlan) { p.Reminder = 0 },
			[]DueMessage{{MaintenanceEnd, at(time.Hour)}},
		},
		"announced after its reminder": {
			[]time.Duration{time.Hour},
			func(p *MaintenancePlan) { p.Reminder = Duration(31 * Day) },
			[]DueMessage{{MaintenanceEnd, at(time.Hour)}},
		},
	} {
		m := announce(test.plan)
		var got []DueMessage
		for _, look := range test.looks {
			if due := m.DueAt(); !due.IsZero() && due.After(at(look)) && len(m.Settle(at(look))) > 0 {
				t.Errorf("%s: something fell due before %v", name, due)
			}
			got = append(got, m.Settle(at(look))...)
		}
		if !slices.Equal(got, test.want) || !m.DueAt().IsZero() {
			t.Errorf("%s: %v, then %v; want %v", name, got, m.DueAt(), test.want)
		}
	}

	moved := announce(nil)
	moved.Settle(at(-2 * time.Hour))
	later := moved.MaintenancePlan
	later.Start, later.End = later.Start.Add(7*Day), later.End.Add(7*Day)
	if err := moved.Change(later, nil, at(-2*time.Hour)); err != nil || !moved.DueAt().Equal(at(6*Day)) {
		t.Errorf("a reminder of the new date is due: %v, %v", moved.DueAt(), err)
	}
	if err := moved.Cancel(at(7 * Day)); err != nil || !moved.DueAt().IsZero() {
		t.Errorf("cancelled while it runs: %v, %v", moved.DueAt(), err)
	}
	if err := moved.Cancel(at(7 * Day)); !IsKind(err, KindStatus) {
		t.Errorf("cancelled twice: %v", err)
	}
	over := announce(nil)
	for name, err := range map[string]error{
		"change": over.Change(over.MaintenancePlan, nil, at(time.Hour)), "cancel": over.Cancel(at(time.Hour)),
	} {
		if !IsKind(err, KindStatus) {
			t.Errorf("%s at the instant of its end: %v", name, err)
		}
	}
}

func TestMaintenancePlanCheck(t *testing.T) {
	zones := Zones{NewZone("example", TargetZone)}
	now := maintenanceDay.Add(-time.Hour)
	type plan = MaintenancePlan
	for name, test := range map[string]struct {
		change func(*plan)
		part   string // of the error; empty: it is good
	}{
		"least":                {func(p *plan) {}, ""},
		"all":                  {everyDetail, ""},
		"begun, an emergency":  {func(p *plan) { p.Start, p.Reason = now.Add(-time.Minute), "emergency" }, ""},
		"begun, planned":       {func(p *plan) { p.Start = now.Add(-time.Minute) }, "only an emergency"},
		"over":                 {func(p *plan) { p.Start, p.End = now.Add(-time.Hour), now }, "the end has passed"},
		"no start":             {func(p *plan) { p.Start = time.Time{} }, "has a start"},
		"no end":               {func(p *plan) { p.End = time.Time{} }, "has an end"},
		"end at start":         {func(p *plan) { p.End = p.Start }, "after the start"},
		"no system":            {func(p *plan) { p.Systems = nil }, "which systems"},
		"impact":               {func(p *plan) { p.Systems[0].Impact = "some" }, "full, partial or none"},
		"system without name":  {func(p *plan) { p.Systems[0].Name = "" }, "not empty"},
		"host in capitals":     {func(p *plan) { p.Systems[0].Host = "EPP.registry.example" }, "lower case"},
		"host in Unicode":      {func(p *plan) { p.Systems[0].Host = "münchen.example" }, "A-labels"},
		"environment":          {func(p *plan) { p.Environment = "test" }, "production, ote"},
		"name of production":   {func(p *plan) { p.EnvName = "x" }, "only a custom"},
		"custom without name":  {func(p *plan) { p.Environment = "custom" }, "not empty"},
		"reason":               {func(p *plan) { p.Reason = "because" }, "planned or emergency"},
		"relative detail":      {func(p *plan) { p.Detail = "/notice" }, "https://"},
		"script for a detail":  {func(p *plan) { p.Detail = "javascript:alert(1)" }, "https://"},
		"blank in a detail":    {func(p *plan) { p.Detail = "https://registry.example/a b" }, "https://"},
		"control character":    {func(p *plan) { p.Descriptions = []MaintenanceText{{Text: "a\x00b"}} }, "letters, digits"},
		"broken text":          {func(p *plan) { p.Descriptions = []MaintenanceText{{Text: "a\xff"}} }, "letters, digits"},
		"lines in a type":      {func(p *plan) { p.Types = []MaintenanceText{{Text: "a\nb"}} }, "letters, digits"},
		"blanks in a name":     {func(p *plan) { p.Name.Text = "a  b" }, "one blank"},
		"language":             {func(p *plan) { p.Name = MaintenanceText{Text: "a", Lang: "d_e"} }, "RFC 5646"},
		"language of nothing":  {func(p *plan) { p.Name.Lang = "de" }, "not empty"},
		"HTML in a type":       {func(p *plan) { p.Types = []MaintenanceText{{Text: "a", HTML: true}} }, "only a description"},
		"long description":     {func(p *plan) { p.Descriptions = []MaintenanceText{{Text: strings.Repeat("ä", 2001)}} }, "at most 4000"},
		"many systems":         {func(p *plan) { p.Systems = slices.Repeat(p.Systems, 21) }, "1 to 20"},
		"zone":                 {func(p *plan) { p.Zones = []string{"nowhere"} }, "no such zone"},
		"zone twice":           {func(p *plan) { p.Zones = []string{"example", "example"} }, "twice"},
		"reminder in the past": {func(p *plan) { p.Reminder = -1 }, "between 0"},
		"reminder far ahead":   {func(p *plan) { p.Reminder = Duration(91 * Day) }, "90 days"},
	} {
		_, err := NewMaintenance(planOf(test.change), zones, now)
		switch {
		case test.part == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.part != "" && (err == nil || !strings.Contains(err.Error(), test.part)):
			t.Errorf("%s: %v, want %q", name, err, test.part)
		}
	}
}

// everyDetail says all that can be said.
func everyDetail(p *MaintenancePlan) {
	p.Name = MaintenanceText{Text: "Neue Datenbank", Lang: "de"}
	p.Types = []MaintenanceText{{Text: "Software Update"}}
	p.Environment, p.EnvName = "custom", "marketing"
	p.Detail = "https://www.registry.example/notice?123"
	p.Descriptions = []MaintenanceText{{Text: "a\nb"}, {Text: "<p>c</p>", Lang: "de", HTML: true}}
	p.Zones = []string{"example"}
	p.Intervention = &Intervention{Connection: true}
}

// TestMaintenanceEqual: a change of any one part is a change, and nothing is lost in JSON.
func TestMaintenanceEqual(t *testing.T) {
	all := planOf(everyDetail)
	data, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil || len(parts) != 13 {
		t.Fatalf("%d parts, %v: %s", len(parts), err, data)
	}
	for part := range parts {
		less := map[string]json.RawMessage{}
		for k, v := range parts {
			if k != part {
				less[k] = v
			}
		}
		data, _ := json.Marshal(less)
		var p MaintenancePlan
		if err := json.Unmarshal(data, &p); err != nil || p.Equal(&all) || all.Equal(&p) {
			t.Errorf("without %s it is the same: %v", part, err)
		}
	}
	var same MaintenancePlan
	if err := json.Unmarshal(data, &same); err != nil || !same.Equal(&all) {
		t.Errorf("read back it differs: %+v, %v", same, err)
	}
}

func TestMaintenanceID(t *testing.T) {
	if id, err := ParseMaintenanceID("M1201", "id"); err != nil || id != 1201 || id.String() != "M1201" {
		t.Errorf("M1201 is %v, %v", id, err)
	}
	for _, text := range []string{"", "M", "1201", "m1201", "M01", "M-1", "M0", "M+1", "MM1", "M9223372036854775808", "M1 "} {
		if _, err := ParseMaintenanceID(text, "id"); !IsKind(err, KindNotFound) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
