package whitelist

// Policy is a rule about who may register what (interfaces.md, section 5). Its
// JSON form is what an operator writes.
type Policy struct {
	ID          string      `json:"id"`
	Overseer    string      `json:"overseer"`
	Ground      string      `json:"ground,omitempty"`  // legal ground, shown in refusals
	Zone        string      `json:"zone"`              // whitelist zone, canonical (A-labels)
	Account     string      `json:"account,omitempty"` // verifier's account; empty: the policy's id
	Forms       []Form      `json:"forms"`
	RegistrarAs string      `json:"registrar_as"` // "iana", "id" or "name"
	Scope       Scope       `json:"scope"`
	Hash        Hash        `json:"hash"`
	Key         []byte      `json:"key,omitempty"` // of hmac-sha256; base64 in JSON, secret
	Credentials string      `json:"credentials"`   // "none", "uncertified" or "verified"
	Compare     string      `json:"compare"`       // "existence", "record" or "both"
	Binds       string      `json:"binds"`         // "always" or "registration"
	Via         string      `json:"via,omitempty"` // how a target asks: "local", "dns", "epp"; empty: as it can
	Life        Period      `json:"life"`          // of an entry while its target is unregistered
	Hold        Period      `json:"hold"`          // an application undecided for so long is denied
	Prune       Interval    `json:"prune"`
	Fees        Fees        `json:"fees,omitzero"`
	Verifiers   []Verifier  `json:"verifiers"`
	Records     []ExtraData `json:"records"`
}

// Form is one way of joining the components, such as
// "{registrant}.{registrar}.{domain}"; the zone is appended.
type Form string

// Scope is a condition on a registration: exactly one of its members is set.
type Scope struct {
	Any               []Scope `json:"any,omitempty"`
	All               []Scope `json:"all,omitempty"`
	Suffix            string  `json:"suffix,omitempty"` // names below it
	Word              string  `json:"word,omitempty"`   // names that contain it, in A-labels or U-labels
	Registrant        string  `json:"registrant,omitempty"`
	RegistrantCountry string  `json:"registrantCountry,omitempty"` // ISO 3166-1 alpha-2
	Registrar         string  `json:"registrar,omitempty"`         // IANA number or account id
	RegistrarCountry  string  `json:"registrarCountry,omitempty"`
}

// Hash says which components are hashed, and whether the joined name is:
// "none", "sha256" or "hmac-sha256".
type Hash struct {
	Registrant string `json:"registrant"`
	Registrar  string `json:"registrar"`
	Domain     string `json:"domain"`
	Whole      string `json:"whole"`
}

// Fees are amounts in the registry's currency, such as "25.00"; empty for none.
type Fees struct {
	Grant string `json:"grant,omitempty"` // charged to the verifier's account when control is granted
	Name  string `json:"name,omitempty"`  // charged to the applicant for each approved application
}

// Verifier is one step of the chain that decides on an application.
type Verifier struct {
	Type string `json:"type"` // "rules", "manual" or "http"

	// Rules. What is barred, and, where not empty, all that is allowed.
	Words           []string `json:"words,omitempty"`
	Registrants     []string `json:"registrants,omitempty"`
	Registrars      []string `json:"registrars,omitempty"` // IANA numbers or account ids
	OnlyRegistrants []string `json:"onlyRegistrants,omitempty"`
	OnlyRegistrars  []string `json:"onlyRegistrars,omitempty"`

	// Manual.
	Persons int `json:"persons,omitempty"` // different people who must approve; 0 means 1

	// HTTP.
	URL    string `json:"url,omitempty"`
	Secret string `json:"secret,omitempty"` // of Standard Webhooks ("whsec_…" or base64)
	CA     string `json:"ca,omitempty"`     // PEM; empty: the system's
}

// ExtraData is a record that DNS shows at every entry beside its TXT.
type ExtraData struct {
	Type  string `json:"type"` // "A", "AAAA" or "NS"
	Value string `json:"value"`
}

// The words of a policy.
const (
	AsIANA = "iana"
	AsID   = "id"
	AsName = "name"

	HashNone   = "none"
	HashSHA256 = "sha256"
	HashHMAC   = "hmac-sha256"

	CredentialsNone        = "none"
	CredentialsUncertified = "uncertified"
	CredentialsVerified    = "verified"

	CompareExistence = "existence"
	CompareRecord    = "record"
	CompareBoth      = "both"

	BindsAlways       = "always"
	BindsRegistration = "registration"

	ViaLocal = "local"
	ViaDNS   = "dns"
	ViaEPP   = "epp"

	RulesVerifier  = "rules"
	ManualVerifier = "manual"
	HTTPVerifier   = "http"
)

var hashWords = []string{HashNone, HashSHA256, HashHMAC}

// VerifierAccount is the account that may write the policy's names.
func (p *Policy) VerifierAccount() string {
	if p.Account != "" {
		return p.Account
	}
	return p.ID
}
