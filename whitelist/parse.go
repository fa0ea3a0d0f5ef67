package whitelist

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"cadastre/registry"
)

// MaxDocument is the longest policy document, in octets.
const MaxDocument = 64 << 10

// maxText bounds the texts of a policy that are shown to people, in characters.
const maxText = 255

// ParsePolicy reads and checks a policy's JSON document (at most 64 KiB): unknown
// keys and words, forms that name no target or would give the target name itself,
// and scopes without a condition are refused with an error that names the key.
// Absent keys have the defaults of interfaces.md's example. U-labels become A-labels.
// No error holds a secret.
func ParsePolicy(document []byte) (*Policy, error) {
	if len(document) > MaxDocument {
		return nil, registry.Errorf(registry.KindRange, "", "", "a policy has at most %d octets", MaxDocument)
	}
	if err := checkKeys(document); err != nil {
		return nil, err
	}
	p := defaults()
	if err := json.Unmarshal(document, p); err != nil {
		// checkKeys has found all that a document can do wrong here.
		return nil, registry.Errorf(registry.KindSyntax, "", "", "the policy cannot be read")
	}
	if p.Records == nil {
		p.Records = []ExtraData{}
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, nil
}

// defaults is a policy with everything that a document may leave out.
func defaults() *Policy {
	return &Policy{
		RegistrarAs: AsIANA,
		Hash:        Hash{Registrant: HashNone, Registrar: HashNone, Domain: HashNone, Whole: HashNone},
		Credentials: CredentialsUncertified, Compare: CompareBoth, Binds: BindsAlways,
		Life: Period{Years: 1}, Hold: Period{Exact: 30 * 24 * time.Hour}, Prune: "day",
	}
}

// check refuses what the JSON's shape does not show, and brings names into their
// canonical form.
func (p *Policy) check() error {
	for _, step := range []func() error{
		p.checkParty, p.checkZone, p.checkForms, p.checkWords, p.checkHash, p.checkScope, p.checkFees, p.checkVerifiers, p.checkRecords,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// checkParty checks who the policy is and whose.
func (p *Policy) checkParty() error {
	if p.ID == "" {
		return missing("id")
	}
	if !isID(p.ID) {
		return wrong("id", p.ID, "an id has 3 to 16 lower-case letters, digits and hyphens, and does not begin with a hyphen")
	}
	if p.Overseer == "" {
		return missing("overseer")
	}
	if err := checkText("overseer", p.Overseer); err != nil {
		return err
	}
	if p.Ground != "" {
		if err := checkText("ground", p.Ground); err != nil {
			return err
		}
	}
	if p.Account != "" {
		if err := registry.CheckRegistrarID(p.Account); err != nil {
			return wrong("account", p.Account, "not an account id (3 to 16 printable ASCII characters)")
		}
	}
	return nil
}

func isID(id string) bool {
	for i := range len(id) {
		if c := id[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c != '-' || i == 0) {
			return false
		}
	}
	return len(id) >= 3 && len(id) <= 16
}

func (p *Policy) checkZone() error {
	if p.Zone == "" {
		return registry.Errorf(registry.KindMissing, "zone", "",
			"a whitelist zone is required: without it a whitelist name would be the target name itself")
	}
	zone, err := asciiName("zone", p.Zone)
	if err != nil {
		return err
	}
	p.Zone = zone
	return nil
}

// checkWords checks the keys that take one of a few words.
func (p *Policy) checkWords() error {
	for _, w := range []struct {
		key, value string
		allowed    []string
	}{
		{"registrar_as", p.RegistrarAs, []string{AsIANA, AsID, AsName}},
		{"hash.registrant", p.Hash.Registrant, hashWords},
		{"hash.registrar", p.Hash.Registrar, hashWords},
		{"hash.domain", p.Hash.Domain, hashWords},
		{"hash.whole", p.Hash.Whole, hashWords},
		{"credentials", p.Credentials, []string{CredentialsNone, CredentialsUncertified, CredentialsVerified}},
		{"compare", p.Compare, []string{CompareExistence, CompareRecord, CompareBoth}},
		{"binds", p.Binds, []string{BindsAlways, BindsRegistration}},
		{"via", p.Via, []string{"", ViaLocal, ViaDNS, ViaEPP}},
		{"prune", string(p.Prune), []string{"second", "minute", "hour", "day", "week", "month"}},
	} {
		if !slices.Contains(w.allowed, w.value) {
			return unknownWord(w.key, w.value, w.allowed)
		}
	}
	return nil
}

// asciiName is the canonical form of a name that may hold U-labels (RFC 5890).
func asciiName(field, name string) (string, error) {
	ascii := name
	if !isASCII(name) {
		var err error
		if ascii, err = idna.Lookup.ToASCII(name); err != nil {
			return "", wrong(field, name, "not a valid internationalised name (RFC 5891)")
		}
	}
	return registry.CanonicalName(ascii, field)
}

// checkText refuses what people could not read, or what would not fit a message.
func checkText(field, s string) error {
	switch {
	case strings.TrimSpace(s) != s || s == "":
		return wrong(field, s, "a text is not empty and has no blanks at its ends")
	case utf8.RuneCountInString(s) > maxText:
		return wrong(field, "", "a text has at most 255 characters")
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) }):
		return wrong(field, s, "a text holds printable characters only")
	}
	return nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func missing(key string) error { return registry.Errorf(registry.KindMissing, key, "", "is required") }

func wrong(key, value, why string) error {
	return registry.Errorf(registry.KindValue, key, value, "%s", why)
}

func unknownWord(key, value string, allowed []string) error {
	list := slices.DeleteFunc(slices.Clone(allowed), func(w string) bool { return w == "" })
	return registry.Errorf(registry.KindValue, key, value, "unknown word: it is one of %s", strings.Join(list, ", "))
}
