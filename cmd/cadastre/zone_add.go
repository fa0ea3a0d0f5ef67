package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/registry/lgr"
)

const zoneAddLong = `Starts a zone. Every server of the registry serves it within a moment.

A zone needs name servers: the registry's own, which parents delegate to. Those whose names
lie inside the zone need addresses. Everything else has the customary values of a generic
top-level domain, which --help shows and a flag changes. Names may be written in their own
script.

A zone of kind whitelist holds pre-approvals and takes no registrations. It answers this
machine alone, until --allow and --tsig-key name others.

--from-file takes the settings from JSON, in the form that 'zone show --json' prints under
"settings"; flags come on top of it.`

const zoneAddExample = `  cadastre zone add shop --dir var/dev \
      --ns ns1.nic.shop=192.0.2.1,2001:db8::1 --ns ns2.nic.shop=192.0.2.2
  cadastre zone add bücher --dir var/dev --idn Latn --ns ns1.registry.example --ns ns2.registry.example \
      --price-create 12.50 --price-renew 10.00 --redemption 180d
  cadastre zone add whitelist.zone --kind whitelist --dir var/dev --allow 192.0.2.0/24
  cadastre zone show example --dir var/dev --json | jq .settings >settings.json`

// zoneAddOptions are the flags that are not settings as they stand.
type zoneAddOptions struct {
	kind, fromFile          string
	suffixes, reserved, ns  []string
	priceCreate, priceRenew string
	priceTransfer           string
	priceRestore            string
	currency, registrants   string
	idn, idnTables          []string
	idnVariants             string
	idnOnly                 bool
	phases                  []string
	maxYears                int
	registrantRequired      bool
	rname                   string
	periods                 registry.Periods
	transfers               registry.TransferPolicy
	expiryNotices           []registry.Duration
	dns                     registry.ZoneSettings
	allow, tsigKeys         []string
	model                   modelOptions
	sandbox                 bool // name servers can be made up
	changed                 func(flag string) bool
	stdin                   io.Reader
}

func newZoneAddCmd(a *app) *cobra.Command {
	o := &zoneAddOptions{stdin: a.stdin}
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Start a zone", Long: zoneAddLong, Example: zoneAddExample, Args: cobra.ExactArgs(1),
	}
	v := newOperatorVerb(a, cmd)
	o.register(cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		o.sandbox = v.flags.dir != ""
		z, err := o.zone(args[0])
		if err != nil {
			return err
		}
		if err := op.SRS.AddZone(ctx, op.Actor, z); err != nil {
			return err
		}
		return v.did(zoneView{Name: z.Name, Unicode: unicodeName(z.Name), Kind: z.Kind, Serial: 1, ConfigVersion: z.ConfigVersion, Settings: z},
			"%s: zone added, with %s", z.Name, counted(int64(len(z.DNS.Nameservers)), "name server"))
	})
	return cmd
}

func (o *zoneAddOptions) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.kind, "kind", string(registry.TargetZone), "`kind`: target, which takes registrations, or whitelist")
	o.registerSettings(cmd)
}

// registerSettings adds the flags that also change a running zone.
func (o *zoneAddOptions) registerSettings(cmd *cobra.Command) {
	f := cmd.Flags()
	o.changed = f.Changed
	standard := registry.NewZone("zone", registry.TargetZone)
	o.periods, o.dns, o.transfers, o.expiryNotices = standard.Periods, standard.DNS, standard.Transfers, standard.ExpiryNotices
	o.model.register(cmd)
	f.StringArrayVar(&o.ns, "ns", nil, "a name server of the zone: `NAME[=ADDR,ADDR]`; repeat it (needed, but a sandbox has ns1.nic.ZONE and ns2.nic.ZONE)")
	f.StringSliceVar(&o.allow, "allow", nil, "`network` or address whose clients may ask for the zone's data; repeat it (default everybody; of a whitelist zone this machine, to which it adds)")
	f.StringSliceVar(&o.tsigKeys, "tsig-key", nil, "`name` of a TSIG key: whoever signs with it may ask from anywhere; repeat it")
	f.StringSliceVar(&o.suffixes, "suffix", nil, "`name` in the zone below which names are registered; repeat it (default the zone itself, which is always one)")
	f.StringSliceVar(&o.reserved, "reserved", nil, "`label` that nobody may register; repeat it")
	f.StringVar(&o.registrants, "registrants", string(standard.Policy.Registrants), "`policy`: standard, or genuine (only contacts behind which a real person stands)")
	f.BoolVar(&o.registrantRequired, "registrant-required", standard.Policy.RegistrantRequired, "a registration needs a registrant")
	f.IntVar(&o.maxYears, "max-years", standard.Policy.MaxYears, "most `years` that a registration lasts")
	f.IntVar(&o.transfers.Years, "transfer-years", standard.Transfers.Years, "`years` that a transfer adds to a registration, at the transfer's price: 0 or 1")
	f.StringSliceVar(&o.idn, "idn", nil, "built-in `table` of characters for internationalised names: "+strings.Join(lgr.BuiltinNames(), ", ")+"; repeat it")
	f.StringArrayVar(&o.idnTables, "idn-table", nil, "table of your own, `NAME=FILE` with a label generation ruleset (RFC 7940); repeat it")
	f.StringVar(&o.idnVariants, "idn-variants", string(registry.BlockVariants), "`policy` for variants of registered names: block, or allocate (to the same registrant)")
	f.StringArrayVar(&o.phases, "phase", nil, "launch phase, `PHASE[:NAME]=FROM/TO`: sunrise or claims, with times (RFC 3339) that may be left out; repeat it in order")
	f.BoolVar(&o.idnOnly, "idn-only", false, "take no ASCII labels")
	f.StringVar(&o.priceCreate, "price-create", registry.AmountText(standard.Prices.Create, 2), "price of a registration, an `amount` a year")
	f.StringVar(&o.priceRenew, "price-renew", registry.AmountText(standard.Prices.Renew, 2), "price of a renewal, an `amount` a year")
	f.StringVar(&o.priceTransfer, "price-transfer", registry.AmountText(standard.Prices.Transfer, 2), "price of a transfer with its year, an `amount`")
	f.StringVar(&o.priceRestore, "price-restore", "", "price of a restore, an `amount` beside what the delete gave back (default: that of a registration)")
	f.StringVar(&o.currency, "currency", standard.Prices.Currency, "`currency` of the prices (ISO 4217)")
	for _, p := range []struct {
		flag, of string
		to       *registry.Duration
	}{
		{"add-grace", "add grace period", &o.periods.AddGrace},
		{"renew-grace", "renew grace period", &o.periods.RenewGrace},
		{"autorenew-grace", "autorenew grace period", &o.periods.AutoRenewGrace},
		{"transfer-grace", "transfer grace period", &o.periods.TransferGrace},
		{"transfer-window", "losing registrar's time to answer a transfer; 0: transfers happen at once", &o.transfers.Pending},
		{"transfer-lock", "time after a registration or transfer in which no transfer begins", &o.transfers.Lock},
		{"authinfo-life", "time that authorization information is good for; 0: until it is changed", &o.transfers.AuthInfoLife},
		{"redemption", "redemption period", &o.periods.Redemption},
		{"pending-delete", "time from the redemption to the release", &o.periods.PendingDelete},
		{"purge-spread", "time over which releases are spread at random, after the pending delete", &o.periods.PurgeSpread},
		{"restore-report", "time that a registrar has to report on a restore, 0 where no report is wanted", &o.periods.RestoreReport},
	} {
		f.Var(periodFlag{p.to}, p.flag, "`length` of the "+p.of)
	}
	f.Var(noticesFlag{&o.expiryNotices}, "expiry-notice", "`length` of the time before a domain expires at which its registrar gets a message, such as 30d,7d; 0: none")
	f.StringVar(&o.rname, "rname", "", "mailbox of the zone's SOA, as a `name` (default hostmaster.NAME)")
	for _, s := range []struct {
		flag, of string
		to       *uint32
	}{
		{"ttl", "TTL of delegations", &o.dns.TTL},
		{"negative-ttl", "TTL of answers that there is no such name (RFC 2308)", &o.dns.Minimum},
		{"refresh", "SOA refresh", &o.dns.Refresh},
		{"retry", "SOA retry", &o.dns.Retry},
		{"expire", "SOA expire", &o.dns.Expire},
	} {
		f.Var(secondsFlag{s.to}, s.flag, s.of+", a `length` of time")
	}
	f.StringVar(&o.fromFile, "from-file", "", "JSON `file` with settings, - for standard input")
}
