package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/net/idna"

	"cadastre/epp"
)

// Kinds of objects, as words of the command line.
const (
	objectDomain  = "domain"
	objectHost    = "host"
	objectContact = "contact"
)

// eppVerb describes a command with one form for each kind of object.
type eppVerb struct {
	use     string // arguments of the inferred form, e.g. "check NAME..."
	short   string
	long    string
	example string
	infer   []string         // kinds that need not be said
	forms   []*cobra.Command // one per kind of object, named after it
}

// command makes the verb's command: the forms are its subcommands, and it hands over to
// the form that the first name asks for. It takes the flags of every form it may hand
// over to.
func (v eppVerb) command() *cobra.Command {
	byKind := map[string]*cobra.Command{}
	cmd := &cobra.Command{
		Use: v.use, Short: v.short, Long: v.long, Example: v.example, Args: cobra.ArbitraryArgs,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError(cmd, "a name is missing")
		}
		kind, err := inferKind(args)
		if err != nil {
			return err
		}
		form := byKind[kind]
		if form == nil {
			return usageError(cmd, fmt.Sprintf("of what kind is %q? Write domain, host or contact before it", args[0]))
		}
		if err := form.ValidateArgs(args); err != nil {
			return err
		}
		form.SetContext(cmd.Context())
		return form.RunE(form, args)
	}
	for _, form := range v.forms {
		if slices.Contains(v.infer, form.Name()) {
			byKind[form.Name()] = form
			cmd.Flags().AddFlagSet(form.Flags()) // the same flags, so that the form finds the values
		}
		cmd.AddCommand(form)
	}
	return cmd
}

// inferKind tells what the names are names of: all with a dot domains, all without
// contacts.
func inferKind(names []string) (string, error) {
	kindOf := func(name string) string {
		if strings.ContainsRune(name, '.') {
			return objectDomain
		}
		return objectContact
	}
	kind := kindOf(names[0])
	for _, name := range names[1:] {
		if kindOf(name) != kind {
			return "", fmt.Errorf("%s is a %s but %s a %s: one kind at a time", names[0], kind, name, kindOf(name))
		}
	}
	return kind, nil
}

func usageError(cmd *cobra.Command, problem string) error {
	return fmt.Errorf("%s: %s (see %s --help)", cmd.Name(), problem, cmd.CommandPath())
}

// atLeastOne and exactlyOne are argument checks that say what is missing.
func atLeastOne(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError(cmd, "a name is missing")
	}
	return nil
}

func exactlyOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError(cmd, fmt.Sprintf("one name only, not %q too", args[1]))
	}
	return atLeastOne(cmd, args)
}

// wireName is a host or domain name as the protocol wants it: IDNs as A-labels. Whatever
// is ASCII already goes as it is, for it is the server that decides what is valid.
func wireName(name string) (string, error) {
	for i := range len(name) {
		if name[i] >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(name)
			if err != nil {
				return "", fmt.Errorf("%q is not a valid name: %w", name, err)
			}
			return ascii, nil
		}
	}
	return name, nil
}

func wireNames(names []string) ([]string, error) {
	out := make([]string, len(names))
	for i, name := range names {
		var err error
		if out[i], err = wireName(name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// addresses marks addresses with their family; what is no address goes as v4, to be
// refused by the server.
func addresses(list []string) []epp.Address {
	var out []epp.Address
	for _, s := range list {
		family := "v4"
		if a, err := netip.ParseAddr(s); err == nil && a.Is6() {
			family = "v6"
		}
		out = append(out, epp.Address{IP: family, Addr: s})
	}
	return out
}

// statuses reads status values, each with an optional explanation: clientHold or
// "clientHold=unpaid".
func statuses(list []string) []epp.Status {
	var out []epp.Status
	for _, s := range list {
		value, text, _ := strings.Cut(s, "=")
		out = append(out, epp.Status{Value: value, Text: text})
	}
	return out
}

// nameServers reads name servers: host objects (ns1.example.net), or, for servers that
// take addresses with the domain, attributes (ns1.example.net=192.0.2.1+2001:db8::1).
func nameServers(list []string) (epp.NameServers, error) {
	var ns epp.NameServers
	for _, s := range list {
		host, addrs, attr := strings.Cut(s, "=")
		name, err := wireName(host)
		if err != nil {
			return ns, err
		}
		if !attr {
			ns.HostObjs = append(ns.HostObjs, name)
			continue
		}
		a := epp.HostAttr{Name: name}
		if addrs != "" {
			a.Addrs = addresses(strings.Split(addrs, "+"))
		}
		ns.HostAttrs = append(ns.HostAttrs, a)
	}
	if len(ns.HostObjs) > 0 && len(ns.HostAttrs) > 0 {
		return ns, fmt.Errorf("name servers either all with addresses or all without, not %s beside %s",
			ns.HostObjs[0], ns.HostAttrs[0].Name)
	}
	return ns, nil
}

// phone reads +1.7035555555 or, with an extension, +1.7035555555x12.
func phone(s string) *epp.Phone {
	number, ext, _ := strings.Cut(s, "x")
	return &epp.Phone{Number: number, Ext: ext}
}
