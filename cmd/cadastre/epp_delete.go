package main

import (
	"github.com/spf13/cobra"

	"cadastre/epp"
)

func newEppDeleteCmd(c *eppClient) *cobra.Command {
	form := func(kind, use string, body func(name string) epp.Body) *cobra.Command {
		return &cobra.Command{
			Use: kind + use, Short: "Delete a " + kind, Args: exactlyOne,
			RunE: c.run(func(cmd *cobra.Command, args []string) error {
				name := args[0]
				if kind != objectContact {
					var err error
					if name, err = wireName(name); err != nil {
						return err
					}
				}
				return c.do(cmd.Context(), body(name))
			}),
		}
	}
	return eppVerb{
		use:   "delete NAME",
		short: "Delete an object",
		long: "Delete a domain, a host or a contact. A host or a contact in use cannot be deleted; a\n" +
			"domain goes at once in its add grace period, else into redemption.",
		example: `  delete a.example
  delete host ns1.b.example
  delete contact rc-me`,
		infer: []string{objectDomain, objectContact},
		forms: []*cobra.Command{
			form(objectDomain, " NAME", func(name string) epp.Body { return &epp.DomainDelete{Name: name} }),
			form(objectHost, " NAME", func(name string) epp.Body { return &epp.HostDelete{Name: name} }),
			form(objectContact, " ID", func(id string) epp.Body { return &epp.ContactDelete{ID: id} }),
		},
	}.command()
}
