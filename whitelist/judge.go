package whitelist

import (
	"time"

	"cadastre/registry"
)

// Judge holds an entry's record against a registration at an instant. n is one of
// p.Names(r), rec the record found there, cred the credential presented. It
// returns nil, or 2308 (expired), 2003 (the entry demands a credential), 2202
// (another registrant, registrar or credential), each naming overseer and policy.
// Compare "existence" leaves out the identities (but not target, kinds and expiry).
func (p *Policy) Judge(r Registration, n Name, rec Record, cred registry.Credential, now time.Time) error {
	panic("to be built")
}

// Missing is the refusal (2308) of a registration that has no entry; it names the
// overseer, the policy and its ground.
func (p *Policy) Missing(r Registration) error { panic("to be built") }

// Unasked is the refusal (2400) of a registration whose entry could not be asked
// for; why is a text for the client, without secrets.
func (p *Policy) Unasked(r Registration, why string) error { panic("to be built") }

// NeedCredentials is the refusal (2003) of a registration that does not say who
// the registrant is or lacks a credential; field is the missing element.
func (p *Policy) NeedCredentials(r Registration, field string) error { panic("to be built") }

// Verdict is what a verifier says.
type Verdict struct {
	Approved bool
	Reason   string // of a denial: what is barred ("name", "registrant", "registrar") in a sentence
	Part     string // "name", "registrant" or "registrar"; empty when approved
}

// Rules decides by the built-in rules: the name first, then the registrant, then
// the registrar; only all three together approve (C-38 to C-43).
func (v *Verifier) Rules(r Registration) Verdict { panic("to be built") }
