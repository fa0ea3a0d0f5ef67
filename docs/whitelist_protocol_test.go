package docs

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cadastre/registry"
	"cadastre/whitelist"
)

const protocolPage = "whitelist-protocol.md"

// in gives the blocks of a section that have a language.
func (p *page) in(t *testing.T, section, lang string) []block {
	t.Helper()
	var list []block
	for _, b := range p.blocks {
		if b.section == section && b.lang == lang {
			list = append(list, b)
		}
	}
	if len(list) == 0 {
		t.Fatalf("%s has no block of language %q in the section %q", p.path, lang, section)
	}
	return list
}

// table gives the rows of the table whose heading begins with the cells, code without its
// marks.
func (p *page) table(t *testing.T, first ...string) [][]string {
	t.Helper()
	_, rest, found := strings.Cut(p.text, "\n| "+strings.Join(first, " | "))
	if !found {
		t.Fatalf("%s has no table that begins with %q", p.path, first)
	}
	var rows [][]string
	for i, line := range strings.Split(rest, "\n") {
		if i < 2 { // the rest of the heading, and the rule below it
			continue
		}
		if !strings.HasPrefix(line, "|") {
			break
		}
		var row []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			row = append(row, strings.Trim(strings.TrimSpace(cell), "`"))
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		t.Fatalf("%s: the table that begins with %q is empty", p.path, first)
	}
	return rows
}

// policyOf makes a policy for everything.
func policyOf(t *testing.T, members map[string]any) *whitelist.Policy {
	t.Helper()
	document := map[string]any{
		"id": "page", "overseer": "Board", "zone": "valid.zone", "scope": map[string]any{"word": "a"},
		"forms": []string{"{registrant}.{registrar}.{domain}"}, "verifiers": []any{map[string]any{"type": "manual"}},
	}
	for key, value := range members {
		document[key] = value
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	p, err := whitelist.ParsePolicy(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

func wanting(target, registrant, registrar string) whitelist.Registration {
	iana, _ := strconv.Atoi(registrar) // a name has none
	return whitelist.Registration{
		Target: target, Registrant: whitelist.Registrant{ID: registrant},
		Registrar: whitelist.Registrar{Account: "registrar-a", IANA: iana, Name: registrar},
	}
}

// TestWhitelistPolicyOnPage: the policy of the page is one, and its defaults are as it says.
func TestWhitelistPolicyOnPage(t *testing.T) {
	p := readPage(t, protocolPage)
	policy, err := whitelist.ParsePolicy([]byte(p.in(t, "What is agreed beforehand", "")[0].text))
	if err != nil {
		t.Fatal(err)
	}
	if policy.ID != "trips-board" || !policy.Controls(wanting("miami.trips", "UID5439394", "146")) {
		t.Errorf("the policy is %+v", policy)
	}
	absent := policyOf(t, nil)
	defaults := map[string]string{
		"registrar_as": absent.RegistrarAs, "compare": absent.Compare, "binds": absent.Binds, "hash": absent.Hash.Registrant,
	}
	known := reflect.TypeFor[whitelist.Policy]()
	for _, row := range p.table(t, "member", "meaning") {
		if want, ok := defaults[row[0]]; ok && want != row[2] {
			t.Errorf("%s: the default is %s, the page says %s", row[0], want, row[2])
		}
		delete(defaults, row[0])
		for _, key := range strings.Split(row[0], "`, `") {
			found := false
			for i := range known.NumField() {
				name, _, _ := strings.Cut(known.Field(i).Tag.Get("json"), ",")
				found = found || name == key
			}
			if !found {
				t.Errorf("a policy has no member %q", key)
			}
		}
	}
	if len(defaults) > 0 {
		t.Errorf("the page does not tell the defaults of %v", defaults)
	}
}

// TestWhitelistNamesOnPage: the names of the page are those of the program, and those that
// its rules give without it.
func TestWhitelistNamesOnPage(t *testing.T) {
	p := readPage(t, protocolPage)
	for _, row := range p.table(t, "form", "zone", "whitelist name") {
		form, zone, want := row[0], row[1], row[2]
		names, err := policyOf(t, map[string]any{"forms": []string{form}, "zone": zone}).Names(wanting("Miami.trips", "UID5439394", "146"))
		if err != nil || len(names) != 1 || names[0].Name != want || names[0].Registrant != "UID5439394" || names[0].Agent != "146" {
			t.Errorf("%s in %s: %+v %v, want %s", form, zone, names, err, want)
		}
		aLabels := strings.NewReplacer("有效", "xn--fcvx2b").Replace(zone)
		byHand := strings.NewReplacer("{registrant}", "UID5439394", "{registrar}", "146", "{domain}", "Miami.trips").Replace(form)
		if got := strings.ToLower(byHand) + "." + aLabels; got != want {
			t.Errorf("%s in %s: by the rules %s, want %s", form, zone, got, want)
		}
	}
	names, err := policyOf(t, map[string]any{"registrar_as": "name"}).Names(wanting("website.domains", "John Doe", "GODADDY"))
	if err != nil || !strings.Contains(p.text, "first form gives\n`"+names[0].Name+"`") {
		t.Errorf("John Doe's name is %+v (%v): the page says another", names, err)
	}
	double := policyOf(t, map[string]any{"forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"}})
	if names, err = double.Names(wanting("miami.trips", "146", "146")); err != nil || len(names) != 1 || names[0].Agent == "" || names[0].Registrant == "" {
		t.Errorf("two forms that give the same name give %+v, %v", names, err)
	}
	if names, err = double.Names(wanting("miami.trips", "1", "146")); err != nil || len(names) != 2 || names[0].Agent != "" || names[1].Registrant != "" {
		t.Errorf("of two forms each is about its own party only: %+v, %v", names, err)
	}
}

// TestWhitelistHashesOnPage: the hashes of the page are those of the program and those of
// the standard library.
func TestWhitelistHashesOnPage(t *testing.T) {
	p := readPage(t, protocolPage)
	key := regexp.MustCompile("The key of these is `([^`]+)`").FindStringSubmatch(p.text)
	if key == nil {
		t.Fatal("the page tells no key")
	}
	secret, err := base64.StdEncoding.DecodeString(key[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range p.table(t, "hash", "value", "result") {
		algorithm, value, want := row[0], row[1], row[2]
		mac := sha256.New()
		members := map[string]any{"hash": map[string]any{"registrant": algorithm}}
		if algorithm == whitelist.HashHMAC {
			mac, members["key"] = hmac.New(sha256.New, secret), key[1]
		}
		mac.Write([]byte(strings.ReplaceAll(value, "UID", "uid"))) // ASCII capitals of the vectors
		if value == "John Doe" {
			mac.Reset()
			mac.Write([]byte("john doe"))
		}
		if got := strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil))); got != want {
			t.Errorf("%s of %s is %s, the page says %s", algorithm, value, got, want)
		}
		names, err := policyOf(t, members).Names(wanting("miami.trips", value, "146"))
		if err != nil || names[0].Name != want+".146.miami.trips.valid.zone" {
			t.Errorf("%s of %s: %+v %v, the page says %s", algorithm, value, names, err, want)
		}
	}
	whole := policyOf(t, map[string]any{"hash": map[string]any{"whole": "sha256"}})
	names, err := whole.Names(wanting("miami.trips", "UID5439394", "146"))
	if err != nil || !strings.Contains(p.text, "form's name is `"+names[0].Name+"`") {
		t.Errorf("the whole name hashed is %v (%v): the page says another", names, err)
	}
}

// TestWhitelistRecordsOnPage: the records of the page are records, by its grammar and for
// the program; so are the records of the vectors, and what is none is none for both.
func TestWhitelistRecordsOnPage(t *testing.T) {
	p := readPage(t, protocolPage)
	blocks := p.in(t, "The record", "")
	r := &recogniser{readGrammar(t, blocks[0].text).compile(t, "record")}
	last := ""
	for line := range strings.Lines(blocks[1].text) {
		last = strings.TrimSuffix(line, "\n")
		if r.compare(t, last) == nil {
			t.Errorf("not a record: %s", last)
		}
	}
	kind := regexp.MustCompile("for the type `([a-z]+)` and the value `([^`]+)`").FindStringSubmatch(p.text)
	rec, err := whitelist.ParseRecord(last)
	if err != nil || kind == nil || !whitelist.CredentialMatches(rec.Credential, kind[1], kind[2]) || whitelist.CredentialMatches(rec.Credential, "password", kind[2]) {
		t.Errorf("the credential of the last record is not %q: %v", kind, err)
	}
	for _, typ := range registry.CredentialTypes {
		if !strings.Contains(p.text, "`"+typ+"`") {
			t.Errorf("the page does not tell the credential type %s", typ)
		}
	}

	data, err := os.ReadFile("../testdata/whitelist/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Names []struct {
			Names []struct{ Record string }
		}
		Records, Malformed []struct{ Text string }
	}
	if err := json.Unmarshal(data, &vectors); err != nil || len(vectors.Malformed) == 0 {
		t.Fatalf("%d vectors: %v", len(vectors.Malformed), err)
	}
	var texts []string
	for _, v := range vectors.Records {
		texts = append(texts, v.Text)
	}
	for _, v := range vectors.Names {
		for _, n := range v.Names {
			texts = append(texts, n.Record)
		}
	}
	for _, text := range texts {
		if r.compare(t, text) == nil {
			t.Errorf("not a record: %s", text)
		}
	}
	for _, v := range vectors.Malformed {
		if r.compare(t, v.Text) != nil {
			t.Errorf("a record: %s", v.Text)
		}
	}
	r.mutate(t, append(texts, last))
}

// recogniser is the page's own idea of a record.
type recogniser struct{ grammar *regexp.Regexp }

// compare holds the program's opinion of a text against the page's; nil: it is no record.
func (r *recogniser) compare(t *testing.T, text string) *whitelist.Record {
	t.Helper()
	rec, err := whitelist.ParseRecord(text)
	if (err == nil) != r.accepts(text) {
		t.Errorf("%q: the program says %v, the page's grammar and limits say %v", text, err, r.accepts(text))
	}
	if err != nil {
		return nil
	}
	return &rec
}

// TestWhitelistJudgedAsOnPage: what the page says of comparing, the program does.
func TestWhitelistJudgedAsOnPage(t *testing.T) {
	until := time.Date(2027, 11, 21, 0, 0, 0, 0, time.UTC)
	const phc = "; cred=$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$bMfmTRavMqCWfwGu9LvJcH4r4ympqqvzF5OpaeAlIL4"
	token := registry.Credential{Type: "token", Value: "s3cret"}
	missing, other, refused := registry.KindMissing, registry.KindAuthInfo, registry.KindDataPolicy
	for _, c := range []struct {
		what, compare, target, registrant, registrar, cred string
		sent                                               registry.Credential
		now                                                time.Time
		want                                               *registry.Kind
	}{
		{"the same", "both", "miami.trips", "UID5439394", "146", "", token, until.Add(-1), nil},
		{"another case", "record", "miami.trips", "uid5439394", "146", "", token, until.Add(-1), nil},
		{"another target", "existence", "rome.trips", "UID5439394", "146", "", token, until.Add(-1), &refused},
		{"no registrant", "existence", "miami.trips", "", "146", "", token, until.Add(-1), &refused},
		{"no registrar", "existence", "miami.trips", "UID5439394", "", "", token, until.Add(-1), &refused},
		{"expired", "existence", "miami.trips", "UID5439394", "146", "", token, until, &refused},
		{"another registrant", "both", "miami.trips", "UID1", "146", "", token, until.Add(-1), &other},
		{"another registrar", "both", "miami.trips", "UID5439394", "147", "", token, until.Add(-1), &other},
		{"existence, another registrant", "existence", "miami.trips", "UID1", "146", "", token, until.Add(-1), &other},
		{"credential", "both", "miami.trips", "UID5439394", "146", phc, token, until.Add(-1), nil},
		{"no credential", "both", "miami.trips", "UID5439394", "146", phc, registry.Credential{}, until.Add(-1), &missing},
		{"another type", "both", "miami.trips", "UID5439394", "146", phc, registry.Credential{Type: "password", Value: "s3cret"}, until.Add(-1), &other},
		{"existence, no credential", "existence", "miami.trips", "UID5439394", "146", phc, registry.Credential{}, until.Add(-1), nil},
	} {
		text := "v=wl1; target=" + c.target
		for _, part := range [][2]string{{"registrant", c.registrant}, {"registrar", c.registrar}} {
			if part[1] != "" {
				text += "; " + part[0] + "=" + part[1]
			}
		}
		err := judged(t, map[string]any{"compare": c.compare}, "UID5439394", text+"; until=2027-11-21T00:00:00Z"+c.cred, c.sent, c.now)
		if (err == nil) != (c.want == nil) || c.want != nil && !registry.IsKind(err, *c.want) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	err := judged(t, map[string]any{"compare": "existence"}, "John_Doe", "v=wl1; target=miami.trips; registrant=John Doe; registrar=146; until=2027-11-21T00:00:00Z", token, until.Add(-1))
	if !registry.IsKind(err, other) {
		t.Errorf("John_Doe for John Doe: %v", err)
	}
	for what, members := range map[string]map[string]any{
		"hashed":     {"compare": "existence", "hash": map[string]any{"registrant": "sha256"}},
		"in no form": {"compare": "existence", "forms": []string{"{registrar}.{domain}"}},
	} {
		const text = "v=wl1; target=miami.trips; registrant=UID1; registrar=146; until=2027-11-21T00:00:00Z"
		if err := judged(t, members, "UID5439394", text, token, until.Add(-1)); err != nil {
			t.Errorf("existence, a registrant that is %s: %v", what, err)
		}
	}
}

// judged holds a record against miami.trips for a registrant through registrar 146, under a
// policy with these members.
func judged(t *testing.T, members map[string]any, registrant, text string, sent registry.Credential, now time.Time) error {
	t.Helper()
	p := policyOf(t, members)
	rec, err := whitelist.ParseRecord(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	r := wanting("miami.trips", registrant, "146")
	names, err := p.Names(r)
	if err != nil {
		t.Fatal(err)
	}
	return p.Judge(r, names[0], rec, sent, now)
}

var percent = regexp.MustCompile(`%[0-9A-F]{2}`)

// accepts is the grammar and what the page says in words.
func (r *recogniser) accepts(text string) bool {
	if len(text) > 1024 || !r.grammar.MatchString(text) {
		return false
	}
	for part := range strings.SplitSeq(text, "; ") {
		key, value, _ := strings.Cut(part, "=")
		value = percent.ReplaceAllStringFunc(value, func(e string) string {
			n, _ := strconv.ParseUint(e[1:], 16, 8) // it matched
			return string([]byte{byte(n)})
		})
		switch {
		case !utf8.ValidString(value):
			return false
		case key == "until":
			if _, err := time.Parse(time.RFC3339, value); err != nil || value == "0001-01-01T00:00:00Z" {
				return false
			}
		case key == "cred" && !affordable(value):
			return false
		}
	}
	return true
}

// affordable holds an argon2id string against the limits of the page.
func affordable(phc string) bool {
	parts := strings.Split(phc, "$")
	var cost [3]int
	for i, number := range strings.Split(parts[3], ",") {
		cost[i], _ = strconv.Atoi(number[2:])
	}
	var size [2]int
	for i, text := range parts[4:] {
		raw, err := base64.RawStdEncoding.Strict().DecodeString(text)
		if err != nil {
			return false
		}
		size[i] = len(raw)
	}
	m, passes, lanes := cost[0], cost[1], cost[2]
	return m <= 65536 && passes <= 4 && lanes <= 4 && m >= 8*lanes && size[0] >= 8 && size[0] <= 64 && size[1] >= 16 && size[1] <= 64
}

// mutate changes records here and there: program and page must still agree.
func (r *recogniser) mutate(t *testing.T, texts []string) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(8945, 5234))
	pieces := []string{
		"; ", ";", " ", "%", "%20", "%3B", "%C3%9C", "%41", "%7F", "\"", "\\", "=", "\x00", "Ü", "; cred=", "; registrar=146", "0", "9", "Z", "z", ",", "$", "~", "!",
	}
	records := 0
	for range 20_000 {
		text := []byte(texts[rnd.IntN(len(texts))])
		for range 1 + rnd.IntN(2) {
			at := rnd.IntN(len(text))
			switch piece := pieces[rnd.IntN(len(pieces))]; rnd.IntN(3) {
			case 0:
				text = append(text[:at:at], append([]byte(piece), text[at:]...)...)
			case 1:
				text = append(text[:at:at], text[min(len(text), at+1+rnd.IntN(3)):]...)
			default:
				text = bytes.Replace(text, text[at:at+1], []byte(piece), 1)
			}
			if len(text) == 0 {
				break
			}
		}
		if r.compare(t, string(text)) != nil {
			records++
		}
		if t.Failed() {
			return
		}
	}
	if records < 500 {
		t.Errorf("only %d of the changed texts were records: too few to tell", records)
	}
}
