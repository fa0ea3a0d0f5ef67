package desk

import (
	"context"
	"time"

	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// entryTTL is that of every record of an entry, in seconds (interfaces, section 4).
const entryTTL = 60

// publish makes the names of an approved application visible; life is counted from
// here (C-114). A name that was published before keeps the later expiry of the two
// and what it says; a credential stands where the name is about the registrant.
func (d *Desk) publish(ctx context.Context, tx *store.Tx, f *file) error {
	until := f.policy.Life.After(tx.Now).UTC().Truncate(time.Second)
	for _, name := range f.app.Names {
		row := f.rows[name]
		action := "publish"
		switch {
		case row.State == wlstore.Published && !until.After(row.Expires):
			continue
		case row.State == wlstore.Published:
			row.Expires, action = until, "extend"
		default:
			row.State, row.Published, row.Expires, row.Sponsor = wlstore.Published, tx.Now, until, f.app.Sponsor
			if row.Registrant != "" {
				row.CredHash = f.app.CredHash
			}
			if row.Agent != "" {
				row.Registrar = f.app.Registrar
			}
		}
		if err := storeName(ctx, tx, row, action); err != nil {
			return err
		}
		if err := show(tx, f.policy, row); err != nil {
			return err
		}
	}
	return nil
}

func storeName(ctx context.Context, tx *store.Tx, row *wlstore.Name, action string) error {
	if row.Version == 0 {
		return wlstore.InsertName(ctx, tx, row, action)
	}
	return wlstore.SaveName(tx, row, action)
}

// show puts an entry into DNS: its TXT record, and what the policy adds.
func show(tx *store.Tx, p *whitelist.Policy, row *wlstore.Name) error {
	n := whitelist.Name{Name: row.Name, Registrant: row.Registrant, Agent: row.Agent}
	records := []store.Data{{Type: "TXT", TTL: entryTTL, Values: []string{p.Record(row.Target, n, row.Expires, row.CredHash).Text()}}}
	for _, kind := range []string{"A", "AAAA", "NS"} {
		data := store.Data{Type: kind, TTL: entryTTL}
		for _, r := range p.Records {
			if r.Type == kind {
				data.Values = append(data.Values, r.Value)
			}
		}
		if len(data.Values) > 0 {
			records = append(records, data)
		}
	}
	return tx.SetData(row.ZoneID, row.Name, records)
}

// charge books the policy's fee for an approved application (C-20). What was
// applied for before the account ran out is owed: an approval is not taken back.
func (d *Desk) charge(ctx context.Context, tx *store.Tx, f *file, forced bool) error {
	if f.policy.Fees.Name == "" {
		return nil
	}
	account, err := wlstore.ReadAccount(ctx, tx, f.app.Sponsor)
	if err != nil || account.Kind == "" {
		return err
	}
	amount, err := fee(f.policy.Fees.Name, account.Currency, "fees.name")
	if err != nil {
		return err
	}
	tx.Charge(store.Posting{
		Registrar: f.app.Sponsor, Zone: f.policy.Zone, Currency: account.Currency, Amount: amount, Reason: "pre-approval",
		Object: f.app.Target, At: tx.Now, Forced: forced,
	})
	return nil
}

// release lets go of a held application's names: those that nothing else rests on
// are gone (C-49).
func release(tx *store.Tx, f *file) error {
	wlstore.UnlinkApplication(tx, f.app)
	for _, name := range f.app.Names {
		row := f.rows[name]
		if row == nil {
			continue
		}
		row.Release(f.app.ID)
		if row.State == wlstore.Published || row.Held() {
			continue
		}
		if err := wlstore.DeleteName(tx, row, "release"); err != nil {
			return err
		}
	}
	f.app.Names = nil
	return nil
}
