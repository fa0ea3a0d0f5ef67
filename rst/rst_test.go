package rst

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var showKeys = flag.Bool("rst.keys", false, "log the keys of every zone's findings")

var showTable = flag.Bool("rst.table", false, "log the whole report of every zone")

// schemas is where the registered schemas are: beside the repository.
const schemas = "../../shared/xsd/all.xsd"

// kind is a zone of a certain data model.
type kind struct {
	name     string
	flags    []string // of `cadastre zone add`
	launch   string   // the model of its sunrise, where the launch phases are tested
	declare  func(in *Inputs)
	expected []string // "CASE CODE" of findings that are still open: the list must become empty
}

// TestCases runs all cases on zones of each data model. What is found must be what is
// expected: a finding that is gone has to be struck off the list.
func TestCases(t *testing.T) {
	needSchemas(t)
	b := newBox(t)
	for _, k := range kinds() {
		cadastre(t, append([]string{"zone", "add", k.name, "--dir", b.dir}, k.flags...)...)
	}
	for name, flags := range launchZones() {
		cadastre(t, append([]string{"zone", "add", name, "--dir", b.dir}, flags...)...)
	}
	cadastre(t, "registrar", "set", b.client(1).ID, "--dir", b.dir, "--data-model", Minimum) // counts where the zone leaves it to registrars
	b.clearinghouse = writeClearinghouse(t, b.path("clearinghouse"))
	b.extensions = b.registered(t)
	b.serve(t)
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			in := b.inputs(t, k)
			report, err := Run(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if *showTable {
				var table bytes.Buffer
				if err := report.WriteTable(&table); err != nil {
					t.Fatal(err)
				}
				t.Log(table.String())
			}
			if *showKeys {
				t.Logf("%q", slices.Sorted(maps.Keys(keys(report))))
			}
			if report.Frames < 100 {
				t.Errorf("only %d frames came", report.Frames)
			}
			compare(t, report, k.expected)
		})
	}
}

// needSchemas skips a test where the schemas, which are not part of the project, are
// not there.
func needSchemas(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(schemas); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the IETF schemas are not here: " + schemas)
	}
}

// compare checks the findings against those that are expected.
func compare(t *testing.T, report *Report, expected []string) {
	t.Helper()
	found := keys(report)
	for key, f := range found {
		if !slices.Contains(expected, key) {
			t.Errorf("new finding %q: %s", key, f)
		}
	}
	for _, key := range expected {
		if found[key] == nil {
			t.Errorf("%q is expected and no longer found: strike it off", key)
		}
	}
	for _, res := range report.Results {
		if res.Skipped == "" && res.Rows == 0 && len(expected) == 0 {
			t.Errorf("%s judged nothing", res.Case)
		}
	}
}

// keys are the grave findings of a report, one for each case and code.
func keys(report *Report) map[string]*Finding {
	found := map[string]*Finding{}
	for i := range report.Findings {
		f := &report.Findings[i]
		if key := f.Case + " " + f.Code; f.fatal() && found[key] == nil {
			found[key] = f
		}
	}
	return found
}

// registered are the extensions of the sandbox that are registered.
func (b *box) registered(t *testing.T) []string {
	t.Helper()
	in := b.common()
	r := b.run(t, &in, []string{b.info.EPP.Addr})
	s, err := r.connect(t.Context(), b.info.EPP.Addr, in.CLID01.KeyPair)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	return slices.DeleteFunc(s.greeting.extends, func(uri string) bool { return !slices.Contains(registeredExtensions(), uri) })
}

// run is a run outside of any case, to prepare things.
func (b *box) run(t *testing.T, in *Inputs, endpoints []string) *run {
	t.Helper()
	frames, err := newFrameBook()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(frames.remove)
	return &run{in: in, endpoints: endpoints, frames: frames, report: &Report{}}
}

// common are the inputs that do not depend on the zone.
func (b *box) common() Inputs {
	schema, _ := filepath.Abs(schemas)
	return Inputs{
		HostName: "localhost", RootCAs: b.path(b.info.EPP.CA), Schema: schema, Addresses: b.nodes,
		CLID01: b.client(0), CLID02: b.client(1), WrongCertificate: KeyPair{b.path("strange.pem"), b.path("strange.key")},
		HostModel: Objects, DataModel: Maximum, SecDNS: DSData, GluePolicy: Narrow,
		SupportedElements:  []string{"org", "street", "sp", "pc", "voice", "voice:ext", "fax", "fax:ext"},
		PostalInfoTypes:    "both",
		RegisteredContacts: []string{"rc-contact1", "rc-contact2"},
		PatienceSeconds:    5,
	}
}

// inputs declares a zone. A third registrar gets a domain there, with a host.
func (b *box) inputs(t *testing.T, k kind) Inputs {
	t.Helper()
	in := b.common()
	in.TLD = k.name
	if k.launch != "" {
		l := b.clearinghouse
		l.SunriseModel, l.SunriseTLD, l.ClaimsTLD = k.launch, sunriseZone, claimsZone
		in.Launch = &l
	}
	k.declare(&in)
	if in.IDN != nil && slices.Contains(b.extensions, nsIDN) {
		in.IDN.Extension = `<idn:data xmlns:idn="` + nsIDN + `"><idn:table><!-- tag --></idn:table></idn:data>`
	}
	c := b.client(2)
	holder := &actor{Client: &c, thick: in.DataModel != Minimum}
	defer holder.leave()
	r := b.run(t, &in, b.nodes)
	d := domain{name: in.domainName("registered-"), period: "2", unit: "y", noRegistrant: true, pw: secret()}
	if holder.thick {
		d.ownedBy("rc-contact1", in.RequiredContactTypes)
	}
	b.need(t, r, holder, d.create())
	in.RegisteredNames = []string{d.name}
	if in.HostModel == Objects {
		in.RegisteredNameservers = []string{"ns1." + d.name}
		b.need(t, r, holder, hostCreate("ns1."+d.name, goodAddresses()...))
	}
	return in
}

func (b *box) need(t *testing.T, r *run, a *actor, frame string) {
	t.Helper()
	if err := r.need(context.Background(), a, frame); err != nil {
		t.Fatal(strings.ReplaceAll(err.Error(), b.dir, ""), r.report.Findings)
	}
}
