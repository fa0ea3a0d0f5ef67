package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"cadastre/epp"
)

// The sandbox's policy with rules: it controls every name in tripsZone, bars the third
// registrar, and makes one whitelist name of registrant, registrar and name.
const (
	tripsPolicy   = "trips-board"
	tripsZone     = "trips"
	whitelistZone = "valid.zone"
)

// freeZone is a target zone that no policy says anything of.
const freeZone = "domains"

// registries are a whitelist registry and a target registry that asks it over the
// network, each with a database of its own.
type registries struct{ whitelist, target *sandbox }

// startRegistries starts both, and waits until the whitelist registry knows which target
// registry to ask.
func (b *bench) startRegistries(ctx context.Context) (r *registries, err error) {
	r = &registries{}
	start := func(name string, offset int, args ...string) (*sandbox, error) {
		dir := filepath.Join(b.dir, name)
		return startSandbox(ctx, sandboxConfig{
			program: b.program, dir: dir, log: dir + ".log", offset: offset, args: append([]string{"--only", name}, args...),
		})
	}
	if r.whitelist, err = start("whitelist", b.sandbox.offset+10); err != nil {
		return r, err
	}
	file := filepath.Join(r.whitelist.dir, "sandbox.json")
	if r.target, err = start("target", r.whitelist.offset+10, "--whitelist", file); err != nil {
		return r, err
	}
	return r, r.awaitTarget(ctx)
}

// stop ends both and forgets their data, so that others can be started.
func (r *registries) stop() error { return errors.Join(r.target.discard(), r.whitelist.discard()) }

// awaitTarget applies until an application is approved at once: before that, the
// whitelist registry cannot tell whether the name is registered, and waits.
func (r *registries) awaitTarget(ctx context.Context) error {
	c, err := r.whitelist.loginAs(ctx, r.whitelist.registrarOf(0))
	if err != nil {
		return err
	}
	defer c.close()
	const patience, pause = 20 * time.Second, 50 * time.Millisecond
	for begun, n := time.Now(), 0; time.Since(begun) < patience && ctx.Err() == nil; n++ {
		name := fmt.Sprintf("first%d.%s", n, tripsZone)
		got, err := c.command(&epp.Command{Body: applyBody(name), Extensions: []epp.Extension{application(0)}}, "1000", "1001")
		if err != nil || got == "1000" {
			return err
		}
		time.Sleep(pause)
	}
	return errors.Join(ctx.Err(), errors.New("the whitelist registry does not find the target registry"))
}

// trusted is the number of a session whose registrar the policy does not bar: of the
// three registrars, which take sessions in turn, the third is left out.
func trusted(i int) int { return i + i/2 }

// person is whom a session's names are for.
func person(i int) string { return fmt.Sprintf("UID%07d", i) }

// entryOf is the whitelist name of a target name, as the policy makes it.
func (s *sandbox) entryOf(i int, r *registrar, target string) string {
	return fmt.Sprintf("%s.%d.%s.%s", strings.ToLower(person(i)), r.IANA, target, whitelistZone)
}

func application(i int) *epp.PreapprovalCreate {
	return &epp.PreapprovalCreate{Op: epp.PreapprovalApply, Registrant: &epp.PreapprovalParty{ID: person(i)}}
}

func applyBody(name string) *epp.DomainCreate { return &epp.DomainCreate{Name: name} }

// applyFrame prepares applications of a session for names that nobody has.
func applyFrame(i, seed int) *prepared {
	return newPrepared(applyBody("b"+mark+"."+tripsZone), seed, "1000", application(i))
}

// applyLoad opens sessions that apply for pre-approval, each for a person of its own;
// session gives the number by which a session's registrar is chosen.
func (r *registries) applyLoad(ctx context.Context, sessions, seed int, session func(int) int) (l load, err error) {
	l.cpu = r.whitelist.cpu
	for i := range sessions {
		c, err := r.whitelist.loginAs(ctx, r.whitelist.registrarOf(session(i)))
		if err != nil {
			closeAll(l.conns)
			return load{}, err
		}
		l.conns, l.frames = append(l.conns, c), append(l.frames, applyFrame(i, seed+i))
	}
	return l, nil
}

// awaitPublished waits until DNS shows all whitelist names.
func (r *registries) awaitPublished(ctx context.Context) error {
	const patience, pause = time.Minute, 20 * time.Millisecond
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(pause) {
		values, err := r.whitelist.metrics(ctx)
		if err != nil {
			return err
		}
		if values[`cadastre_dns_publisher_dirty{zone="`+whitelistZone+`"}`] == 0 {
			return nil
		}
	}
	return fmt.Errorf("%s is not in DNS after %v", whitelistZone, patience)
}

// explain adds what both servers complained about to a failure.
func (r *registries) explain(b *bench, err error) error {
	if err != nil {
		for _, s := range []*sandbox{r.whitelist, r.target} {
			if s != nil {
				s.complaints(b.progress)
			}
		}
	}
	return err
}
