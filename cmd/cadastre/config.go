package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/internal/config"
)

// newConfigCmd groups the verbs on configuration files.
func newConfigCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check a configuration file, or print an example",
		Example: "  cadastre config example >/etc/cadastre.toml\n" +
			"  cadastre config check /etc/cadastre.toml",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigCheckCmd(a), newConfigExampleCmd(a))
	return cmd
}

func newConfigCheckCmd(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Say whether cadastre serve would take a configuration file",
		Long: "Reads the file as cadastre serve does and tells everything that is wrong with it, a line each. Nothing\n" +
			"is connected to or listened on, and certificates are not read.",
		Example: "  cadastre config check /etc/cadastre.toml",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := config.Load(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.stdout, map[string]any{"file": args[0], "ok": true, "roles": cfg.Roles})
			}
			_, err = fmt.Fprintf(a.stdout, "%s: in order; roles %s\n", args[0], strings.Join(cfg.Roles, ", "))
			return err
		},
	}
	addJSONFlag(cmd, &asJSON)
	return cmd
}

func newConfigExampleCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "example",
		Short:   "Print a configuration file with every key, its default and what it does",
		Example: "  cadastre config example >/etc/cadastre.toml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.stdout, config.Example())
			return err
		},
	}
}
