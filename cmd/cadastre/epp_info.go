package main

import (
	"github.com/spf13/cobra"

	"cadastre/epp"
)

func newEppInfoCmd(c *eppClient) *cobra.Command {
	var auth authFlags
	var hosts string
	domain := &cobra.Command{
		Use: "domain NAME", Short: "Show a domain", Args: exactlyOne,
		RunE: c.run(func(cmd *cobra.Command, args []string) error {
			name, err := wireName(args[0])
			if err != nil {
				return err
			}
			info, err := auth.get(cmd)
			if err != nil {
				return err
			}
			return c.do(cmd.Context(), &epp.DomainInfo{Name: name, Hosts: hosts, AuthInfo: info})
		}),
	}
	auth.register(domain.Flags(), false)
	domain.Flags().StringVar(&hosts, "hosts", epp.HostsAll, "which hosts to show: all, del (name servers), sub (subordinates) or none")
	contact := &cobra.Command{
		Use: "contact ID", Short: "Show a contact", Args: exactlyOne,
		RunE: c.run(func(cmd *cobra.Command, args []string) error {
			info, err := auth.get(cmd)
			if err != nil {
				return err
			}
			return c.do(cmd.Context(), &epp.ContactInfo{ID: args[0], AuthInfo: info})
		}),
	}
	for _, name := range []string{"auth", "auth-file"} {
		contact.Flags().AddFlag(domain.Flags().Lookup(name))
	}
	host := &cobra.Command{
		Use: "host NAME", Short: "Show a host", Args: exactlyOne,
		RunE: c.run(func(cmd *cobra.Command, args []string) error {
			name, err := wireName(args[0])
			if err != nil {
				return err
			}
			return c.do(cmd.Context(), &epp.HostInfo{Name: name})
		}),
	}
	return eppVerb{
		use:   "info NAME",
		short: "Show an object",
		long: "Show what the server knows of a domain, a host or a contact. Authorization information,\n" +
			"where one has it, opens objects of other registrars.",
		example: `  info taken.example
  info taken.example --hosts none
  info host ns1.taken.example
  info contact rc-contact1 --auth-file auth.txt`,
		infer: []string{objectDomain, objectContact},
		forms: []*cobra.Command{domain, host, contact},
	}.command()
}
