package main

import "github.com/spf13/cobra"

// newRegistrarCmd groups the verbs on registrars' accounts.
func newRegistrarCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "registrar",
		Short: "Open, show, fund and suspend registrars' accounts",
		Long: "A registrar logs in over EPP with its id, its password and a certificate that is bound to its account,\n" +
			"and pays for what it registers from its balance.",
		Example: "  cadastre registrar add acme --dir var/dev --name 'Acme Domains' --iana 9999 --cert acme.pem\n" +
			"  cadastre registrar credit acme --dir var/dev --deposit 1000.00\n" +
			"  cadastre registrar suspend acme --dir var/dev --reason 'invoice 4711 is unpaid'",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	k := registrars()
	cmd.AddCommand(newRegistrarAddCmd(a), newRegistrarListCmd(a), newRegistrarShowCmd(a), newAccountSetCmd(a, k), newSuspendCmd(a, k),
		newResumeCmd(a, k), newPasswordCmd(a, k), newCertCmd(a, k), newAllowCmd(a, k), newCreditCmd(a, k), newStatementCmd(a, k))
	return cmd
}

const registrarAddLong = `Opens an account. The registrar can log in once a certificate is bound to it (--cert, or
'registrar cert' later), and register names once it has a balance or a credit limit
('registrar credit').

Without --password-file or --password-stdin a password is made up and printed; it is not
stored in a form that could be shown again.`

func newRegistrarAddCmd(a *app) *cobra.Command {
	cmd := newAccountAddCmd(a, registrars())
	cmd.Long = registrarAddLong
	cmd.Example = "  cadastre registrar add acme --dir var/dev --name 'Acme Domains' --iana 9999 --country US \\\n" +
		"      --email abuse@acme.example --phone +1.2025550199 --cert acme.pem --credit-limit 500.00"
	return cmd
}
