package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
	"cadastre/registry/store"
)

const loadLong = `Fills a zone with synthetic, valid delegations: names of "d" and seven hex digits, which
the seed determines, each with two of 10000 external name servers or, one in twenty, with
two of its own and glue. They are spread over the registrars, were registered on some day
of the past year and expire in one to nine years.

The names go straight to the database, in transactions of 20000, and a running server
publishes them. The rules of a registration hold for them, and each has its history; but
nothing is charged, because no registrar has bought them. So they have no add grace period
either: deleting one refunds nothing.

Names that are registered already are passed over. So the same command can be given again
after an interruption, and adds nothing after it has ended.`

// loadChunk is how many names go into one transaction: enough that its commit
// costs little, few enough that progress shows and nothing waits long.
const loadChunk = 20_000

// loadOptions are the flags of `cadastre load`.
type loadOptions struct {
	zone  string
	count int
	seed  uint64
}

func newLoadCmd(a *app) *cobra.Command {
	var o loadOptions
	cmd := &cobra.Command{
		Use:   "load --zone ZONE --count N",
		Short: "Fill a zone with synthetic names, for tests of size and speed",
		Long:  loadLong,
		Example: "  cadastre load --dir var/dev --zone example --count 1000000\n" +
			"  cadastre load --dir var/dev --zone example --count 50000 --seed 2   # other names",
		Args: cobra.NoArgs,
	}
	v := newOperatorVerb(a, cmd)
	f := cmd.Flags()
	f.StringVar(&o.zone, "zone", "", "`zone` to fill")
	f.IntVar(&o.count, "count", 0, "`number` of names")
	f.Uint64Var(&o.seed, "seed", 1, "`number` that determines the names")
	cmd.MarkFlagRequired("zone")  //nolint:errcheck // the flag exists
	cmd.MarkFlagRequired("count") //nolint:errcheck // the flag exists
	cmd.RunE = v.run(func(ctx context.Context, op *operator, _ []string) error { return loadZone(ctx, v, op, o) })
	return cmd
}

// loadResult is what a load did.
type loadResult struct {
	Zone        string  `json:"zone"`
	Seed        uint64  `json:"seed"`
	Count       int     `json:"count"`
	Added       int     `json:"added"`
	PassedOver  int     `json:"passed_over"` // registered already, or not registrable
	Seconds     float64 `json:"seconds"`
	NamesPerSec float64 `json:"names_per_second"` // of those added
}

func loadZone(ctx context.Context, v *operatorVerb, op *operator, o loadOptions) error {
	if o.count < 1 || o.count > maxLoadCount {
		return registry.Errorf(registry.KindRange, "--count", fmt.Sprint(o.count), "between 1 and %d", maxLoadCount)
	}
	plan, err := planLoad(ctx, op, o)
	if err != nil {
		return err
	}
	r := loadResult{Zone: plan.zone.Name, Seed: o.seed, Count: o.count}
	start := time.Now()
	if err := plan.run(ctx, v.app, op, &r); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		return fmt.Errorf("%w, with %s added to %s; the same command adds the others", err, counted(int64(r.Added), "name"), r.Zone)
	}
	elapsed := time.Since(start).Seconds()
	r.Seconds = math.Round(elapsed*1000) / 1000
	r.NamesPerSec = math.Round(float64(r.Added) / elapsed)
	switch {
	case r.Added == 0:
		return v.did(r, "%s: nothing added, the %s of seed %d are there already", r.Zone, counted(int64(o.count), "name"), o.seed)
	case r.PassedOver > 0:
		return v.did(r, "%s: %s added in %.1f s (%.0f names/s), %d passed over because they were there already",
			r.Zone, counted(int64(r.Added), "name"), elapsed, r.NamesPerSec, r.PassedOver)
	default:
		return v.did(r, "%s: %s added in %.1f s (%.0f names/s)", r.Zone, counted(int64(r.Added), "name"), elapsed, r.NamesPerSec)
	}
}

// planLoad finds out where and to whom the names go, and makes the external hosts
// and the registrants.
func planLoad(ctx context.Context, op *operator, o loadOptions) (*loadPlan, error) {
	zone, err := findZone(ctx, op, o.zone)
	if err != nil {
		return nil, err
	}
	zones, err := op.Store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	p := &loadPlan{zone: zone, zones: zones, names: loadNames{o.seed}, now: op.SRS.Now()}
	if zone.Kind != registry.TargetZone {
		return nil, registry.Errorf(registry.KindParamPolicy, "--zone", zone.Name, "it takes no registrations")
	}
	if _, err := registry.CanonicalName("ns1."+p.names.label(0)+"."+zone.Name, "--zone"); err != nil {
		return nil, err
	}
	if other := zones.Find("load.invalid"); other != nil {
		return nil, registry.Errorf(registry.KindParamPolicy, "--zone", zone.Name,
			"the name servers of a load lie in load.invalid, which must not be in a zone of the registry, such as %s", other.Name)
	}
	if err := p.findOwners(ctx, op); err != nil {
		return nil, err
	}
	ids, err := op.Store.LoadHosts(ctx, op.Actor, p.now, p.externalHosts())
	if err != nil {
		return nil, err
	}
	p.know(ids)
	return p, nil
}

// findOwners takes every registrar that is not suspended, and its registrant.
func (p *loadPlan) findOwners(ctx context.Context, op *operator) error {
	registrars, err := op.Store.Registrars(ctx)
	if err != nil {
		return err
	}
	for _, r := range registrars {
		if r.Suspended {
			continue
		}
		c, err := p.registrant(ctx, op, r.ID)
		if err != nil {
			return err
		}
		p.owners = append(p.owners, loadOwner{r.ID, c.Handle, c.ID})
	}
	if len(p.owners) == 0 {
		return registry.Errorf(registry.KindNotFound, "registrar", "", "there is no registrar to load names for: add one with cadastre registrar add")
	}
	return nil
}

// registrant is the contact that a registrar's names have as registrant; it is
// made when missing, and genuine, so that every zone takes it.
func (p *loadPlan) registrant(ctx context.Context, op *operator, registrar string) (*registry.Contact, error) {
	handle := fmt.Sprintf("load-%x", sha256.Sum256([]byte(registrar)))[:13]
	c, err := op.Store.Contact(ctx, handle, p.now)
	actor := op.Actor
	actor.Registrar = registrar // the registry's staff, on behalf of the registrar
	if registry.IsKind(err, registry.KindNotFound) {
		secondary, phone := "second@load.example", &registry.Phone{Number: "+1.2025550100"}
		c, err = op.SRS.CreateContact(ctx, actor, registry.ContactCreate{
			Handle: handle, Email: "first@load.example", Voice: phone,
			Postal:   []registry.PostalInfo{{Type: "int", Name: "Synthetic Load", City: "Washington", CC: "US"}},
			KindData: registry.KindChange{SecondaryEmail: &secondary, Emergency: phone},
		})
	}
	if err != nil {
		return nil, err
	}
	if c.Registrar != registrar {
		return nil, registry.Errorf(registry.KindExists, "contact", handle, "the registrant for names of %s is a contact of %s", registrar, c.Registrar)
	}
	if p.zone.Policy.Registrants == registry.GenuineRegistrants {
		return c, registry.CheckGenuine(actor, c, nil, nil)
	}
	return c, nil
}

// run loads chunk by chunk and counts into r.
func (p *loadPlan) run(ctx context.Context, a *app, op *operator, r *loadResult) error {
	m := newMeter(a, "loading "+p.zone.Name, int64(r.Count))
	defer m.end()
	list := make([]store.LoadDomain, 0, min(loadChunk, r.Count))
	for first := 0; first < r.Count; first += loadChunk {
		n := min(loadChunk, r.Count-first)
		list = p.fill(list, first, n)
		added, err := op.Store.LoadDomains(ctx, op.Actor, p.now, p.zone, list)
		if err != nil {
			return err
		}
		r.Added += added
		r.PassedOver += n - added
		m.add(int64(n))
		if first == 0 && added > 0 {
			// Else the publisher's queries go by what the planner knew of an empty registry.
			if err := op.Store.Analyze(ctx); err != nil {
				return err
			}
		}
	}
	if r.Added == 0 {
		return nil
	}
	return op.Store.Analyze(ctx)
}
