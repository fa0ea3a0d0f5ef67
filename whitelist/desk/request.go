package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cadastre/registry"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// request is an application's facts, checked, before it meets a policy.
type request struct {
	actor    registry.Actor
	source   string
	reg      whitelist.Registration
	pre      registry.Preapproval
	evidence Evidence
	mail     string
	hash     string          // of the registrant's credential, once it was needed
	matches  map[string]bool // whether the credential is the one of a hash, as far as was compared
}

// Limits of what an application may carry.
const (
	maxIdentifier = 255
	maxCredential = 4096 // octets: a signed token fits
	maxText       = 1000 // octets of a reason or a note
	maxEvidence   = 1000 // octets of one item: a role may have thirty contacts
	maxContacts   = 20
)

// clean refuses text that is too long, or that no protocol could carry on.
func clean(text string, max int, field string) error {
	switch {
	case len(text) > max:
		return registry.Errorf(registry.KindRange, field, "", "at most %d octets", max)
	case !utf8.ValidString(text):
		return registry.Errorf(registry.KindValue, field, "", "not UTF-8")
	case strings.ContainsFunc(text, unicode.IsControl):
		return registry.Errorf(registry.KindValue, field, "", "holds control characters")
	}
	return nil
}

// checkCredential refuses what is no credential; the zero value is none.
func checkCredential(c registry.Credential) error {
	const field = "preapproval:credential"
	if c == (registry.Credential{}) {
		return nil
	}
	if !slices.Contains(registry.CredentialTypes, c.Type) {
		return registry.Errorf(registry.KindValue, field, c.Type, "a credential is of type %s", strings.Join(registry.CredentialTypes, ", "))
	}
	if c.Value == "" {
		return registry.Errorf(registry.KindValue, field, "", "a credential is empty")
	}
	return clean(c.Value, maxCredential, field)
}

// check refuses evidence that cannot be kept.
func (e Evidence) check() error {
	const field = "evidence"
	if len(e.Contacts) > maxContacts {
		return registry.Errorf(registry.KindRange, field, "", "at most %d contacts", maxContacts)
	}
	for role, id := range e.Contacts {
		if err := clean(role+id, maxEvidence, field); err != nil {
			return err
		}
	}
	for _, text := range []string{e.Period, e.Registrant, e.RegistrarIdentity} {
		if err := clean(text, maxEvidence, field); err != nil {
			return err
		}
	}
	if e.Mail != "" {
		return registry.CheckEmail(e.Mail, "mail")
	}
	return nil
}

// kept is the evidence as it is stored.
type kept struct {
	Evidence
	CredentialType string `json:"credential_type,omitempty"`
}

func (r *request) kept(credential bool) (json.RawMessage, error) {
	k := kept{Evidence: r.evidence}
	if credential {
		k.CredentialType = r.pre.Credential.Type
	}
	if r.pre.RegistrarCredential.Type != "" {
		k.RegistrarIdentity = r.pre.RegistrarCredential.Type
	}
	data, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return data, nil
}

// request checks an application by a registrar.
func (d *Desk) request(ctx context.Context, actor registry.Actor, req ApplyRequest) (*request, error) {
	r, err := d.checked(ctx, actor, req)
	if err != nil {
		return nil, err
	}
	if actor.Registrar == "" || actor.Verifier {
		return nil, registry.Errorf(registry.KindAuthorization, "", "", "registrars apply for pre-approval; a verifier announces an application or enters the name")
	}
	account, err := d.store.Registrar(ctx, actor.Registrar)
	if err != nil {
		return nil, err
	}
	if iana := req.Preapproval.Registrar; iana != "" && (account.IANA == 0 || iana != strconv.Itoa(account.IANA)) {
		return nil, registry.Errorf(registry.KindAuthorization, "preapproval:registrar", iana, "this is not the session's registrar")
	}
	r.source = wlstore.FromRegistrar
	r.reg.Registrar = registrarFacts(account)
	return r, d.readRegistrant(ctx, r)
}

// checked is what any application is held against first.
func (d *Desk) checked(ctx context.Context, actor registry.Actor, req ApplyRequest) (*request, error) {
	runsWhitelist, _, err := d.runs(ctx)
	if err != nil {
		return nil, err
	}
	if !runsWhitelist {
		return nil, registry.Errorf(registry.KindParamPolicy, "preapproval:create", "", "this registry takes no applications: apply at the whitelist registry")
	}
	target, err := registry.CanonicalName(req.Target, "domain:name")
	if err != nil {
		return nil, err
	}
	if err := d.checkTarget(ctx, target); err != nil {
		return nil, err
	}
	if err := clean(req.Preapproval.Registrant, maxIdentifier, "preapproval:registrant"); err != nil {
		return nil, err
	}
	for _, c := range []registry.Credential{req.Preapproval.Credential, req.Preapproval.RegistrarCredential} {
		if err := checkCredential(c); err != nil {
			return nil, err
		}
	}
	if err := req.Evidence.check(); err != nil {
		return nil, err
	}
	r := &request{actor: actor, pre: req.Preapproval, evidence: req.Evidence, mail: req.Evidence.Mail}
	r.reg.Target, r.reg.Registrant.ID = target, req.Preapproval.Registrant
	return r, nil
}

// checkTarget refuses with 2306 a name that can be no target. A registry without
// target zones does not know which names others take.
func (d *Desk) checkTarget(ctx context.Context, target string) error {
	zones, err := d.store.ZonesFor(ctx, target)
	if err != nil {
		return err
	}
	z := zones.Find(target)
	switch {
	case z != nil && z.Kind == registry.WhitelistZone:
		return registry.Errorf(registry.KindParamPolicy, "domain:name", target, "this is a whitelist name; applications give the target name")
	case z != nil:
		return z.CheckRegistrable(target)
	}
	if _, runsTargets, err := d.runs(ctx); err != nil || runsTargets {
		if err != nil {
			return err
		}
		return registry.Errorf(registry.KindParamPolicy, "domain:name", target, "the name lies in no zone of this registry")
	}
	return nil
}

func registrarFacts(r *registry.Registrar) whitelist.Registrar {
	return whitelist.Registrar{Account: r.ID, IANA: r.IANA, Name: r.Name, Country: r.Country}
}

// readRegistrant takes country and mail from the contact that came as evidence,
// where this registry knows it and it is the applicant's own; behind a proxy
// stands the real one.
func (d *Desk) readRegistrant(ctx context.Context, r *request) error {
	if r.evidence.Registrant == "" {
		return nil
	}
	c, err := d.store.Contact(ctx, r.evidence.Registrant, d.now())
	if err == nil && c.RealContact != "" && c.Registrar == r.actor.Registrar {
		c, err = d.store.Contact(ctx, c.RealContact, d.now())
	}
	if registry.IsKind(err, registry.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.Registrar != r.actor.Registrar {
		return nil
	}
	if len(c.Postal) > 0 {
		r.reg.Registrant.Country = c.Postal[0].CC
	}
	if r.mail == "" {
		r.mail = c.Email
	}
	return nil
}

// credentialHash makes the hash of the registrant's credential, once.
func (d *Desk) credentialHash(ctx context.Context, r *request) (string, error) {
	if r.hash != "" {
		return r.hash, nil
	}
	release, err := d.hashSlot(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	r.hash = whitelist.CredentialHash(r.pre.Credential.Type, r.pre.Credential.Value)
	return r.hash, nil
}
