package desk

import (
	"fmt"
	"strings"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
	wlstore "cadastre/whitelist/store"
)

// report tells the applicant, once and in the transaction that decides, how a held
// application ended (RFC 5731, Section 3.3; C-35, C-48), and the registrant.
func report(tx *store.Tx, f *file) error {
	a := f.app
	p := registry.PendingAction{
		Name: a.Target, Approved: a.State == wlstore.Approved, ClTRID: a.ClTRID, SvTRID: a.SvTRID, At: tx.Now,
		Application: idText(a.ID), Status: StatusDenied, Reasons: a.Reasons,
	}
	text := fmt.Sprintf("Pre-approval of %s is denied: %s", a.Target, strings.Join(a.Reasons, "; "))
	if p.Approved {
		p.Status, p.Names, p.Expires = StatusApproved, a.Names, f.expires()
		text = fmt.Sprintf("Pre-approval of %s is granted", a.Target)
	}
	if err := tx.NotifyPending(a.Sponsor, tx.Now, text, p); err != nil {
		return err
	}
	if p.Approved && a.Source == wlstore.FromVerifier && a.Registrar != "" && a.Registrar != a.Sponsor {
		// The registrar did not apply, but is who may register now (C-112).
		tx.Notify(a.Registrar, tx.Now, text+": "+strings.Join(a.Names, ", "))
	}
	tellRegistrant(tx, f)
	return nil
}

// tellRegistrant queues a letter to the registrant, where a mail address is known.
func tellRegistrant(tx *store.Tx, f *file) {
	a := f.app
	if a.Mail == "" {
		return
	}
	m := wlstore.Mail{To: a.Mail}
	var b strings.Builder
	if a.State == wlstore.Approved {
		m.Subject = "Pre-approval of " + a.Target + " granted"
		fmt.Fprintf(&b, "Your registration of %s is approved in advance", a.Target)
		if at := f.expires(); !at.IsZero() {
			fmt.Fprintf(&b, " until %s", at.Format(time.RFC3339))
		}
		fmt.Fprintf(&b, ".\nIt is not registered yet: your registrar does that.\nWhitelist names: %s\n", strings.Join(a.Names, ", "))
	} else {
		m.Subject = "Pre-approval of " + a.Target + " denied"
		fmt.Fprintf(&b, "Your registration of %s is not approved.\nReason: %s\n", a.Target, strings.Join(a.Reasons, "; "))
	}
	fmt.Fprintf(&b, "Registrant: %s\nApplication: %s\n", a.Registrant, idText(a.ID))
	if f.policy != nil {
		fmt.Fprintf(&b, "Decided under the policy %s of %s.\n", f.policy.ID, f.policy.Overseer)
	}
	m.Body = b.String()
	wlstore.QueueMail(tx, m, time.Now())
}
