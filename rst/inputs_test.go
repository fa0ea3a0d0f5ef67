package rst

import (
	"os"
	"strings"
	"testing"
)

// TestInputs reads the example; files are found beside it.
func TestInputs(t *testing.T) {
	text, err := os.ReadFile("testdata/inputs.json")
	if err != nil {
		t.Fatal(err)
	}
	in, err := ReadInputs(strings.NewReader(string(text)), "/etc/rst")
	if err != nil {
		t.Fatal(err)
	}
	if err := in.check(); err != nil {
		t.Error(err)
	}
	for file, want := range map[string]string{
		in.Schema: "schemas/all.xsd", in.CLID01.Cert: "one.pem", in.CLID02.Key: "two.key", in.WrongCertificate.Key: "stranger.key",
		in.Launch.DNL: "tmch/dnl.csv", in.Launch.RevokedCertSMD[0]: "tmch/revoked-certificate.smd",
	} {
		if file != "/etc/rst/"+want {
			t.Errorf("%s is found at %s", want, file)
		}
	}
	for name, spoil := range map[string]func(string) string{
		"unknown member":     func(s string) string { return strings.Replace(s, `"tld"`, `"tdl"`, 1) },
		"no schema":          func(s string) string { return strings.Replace(s, `"schemas/all.xsd"`, `""`, 1) },
		"unknown host model": func(s string) string { return strings.Replace(s, `"objects"`, `"both"`, 1) },
		"no registered name": func(s string) string { return strings.Replace(s, `["registered.zz--main-1234"]`, `[]`, 1) },
		"one data model":     func(s string) string { return strings.Replace(s, `"maximum"`, `"per-registrar"`, 1) },
	} {
		bad, err := ReadInputs(strings.NewReader(spoil(string(text))), "")
		if err == nil {
			err = bad.check()
		}
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestUnreachable runs against a port where nobody listens: the run ends there.
func TestUnreachable(t *testing.T) {
	in := liarInputs(t, lies())
	in.Addresses = []string{"127.0.0.1:1"}
	report, err := Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := report.WriteTable(&text); err != nil {
		t.Fatal(err)
	}
	if report.Passed() || len(report.Results) != 1 || !strings.Contains(text.String(), "CRITICAL epp-01 EPP_NO_SERVICE_PORTS_REACHABLE") {
		t.Errorf("%s", text.String())
	}
}
