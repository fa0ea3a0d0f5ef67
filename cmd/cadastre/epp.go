package main

import "github.com/spf13/cobra"

func newEppCmd(_ *app) *cobra.Command {
	return &cobra.Command{
		Use:   "epp",
		Short: "Talk to an EPP server",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
}
