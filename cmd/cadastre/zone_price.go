package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

const zonePriceLong = `Shows the price list of a zone, or adds a step to it: prices from an instant on (--from; in two
seconds, if it is left out, for all servers have to know), of standard names or of a class (--class).
What no flag names costs what it costs at that instant. The first prices of a class make the class and
hold at once. Prices never change in the past.

Names keep the class they were registered in; what they cost to renew follows the class's prices.`

// zonePriceOptions are the flags of `cadastre zone price`.
type zonePriceOptions struct {
	class, from                      string
	create, renew, transfer, restore string
	drop                             bool
}

func newZonePriceCmd(a *app) *cobra.Command {
	var o zonePriceOptions
	cmd := &cobra.Command{
		Use: "price NAME", Short: "Show and set prices, by date and class", Long: zonePriceLong, Args: cobra.ExactArgs(1),
		Example: "  cadastre zone price example --dir var/dev\n" +
			"  cadastre zone price example --dir var/dev --from 2027-01-01T00:00:00Z --create 12.00 --renew 12.00\n" +
			"  cadastre zone price example --dir var/dev --class gold --create 500.00 --renew 50.00",
	}
	v := newOperatorVerb(a, cmd)
	f := cmd.Flags()
	f.StringVar(&o.class, "class", "", "`class` of names; without it, the standard one")
	f.StringVar(&o.from, "from", "", "`instant` at which the prices begin, as in 2027-01-01T00:00:00Z")
	f.StringVar(&o.create, "create", "", "`amount` a year of a registration")
	f.StringVar(&o.renew, "renew", "", "`amount` a year of a renewal")
	f.StringVar(&o.transfer, "transfer", "", "`amount` of a transfer with its year")
	f.StringVar(&o.restore, "restore", "", "`amount` of a restore")
	f.BoolVar(&o.drop, "drop", false, "take back the prices that begin at --from")
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		z, err := findZone(ctx, op, args[0])
		if err != nil {
			return err
		}
		if o != (zonePriceOptions{}) {
			if z, err = o.apply(ctx, op, z); err != nil {
				return err
			}
		}
		return v.show(priceViews(z), func() string { return pricesText(z) })
	})
	return cmd
}

// apply sets or drops prices.
func (o zonePriceOptions) apply(ctx context.Context, op *operator, z *registry.Zone) (*registry.Zone, error) {
	st := registry.PriceStep{Class: o.class}
	if o.class == registry.StandardClass {
		st.Class = ""
	}
	at := op.SRS.Now()
	if o.from != "" {
		var err error
		if st.From, err = time.Parse(time.RFC3339, o.from); err != nil {
			return nil, registry.Errorf(registry.KindValue, "--from", o.from, "write it like 2027-01-01T00:00:00Z")
		}
		st.From = st.From.UTC()
		at = st.From
	}
	if o.drop {
		return op.SRS.DropPrice(ctx, op.Actor, z.Name, st)
	}
	now := z.PricesAt(st.Class, at)
	for _, p := range []struct {
		flag, amount string
		to           *int64
		present      int64
	}{
		{"--create", o.create, &st.Create, now.Create},
		{"--renew", o.renew, &st.Renew, now.Renew},
		{"--transfer", o.transfer, &st.Transfer, now.Transfer},
		{"--restore", o.restore, &st.Restore, now.Restore},
	} {
		*p.to = p.present
		if p.amount != "" {
			var err error
			if *p.to, err = registry.ParseAmount(p.amount, z.Prices.Currency, p.flag); err != nil {
				return nil, err
			}
		}
	}
	return op.SRS.SetPrice(ctx, op.Actor, z.Name, st)
}

// priceView are the prices of a class from an instant on, as they are printed in JSON.
type priceView struct {
	Currency string `json:"currency"`
	registry.PriceStep
}

// priceViews begins with the prices from the beginning.
func priceViews(z *registry.Zone) []priceView {
	p := z.Prices
	views := []priceView{{p.Currency, registry.PriceStep{Create: p.Create, Renew: p.Renew, Transfer: p.Transfer, Restore: p.Restore}}}
	for _, st := range z.PriceList {
		views = append(views, priceView{p.Currency, st})
	}
	return views
}

func pricesText(z *registry.Zone) string {
	var rows [][]string
	for _, p := range priceViews(z) {
		from := when(p.From)
		if from == "" {
			from = "the beginning"
		}
		rows = append(rows, []string{
			registry.ShownClass(p.Class), from, money(p.Create, p.Currency), money(p.Renew, p.Currency),
			money(p.Transfer, p.Currency), money(p.Restore, p.Currency),
		})
	}
	return grid([]string{"class", "from", ">create", ">renew", ">transfer", ">restore"}, rows)
}
