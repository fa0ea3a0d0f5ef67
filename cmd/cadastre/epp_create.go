package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/epp"
)

func newEppCreateCmd(c *eppClient) *cobra.Command {
	return eppVerb{
		use:   "create NAME",
		short: "Create an object",
		long:  "Create a domain, a host or a contact. Without a word before the name it is a domain.",
		example: `  create contact rc-me --name "Ann Example" --street "1 Main St" --city Miami --cc US \
      --email ann@example.net --voice +1.3055550100
  create host ns1.b.example --addr 192.0.2.1 --addr 2001:db8::1
  create a.example --period 2 --registrant rc-me --admin rc-me --tech rc-me \
      --ns ns1.taken.example --ns ns2.taken.example
  create miami.trips --apply --registrant-id UID5439394 --registrar-id 146`,
		infer: []string{objectDomain},
		forms: []*cobra.Command{newEppCreateDomainCmd(c), newEppCreateHostCmd(c), newEppCreateContactCmd(c)},
	}.command()
}

func newEppCreateDomainCmd(c *eppClient) *cobra.Command {
	var (
		auth                     authFlags
		preapproval              preapprovalFlags
		period, registrant       string
		admin, tech, billing, ns []string
	)
	cmd := &cobra.Command{
		Use: "domain NAME", Short: "Register a domain", Args: exactlyOne,
		Long: "Register a domain. Without --auth its authorization information stays unset, as RFC 9154\n" +
			"recommends, until a transfer is wanted.\n\n" +
			"With --apply it is an application for the pre-approval of the name, at the whitelist\n" +
			"registry; with --registrant-id and a credential, a registration that was pre-approved;\n" +
			"with --enter, as a verifier, a whitelist name.",
		Example: `  create domain a.example --period 2 --registrant rc-me --tech rc-me --ns ns1.taken.example
  create domain b.example --registrant rc-me --auth-random
  create domain c.example --registrant rc-me --ns ns1.c.example=192.0.2.1+2001:db8::1
  create domain miami.trips --apply --registrant-id UID5439394 --credential-type token --credential-file token.txt
  create domain miami.trips --registrant rc-me --registrant-id UID5439394 --credential-type token --credential-file token.txt
  create domain miami.management.preapproved.works --enter --target miami.management --registrant-id UID5439394 --registrar-id 146`,
	}
	f := cmd.Flags()
	f.StringVar(&period, "period", "", "how long: years (2, 2y) or months (18m); default: the server's")
	f.StringVar(&registrant, "registrant", "", "contact id of the registrant")
	f.StringSliceVar(&admin, "admin", nil, "contact ids for administration")
	f.StringSliceVar(&tech, "tech", nil, "contact ids for technical matters")
	f.StringSliceVar(&billing, "billing", nil, "contact ids for billing")
	f.StringSliceVar(&ns, "ns", nil, "name servers: host names, or HOST=ADDR+ADDR where the server wants attributes")
	auth.register(f, true)
	preapproval.register(c, cmd)
	cmd.RunE = c.run(func(cmd *cobra.Command, args []string) error {
		body := &epp.DomainCreate{Registrant: registrant, Contacts: domainContacts(admin, tech, billing)}
		var err error
		if body.Name, err = wireName(args[0]); err != nil {
			return err
		}
		if body.Period, err = eppPeriod(period); err != nil {
			return err
		}
		if body.NS, err = nameServers(ns); err != nil {
			return err
		}
		info, err := auth.get(cmd)
		if err != nil {
			return err
		}
		if info != nil {
			body.AuthInfo = *info
		}
		ext, err := preapproval.extension(c)
		if err != nil {
			return err
		}
		return c.doShowing(cmd.Context(), body, auth.made(info), ext...)
	})
	return cmd
}

func domainContacts(admin, tech, billing []string) []epp.DomainContact {
	var out []epp.DomainContact
	for _, role := range []struct {
		name string
		ids  []string
	}{{"admin", admin}, {"tech", tech}, {"billing", billing}} {
		for _, id := range role.ids {
			out = append(out, epp.DomainContact{ID: id, Type: role.name})
		}
	}
	return out
}

// eppPeriod reads "2", "2y" or "18m"; "" is no period.
func eppPeriod(s string) (*epp.Period, error) {
	if s == "" {
		return nil, nil
	}
	unit, digits := "y", strings.TrimSuffix(s, "y")
	if n, ok := strings.CutSuffix(s, "m"); ok {
		unit, digits = "m", n
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 99 { // RFC 5731, section 2.7 and its schema
		return nil, fmt.Errorf("period %q: 1 to 99 years (2, 2y) or months (18m)", s)
	}
	return &epp.Period{Value: n, Unit: unit}, nil
}

func newEppCreateHostCmd(c *eppClient) *cobra.Command {
	var addrs []string
	cmd := &cobra.Command{
		Use: "host NAME", Short: "Create a host", Args: exactlyOne,
		Long: "Create a host. One below a domain of the registry needs addresses; one elsewhere must\n" +
			"not have any. The --addr of the server, if there is one, goes before 'create'.",
		Example: `  create host ns1.a.example --addr 192.0.2.1 --addr 2001:db8::1
  create host ns1.elsewhere.test`,
		RunE: c.run(func(cmd *cobra.Command, args []string) error {
			name, err := wireName(args[0])
			if err != nil {
				return err
			}
			return c.do(cmd.Context(), &epp.HostCreate{Name: name, Addrs: addresses(addrs)})
		}),
	}
	cmd.Flags().StringSliceVar(&addrs, "addr", nil, "IP addresses")
	return cmd
}
