package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"cadastre/epp"
)

// bulkSessions apply for the names: as many as the sandbox lets one registrar have.
// Others are another registrar's.
const bulkSessions = 20

const (
	bulkRegistrar   = 0
	othersRegistrar = 1
)

// measureWhitelist makes many whitelist names and measures what is done with them.
func (b *bench) measureWhitelist(ctx context.Context) (err error) {
	r, err := b.startRegistries(ctx)
	shared := b.sandbox
	defer func() {
		b.sandbox, b.stage = shared, nil
		err = errors.Join(r.explain(b, err), r.stop())
	}()
	if err != nil {
		return err
	}
	b.sandbox = r.target
	if err := b.measureApplications(ctx, r); err != nil {
		return err
	}
	if err := r.awaitPublished(ctx); err != nil {
		return err
	}
	b.sandbox = r.whitelist
	if err := b.measureEntryChecks(ctx, r); err != nil {
		return err
	}
	if err := b.measureQuestions(ctx, r); err != nil {
		return err
	}
	return b.measurePrune(ctx, r)
}

// measureApplications applies for all names, in as many parts as there are rounds, each
// after a round of creates at the target registry.
func (b *bench) measureApplications(ctx context.Context, r *registries) error {
	creates, err := b.createLoad(ctx, bulkSessions, seedBulk)
	if err != nil {
		return err
	}
	defer closeAll(creates.conns)
	bulk, err := r.applyLoad(ctx, bulkSessions, seedBulk, func(int) int { return bulkRegistrar })
	if err != nil {
		return err
	}
	defer closeAll(bulk.conns)
	var rounds []pair
	for i := range b.rounds {
		var p pair
		if p.limit, err = creates.run(ctx, b.round); err != nil {
			return err
		}
		bulk.most = b.entries*(i+1)/b.rounds/bulkSessions - b.entries*i/b.rounds/bulkSessions
		bulk.most = max(1, bulk.most)
		if p.value, err = bulk.run(ctx, longRound); err != nil {
			return err
		}
		rounds = append(rounds, p)
	}
	b.made = 0
	for _, f := range bulk.frames {
		b.made += int(f.sent)
	}
	b.report.compare(row{
		Name: fmt.Sprintf("applications over EPP, approved at once, %d sessions, %d names", bulkSessions, b.made), Unit: "/s",
		LimitName: "domain:create at the target registry, 20 sessions",
	}, middle(rounds))
	return nil
}

// entryNames are the whitelist names that a session applied for, in that order.
func (r *registries) entryNames(b *bench, session int) []string {
	names := make([]string, b.made/bulkSessions)
	p := &prepared{unit: make([]byte, 1+labelDigits), name: 1, seed: uint64(seedBulk + session)}
	for n := range names {
		p.putName(uint64(n))
		target := "b" + string(p.unit[1:]) + "." + tripsZone
		names[n] = r.whitelist.entryOf(session, r.whitelist.registrarOf(bulkRegistrar), target)
	}
	return names
}

// measureEntryChecks checks whitelist names, as one who applies would.
func (b *bench) measureEntryChecks(ctx context.Context, r *registries) error {
	entries := load{cpu: r.whitelist.cpu}
	plain := load{cpu: r.target.cpu}
	defer func() {
		closeAll(entries.conns)
		closeAll(plain.conns)
	}()
	for i := range bulkSessions {
		c, err := r.whitelist.loginAs(ctx, r.whitelist.registrarOf(othersRegistrar))
		if err != nil {
			return err
		}
		name := r.whitelist.entryOf(i, r.whitelist.registrarOf(bulkRegistrar), "b"+mark+"."+tripsZone)
		p := newPrepared(&epp.DomainCheck{Names: []string{name}}, seedBulk+i, "1000")
		p.most = uint64(b.made / bulkSessions)
		entries.conns, entries.frames = append(entries.conns, c), append(entries.frames, p)
		if c, err = r.target.loginAs(ctx, r.target.registrarOf(i)); err != nil {
			return err
		}
		plain.conns, plain.frames = append(plain.conns, c), append(plain.frames, checkFrame(i))
	}
	rounds, err := b.compare(ctx, plain.run, entries.run)
	if err != nil {
		return err
	}
	b.report.compare(row{
		Name: fmt.Sprintf("domain:check of whitelist names, %d sessions", bulkSessions), Unit: "/s",
		LimitName: "domain:check at the target registry, 20 sessions",
	}, middle(rounds))
	return nil
}

// askers is how many sockets ask for TXT records at a time.
const askers = 8

// measureQuestions asks for entries over DNS, as target registries do.
func (b *bench) measureQuestions(ctx context.Context, r *registries) error {
	var names []string
	for i := range bulkSessions {
		names = append(names, r.entryNames(b, i)...)
	}
	rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	q, err := r.whitelist.questions(names)
	if err != nil {
		return err
	}
	o, err := b.middleOf(ctx, q.run)
	if err != nil {
		return err
	}
	b.report.add(row{Name: fmt.Sprintf("signed TXT questions over UDP, %d sockets", askers), Unit: "/s", Value: o.rate()}.with(o))
	return b.profileRound(ctx, "questions", q.run)
}
