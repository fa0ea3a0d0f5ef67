package main

import (
	"github.com/spf13/cobra"
)

const eppLong = `Talk EPP (RFC 5730-5734) to a sandbox of this machine or to any other server.

The server is the sandbox whose state is in --dir (as 'cadastre dev' leaves it there), or
the one that --addr, --ca, --cert and --key name. An object is told from its name: a name
with a dot is a domain, one without is a contact; say 'domain', 'host' or 'contact' before
the name to be explicit, as one must for hosts.

Passwords do not belong on a command line, where every user of the machine can read them.
Put yours in a file of your own (--password-file), in the environment variable
CADASTRE_EPP_PASSWORD, or wait to be asked. A sandbox's are read from its sandbox.json.

Examples of the commands below leave out 'cadastre epp' and the options that name the
server and the account; so they are also what one types in a shell.

Exit status: 0 success (result codes 1000 to 1999), 1 wrong usage or no connection,
2 the server answered with an error (result codes from 2000 on).`

const eppExample = `  # Against the sandbox in ./var/dev:
  cadastre epp --as registrar-a check a.example b.example
  cadastre epp --as registrar-a create a.example --period 2 --registrant rc-me --ns ns1.taken.example
  cadastre epp --as registrar-a info a.example --json

  # Against another server:
  cadastre epp --addr epp.nic.example:700 --ca ca.pem --cert me.pem --key me.key \
      --user reg-1 --password-file pw.txt check a.example

  # Many commands in one session, typed or from a file:
  cadastre epp --as registrar-a shell
  cadastre epp --as registrar-a shell < commands.txt`

// newEppCmd is the EPP client. Its subcommands are made anew for each line of a shell, so
// that they hold no state; what lasts is the session.
func newEppCmd(a *app) *cobra.Command {
	s := &eppSession{app: a}
	c := &eppClient{app: a, session: s}
	cmd := &cobra.Command{
		Use:     "epp",
		Short:   "Talk to an EPP server",
		Long:    eppLong,
		Example: eppExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	s.target.register(cmd.PersistentFlags())
	c.format.register(cmd.PersistentFlags())
	cmd.AddCommand(newEppVerbs(c)...)
	cmd.AddCommand(newEppLoginCmd(c), newEppShellCmd(c))
	return cmd
}

// newEppVerbs makes the commands that are common to the command line and to the shell.
func newEppVerbs(c *eppClient) []*cobra.Command {
	return []*cobra.Command{
		newEppCheckCmd(c),
		newEppInfoCmd(c),
		newEppCreateCmd(c),
		newEppUpdateCmd(c),
		newEppDeleteCmd(c),
		newEppRenewCmd(c),
		newEppRestoreCmd(c),
		newEppTransferCmd(c),
		newEppPollCmd(c),
		newEppHelloCmd(c),
		newEppSendCmd(c),
	}
}
