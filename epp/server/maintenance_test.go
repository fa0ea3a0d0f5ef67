package server

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/epp"
	"cadastre/registry"
)

const (
	maintInfo = `<info><maint:info xmlns:maint="urn:ietf:params:xml:ns:epp:maintenance-1.0">`
	maintEnd  = `</maint:info></info>`
)

func TestMaintenanceInfo(t *testing.T) {
	h := start(t, nil)
	c := h.alpha()
	answer := c.want(command(maintInfo+`<maint:id>M1</maint:id>`+maintEnd), 1000)
	wantParts(t, answer, `<maint:item><maint:id>M1</maint:id><maint:systems><maint:system><maint:name>EPP</maint:name><maint:impact>none</maint:impact>`)
	if strings.Contains(answer, "pollType") {
		t.Errorf("pollType is for messages alone: %s", answer)
	}
	wantParts(t, c.want(command(maintInfo+`<maint:list/>`+maintEnd), 1000), `<maint:list></maint:list>`)
	c.want(command(maintInfo+maintEnd), 2003)
	c.want(command(strings.ReplaceAll(maintInfo+`<maint:id>M1</maint:id>`+maintEnd, "info>", "delete>")), 2001)
	c.want(command(`<create><maint:create xmlns:maint="urn:ietf:params:xml:ns:epp:maintenance-1.0"><maint:id>M1</maint:id></maint:create></create>`), 2101)

	verifier := h.dial(boardCert())
	verifier.want(login("trips-board", boardPassword), 1000)
	verifier.want(command(maintInfo+`<maint:list/>`+maintEnd), 1000)

	others := slices.DeleteFunc(AllObjects(), func(uri string) bool { return uri == epp.NSMaintenance })
	plain := h.dial(alphaCert())
	plain.want(loginWith("registrar-a", alphaPassword, "", others, nil), 1000)
	plain.want(command(maintInfo+`<maint:list/>`+maintEnd), 2307)
	if n := h.reg.called("InfoMaintenance"); n != 1 {
		t.Errorf("%d questions reached the registry", n)
	}
}

// TestMaintenanceMessage: whoever did not choose the mapping gets its data as RFC 9167,
// Section 2 says: where they do no harm.
func TestMaintenanceMessage(t *testing.T) {
	h := start(t, nil)
	m := registry.Maintenance{ID: 12, MaintenancePlan: registry.MaintenancePlan{
		Name: registry.MaintenanceText{Text: "Neue Datenbank", Lang: "de"}, Types: []registry.MaintenanceText{{Text: "Software Update"}},
		Systems:     []registry.MaintenanceSystem{{Name: "EPP", Host: "epp.registry.example", Impact: "full"}},
		Environment: "custom", EnvName: "marketing", Reason: "emergency", Start: memoryNow, End: memoryNow.Add(time.Hour),
		Detail: "https://www.registry.example/notice?1&2", Zones: []string{"example"}, Intervention: &registry.Intervention{Connection: true},
		Descriptions: []registry.MaintenanceText{{Text: "a <b>\nc"}, {Text: "<p>d</p>", Lang: "de", HTML: true}},
	}, Created: memoryNow, Updated: memoryNow}
	data := registry.PollData{Maintenance: &registry.MaintenanceNotice{Event: registry.MaintenanceReminder, State: m}}
	h.reg.message = registry.PollMessage{ID: 7, Queued: memoryNow, Text: m.Text(registry.MaintenanceReminder), Lang: "en", Data: data}
	others := slices.DeleteFunc(AllObjects(), func(uri string) bool { return uri == epp.NSMaintenance })
	const (
		poll     = `<poll op="req"/>`
		item     = `<maint:id name="Neue Datenbank" lang="de">M12</maint:id><maint:type>Software Update</maint:type><maint:pollType>courtesy</maint:pollType>`
		response = `<resData><maint:infData xmlns:maint="urn:ietf:params:xml:ns:epp:maintenance-1.0"><maint:item>`
		unasked  = `<extValue><value><maint:infData xmlns:maint="urn:ietf:params:xml:ns:epp:maintenance-1.0"><maint:item>`
		reason   = `<reason>urn:ietf:params:xml:ns:epp:maintenance-1.0 not in login services</reason>`
	)
	wantParts(t, h.alpha().want(command(poll), 1301), response, item, "Reminder: Maintenance M12, Neue Datenbank,")
	plain := h.dial(alphaCert())
	plain.want(loginWith("registrar-a", alphaPassword, "", others, nil), 1000)
	wantParts(t, plain.want(command(poll), 1301), unasked, item, reason, "Reminder: Maintenance M12")

	without := start(t, func(c *Config) { c.Objects = others })
	without.reg.message = h.reg.message
	c := without.dial(alphaCert())
	c.want(loginWith("registrar-a", alphaPassword, "", others, nil), 1000)
	if answer := c.want(command(poll), 1301); strings.Contains(answer, "maintenance-1.0") || !strings.Contains(answer, "Reminder: Maintenance M12") {
		t.Errorf("a server that does not announce the mapping: %s", answer)
	}
	c.want(command(maintInfo+`<maint:list/>`+maintEnd), 2307)
}
