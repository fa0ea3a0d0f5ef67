package main

import (
	"context"
	"fmt"

	"cadastre/registry"
)

// castDomain is created, then delegated: its history has two lines when done.
const castDomain = "taken.example"

// seedObjects gives registrar-c the objects that are registered already. They are
// made once: what a registrar deleted later stays deleted.
func seedObjects(ctx context.Context, n *node, run only) error {
	made, err := n.store.History(ctx, "domain", castDomain)
	if err != nil || len(made) >= 2 {
		return err
	}
	s := n.srs
	c := registry.Actor{Registrar: "registrar-c", Channel: "cli", SvTRID: "sandbox"}
	for i, handle := range []string{"rc-contact1", "rc-contact2"} {
		_, err := s.CreateContact(ctx, c, registry.ContactCreate{
			Handle: handle, Email: handle + "@registrar-c.example", Voice: &registry.Phone{Number: fmt.Sprintf("+1.20255501%02d", i)},
			Postal: []registry.PostalInfo{{
				Type: "int", Name: fmt.Sprintf("Contact %d", i+1), Street: []string{"1 Main Street"}, City: "Seattle", SP: "WA", PC: "98101", CC: "US",
			}},
		})
		if err := allowExists(err); err != nil {
			return err
		}
	}
	if !run.runsTargets() {
		return nil
	}
	const domain = castDomain
	_, err = s.CreateDomain(ctx, c, registry.DomainCreate{Name: domain, Registrant: "rc-contact1"})
	if err := allowExists(err); err != nil {
		return err
	}
	hosts := []registry.HostCreate{
		{Name: "ns1." + domain, Addrs: []registry.HostAddr{{Version: "v4", Text: "208.77.190.193"}, {Version: "v6", Text: "2602:800:900e:1257::1"}}},
		{Name: "ns2." + domain, Addrs: []registry.HostAddr{{Version: "v4", Text: "208.77.190.194"}, {Version: "v6", Text: "2602:800:900e:1257::2"}}},
	}
	var names []string
	for _, h := range hosts {
		_, err := s.CreateHost(ctx, c, h)
		// The superordinate domain may be somebody else's by now.
		if err := allowExists(err); err != nil && !registry.IsKind(err, registry.KindAuthorization) {
			return err
		}
		names = append(names, h.Name)
	}
	v, err := s.InfoDomain(ctx, c, domain, nil)
	if err != nil || len(v.Nameservers) > 0 || v.Registrar != c.Registrar || v.Version > 1 {
		return err
	}
	return s.UpdateDomain(ctx, c, registry.DomainUpdate{Name: domain, AddHosts: names})
}

func allowExists(err error) error {
	if registry.IsKind(err, registry.KindExists) {
		return nil
	}
	return err
}
