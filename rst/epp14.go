package rst

import (
	"context"
	"slices"
	"strings"
	"time"
)

const createAccepts = "EPP_DOMAIN_CREATE_SERVER_ACCEPTS_"

// epp14: what a domain may be created with, and what not.
func epp14(ctx context.Context, r *run) error {
	good, err := r.goodDomain(ctx, r.me, "rst-epp-14-")
	if err != nil {
		return err
	}
	with := func(change func(d *domain)) domain {
		d := good
		d.name = r.in.domainName("rst-epp-14-")
		d.extension = r.idnExtension(d.name)
		change(&d)
		return d
	}
	try := func(row, code string, change func(d *domain)) {
		r.judge("%s", row)
		r.reject(r.do(ctx, with(change).create()), code)
	}
	r.goodCreates(ctx, with)
	for row, label := range r.badLabels() {
		try(row, createAccepts+"INVALID_DOMAIN_NAME", func(d *domain) { d.name, d.extension = label+"."+r.in.TLD, "" })
	}
	for _, p := range [][2]string{{"11", "y"}, {"-1", "y"}, {"1.5", "y"}, {"1", "x"}} {
		try("period "+p[0]+p[1], createAccepts+"INVALID_PERIOD", func(d *domain) { d.period, d.unit = p[0], p[1] })
	}
	if r.me.thick {
		try("no registrant", createAccepts+"MISSING_REGISTRANT", func(d *domain) { d.noRegistrant = true })
		try("unknown registrant", createAccepts+"NON_EXISTENT_REGISTRANT", func(d *domain) { d.registrant = newID() })
		try("empty registrant", createAccepts+"NO_REGISTRANT_FOR_THICK_REGISTRY", func(d *domain) { d.registrant = "" })
	} else {
		r.thinRegistrants(ctx, try)
	}
	if r.in.HostModel == Objects {
		try("host attributes", "EPP_DOMAIN_CREATE_SERVER_INCORRECTLY_ACCEPTS_HOST_ATTRIBUTES",
			func(d *domain) { d.servers = []server{{name: externalHost(), attr: true}} })
		try("unknown host", createAccepts+"NON_EXISTENT_HOST_OBJECT", func(d *domain) { d.servers = []server{{name: externalHost()}} })
		try("host that is no name", createAccepts+"INVALID_HOST_OBJECT", func(d *domain) { d.servers = []server{{name: "!.invalid"}} })
	} else {
		r.badAttributes(try)
	}
	rows, records := badRecords(r.in.SecDNS)
	for i, record := range records {
		try(rows[i], createAccepts+"INVALID_DNSSEC_DATA", func(d *domain) { d.extension += secDNS("create", record.xml()) })
	}
	return nil
}

// goodCreates are the creates that must succeed, and be shown as they were sent.
func (r *run) goodCreates(ctx context.Context, with func(func(*domain)) domain) {
	for _, period := range []string{"1", "10"} {
		r.judge("%s years", period)
		d := with(func(d *domain) { d.period = period })
		if r.accept(r.do(ctx, d.create()), "EPP_UNEXPECTED_COMMAND_FAILURE") {
			r.domainStored(ctx, d, nil)
		}
	}
	r.judge("good %s", r.in.SecDNS)
	record := goodRecord(r.in.SecDNS)
	d := with(func(d *domain) { d.extension += secDNS("create", record.xml()) })
	if r.accept(r.do(ctx, d.create()), "EPP_UNEXPECTED_COMMAND_FAILURE") {
		r.domainStored(ctx, d, &record)
	}
}

// badLabels are labels that nobody may register, by their rows.
func (r *run) badLabels() map[string]string {
	return map[string]string{
		"label of 64 characters":                "rst-" + pick(lowerAlphabet, 60),
		"label that is no A-label":              "xn--" + pick(lowerAlphabet, 59),
		"hyphens in the third and fourth place": "xx--" + word(18),
	}
}

// thinRegistrants: where domains have no contacts, a registrant is refused, whoever
// it is. A server whose other zones have contacts may let one be made.
func (r *run) thinRegistrants(ctx context.Context, try func(row, code string, change func(*domain))) {
	ids := append([]string{newID()}, r.in.RegisteredContacts...)
	if slices.Contains(r.announced.objects, nsContact) {
		if c := r.goodContact(); r.do(ctx, c.create()).passed() {
			ids = append(ids, c.id)
		}
	}
	for _, id := range ids {
		try("registrant "+id, createAccepts+"REGISTRANT_FOR_THIN_REGISTRY", func(d *domain) { d.registrant, d.noRegistrant = id, false })
	}
}

// badAttributes: host objects where there are none, and glue that is missing or wrong.
func (r *run) badAttributes(try func(row, code string, change func(*domain))) {
	try("host object", "EPP_DOMAIN_CREATE_SERVER_INCORRECTLY_ACCEPTS_HOST_OBJECTS",
		func(d *domain) { d.servers = []server{{name: externalHost()}} })
	try("no glue", createAccepts+"HOST_ATTRIBUTES_WITHOUT_GLUE",
		func(d *domain) { d.servers = []server{{name: "ns1." + d.name, attr: true}} })
	for _, bad := range append(badAddresses(), loopbackV4()) {
		try("glue ip="+bad.ip+" "+bad.text, createAccepts+"HOST_ATTRIBUTES_WITH_INVALID_GLUE",
			func(d *domain) { d.servers = []server{{name: "ns1." + d.name, attr: true, glue: []address{bad}}} })
	}
}

// domainStored compares a new domain with what info says of it.
func (r *run) domainStored(ctx context.Context, d domain, sec *record) {
	const missing = "EPP_DOMAIN_CREATE_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES"
	got := r.do(ctx, ask("info", nsDomain, d.name))
	if !r.accept(got, missing) {
		return
	}
	data := got.root.first(nsDomain, "infData")
	suffixes := r.in.ROIDSuffixes
	if len(suffixes) == 0 {
		suffixes = []string{"ICANNRST"}
	}
	roid := data.value(nsDomain, "roid")
	if body, suffix, ok := strings.Cut(roid, "-"); !ok || body == "" || !slices.Contains(suffixes, suffix) {
		r.find("EPP_DOMAIN_CREATE_INFO_RESPONSE_INVALID_ROID", got, "roid %q", roid)
	}
	for _, property := range []string{"crDate", "exDate"} {
		if _, err := time.Parse(time.RFC3339Nano, data.value(nsDomain, property)); err != nil {
			r.find(missing, got, "%s: %v", property, err)
		}
	}
	for _, property := range []string{"crID", "clID"} {
		if have := data.value(nsDomain, property); have != r.me.ID {
			r.find(missing, got, "%s %q", property, have)
		}
	}
	if have := data.value(nsDomain, "registrant"); have != d.registrant {
		r.find(missing, got, "registrant %q, not %q", have, d.registrant)
	}
	if have, want := shownServers(data), serverTexts(d.servers); !slices.Equal(have, want) {
		r.find(missing, got, "name servers %q, not %q", have, want)
	}
	if sec != nil {
		if have := records(got.root, sec.kind); !slices.Equal(have, []string{sec.text()}) {
			r.find(missing, got, "%s %q, not %q", sec.kind, have, sec.text())
		}
	}
}

// shownServers are the name servers of an info answer, in lower case, each followed
// by its addresses when it is an attribute.
func shownServers(data *node) []string {
	var out []string
	for _, n := range data.all(nsDomain, "hostObj") {
		out = append(out, strings.ToLower(n.text))
	}
	for _, n := range data.all(nsDomain, "hostAttr") {
		addrs := n.values(nsDomain, "hostAddr")
		slices.Sort(addrs)
		out = append(out, strings.TrimSpace("attr "+strings.ToLower(n.value(nsDomain, "hostName"))+" "+strings.Join(addrs, " ")))
	}
	slices.Sort(out)
	return out
}

// serverTexts are name servers as shownServers shows them.
func serverTexts(list []server) []string {
	var out []string
	for _, s := range list {
		text := strings.ToLower(s.name)
		if s.attr {
			var addrs []string
			for _, a := range s.glue {
				addrs = append(addrs, a.text)
			}
			slices.Sort(addrs)
			text = strings.TrimSpace("attr " + text + " " + strings.Join(addrs, " "))
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}
