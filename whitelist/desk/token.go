package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
	wlstore "cadastre/whitelist/store"
)

// tokenOctets are the octets of chance in a bearer token.
const tokenOctets = 32

// IssueToken makes a new bearer token for a verifier's account and returns it, once;
// the older ones stop working. 2201 for anybody but the operator, 2303 when there
// is no such verifier.
func (d *Desk) IssueToken(ctx context.Context, actor registry.Actor, account string) (token string, err error) {
	if err := operatorOnly(actor); err != nil {
		return "", err
	}
	var chance [tokenOctets]byte
	rand.Read(chance[:]) //nolint:errcheck // it never fails
	token = base64.RawURLEncoding.EncodeToString(chance[:])
	err = d.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		err := tx.UpdateRegistrar(ctx, account, store.RegistrarChange{Action: "token issued"}, func(r *registry.Registrar) error {
			if r.Kind != registry.VerifierAccount {
				return registry.Errorf(registry.KindNotFound, "verifier", account, "there is no such verifier: the account is a registrar's")
			}
			return nil
		})
		if err != nil {
			return err
		}
		wlstore.ReplaceToken(tx, account, token)
		return nil
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// AccountOfToken finds the verifier's account of a bearer token; 2200 when there is
// none or the account is suspended.
func (d *Desk) AccountOfToken(ctx context.Context, token string) (account string, err error) {
	// Anything of another length was never issued: it is not worth a query.
	if len(token) == base64.RawURLEncoding.EncodedLen(tokenOctets) {
		if account, err = wlstore.AccountOfToken(ctx, d.store, token); err != nil {
			return "", err
		}
	}
	if account == "" {
		return "", registry.Errorf(registry.KindAuthentication, "", "", "the token is unknown, was replaced, or its account is suspended")
	}
	return account, nil
}

// Tokens says of each verifier's account that has a token when it was made. It is
// for the operator.
func (d *Desk) Tokens(ctx context.Context) (map[string]time.Time, error) {
	return wlstore.Tokens(ctx, d.store)
}
