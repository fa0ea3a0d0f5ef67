package epp

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	genMaintenanceID = rapid.Custom(func(t *rapid.T) MaintenanceID {
		return MaintenanceID{word(1, 20).Draw(t, "id"), maybe(word(1, 20)).Draw(t, "name"), genLang.Draw(t, "lang")}
	})
	genMaintenanceText = rapid.Custom(func(t *rapid.T) MaintenanceText {
		return MaintenanceText{Text: pick("routine", " two\nlines\t", "").Draw(t, "text"), Lang: genLang.Draw(t, "lang")}
	})
)

func genMaintenanceBody(t *rapid.T) Body {
	if rapid.Bool().Draw(t, "list") {
		return &MaintenanceInfo{List: true}
	}
	return &MaintenanceInfo{ID: genMaintenanceID.Draw(t, "id")}
}

func genMaintenanceData(t *rapid.T) ResData {
	start, end, created, updated := genTime.Draw(t, "start"), genTime.Draw(t, "end"), genTime.Draw(t, "crDate"), genMaybeTime.Draw(t, "upDate")
	if rapid.Bool().Draw(t, "list") {
		return &MaintenanceListData{list(t, "items", rapid.Custom(func(t *rapid.T) MaintenanceListItem {
			return MaintenanceListItem{genMaintenanceID.Draw(t, "id"), start, end, created, updated}
		}), 0, 3)}
	}
	return &MaintenanceData{
		ID: genMaintenanceID.Draw(t, "id"), Types: list(t, "types", genMaintenanceText, 0, 2),
		PollType: pick("", MaintenanceCreate, MaintenanceCourtesy, MaintenanceEnd).Draw(t, "pollType"),
		Systems: list(t, "systems", rapid.Custom(func(t *rapid.T) MaintenanceSystem {
			return MaintenanceSystem{word(1, 9).Draw(t, "name"), maybe(word(1, 9)).Draw(t, "host"), pick(ImpactNone, ImpactPartial, ImpactFull).Draw(t, "impact")}
		}), 1, 2),
		Environment: pick("production", "ote", "custom").Draw(t, "environment"), EnvName: maybe(word(1, 9)).Draw(t, "envName"),
		Start: start, End: end, Reason: pick(MaintenancePlanned, MaintenanceEmergency).Draw(t, "reason"),
		Detail: pick("", "https://www.registry.example/notice?123").Draw(t, "detail"),
		Descriptions: list(t, "descriptions", rapid.Map(genMaintenanceText, func(m MaintenanceText) MaintenanceText {
			m.HTML = m.Text == "routine"
			return m
		}), 0, 2),
		TLDs: list(t, "tlds", genLabel, 0, 3), CrDate: created, UpDate: updated,
		Intervention: ptr(t, "intervention", rapid.Custom(func(t *rapid.T) MaintenanceIntervention {
			return MaintenanceIntervention{rapid.Bool().Draw(t, "connection"), rapid.Bool().Draw(t, "implementation")}
		})),
	}
}

// sampleMaintenances are frames a server sends.
func sampleMaintenances(add func(string, *Response), day time.Time) {
	id := MaintenanceID{"2e6df9b0-4092-4491-bcc8-9fb2166dcee6", "Upgrade of the database", "en"}
	add("maintenance-list", Success(&MaintenanceListData{[]MaintenanceListItem{
		{ID: id, Start: day, End: day.Add(time.Hour), CrDate: day},
		{ID: MaintenanceID{ID: "M2"}, Start: day, End: day.Add(time.Hour), CrDate: day, UpDate: day},
	}}))
	add("maintenance-list-empty", Success(&MaintenanceListData{}))
	data := &MaintenanceData{
		ID: id, Types: []MaintenanceText{{Text: "Routine maintenance"}, {Text: "Wartung", Lang: "de"}}, PollType: MaintenanceCreate,
		Systems:     []MaintenanceSystem{{"EPP", "epp.registry.example", ImpactFull}, {Name: "DNS", Impact: ImpactNone}},
		Environment: "custom", EnvName: "sandbox", Start: day, End: day.Add(time.Hour), Reason: MaintenancePlanned,
		Detail: "https://www.registry.example/notice?123", Descriptions: []MaintenanceText{{Text: "free text"}, {"<p>freier Text</p>", "de", true}},
		TLDs: []string{"example", "test"}, Intervention: &MaintenanceIntervention{Connection: true}, CrDate: day, UpDate: day,
	}
	add("maintenance-poll", &Response{
		Results: []Result{{Code: CodeOKAckToDequeue}}, MsgQ: &MsgQ{Count: 1, ID: "12345", QDate: day, Msg: "Maintenance planned."}, ResData: data,
	})
	minimal := &MaintenanceData{
		ID: MaintenanceID{ID: "M2"}, Systems: data.Systems[1:], Environment: "production", Start: day, End: day, Reason: MaintenanceEmergency, CrDate: day,
	}
	add("maintenance-info", Success(minimal))
	add("maintenance-unhandled", unhandled(Success(minimal), []string{NSDomain}, nil))
}

func TestDecodeMaintenance(t *testing.T) {
	golden := goldenFrames(t, "commands")
	for name, want := range map[string]Body{
		"maintenance-list": &MaintenanceInfo{List: true},
		"maintenance-info": &MaintenanceInfo{ID: MaintenanceID{"2e6df9b0-4092-4491-bcc8-9fb2166dcee6", "Datenbank", "de"}},
	} {
		cmd, err := DecodeCommand(golden[name+".xml"])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, cmd.Body); diff != "" || cmd.Name() != "maint:info" {
			t.Errorf("%s: %s %s", name, cmd.Name(), diff)
		}
	}
	for name, test := range map[string]struct {
		old, by string
		code    Code
	}{
		"neither":          {`<maint:list/>`, ``, CodeMissingParameter},
		"both":             {`<maint:list/>`, `<maint:list/><maint:id>M1</maint:id>`, CodeSyntaxError},
		"list of":          {`<maint:list/>`, `<maint:list>x</maint:list>`, CodeSyntaxError},
		"no such command":  {`info`, `check`, CodeUnimplementedCommand},
		"no such mapping":  {`maintenance-1.0`, `maintenance-2.0`, CodeUnimplementedService},
		"language of a id": {`<maint:list/>`, `<maint:id lang="d_e">M1</maint:id>`, CodeValueSyntaxError},
	} {
		frame := bytes.ReplaceAll(golden["maintenance-list.xml"], []byte(test.old), []byte(test.by))
		if _, err := DecodeCommand(frame); err == nil || err.Code != test.code {
			t.Errorf("%s: %v, want %v", name, err, test.code)
		}
	}
	// A server that does not announce the mapping does not read it.
	d := Decoder{Objects: []string{NSDomain}, Extensions: []string{}}
	if _, err := d.DecodeCommand(golden["maintenance-list.xml"]); err == nil || err.Code != CodeUnimplementedService {
		t.Errorf("not announced: %v", err)
	}
}

func TestRFCSamplesOfMaintenance(t *testing.T) {
	commands, data := 0, 0
	for _, s := range rfcSamples(t, "9167") {
		if s.client {
			cmd, err := DecodeCommand(s.frame)
			if err != nil || (cmd.Body.Object() != NSMaintenance && cmd.Body.Verb() != VerbPoll) {
				t.Errorf("%s: %v\n%s", s.name, err, s.frame)
			}
			commands++
			continue
		}
		r, err := DecodeResponse(s.frame)
		if err != nil || r.ResData == nil || r.ResData.Object() != NSMaintenance {
			t.Errorf("%s: %v\n%s", s.name, err, s.frame)
		}
		data++
	}
	if commands < 3 || data < 3 {
		t.Errorf("only %d commands and %d responses found", commands, data)
	}
}
