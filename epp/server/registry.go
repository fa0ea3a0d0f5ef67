package server

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
)

// Registry is what the front end needs of the shared registry system; *srs.SRS
// satisfies it. Every method but those of sessions is one use case: one transaction
// with one instant. Errors are *registry.Error, and anything else is an internal
// fault whose text no client sees.
type Registry interface {
	// Sessions.

	// Now is the business instant, which greetings show.
	Now() time.Time
	// Authenticate checks id, password and certificate, and sets the new password
	// if there is one.
	Authenticate(ctx context.Context, c srs.Credentials, actor registry.Actor) (*srs.Login, error)
	// Active refuses with KindAuthClosing a session whose account is not what it was at its
	// login. It is cheap enough to be asked before every command.
	Active(ctx context.Context, sess srs.Session, now time.Time) error

	// Commands that are carried out once, however often they are sent (Actor.Once): the use
	// case leaves its transaction, which is committed with the answer.

	// CommitOnce commits it; none, if the command wrote nothing. again: it has to be carried
	// out anew. first is the answer to a command that was carried out already.
	CommitOnce(ctx context.Context, once *registry.Once, a registry.Answer) (first *registry.Answer, again bool, err error)
	// AbandonOnce undoes it, if there is one.
	AbandonOnce(once *registry.Once)
	// FirstAnswer gives the answer to a command that was carried out already, else nil.
	FirstAnswer(ctx context.Context, once *registry.Once) (*registry.Answer, error)

	// Domains (RFC 5731).

	// CheckDomains answers in the order of the question, with prices where they are asked for.
	CheckDomains(ctx context.Context, actor registry.Actor, req registry.DomainCheck) ([]registry.Availability, error)
	InfoDomain(ctx context.Context, actor registry.Actor, name string, authInfo *string) (*registry.DomainView, error)
	CreateDomain(ctx context.Context, actor registry.Actor, req registry.DomainCreate) (*registry.Domain, error)
	UpdateDomain(ctx context.Context, actor registry.Actor, req registry.DomainUpdate) error
	RenewDomain(ctx context.Context, actor registry.Actor, name string, curExp time.Time, p registry.Period) (*registry.Domain, error)
	// RestoreDomain requests a restore, or completes it with a report (RFC 3915).
	RestoreDomain(ctx context.Context, actor registry.Actor, req registry.DomainRestore) (*registry.Domain, registry.Restoration, error)
	// DeleteDomain reports whether the name is gone at once.
	DeleteDomain(ctx context.Context, actor registry.Actor, name string) (gone bool, err error)

	// TransferDomain carries out every operation of a transfer command.
	TransferDomain(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (*srs.TransferResult, error)

	// Contacts (RFC 5733).

	CheckContacts(ctx context.Context, actor registry.Actor, handles []string) ([]registry.Availability, error)
	InfoContact(ctx context.Context, actor registry.Actor, handle string, authInfo *string) (*registry.ContactView, error)
	CreateContact(ctx context.Context, actor registry.Actor, req registry.ContactCreate) (*registry.Contact, error)
	UpdateContact(ctx context.Context, actor registry.Actor, req registry.ContactUpdate) error
	DeleteContact(ctx context.Context, actor registry.Actor, handle string) error
	TransferContact(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (*srs.TransferResult, error)

	// Hosts (RFC 5732).

	CheckHosts(ctx context.Context, actor registry.Actor, names []string) ([]registry.Availability, error)
	InfoHost(ctx context.Context, actor registry.Actor, name string) (*registry.HostView, error)
	CreateHost(ctx context.Context, actor registry.Actor, req registry.HostCreate) (*registry.Host, error)
	UpdateHost(ctx context.Context, actor registry.Actor, req registry.HostUpdate) error
	DeleteHost(ctx context.Context, actor registry.Actor, name string) error

	// Launch phases (RFC 8334).

	// CheckClaims says for which names claims have to be noticed in a phase, or, with
	// trademark, to which there are any.
	CheckClaims(ctx context.Context, names []string, phase, subphase string, trademark bool) ([]srs.Claim, error)
	// CheckPhases refuses names in zones that are not in the phase.
	CheckPhases(ctx context.Context, names []string, phase, subphase string) error
	// LaunchMarks are the marks that a domain was registered with, as XML.
	LaunchMarks(ctx context.Context, d *registry.Domain) ([]string, error)

	// Maintenance (RFC 9167).

	// InfoMaintenance shows a maintenance; 2303 when there is none, or it was cancelled.
	InfoMaintenance(ctx context.Context, id string) (*registry.Maintenance, error)
	// ListMaintenances lists what is neither over nor cancelled, the next first.
	ListMaintenances(ctx context.Context) ([]*registry.Maintenance, error)

	// Messages (RFC 5730, Section 2.9.2.3).

	// PollRequest gives the oldest message, nil if there is none, and how many wait.
	PollRequest(ctx context.Context, actor registry.Actor) (msg *registry.PollMessage, count int, err error)
	// PollAck removes a message. It gives how many are left and the id of the oldest.
	PollAck(ctx context.Context, actor registry.Actor, id int64) (count int, err error)
}
