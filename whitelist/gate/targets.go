package gate

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"go.uber.org/zap"

	"cadastre/epp"
	"cadastre/epp/client"
	"cadastre/registry"
)

// RemoteTargets are the target registries that announced themselves to this
// whitelist registry. It tells which of their names are registered, and satisfies
// desk.Targets. It is safe for concurrent use. What was announced is kept in memory:
// a target announces itself anew when it or the whitelist registry starts.
type RemoteTargets struct {
	log *zap.Logger

	mu    sync.Mutex
	zones map[string]*remoteTarget
}

// remoteTarget is one target registry with the sessions there.
type remoteTarget struct {
	id, addr string
	told     Target // as it was announced
	sessions *sessions
}

// maxAnnounced bounds the zones of all targets together.
const maxAnnounced = 10_000

// checkedAtOnce is how many names one domain:check asks about: registries take at
// least as many as our own.
const checkedAtOnce = registry.MaxCheckItems

// NewRemoteTargets makes an empty set; log may be nil.
func NewRemoteTargets(log *zap.Logger) *RemoteTargets {
	if log == nil {
		log = zap.NewNop()
	}
	return &RemoteTargets{log: log, zones: map[string]*remoteTarget{}}
}

// Announce makes a target registry known for its zones. It replaces what the same
// account at the same address announced before, and takes over zones from others. One
// that says nothing new leaves the sessions alone, so it may be repeated at any time.
func (r *RemoteTargets) Announce(t Target) error {
	server, account, err := t.check()
	if err != nil {
		return err
	}
	now := &remoteTarget{t.ID, t.Addr, t, newSessions(server, account, sessionsAtOnce)}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.knows(t) {
		return nil
	}
	before := map[*remoteTarget]bool{}
	kept := map[string]*remoteTarget{}
	for zone, old := range r.zones {
		before[old] = true
		if old.id != now.id || old.addr != now.addr {
			kept[zone] = old
		}
	}
	for _, zone := range t.Zones {
		kept[zone] = now
	}
	if len(kept) > maxAnnounced {
		return fmt.Errorf("announcement: more than %d zones are announced in all", maxAnnounced)
	}
	r.zones = kept
	for _, used := range kept {
		delete(before, used)
	}
	for gone := range before {
		gone.sessions.close()
	}
	r.log.Info("target registry announced", zap.String("id", t.ID), zap.String("addr", t.Addr), zap.Strings("zones", t.Zones))
	return nil
}

// knows reports whether this very announcement is in force. r.mu is held.
func (r *RemoteTargets) knows(t Target) bool {
	for _, zone := range t.Zones {
		if have := r.zones[zone]; have == nil || !reflect.DeepEqual(have.told, t) {
			return false
		}
	}
	return true
}

// Close ends the sessions.
func (r *RemoteTargets) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.zones {
		t.sessions.close()
	}
	r.zones = map[string]*remoteTarget{}
}

// Registered says of each target name whether it is registered now. Names of which
// no target registry is known, or whose registry did not answer within 5 s, are
// absent, and the error says why; the other answers hold.
func (r *RemoteTargets) Registered(ctx context.Context, names []string) (map[string]bool, error) {
	out := make(map[string]bool, len(names))
	var errs []error
	unknown := 0
	by := map[*remoteTarget][]string{}
	for _, name := range names {
		t := r.find(name)
		if t == nil {
			if unknown++; unknown == 1 {
				errs = append(errs, fmt.Errorf("no target registry is known for %s", name))
			}
			continue
		}
		by[t] = append(by[t], name)
	}
	if unknown > 1 {
		errs = append(errs, fmt.Errorf("nor for %d other names", unknown-1))
	}
	for t, list := range by {
		for len(list) > 0 {
			chunk := list[:min(len(list), checkedAtOnce)]
			list = list[len(chunk):]
			if err := t.registered(ctx, chunk, out); err != nil {
				errs = append(errs, err)
				break
			}
		}
	}
	return out, errors.Join(errs...)
}

// find gives the target registry with the longest zone at or above a name.
func (r *RemoteTargets) find(name string) *remoteTarget {
	r.mu.Lock()
	defer r.mu.Unlock()
	var best *remoteTarget
	longest := 0
	for zone, t := range r.zones {
		if len(zone) > longest && registry.IsSubordinate(name, zone) {
			best, longest = t, len(zone)
		}
	}
	return best
}

// registered asks about as many names as one check takes, and adds what it learns to
// out, also when it fails half-way.
func (t *remoteTarget) registered(ctx context.Context, names []string, out map[string]bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	resp, err := t.ask(ctx, &epp.DomainCheck{Names: names})
	if err != nil {
		return err
	}
	data, ok := resp.ResData.(*epp.DomainCheckData)
	if !ok {
		return t.failed(errors.New("the answer to a check is none"))
	}
	avail := map[string]bool{}
	for _, line := range data.Results {
		avail[strings.ToLower(line.Name)] = line.Avail
	}
	for _, name := range names {
		free, answered := avail[name]
		switch {
		case !answered:
			return t.failed(fmt.Errorf("the answer to a check leaves out %s", name))
		case free:
			out[name] = false
		default:
			// Registered, or not to be had at all.
			if out[name], err = t.exists(ctx, name); err != nil {
				delete(out, name)
				return err
			}
		}
	}
	return nil
}

// exists tells a registered name, whoever sponsors it, from one that is not there.
func (t *remoteTarget) exists(ctx context.Context, name string) (bool, error) {
	resp, err := t.ask(ctx, &epp.DomainInfo{Name: name, Hosts: epp.HostsNone}, epp.CodeObjectDoesNotExist, epp.CodeAuthorizationError)
	if err != nil {
		return false, err
	}
	return resp.Code() != epp.CodeObjectDoesNotExist, nil
}

// ask sends a command whose answer is a success or one of the codes.
func (t *remoteTarget) ask(ctx context.Context, body epp.Body, or ...epp.Code) (*epp.Response, error) {
	resp, err := t.sessions.do(ctx, &epp.Command{Body: body})
	if err != nil {
		return nil, t.failed(err)
	}
	for _, code := range or {
		if resp.Code() == code {
			return resp, nil
		}
	}
	if err := client.Failure(resp); err != nil {
		return nil, t.failed(err)
	}
	return resp, nil
}

func (t *remoteTarget) failed(err error) error {
	return fmt.Errorf("%s: %w", t.sessions.failure("the target registry", err), err)
}
