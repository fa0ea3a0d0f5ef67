package desk

import (
	"context"

	"cadastre/registry"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// A whitelist name about a registrant stands for one credential, or none. Who applies
// with another one cannot share it: his approval would let him register with a
// credential that he does not have, or without the one he gave.

// carries says whether an application under a policy keeps the request's credential.
func carries(p *whitelist.Policy, r *request) bool {
	return p.Credentials != whitelist.CredentialsNone && r.pre.Credential.Type != ""
}

// compareCredential holds the request's credential against those that the names stand
// for now. It takes time, so it is done before the transaction that claims the names.
func (d *Desk) compareCredential(ctx context.Context, r *request, names []string) error {
	if r.pre.Credential.Type == "" {
		return nil
	}
	rows, err := wlstore.ReadNames(ctx, d.store, names)
	if err != nil {
		return err
	}
	for _, row := range rows {
		hash := row.Credential()
		if _, known := r.matches[hash]; known || hash == "" || row.Registrant == "" {
			continue
		}
		release, err := d.hashSlot(ctx)
		if err != nil {
			return err
		}
		if r.matches == nil {
			r.matches = map[string]bool{}
		}
		r.matches[hash] = whitelist.CredentialMatches(hash, r.pre.Credential.Type, r.pre.Credential.Value)
		release()
	}
	return nil
}

// sharesCredential refuses to share a locked name that stands for another credential
// than the request's: 2202, or 2302 where it stands for none.
func (r *request) sharesCredential(row *wlstore.Name, p *whitelist.Policy) error {
	if row.Version == 0 || row.Registrant == "" {
		return nil
	}
	hash, carried := row.Credential(), carries(p, r)
	const field = "preapproval:credential"
	switch {
	case hash == "" && !carried:
		return nil
	case hash == "":
		return registry.Errorf(registry.KindExists, "domain:name", row.Name, "the whitelist name is held or registered already, without a credential")
	case !carried:
		return registry.Errorf(registry.KindAuthInfo, field, "", "the whitelist name %s is held or registered already, with a credential: give the same", row.Name)
	}
	matches, known := r.matches[hash]
	switch {
	case !known:
		return errAgain // it came after the comparison
	case !matches:
		return registry.Errorf(registry.KindAuthInfo, field, "", "the whitelist name %s is held or registered already, with another credential", row.Name)
	}
	return nil
}
