package main

import (
	"github.com/spf13/cobra"

	"cadastre/epp"
)

func newEppCheckCmd(c *eppClient) *cobra.Command {
	form := func(kind, use, short string, body func(names []string) (epp.Body, error)) *cobra.Command {
		return &cobra.Command{
			Use: kind + use, Short: short, Args: atLeastOne,
			RunE: c.run(func(cmd *cobra.Command, args []string) error {
				b, err := body(args)
				if err != nil {
					return err
				}
				return c.do(cmd.Context(), b)
			}),
		}
	}
	return eppVerb{
		use:   "check NAME...",
		short: "Ask whether objects can be created",
		long:  "Ask whether domains, hosts or contacts can be created. Names may be IDNs.",
		example: `  check a.example b.example
  check host ns1.x.example
  check contact rc-contact1`,
		infer: []string{objectDomain, objectContact},
		forms: []*cobra.Command{
			form(objectDomain, " NAME...", "Ask for domains", func(names []string) (epp.Body, error) {
				names, err := wireNames(names)
				return &epp.DomainCheck{Names: names}, err
			}),
			form(objectHost, " NAME...", "Ask for hosts", func(names []string) (epp.Body, error) {
				names, err := wireNames(names)
				return &epp.HostCheck{Names: names}, err
			}),
			form(objectContact, " ID...", "Ask for contacts", func(ids []string) (epp.Body, error) {
				return &epp.ContactCheck{IDs: ids}, nil
			}),
		},
	}.command()
}
