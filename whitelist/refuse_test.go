package whitelist

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"cadastre/registry"
)

func refused(t *testing.T, document, field string, kind registry.Kind) *registry.Error {
	t.Helper()
	p, err := ParsePolicy([]byte(document))
	var e *registry.Error
	if !errors.As(err, &e) {
		t.Fatalf("accepted, or not refused as it should be: %v %+v\n%s", err, p, cut(document))
	}
	if e.Field != field || e.Kind != kind {
		t.Errorf("refused %s with kind %d, %v; want kind %d of %q", cut(document), e.Kind, e, kind, field)
	}
	if p != nil {
		t.Error("a policy beside the error")
	}
	return e
}

// TestParsePolicyRefuses names the key that is wrong (C-53, C-69 among them).
func TestParsePolicyRefuses(t *testing.T) {
	deep := strings.Repeat(`{"all":[`, 8) + `{"word":"x"}` + strings.Repeat(`]}`, 8)
	deeper := strings.Repeat(`{"any":[`, 2000) + strings.Repeat(`]}`, 2000)
	many := `{"any":[` + strings.Repeat(`{"word":"x"},`, 200) + `{"word":"x"}]}`
	key15 := base64.StdEncoding.EncodeToString(make([]byte, 15))
	key16 := base64.StdEncoding.EncodeToString(make([]byte, 16))
	short := base64.StdEncoding.EncodeToString(make([]byte, 23))
	long := base64.StdEncoding.EncodeToString(make([]byte, 65))
	rules := func(s string) string { return with("verifiers", `[{"type":"rules",`+s+`}]`) }
	web := func(url, secret string) string {
		return with("verifiers", fmt.Sprintf(`[{"type":"manual"},{"type":"http","url":%q,"secret":%q}]`, url, secret))
	}
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	for _, c := range []struct {
		document, field string
		kind            registry.Kind
	}{
		// The document as such.
		{``, "", registry.KindSyntax},
		{`null`, "", registry.KindSyntax},
		{`[]`, "", registry.KindSyntax},
		{`"x"`, "", registry.KindSyntax},
		{`{`, "", registry.KindSyntax},
		{`{"id": }`, "", registry.KindSyntax},
		{minimal + `{}`, "", registry.KindSyntax},
		{minimal + `x`, "", registry.KindSyntax},
		{minimal[:len(minimal)-1] + `,}`, "", registry.KindSyntax},
		{with("overseer", "\"a\xffb\""), "", registry.KindSyntax},
		{minimal + strings.Repeat(" ", MaxDocument), "", registry.KindRange},
		{with("overseers", `"x"`), "overseers", registry.KindValue},
		{with("Overseer", `"x"`), "Overseer", registry.KindValue},
		{`{"id":"abc","id":"abc"}`, "id", registry.KindValue},
		{with("hash", `{"registrant":"none","registrant":"none"}`), "hash.registrant", registry.KindValue},
		{with("hash", `{"regisrant":"none"}`), "hash.regisrant", registry.KindValue},
		{with("scope", `{"any":[{"suffix":"trips"},{"sufix":"x"}]}`), "scope.any[1].sufix", registry.KindValue},
		{with("verifiers", `[{"type":"manual","people":2}]`), "verifiers[0].people", registry.KindValue},
		{with("fees", `{"grants":"1"}`), "fees.grants", registry.KindValue},
		// Types.
		{with("id", `5`), "id", registry.KindValue},
		{with("id", `null`), "id", registry.KindValue},
		{with("forms", `"{domain}"`), "forms", registry.KindValue},
		{with("forms", `[5]`), "forms[0]", registry.KindValue},
		{with("forms", `[null]`), "forms[0]", registry.KindValue},
		{with("scope", `[]`), "scope", registry.KindValue},
		{with("scope", `true`), "scope", registry.KindValue},
		{with("hash", `"sha256"`), "hash", registry.KindValue},
		{with("life", `365`), "life", registry.KindValue},
		{with("life", `{"Years":1}`), "life", registry.KindValue},
		{with("key", `[1,2]`), "key", registry.KindValue},
		{with("verifiers", `[{"type":"manual","persons":"2"}]`), "verifiers[0].persons", registry.KindValue},
		{with("verifiers", `[{"type":"manual","persons":1.5}]`), "verifiers[0].persons", registry.KindValue},
		{with("verifiers", `[{"type":"manual","persons":1e999}]`), "verifiers[0].persons", registry.KindValue},
		{with("verifiers", `["manual"]`), "verifiers[0]", registry.KindValue},
		// Who.
		{with("id", ``), "id", registry.KindMissing},
		{with("id", `"ab"`), "id", registry.KindValue},
		{with("id", `"abcdefghijklmnopq"`), "id", registry.KindValue},
		{with("id", `"Trips"`), "id", registry.KindValue},
		{with("id", `"-abc"`), "id", registry.KindValue},
		{with("id", `"a_bc"`), "id", registry.KindValue},
		{with("overseer", ``), "overseer", registry.KindMissing},
		{with("overseer", `" x"`), "overseer", registry.KindValue},
		{with("overseer", `"a\u0007b"`), "overseer", registry.KindValue},
		{with("overseer", `"`+strings.Repeat("ü", 256)+`"`), "overseer", registry.KindValue},
		{with("ground", `"a\nb"`), "ground", registry.KindValue},
		{with("account", `"ab"`), "account", registry.KindValue},
		{with("account", `"a b c"`), "account", registry.KindValue},
		// C-53: the name would be the target's own.
		{with("zone", ``), "zone", registry.KindMissing},
		{with("zone", `""`), "zone", registry.KindMissing},
		{with("zone", `"trips"`), "scope.suffix", registry.KindValue},
		{with("zone", `"Trips"`), "scope.suffix", registry.KindValue},
		{with("scope", `{"any":[{"suffix":"a.valid.zone"}]}`), "scope.any[0].suffix", registry.KindValue},
		{with("scope", `{"suffix":"VALID.zone"}`), "scope.suffix", registry.KindValue},
		{with("zone", `"valid.zone."`), "zone", registry.KindValue},
		{with("zone", `"va_lid.zone"`), "zone", registry.KindValue},
		{with("zone", `"xn--zz"`), "zone", registry.KindValue},
		{with("zone", `"有 效.zone"`), "zone", registry.KindValue},
		// Forms.
		{with("forms", ``), "forms", registry.KindMissing},
		{with("forms", `[]`), "forms", registry.KindMissing},
		{with("forms", `["{registrant}.{registrar}"]`), "forms[0]", registry.KindValue},
		{with("forms", `["{domain}","{domain}"]`), "forms[1]", registry.KindValue},
		{with("forms", `["{domain}.{registrant}.{registrant}"]`), "forms[0]", registry.KindValue},
		{with("forms", `["{domain}.{domain}"]`), "forms[0]", registry.KindValue},
		{with("forms", `["x.{domain}"]`), "forms[0]", registry.KindValue},
		{with("forms", `["{domain}."]`), "forms[0]", registry.KindValue},
		{with("forms", `[""]`), "forms[0]", registry.KindValue},
		{with("forms", `["{Domain}"]`), "forms[0]", registry.KindValue},
		{with("forms", `["{registrant}{domain}"]`), "forms[0]", registry.KindValue},
		{with("forms", `["a","b","c","d","e","f","g","h","i"]`), "forms", registry.KindValue},
		// Words. C-69: an unknown hash.
		{with("hash", `{"whole":"md6"}`), "hash.whole", registry.KindValue},
		{with("hash", `{"registrant":"SHA256"}`), "hash.registrant", registry.KindValue},
		{with("hash", `{"registrant":""}`), "hash.registrant", registry.KindValue},
		{with("registrar_as", `"IANA"`), "registrar_as", registry.KindValue},
		{with("credentials", `"some"`), "credentials", registry.KindValue},
		{with("compare", `""`), "compare", registry.KindValue},
		{with("binds", `"never"`), "binds", registry.KindValue},
		{with("via", `"whois"`), "via", registry.KindValue},
		{with("life", `"0d"`), "life", registry.KindValue},
		{with("hold", `"1m1s"`), "hold", registry.KindValue},
		{with("life", `"101y"`), "life", registry.KindValue},
		// Keys.
		{with("hash", `{"domain":"hmac-sha256"}`), "key", registry.KindMissing},
		{with("hash", `{"domain":"hmac-sha256"}`, "key", `"`+key15+`"`), "key", registry.KindValue},
		{with("hash", `{"domain":"sha256"}`, "key", `"`+key16+`"`), "key", registry.KindValue},
		{with("hash", `{"domain":"hmac-sha256"}`, "key", `"not base64"`), "key", registry.KindValue},
		// Scopes.
		{with("scope", ``), "scope", registry.KindMissing},
		{with("scope", `{}`), "scope", registry.KindValue},
		{with("scope", `{"any":[]}`), "scope.any", registry.KindValue},
		{with("scope", `{"any":null}`), "scope", registry.KindMissing},
		{with("scope", `{"suffix":""}`), "scope", registry.KindMissing},
		{with("scope", `{"suffix":"trips","word":"x"}`), "scope", registry.KindValue},
		{with("scope", `{"all":[{"any":[{"word":"x"}],"registrar":"146"}]}`), "scope.all[0]", registry.KindValue},
		{with("scope", deep), "scope" + strings.Repeat(".all[0]", 7) + ".all", registry.KindValue},
		{with("scope", many), "scope", registry.KindValue},
		{with("scope", `{"suffix":"trips."}`), "scope.suffix", registry.KindValue},
		{with("scope", `{"suffix":".trips"}`), "scope.suffix", registry.KindValue},
		{with("scope", `{"suffix":"*.trips"}`), "scope.suffix", registry.KindValue},
		{with("scope", `{"word":"a.b"}`), "scope.word", registry.KindValue},
		{with("scope", `{"word":" "}`), "scope.word", registry.KindValue},
		{with("scope", `{"registrantCountry":"xx"}`), "scope.registrantCountry", registry.KindValue},
		{with("scope", `{"registrarCountry":"XXX"}`), "scope.registrarCountry", registry.KindValue},
		{with("scope", `{"registrant":" a"}`), "scope.registrant", registry.KindValue},
		// Fees and records.
		{with("fees", `{"grant":"-1"}`), "fees.grant", registry.KindValue},
		{with("fees", `{"name":"1.005"}`), "fees.name", registry.KindValue},
		{with("fees", `{"name":"1."}`), "fees.name", registry.KindValue},
		{with("fees", `{"name":".5"}`), "fees.name", registry.KindValue},
		{with("fees", `{"name":"1e3"}`), "fees.name", registry.KindValue},
		{with("fees", `{"name":"10000000000"}`), "fees.name", registry.KindValue},
		{with("records", `[{"type":"A","value":"2001:db8::1"}]`), "records[0].value", registry.KindValue},
		{with("records", `[{"type":"A","value":"1.2.3"}]`), "records[0].value", registry.KindValue},
		{with("records", `[{"type":"AAAA","value":"1.2.3.4"}]`), "records[0].value", registry.KindValue},
		{with("records", `[{"type":"AAAA","value":"::ffff:1.2.3.4"}]`), "records[0].value", registry.KindValue},
		{with("records", `[{"type":"AAAA","value":"fe80::1%eth0"}]`), "records[0].value", registry.KindValue},
		{with("records", `[{"type":"NS","value":"a..b"}]`), "records[0].value", registry.KindValue},
		{with("records", `[{"type":"A"}]`), "records[0].value", registry.KindMissing},
		{with("records", `[{"type":"CNAME","value":"a.b"}]`), "records[0].type", registry.KindValue},
		{with("records", `[{"type":"A","value":"1.2.3.4"},{"type":"A","value":"1.2.3.4"}]`), "records[1]", registry.KindValue},
		{with("records", `[`+strings.Repeat(`{"type":"A","value":"1.2.3.4"},`, 16)+`{"type":"A","value":"1.2.3.4"}]`), "records", registry.KindValue},
		// Verifiers.
		{with("verifiers", ``), "verifiers", registry.KindMissing},
		{with("verifiers", `[]`), "verifiers", registry.KindMissing},
		{with("verifiers", `[{"type":"manual"}`+strings.Repeat(`,{"type":"manual"}`, 8)+`]`), "verifiers", registry.KindValue},
		{with("verifiers", `[{}]`), "verifiers[0].type", registry.KindMissing},
		{with("verifiers", `[{"type":"ftp"}]`), "verifiers[0].type", registry.KindValue},
		{with("verifiers", `[{"type":"manual","persons":3}]`), "verifiers[0].persons", registry.KindValue},
		{with("verifiers", `[{"type":"manual","persons":-1}]`), "verifiers[0].persons", registry.KindValue},
		{with("verifiers", `[{"type":"manual","words":["x"]}]`), "verifiers[0].words", registry.KindValue},
		{with("verifiers", `[{"type":"manual","words":[]}]`), "verifiers[0].words", registry.KindValue},
		{rules(`"persons":1`), "verifiers[0].persons", registry.KindValue},
		{rules(`"url":"https://a.example"`), "verifiers[0].url", registry.KindValue},
		{rules(`"words":["a.b"]`), "verifiers[0].words[0]", registry.KindValue},
		{rules(`"registrants":["x",""]`), "verifiers[0].registrants[1]", registry.KindValue},
		{rules(`"onlyRegistrars":[]`), "verifiers[0].onlyRegistrars", registry.KindValue},
		{with("verifiers", `[{"type":"http","secret":"`+secret+`"}]`), "verifiers[0].url", registry.KindMissing},
		{with("verifiers", `[{"type":"http","url":"https://a.example"}]`), "verifiers[0].secret", registry.KindMissing},
		{web("http://a.example", secret), "verifiers[1].url", registry.KindValue},
		{web("http://localhost.example", secret), "verifiers[1].url", registry.KindValue},
		{web("ftp://a.example", secret), "verifiers[1].url", registry.KindValue},
		{web("https:///path", secret), "verifiers[1].url", registry.KindValue},
		{web("https:a.example", secret), "verifiers[1].url", registry.KindValue},
		{web("https://user:pw@a.example", secret), "verifiers[1].url", registry.KindValue},
		{web("https://a.example/#x", secret), "verifiers[1].url", registry.KindValue},
		{web("https://a.example/"+strings.Repeat("x", 2048), secret), "verifiers[1].url", registry.KindValue},
		{web("https://a.example", short), "verifiers[1].secret", registry.KindValue},
		{web("https://a.example", long), "verifiers[1].secret", registry.KindValue},
		{web("https://a.example", "whsec_!"), "verifiers[1].secret", registry.KindValue},
		{with("verifiers", `[{"type":"http","url":"https://a.example","secret":"`+secret+`","ca":"x"}]`), "verifiers[0].ca", registry.KindValue},
	} {
		refused(t, c.document, c.field, c.kind)
	}
	if e := refused(t, with("scope", deeper), scopePath(maxNesting), registry.KindValue); e.Value != "" {
		t.Error(e)
	}
}

// scopePath is where nesting is found too deep: an object and an array a level.
func scopePath(nesting int) string {
	return "scope" + strings.Repeat(".any[0]", (nesting-1)/2) + ".any"
}
