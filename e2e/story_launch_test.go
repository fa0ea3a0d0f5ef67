package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const nsLaunch = "urn:ietf:params:xml:ns:launch-1.0"

// launchCreate is a create with the launch extension; extension is its element.
func launchCreate(d newDomain, extension string) string {
	return strings.Replace(d.create(), "<clTRID>", "<extension>"+extension+"</extension><clTRID>", 1)
}

// sunriseElement is the launch extension of a create with a signed mark.
func sunriseElement(kind, encoded string) string {
	return `<launch:create xmlns:launch="` + nsLaunch + `"` + kind + `><launch:phase>sunrise</launch:phase>` +
		`<smd:encodedSignedMark xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0">` + encoded + `</smd:encodedSignedMark></launch:create>`
}

// launchCheck is a check with the launch extension.
func launchCheck(kind, phase string, names ...string) string {
	if phase != "" {
		phase = el("launch:phase", phase)
	}
	return extended(object("check", "domain", els("domain:name", names...)), `<launch:check xmlns:launch="`+nsLaunch+`" type="`+kind+`">`+phase+"</launch:check>")
}

// launchInfo is an info with the launch extension.
func launchInfo(name, phase, mark string) string {
	return extended(object("info", "domain", el("domain:name", name)),
		`<launch:info xmlns:launch="`+nsLaunch+`" includeMark="`+mark+`">`+el("launch:phase", phase)+"</launch:info>")
}

// encodedMark is the signed mark of a file of the sandbox's clearinghouse.
func (s *story) encodedMark(label string) string {
	s.t.Helper()
	data, err := os.ReadFile(s.path("tmch/" + label + ".smd"))
	if err != nil {
		s.t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(data), "-----BEGIN ENCODED SMD-----")
	text, _, _ = strings.Cut(text, "-----END ENCODED SMD-----")
	return strings.Join(strings.Fields(text), "")
}

// noticeElement is the notice of a file of the sandbox's clearinghouse.
func (s *story) noticeElement(label string) string {
	s.t.Helper()
	data, err := os.ReadFile(s.path("tmch/" + label + "-notice.xml"))
	if err != nil {
		s.t.Fatal(err)
	}
	return regexp.MustCompile(`>\s+<`).ReplaceAllString(strings.TrimSpace(string(data)), "><")
}

// TestLaunchStory takes a zone through its sunrise, its claims period and into general
// availability, with the clearinghouse of the sandbox.
func TestLaunchStory(t *testing.T) {
	t.Parallel()
	s := newStory(t, "launch", "2026-01-01T00:00:00Z")
	cadastre(t, "zone", "add", "brands", "--dir", s.dir,
		"--phase", "sunrise=/2026-02-01T00:00:00Z", "--phase", "claims=2026-02-01T00:00:00Z/2026-05-01T00:00:00Z")
	holder := "launch-holder"
	s.send("contact-create", goodContact(holder).create(), 1000)
	domain := func(label string) newDomain { return newDomain{name: label + ".brands", registrant: holder} }
	acme, globex, initech := s.encodedMark("acme"), s.encodedMark("globex"), s.encodedMark("initech")
	forged := strings.Replace(globex, "A", "B", 1)

	// The sunrise: no name without a signed mark for it.
	s.send("sunrise-without", domain("acme").create(), 2003)
	s.send("sunrise-check", launchCheck("avail", "sunrise", "acme.brands"), 1000)
	s.send("sunrise-check-phase", launchCheck("avail", "claims", "acme.brands"), 2306)
	sent := func(what string, d newDomain, kind, mark string, code int) {
		t.Helper()
		r := s.login(t, "registrar-a").do(t, launchCreate(d, sunriseElement(kind, mark)))
		if int(r.Code()) != code {
			t.Errorf("%s: %d, want %d: %s", what, r.Code(), code, r.frame)
		}
		s.world()
	}
	// Signed marks differ from run to run, so these are in no file.
	sent("another label", domain("globex"), "", acme, 2306)
	sent("a revoked mark", domain("initech"), "", initech, 2306)
	sent("a forged mark", domain("globex"), "", forged, 2306)
	sent("no mark", domain("globex"), "", "AAAA", 2005)
	sent("an application", domain("acme"), ` type="application"`, acme, 2306)
	sent("acme", domain("acme"), ` type="registration"`, acme, 1000)
	sent("acme again", domain("acme"), "", acme, 2302)
	info := s.login(t, "registrar-a").do(t, launchInfo("acme.brands", "sunrise", "true")).want(t, 1000)
	if text := string(info.frame); !strings.Contains(text, "<launch:phase>sunrise</launch:phase>") || !strings.Contains(text, "Acme") {
		t.Errorf("info shows no phase or no mark: %s", text)
	}
	s.send("sunrise-info", launchInfo("acme.brands", "sunrise", "false"), 1000)
	s.send("sunrise-info-phase", launchInfo("acme.brands", "claims", "false"), 2306)
	s.send("sunrise-update", extended(object("update", "domain", el("domain:name", "acme.brands")),
		`<launch:update xmlns:launch="`+nsLaunch+`"><launch:phase>sunrise</launch:phase><launch:applicationID>1</launch:applicationID></launch:update>`), 2102)
	s.send("sunrise-delete", extended(object("delete", "domain", el("domain:name", "acme.brands")),
		`<launch:delete xmlns:launch="`+nsLaunch+`"><launch:phase>sunrise</launch:phase><launch:applicationID>1</launch:applicationID></launch:delete>`), 2102)

	// Claims: whoever wants a label of the list has to have accepted its notice.
	s.at("2026-02-01T00:00:00Z")
	s.send("claims-check", launchCheck("claims", "claims", "globex.brands", "nobodys.brands"), 1000)
	s.send("claims-check-no-phase", launchCheck("claims", "", "globex.brands"), 2003)
	s.send("trademark-check", launchCheck("trademark", "", "globex.brands", "nobodys.brands"), 1000)
	s.send("claims-unlisted", domain("nobodys").create(), 1000)
	s.send("claims-unlisted-info", launchInfo("nobodys.brands", "claims", "true"), 1000)
	s.send("claims-without", domain("globex").create(), 2003)
	notice := s.noticeElement("globex")
	s.send("claims-other-label", launchCreate(domain("initech"), notice), 2306)
	s.send("claims-unlisted-notice", launchCreate(domain("other"), notice), 2306)
	s.send("claims-sunrise", launchCreate(domain("globex"), strings.Replace(notice, ">claims<", ">sunrise<", 1)), 2306)
	s.send("claims-create", launchCreate(domain("globex"), notice), 1000)
	s.send("claims-info", launchInfo("globex.brands", "claims", "true"), 1000)

	for _, phase := range []string{"sunrise", "claims"} {
		list := cadastre(t, "launch", "lordn", "brands", "--dir", s.dir, "--phase", phase)
		want := map[string]string{"sunrise": "acme.brands,1-65535,", "claims": "globex.brands,"}[phase]
		if strings.Count(list, "\n") != 3 || !strings.Contains(list, want) {
			t.Errorf("list of %s: %s", phase, list)
		}
	}

	// Afterwards the zone is as any other.
	s.at("2026-05-01T00:00:00Z")
	s.send("open-create", domain("initech").create(), 1000)
	s.send("open-info", launchInfo("initech.brands", "open", "false"), 1000)
	s.send("open-info-phase", launchInfo("initech.brands", "claims", "false"), 2306)
	s.send("open-claims-check", launchCheck("claims", "claims", "initech.brands"), 2306)
}
