package srs

import (
	"context"
	"errors"
	"slices"

	"cadastre/registry"
	"cadastre/registry/store"
)

// Preapproval is asked before a target name goes to somebody new. It knows which
// registrations are under control, and finds out whether they were pre-approved.
type Preapproval interface {
	// Ask decides on a registration, outside any transaction and with nothing locked.
	// An error is the refusal. A nil Approval: the registration is under no control.
	Ask(ctx context.Context, actor registry.Actor, r Registration) (Approval, error)

	// Bound returns a test that says of a registered name and its sponsor whether
	// some policy may bind it, so that Ask must be asked when it changes hands. A nil
	// test: none binds any. The test asks nobody, so it may be used while locks are held.
	Bound(ctx context.Context) (func(name, registrar string) bool, error)

	// Controlled returns a test that says of a name whether it is under control whoever
	// the registrant is, when this registrar registers it. A nil test: none is. Like
	// that of Bound it asks nobody.
	Controlled(ctx context.Context, registrar string) (func(name string) bool, error)
}

// Approval is a pre-approval that was found, for the transaction that uses it.
type Approval interface {
	// Confirm proves within the transaction that the approval holds at tx.Now, and
	// keeps it from being removed until the transaction ends where the same database
	// has it. registrant is the contact as the transaction locked it, nil when there
	// is none. ErrAskAgain: what Ask was told is no longer so.
	Confirm(ctx context.Context, tx *store.Tx, registrant *registry.Contact) error
}

// Registration is a name about to go to a registrant.
type Registration struct {
	Name        string // canonical
	Registrar   string // account it will be sponsored by
	Registrant  string // contact id; "" when there is none
	Preapproval registry.Preapproval
	// Transfer says that the name is registered and changes hands, which policies that
	// bind at registration only leave alone.
	Transfer bool
	// FormerRegistrar and FormerRegistrant have the name now, where they are known:
	// with the same person behind both and the same registrar nothing changes hands.
	FormerRegistrar, FormerRegistrant string
	// Person, where it is not nil, will be behind the name, whatever is stored of
	// Registrant: the contact itself is about to change, and whoever asks has it locked
	// when it uses the approval.
	Person *Person
	// FormerPerson is behind the name now, where Person says who will be.
	FormerPerson *Person
}

// ErrAskAgain says that a registration changed between Ask and Confirm.
var ErrAskAgain = errors.New("srs: ask for the pre-approval again")

// Person is who is genuinely behind a name: its registrant, or the real contact
// that a proxy stands in front of.
type Person struct {
	Contact    string   // id of the genuine contact
	Identifier string   // the person's identifier for pre-approval; "" when it has none
	Countries  []string // of its addresses, ISO 3166-1 alpha-2
	Proxied    bool     // a proxy stands in front
}

// PersonBehind tells the person behind a contact; behind is the real contact that a
// proxy links to, nil without. A proxy that links to nobody stands for itself.
func PersonBehind(c, behind *registry.Contact) Person {
	genuine := c
	if c.Kind == registry.ProxyContact && behind != nil {
		genuine = behind
	}
	p := Person{Contact: genuine.Handle, Identifier: genuine.Identifier, Proxied: genuine != c}
	for _, a := range genuine.Postal {
		p.Countries = append(p.Countries, a.CC)
	}
	return p
}

// Same reports whether two contacts stand for one person: they carry the same
// identifier, without regard to ASCII case, or none and are one contact.
func (p Person) Same(q Person) bool {
	if p.Identifier != "" || q.Identifier != "" {
		return registry.Fold(p.Identifier) == registry.Fold(q.Identifier)
	}
	return p.Contact == q.Contact
}

// Alike reports whether two contacts stand for one person in the same countries.
func (p Person) Alike(q Person) bool {
	return p.Same(q) && slices.Equal(slices.Sorted(slices.Values(p.Countries)), slices.Sorted(slices.Values(q.Countries)))
}

// askTries bounds how often a registration is asked about that keeps changing
// between the question and its use.
const askTries = 3

// asking runs attempt, which asks and then uses the answer, anew while what was
// asked about changes in between.
func (s *SRS) asking(attempt func() error) error {
	for range askTries {
		if err := attempt(); !errors.Is(err, ErrAskAgain) {
			return err
		}
	}
	return registry.Errorf(registry.KindUnavailable, "", "", "the registrant keeps changing while its pre-approval is checked: try again")
}

// ask asks about a registration; nil when nothing controls it.
func (s *SRS) ask(ctx context.Context, actor registry.Actor, r Registration) (Approval, error) {
	if s.preapproval == nil {
		return nil, nil
	}
	return s.preapproval.Ask(ctx, actor, r)
}

// confirm uses an approval within the transaction that writes the registration.
func confirm(ctx context.Context, tx *store.Tx, a Approval, registrant *registry.Contact) error {
	if a == nil {
		return nil
	}
	return a.Confirm(ctx, tx, registrant)
}

// askTransfer asks whether a registered name may go to another registrant or
// registrar.
func (s *SRS) askTransfer(ctx context.Context, actor registry.Actor, d *registry.Domain, registrar, registrant string) (Approval, error) {
	return s.ask(ctx, actor, Registration{
		Name: d.Name, Registrar: registrar, Registrant: registrant, Transfer: true,
		FormerRegistrar: d.Registrar, FormerRegistrant: d.Registrant,
	})
}
