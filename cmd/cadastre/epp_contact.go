package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/epp"
)

// contactFlags are the data of a contact; for an update, those that change.
type contactFlags struct {
	postalType        string
	name, org         string
	street            []string
	city, sp, pc, cc  string
	voice, fax, email string
	kind, realContact string
	secondaryEmail    string
	emergencyPhone    string
	identifier        string
	hide, publish     []string
	auth              authFlags
	cmd               *cobra.Command
}

func (c *contactFlags) register(cmd *cobra.Command) {
	c.cmd = cmd
	f := cmd.Flags()
	f.StringVar(&c.postalType, "postal", "", "which postal record: int (ASCII) or loc (default: loc if the data is not ASCII)")
	f.StringVar(&c.name, "name", "", "name of the person or of the role")
	f.StringVar(&c.org, "org", "", "organisation")
	f.StringArrayVar(&c.street, "street", nil, "a line of the street address, up to three times")
	f.StringVar(&c.city, "city", "", "city")
	f.StringVar(&c.sp, "sp", "", "state or province")
	f.StringVar(&c.pc, "pc", "", "postal code")
	f.StringVar(&c.cc, "cc", "", "country, two letters")
	f.StringVar(&c.voice, "voice", "", "telephone, as +1.7035555555 or +1.7035555555x12")
	f.StringVar(&c.fax, "fax", "", "fax, likewise")
	f.StringVar(&c.email, "email", "", "mail address")
	f.StringSliceVar(&c.hide, "hide", nil, "what not to publish: name, org, addr (each also with :int or :loc), voice, fax, email")
	f.StringSliceVar(&c.publish, "publish", nil, "what to publish, likewise")
	f.StringVar(&c.kind, "type", "", "real or proxy (extension contactKind)")
	f.StringVar(&c.realContact, "real-contact", "", "contact behind a proxy (contactKind)")
	f.StringVar(&c.secondaryEmail, "secondary-email", "", "second mail address of a real contact (contactKind)")
	f.StringVar(&c.emergencyPhone, "emergency-phone", "", "emergency telephone of a real contact (contactKind)")
	f.StringVar(&c.identifier, "identifier", "", "registrant's identifier for pre-approval (contactKind)")
	c.auth.register(f, true)
}

// changed reports whether any of the flags was given.
func (c *contactFlags) changed(names ...string) bool {
	return slices.ContainsFunc(names, c.cmd.Flags().Changed)
}

// text is a pointer to the value of a flag that was given, else nil.
func (c *contactFlags) text(flag string, value *string) *string {
	if !c.changed(flag) {
		return nil
	}
	return value
}

// postal is the type of postal record the data needs.
func (c *contactFlags) postal() string {
	if c.postalType != "" {
		return c.postalType
	}
	all := strings.Join(append([]string{c.name, c.org, c.city, c.sp, c.pc}, c.street...), "")
	for i := range len(all) {
		if all[i] >= 0x80 {
			return "loc"
		}
	}
	return "int"
}

func (c *contactFlags) address() epp.PostalAddress {
	return epp.PostalAddress{Street: c.street, City: c.city, SP: c.sp, PC: c.pc, CC: c.cc}
}

// disclose reads --hide and --publish (RFC 5733, section 2.9).
func (c *contactFlags) disclose() (*epp.Disclose, error) {
	words, d := c.hide, &epp.Disclose{}
	switch {
	case len(c.hide) > 0 && len(c.publish) > 0:
		return nil, errors.New("only one of --hide and --publish: the protocol takes one list")
	case len(c.publish) > 0:
		words, d.Flag = c.publish, true
	case len(c.hide) == 0:
		return nil, nil
	}
	for _, word := range words {
		if err := discloseWord(d, word, c.postal()); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func discloseWord(d *epp.Disclose, word, postal string) error {
	what, kind, typed := strings.Cut(word, ":")
	if !typed {
		kind = postal
	}
	if kind != "int" && kind != "loc" {
		return fmt.Errorf("%q: a postal record is int or loc", word)
	}
	switch {
	case what == "name":
		d.Name = append(d.Name, kind)
	case what == "org":
		d.Org = append(d.Org, kind)
	case what == "addr":
		d.Addr = append(d.Addr, kind)
	case what == "voice" && !typed:
		d.Voice = true
	case what == "fax" && !typed:
		d.Fax = true
	case what == "email" && !typed:
		d.Email = true
	default:
		return fmt.Errorf("%q is none of name, org, addr, voice, fax, email", word)
	}
	return nil
}

// kindFlags are the flags that need the contactKind extension.
func kindFlags() []string {
	return []string{"type", "real-contact", "secondary-email", "emergency-phone", "identifier"}
}

func newEppCreateContactCmd(c *eppClient) *cobra.Command {
	var flags contactFlags
	cmd := &cobra.Command{
		Use: "contact ID", Short: "Create a contact", Args: exactlyOne,
		Long: "Create a contact. Without --type it is a plain RFC 5733 contact.",
		Example: `  create contact rc-me --name "Ann Example" --street "1 Main St" --city Miami --cc US --email ann@example.net
  create contact rc-real --type real --secondary-email alt@example.net --emergency-phone +1.7035555555 \
      --name "Ann Example" --city Miami --cc US --email ann@example.net
  create contact rc-proxy --type proxy --real-contact rc-real --name "Privacy Service" --city Miami --cc US \
      --email proxy@example.net`,
	}
	flags.register(cmd)
	cmd.RunE = c.run(func(cmd *cobra.Command, args []string) error {
		body := &epp.ContactCreate{
			ID: args[0], Email: flags.email,
			PostalInfo: []epp.PostalInfo{{Type: flags.postal(), Name: flags.name, Org: flags.org, Addr: flags.address()}},
		}
		if flags.voice != "" {
			body.Voice = phone(flags.voice)
		}
		if flags.fax != "" {
			body.Fax = phone(flags.fax)
		}
		var err error
		if body.Disclose, err = flags.disclose(); err != nil {
			return err
		}
		info, err := flags.auth.get(cmd)
		if err != nil {
			return err
		}
		if info != nil {
			body.AuthInfo = *info
		}
		return c.doShowing(cmd.Context(), body, flags.auth.made(info), flags.createKind()...)
	})
	return cmd
}

// createKind is the extension, if a flag needs it.
func (c *contactFlags) createKind() []epp.Extension {
	if !c.changed(kindFlags()...) {
		return nil
	}
	ext := &epp.ContactKindCreate{
		Type: c.kind, SecondaryEmail: c.secondaryEmail, Identifier: c.identifier, RealContact: c.realContact,
	}
	if ext.Type == "" {
		ext.Type = epp.KindReal
		if c.realContact != "" {
			ext.Type = epp.KindProxy
		}
	}
	if c.emergencyPhone != "" {
		ext.EmergencyPhone = phone(c.emergencyPhone)
	}
	return []epp.Extension{ext}
}

// updateKind is the extension's change, if a flag needs it.
func (c *contactFlags) updateKind() []epp.Extension {
	if !c.changed(kindFlags()...) {
		return nil
	}
	ext := &epp.ContactKindUpdate{
		Type:           c.kind,
		SecondaryEmail: c.text("secondary-email", &c.secondaryEmail),
		Identifier:     c.text("identifier", &c.identifier),
		RealContact:    c.text("real-contact", &c.realContact),
	}
	if c.changed("emergency-phone") {
		ext.EmergencyPhone = phone(c.emergencyPhone)
	}
	return []epp.Extension{ext}
}
