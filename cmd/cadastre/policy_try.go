package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/whitelist"
	"cadastre/whitelist/desk"
)

const policyTestLong = `Explains which policies a registration would meet, and which whitelist names it would need.
Nothing is stored and nobody is asked. With an ID that policy alone is tried, whatever its
state; else those that are granted or proposed.

The registrar is an account or an IANA number of this registry, whose country and name are
then known. One of another registry can be tried too: --registrar-country states its
country.`

// policyTestOptions are the flags of `cadastre policy test`.
type policyTestOptions struct {
	domain, registrant, registrantCountry, registrar, registrarCountry string
}

func newPolicyTestCmd(a *app) *cobra.Command {
	var o policyTestOptions
	cmd := &cobra.Command{
		Use:   "test [ID] --domain NAME --registrant ID --registrar ID",
		Short: "Explain which policies a registration meets", Long: policyTestLong, Args: cobra.MaximumNArgs(1),
		Example: "  cadastre policy test trips-board --dir var/dev --domain miami.trips --registrant UID5439394 --registrar 146\n" +
			"  cadastre policy test --dir var/dev --domain mybank.example --registrant 'John Doe' --registrant-country US --registrar registrar-a",
	}
	v := newOperatorVerb(a, cmd)
	f := cmd.Flags()
	f.StringVar(&o.domain, "domain", "", "target `name`")
	f.StringVar(&o.registrant, "registrant", "", "`identifier` of the registrant")
	f.StringVar(&o.registrantCountry, "registrant-country", "", "`country` of the registrant, two letters")
	f.StringVar(&o.registrar, "registrar", "", "`registrar`: account or IANA number")
	f.StringVar(&o.registrarCountry, "registrar-country", "", "`country` of the registrar, two letters (default that of its account)")
	for _, needed := range []string{"domain", "registrant", "registrar"} {
		cmd.MarkFlagRequired(needed) //nolint:errcheck // the flag exists
	}
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		r, err := o.registration(ctx, op)
		if err != nil {
			return err
		}
		results, err := op.Desk.Test(ctx, r)
		if err != nil {
			return err
		}
		if results, err = chosen(results, args); err != nil {
			return err
		}
		return v.show(results, func() string { return testText(r, results) })
	})
	return cmd
}

// registration is what the flags describe.
func (o *policyTestOptions) registration(ctx context.Context, op *operator) (r whitelist.Registration, err error) {
	if r.Target, err = asciiName(o.domain, "--domain"); err != nil {
		return r, err
	}
	if err := checkText("--registrant", o.registrant); err != nil {
		return r, err
	}
	r.Registrant = whitelist.Registrant{ID: o.registrant, Country: strings.ToUpper(o.registrantCountry)}
	if err := checkText("--registrar", o.registrar); err != nil {
		return r, err
	}
	if r.Registrar, err = findRegistrar(ctx, op, o.registrar); err != nil {
		return r, err
	}
	if o.registrarCountry != "" {
		r.Registrar.Country = strings.ToUpper(o.registrarCountry)
	}
	for flag, cc := range map[string]string{"--registrant-country": r.Registrant.Country, "--registrar-country": r.Registrar.Country} {
		if registry.CheckAccountCountry(cc) != nil {
			return r, registry.Errorf(registry.KindValue, flag, cc, "a country is two letters (ISO 3166-1 alpha-2)")
		}
	}
	return r, nil
}

// findRegistrar describes a registrar by account or IANA number: as its account
// says, or, of another registry, by the number or id alone.
func findRegistrar(ctx context.Context, op *operator, text string) (whitelist.Registrar, error) {
	list, err := registrars().list(ctx, op)
	if err != nil {
		return whitelist.Registrar{}, err
	}
	number, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		number = 0
	}
	found := whitelist.Registrar{IANA: int(number)}
	if number == 0 {
		found.Account = text
	}
	for _, r := range list {
		if r.ID == text || number > 0 && r.IANA == int(number) {
			found = whitelist.Registrar{Account: r.ID, IANA: r.IANA, Name: r.Name, Country: r.Country}
			if r.ID == text {
				break // an account's id comes before another's number
			}
		}
	}
	return found, nil
}

// chosen keeps the results of the policy that was named, else those of policies
// that bite or would once granted.
func chosen(results []desk.TestResult, args []string) ([]desk.TestResult, error) {
	kept := []desk.TestResult{}
	for _, r := range results {
		if len(args) == 1 && r.Policy == args[0] || len(args) == 0 && (r.State == "granted" || r.State == "proposed") {
			kept = append(kept, r)
		}
	}
	if len(args) == 1 && len(kept) == 0 {
		return nil, registry.Errorf(registry.KindNotFound, "policy", args[0], "there is no such policy")
	}
	return kept, nil
}

// testText tells people what a test found.
func testText(r whitelist.Registration, results []desk.TestResult) string {
	var b strings.Builder
	bites := false
	for i, res := range results {
		if i > 0 {
			b.WriteString("\n")
		}
		controls := "no"
		switch {
		case res.Controls && res.State == "granted":
			controls, bites = "yes", true
		case res.Controls:
			controls = "would, if it were granted"
		}
		b.WriteString(pairs{
			{"policy", res.Policy + ", " + res.State},
			{"overseer", res.Overseer},
			{"controls", controls},
			{"names", list(res.Names)},
			{"verdict", res.Verdict},
			{"fault", res.Fault},
		}.text())
	}
	if !bites {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString(printable(r.Target) + " needs no pre-approval of ")
		if len(results) == 1 {
			b.WriteString(results[0].Policy + ".\n")
		} else {
			b.WriteString("any policy.\n")
		}
	}
	return b.String()
}
