package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/registry/store"
)

// list reads the accounts of this kind, by id.
func (k accounts) list(ctx context.Context, op *operator) ([]*registry.Registrar, error) {
	all, err := op.Store.Registrars(ctx)
	if err != nil {
		return nil, err
	}
	var list []*registry.Registrar
	for _, r := range all {
		if r.Kind == k.kind {
			list = append(list, r)
		}
	}
	return list, nil
}

func addLedgerFlag(cmd *cobra.Command, lines *int) {
	cmd.Flags().IntVar(lines, "ledger", 10, "`number` of ledger lines")
}

// accountPapers reads an account's certificates and its newest ledger lines.
func accountPapers(ctx context.Context, op *operator, id string, lines int) ([]registry.Certificate, []store.LedgerEntry, error) {
	if lines < 0 {
		return nil, nil, fmt.Errorf("--ledger %d: zero or more", lines)
	}
	certs, err := op.Store.Certificates(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	ledger, err := op.Store.Ledger(ctx, id, lines)
	if err != nil {
		return nil, nil, err
	}
	for i := range ledger {
		ledger[i].At = ledger[i].At.UTC()
	}
	return certs, ledger, nil
}

// papersText is both for people.
func papersText(noun string, certs []registry.Certificate, ledger []store.LedgerEntry) string {
	text := "\n" + certGrid(certs)
	if len(certs) == 0 {
		text = "\nNo certificate is bound, so the " + noun + " cannot log in.\n"
	}
	if len(ledger) == 0 {
		return text
	}
	var rows [][]string
	for _, e := range ledger {
		rows = append(rows, []string{when(e.At), money(e.Amount, e.Currency), e.Reason, e.Object, e.Other})
	}
	return text + "\n" + grid([]string{"at", ">amount", "reason", "object", "other account"}, rows)
}
