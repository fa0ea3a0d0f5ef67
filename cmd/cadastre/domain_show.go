package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// domainView is a domain as it is printed in JSON; times that are not set are
// left out, amounts are minor units.
type domainView struct {
	Name         string                   `json:"name"`
	Unicode      string                   `json:"unicode,omitempty"`
	ROID         string                   `json:"roid"`
	Zone         string                   `json:"zone"`
	Registrar    string                   `json:"registrar"`
	Registrant   string                   `json:"registrant"`
	Contacts     []registry.DomainContact `json:"contacts"`
	Statuses     []string                 `json:"statuses"`
	StatusTexts  registry.StatusTexts     `json:"status_texts,omitempty"` // why they were set
	InDNS        bool                     `json:"in_dns"`
	Nameservers  []string                 `json:"nameservers"`
	Hosts        []string                 `json:"subordinate_hosts"`
	AuthInfoSet  bool                     `json:"auth_info_set"`
	Created      time.Time                `json:"created"`
	CreatedBy    string                   `json:"created_by"`
	Updated      time.Time                `json:"updated,omitzero"`
	UpdatedBy    string                   `json:"updated_by,omitempty"`
	Transferred  time.Time                `json:"transferred,omitzero"`
	Transfer     *transferView            `json:"transfer,omitempty"` // the newest
	Expires      time.Time                `json:"expires"`
	GracePeriods []graceView              `json:"grace_periods"`
	RGPStatuses  []registry.RGPStatus     `json:"rgp_statuses"`
	RestoreDue   time.Time                `json:"restore_report_due,omitzero"`
	RedeemUntil  time.Time                `json:"redeem_until,omitzero"`
	PurgeAt      time.Time                `json:"purge_at,omitzero"`
	Final        bool                     `json:"irrevocable,omitempty"`
	DueAt        time.Time                `json:"next_due"`
	Version      int                      `json:"version"`
}

type graceView struct {
	Kind     registry.GraceKind `json:"kind"`
	Until    time.Time          `json:"until"`
	Amount   int64              `json:"amount"`
	Currency string             `json:"currency"`
}

func newDomainShowCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show NAME", Short: "Show a domain in full, as of now", Args: cobra.ExactArgs(1),
		Example: "  cadastre domain show taken.example --dir var/dev",
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		name, err := asciiName(args[0], "domain:name")
		if err != nil {
			return err
		}
		d, err := op.SRS.InfoDomain(ctx, op.Actor, name, nil)
		if err != nil {
			return err
		}
		z, err := findZone(ctx, op, d.Zone)
		if err != nil {
			return err
		}
		view := viewOfDomain(d, z.Prices.Currency)
		return v.show(view, func() string { return domainPairs(view).text() })
	})
	return cmd
}

func viewOfDomain(d *registry.DomainView, currency string) domainView {
	v := domainView{
		Name: d.Name, Unicode: unicodeName(d.Name), ROID: d.ROID, Zone: d.Zone, Registrar: d.Registrar, Registrant: d.Registrant,
		Contacts: d.Contacts, Statuses: d.ShownStatuses().Strings(), StatusTexts: d.StatusTexts, InDNS: d.InZone(), Nameservers: d.Nameservers,
		Hosts: d.Subordinates, AuthInfoSet: d.AuthInfoSet, Created: d.Created, CreatedBy: d.CreatedBy, Updated: d.Updated,
		UpdatedBy: d.UpdatedBy, Transferred: d.Transferred, Transfer: viewOfTransfer(d.Transfer), Expires: d.Expires, GracePeriods: []graceView{},
		RGPStatuses: d.RGPStatuses(), RestoreDue: d.RestoreDue, RedeemUntil: d.RedeemUntil, PurgeAt: d.PurgeAt, Final: d.Final,
		DueAt: d.DueAt(), Version: d.Version,
	}
	if v.RGPStatuses == nil {
		v.RGPStatuses = []registry.RGPStatus{}
	}
	if v.Contacts == nil {
		v.Contacts = []registry.DomainContact{}
	}
	if v.Nameservers == nil {
		v.Nameservers = []string{}
	}
	if v.Hosts == nil {
		v.Hosts = []string{}
	}
	for _, g := range d.Graces {
		v.GracePeriods = append(v.GracePeriods, graceView{g.Kind, g.Until, g.Amount, currency})
	}
	return v
}

// joined writes statuses one after the other.
func joined(list []registry.RGPStatus) string {
	var texts []string
	for _, st := range list {
		texts = append(texts, string(st))
	}
	return strings.Join(texts, ", ")
}

// freeFrom says when a deleted name is purged, and whether anything can prevent it.
func freeFrom(d domainView) string {
	if d.Final {
		return when(d.PurgeAt) + ", irrevocably"
	}
	return when(d.PurgeAt)
}

func domainPairs(d domainView) pairs {
	var statuses, contacts, graces []string
	for _, st := range d.Statuses {
		if why := d.StatusTexts[registry.Status(st)].Text; why != "" {
			st += ": " + strings.ReplaceAll(why, "\n", " ")
		}
		statuses = append(statuses, st)
	}
	for _, c := range d.Contacts {
		contacts = append(contacts, c.Type+" "+c.ID)
	}
	for _, g := range d.GracePeriods {
		graces = append(graces, string(g.Kind)+" until "+when(g.Until)+", refunds "+money(g.Amount, g.Currency))
	}
	updated := when(d.Updated)
	if updated != "" && d.UpdatedBy != "" {
		updated += " by " + d.UpdatedBy
	}
	return pairs{
		{"name", nameWithUnicode(d.Name, d.Unicode)},
		{"roid", d.ROID},
		{"registrar", d.Registrar},
		{"registrant", d.Registrant},
		{"contacts", list(contacts)},
		{"statuses", list(statuses)},
		{"in DNS", cell(d.InDNS)},
		{"name servers", list(d.Nameservers)},
		{"hosts below", list(d.Hosts)},
		{"auth info", map[bool]string{true: "set", false: "not set"}[d.AuthInfoSet]},
		{"created", when(d.Created) + " by " + d.CreatedBy},
		{"updated", updated},
		{"transferred", when(d.Transferred)},
		{"transfer", d.Transfer.text()},
		{"expires", when(d.Expires)},
		{"grace periods", list(graces)},
		{"rgp statuses", joined(d.RGPStatuses)},
		{"report awaited until", when(d.RestoreDue)},
		{"redeem until", when(d.RedeemUntil)},
		{"free from", freeFrom(d)},
		{"next due", when(d.DueAt)},
		{"version", strconv.Itoa(d.Version)},
	}
}
