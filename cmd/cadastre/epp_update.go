package main

import (
	"errors"

	"github.com/spf13/cobra"

	"cadastre/epp"
)

func newEppUpdateCmd(c *eppClient) *cobra.Command {
	return eppVerb{
		use:   "update NAME",
		short: "Change an object",
		long:  "Change a domain, a host or a contact. Without a word before the name it is a domain.",
		example: `  update a.example --add-ns ns2.taken.example --rem-ns ns1.taken.example
  update a.example --add-status clientHold=unpaid --rem-status clientTransferProhibited
  update a.example --auth-random
  update host ns1.b.example --add-addr 192.0.2.2 --rem-addr 192.0.2.1
  update contact rc-me --email new@example.net`,
		infer: []string{objectDomain},
		forms: []*cobra.Command{newEppUpdateDomainCmd(c), newEppUpdateHostCmd(c), newEppUpdateContactCmd(c)},
	}.command()
}

// domainAddRemFlags are the flags of one direction, "add" or "rem".
type domainAddRemFlags struct{ ns, admin, tech, billing, status []string }

func (d *domainAddRemFlags) register(cmd *cobra.Command, prefix, verb string) {
	f := cmd.Flags()
	f.StringSliceVar(&d.ns, prefix+"-ns", nil, "name servers to "+verb)
	f.StringSliceVar(&d.admin, prefix+"-admin", nil, "administrative contacts to "+verb)
	f.StringSliceVar(&d.tech, prefix+"-tech", nil, "technical contacts to "+verb)
	f.StringSliceVar(&d.billing, prefix+"-billing", nil, "billing contacts to "+verb)
	f.StringSliceVar(&d.status, prefix+"-status", nil, "status values to "+verb)
}

// get is nil if no flag was given.
func (d *domainAddRemFlags) get() (*epp.DomainAddRem, error) {
	ns, err := nameServers(d.ns)
	if err != nil {
		return nil, err
	}
	out := &epp.DomainAddRem{NS: ns, Contacts: domainContacts(d.admin, d.tech, d.billing), Statuses: statuses(d.status)}
	if len(d.ns) == 0 && len(out.Contacts) == 0 && len(out.Statuses) == 0 {
		return nil, nil
	}
	return out, nil
}

func newEppUpdateDomainCmd(c *eppClient) *cobra.Command {
	var (
		add, rem   domainAddRemFlags
		registrant string
		auth       authFlags
	)
	cmd := &cobra.Command{
		Use: "domain NAME", Short: "Change a domain", Args: exactlyOne,
		Long: "Change a domain. --auth \"\" unsets the authorization information, --auth-random sets a\n" +
			"strong one and shows it, for a transfer.",
	}
	add.register(cmd, "add", "add")
	rem.register(cmd, "rem", "remove")
	cmd.Flags().StringVar(&registrant, "registrant", "", "contact id of the new registrant")
	auth.register(cmd.Flags(), true)
	cmd.RunE = c.run(func(cmd *cobra.Command, args []string) error {
		body := &epp.DomainUpdate{}
		var err error
		if body.Name, err = wireName(args[0]); err != nil {
			return err
		}
		if body.Add, err = add.get(); err != nil {
			return err
		}
		if body.Rem, err = rem.get(); err != nil {
			return err
		}
		info, err := auth.get(cmd)
		if err != nil {
			return err
		}
		if info != nil && info.PW == "" {
			info = &epp.AuthInfo{Kind: epp.AuthNull} // RFC 5731, section 3.2.5
		}
		if registrantGiven := cmd.Flags().Changed("registrant"); registrantGiven || info != nil {
			body.Chg = &epp.DomainChange{AuthInfo: info}
			if registrantGiven {
				body.Chg.Registrant = &registrant
			}
		}
		if body.Add == nil && body.Rem == nil && body.Chg == nil {
			return usageError(cmd, "nothing to change")
		}
		return c.doShowing(cmd.Context(), body, auth.made(info))
	})
	return cmd
}

func newEppUpdateHostCmd(c *eppClient) *cobra.Command {
	var addAddr, remAddr, addStatus, remStatus []string
	var newName string
	cmd := &cobra.Command{Use: "host NAME", Short: "Change a host", Args: exactlyOne}
	f := cmd.Flags()
	f.StringSliceVar(&addAddr, "add-addr", nil, "IP addresses to add")
	f.StringSliceVar(&remAddr, "rem-addr", nil, "IP addresses to remove")
	f.StringSliceVar(&addStatus, "add-status", nil, "status values to add")
	f.StringSliceVar(&remStatus, "rem-status", nil, "status values to remove")
	f.StringVar(&newName, "new-name", "", "new name of the host")
	cmd.RunE = c.run(func(cmd *cobra.Command, args []string) error {
		body := &epp.HostUpdate{}
		var err error
		if body.Name, err = wireName(args[0]); err != nil {
			return err
		}
		if len(addAddr)+len(addStatus) > 0 {
			body.Add = &epp.HostAddRem{Addrs: addresses(addAddr), Statuses: statuses(addStatus)}
		}
		if len(remAddr)+len(remStatus) > 0 {
			body.Rem = &epp.HostAddRem{Addrs: addresses(remAddr), Statuses: statuses(remStatus)}
		}
		if newName != "" {
			name, err := wireName(newName)
			if err != nil {
				return err
			}
			body.NewName = &name
		}
		if body.Add == nil && body.Rem == nil && body.NewName == nil {
			return usageError(cmd, "nothing to change")
		}
		return c.do(cmd.Context(), body)
	})
	return cmd
}

func newEppUpdateContactCmd(c *eppClient) *cobra.Command {
	var flags contactFlags
	var addStatus, remStatus []string
	cmd := &cobra.Command{
		Use: "contact ID", Short: "Change a contact", Args: exactlyOne,
		Long: "Change a contact. What no flag names stays. An address is replaced as a whole; \"\" removes\n" +
			"an optional value.",
	}
	flags.register(cmd)
	cmd.Flags().StringSliceVar(&addStatus, "add-status", nil, "status values to add")
	cmd.Flags().StringSliceVar(&remStatus, "rem-status", nil, "status values to remove")
	cmd.RunE = c.run(func(cmd *cobra.Command, args []string) error {
		body := &epp.ContactUpdate{ID: args[0], Add: statuses(addStatus), Rem: statuses(remStatus)}
		info, err := flags.auth.get(cmd)
		if err != nil {
			return err
		}
		if body.Chg, err = flags.change(info); err != nil {
			return err
		}
		ext := flags.updateKind()
		if body.Add == nil && body.Rem == nil && body.Chg == nil && ext == nil {
			return usageError(cmd, "nothing to change")
		}
		return c.doShowing(cmd.Context(), body, flags.auth.made(info), ext...)
	})
	return cmd
}

// change is the <chg> part that the flags make, nil if none belongs there.
func (c *contactFlags) change(info *epp.AuthInfo) (*epp.ContactChange, error) {
	disclose, err := c.disclose()
	if err != nil {
		return nil, err
	}
	chg := &epp.ContactChange{Email: c.text("email", &c.email), AuthInfo: info, Disclose: disclose}
	if c.changed("voice") {
		chg.Voice = phone(c.voice)
	}
	if c.changed("fax") {
		chg.Fax = phone(c.fax)
	}
	postal := epp.PostalInfoChange{Type: c.postal(), Name: c.text("name", &c.name), Org: c.text("org", &c.org)}
	if c.changed("street", "city", "sp", "pc", "cc") {
		// RFC 5733, section 3.2.5 and its schema: an address has no parts to change.
		if !c.changed("city") || !c.changed("cc") {
			return nil, errors.New("an address is replaced as a whole: give --city and --cc too")
		}
		addr := c.address()
		postal.Addr = &addr
	}
	if postal.Name != nil || postal.Org != nil || postal.Addr != nil {
		chg.PostalInfo = []epp.PostalInfoChange{postal}
	}
	if chg.PostalInfo == nil && chg.Voice == nil && chg.Fax == nil && chg.Email == nil && info == nil && disclose == nil {
		return nil, nil
	}
	return chg, nil
}
