package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"cadastre/epp"
)

func newEppRenewCmd(c *eppClient) *cobra.Command {
	var years, curExp string
	cmd := &cobra.Command{
		Use: "renew NAME", Short: "Extend a registration", Args: exactlyOne,
		Long: "Extend a domain's registration. The command must name the day on which it expires now, so\n" +
			"that sending it twice renews once; without --cur-exp that day is asked of the server first.",
		Example: `  renew a.example --years 2
  renew a.example --cur-exp 2027-11-21`,
	}
	cmd.Flags().StringVar(&years, "years", "", "how long: years (2, 2y) or months (18m); default: the server's")
	cmd.Flags().StringVar(&curExp, "cur-exp", "", "day on which it expires now, as 2027-11-21; default: asked of the server")
	cmd.RunE = c.run(func(cmd *cobra.Command, args []string) error {
		name, err := wireName(args[0])
		if err != nil {
			return err
		}
		period, err := eppPeriod(years)
		if err != nil {
			return err
		}
		var day time.Time
		if curExp == "" {
			day, err = c.expiry(cmd.Context(), name)
		} else if day, err = time.Parse(time.DateOnly, curExp); err != nil {
			err = fmt.Errorf("--cur-exp %q: not a day like 2027-11-21", curExp)
		}
		if err != nil {
			return err
		}
		return c.do(cmd.Context(), &epp.DomainRenew{Name: name, CurExpDate: day, Period: period})
	})
	return cmd
}

// expiry asks on which day a domain expires. An answer that does not say is shown.
func (c *eppClient) expiry(ctx context.Context, name string) (time.Time, error) {
	reply, err := c.ask(ctx, &epp.DomainInfo{Name: name, Hosts: epp.HostsNone})
	if err != nil {
		return time.Time{}, err
	}
	if !reply.Response.Code().Success() {
		return time.Time{}, c.show(reply, nil)
	}
	data, ok := reply.Response.ResData.(*epp.DomainInfoData)
	if !ok || data.ExDate.IsZero() {
		return time.Time{}, fmt.Errorf("the server does not say when %s expires: give --cur-exp", name)
	}
	return data.ExDate.UTC().Truncate(24 * time.Hour), nil
}
