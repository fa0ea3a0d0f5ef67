package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cadastre/registry"
)

// lifeState is a domain in one combination of statuses, and what EPP and DNS must show.
type lifeState struct {
	*registry.Domain
	name string // under which it is stored
}

// modelStart is the instant at which all states are looked at.
var modelStart = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// key tells states apart that differ in what can be seen or done.
func key(d *registry.Domain) string {
	return fmt.Sprint(d.Statuses, len(d.Nameservers), d.Secure != nil, d.Transfer.Pending(), d.RGPStatuses(), d.Final)
}

// reachable walks all states that a domain can get into by commands of its registrar,
// of another one and of the registry, and by the passing of time.
func reachable(z *registry.Zone) []*registry.Domain {
	first := &registry.Domain{
		Name: "model.example", Zone: z.Name, Registrar: "registrar-a", Version: 1,
		Created: modelStart.AddDate(0, -6, 0), Expires: modelStart.AddDate(0, 6, 0),
	}
	seen := map[string]bool{key(first): true}
	list := []*registry.Domain{first}
	for i := 0; i < len(list); i++ {
		for _, next := range steps(list[i], z) {
			if k := key(next); !seen[k] {
				seen[k] = true
				list = append(list, next)
			}
		}
	}
	return list
}

var (
	modelSponsor  = registry.Actor{Registrar: "registrar-a", Channel: "epp"}
	modelStranger = registry.Actor{Registrar: "registrar-b", Channel: "epp"}
	modelOperator = registry.Actor{Operator: true, Channel: "cli"}
)

// steps are the states that one command, or time, leads to.
func steps(d *registry.Domain, z *registry.Zone) (out []*registry.Domain) {
	try := func(change func(c *registry.Domain) error) {
		c := *d
		if change(&c) == nil {
			out = append(out, &c)
		}
	}
	update := func(actor registry.Actor, u registry.DomainUpdate) {
		try(func(c *registry.Domain) error { return c.Update(actor, z, u, modelStart) })
	}
	for _, st := range []registry.Status{
		registry.ClientDeleteProhibited, registry.ClientHold, registry.ClientRenewProhibited, registry.ClientTransferProhibited,
		registry.ClientUpdateProhibited, registry.ServerDeleteProhibited, registry.ServerHold, registry.ServerRenewProhibited,
		registry.ServerTransferProhibited, registry.ServerUpdateProhibited,
	} {
		actor := modelSponsor
		if strings.HasPrefix(string(st), "server") {
			actor = modelOperator
		}
		change := registry.StatusChange{Add: []registry.Status{st}}
		if d.Statuses.Has(st) {
			change = registry.StatusChange{Rem: []registry.Status{st}}
		}
		update(actor, registry.DomainUpdate{Status: change})
	}
	hosts := registry.DomainUpdate{AddHosts: []string{"ns1.dns.icann"}}
	if len(d.Nameservers) > 0 {
		hosts = registry.DomainUpdate{RemHosts: d.Nameservers}
	}
	update(modelSponsor, hosts)
	try(func(c *registry.Domain) error { // an update may change DNSSEC data when it may change hosts
		if c.Secure = nil; d.Secure == nil {
			c.Secure = &registry.Secure{DS: []registry.DSRecord{{KeyTag: 12345, Algorithm: 13, DigestType: 2, Digest: make([]byte, 32)}}}
		}
		probe := *d
		return probe.Update(modelSponsor, z, hosts, modelStart)
	})
	try(func(c *registry.Domain) error {
		_, _, err := c.RequestTransfer(modelStranger, z, registry.Period{}, modelStart)
		return err
	})
	for _, actor := range []registry.Actor{modelSponsor, modelOperator} {
		try(func(c *registry.Domain) error {
			_, err := c.Delete(actor, z, registry.DomainDelete{Final: actor.Operator}, 0, modelStart)
			return err
		})
	}
	try(func(c *registry.Domain) error {
		_, err := c.Delete(modelOperator, z, registry.DomainDelete{}, 0, modelStart)
		return err
	})
	try(func(c *registry.Domain) error {
		_, err := c.RequestRestore(modelSponsor, z, modelStart)
		return err
	})
	if d.Deleted() { // and time goes on, but not as far as the purge
		if after, _, exists := d.At(d.DueAt(), z); exists {
			out = append(out, after)
		}
	}
	return out
}

// forbidden says what RFC 5731, Section 2.3, has against a set of statuses; "" for nothing.
func forbidden(set []string) string {
	has := func(st string) bool { return slices.Contains(set, st) }
	if has("ok") && len(set) > 1 {
		return "ok is combined with others"
	}
	if len(set) == 0 {
		return "there is no status"
	}
	pending := 0
	for status, verb := range map[string]string{
		"pendingDelete": "Delete", "pendingRenew": "Renew", "pendingTransfer": "Transfer", "pendingUpdate": "Update", "pendingCreate": "",
	} {
		if !has(status) {
			continue
		}
		pending++
		for _, who := range []string{"client", "server"} {
			if has(who + verb + "Prohibited") {
				return status + " is combined with " + who + verb + "Prohibited"
			}
		}
	}
	if pending > 1 {
		return "pending statuses are combined with each other"
	}
	return ""
}
