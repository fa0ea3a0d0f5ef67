package gate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cadastre/dnsout/lookup"
	"cadastre/whitelist"
)

// dnsWay asks for the TXT records of exactly the whitelist names. The client believes
// signed answers only.
type dnsWay struct {
	addr   string
	client *lookup.Client
}

func newDNSWay(s DNSServer) (*dnsWay, error) {
	c, err := lookup.New(lookup.Config{
		Addr: s.Addr, Key: lookup.Key{Name: s.KeyName, Algorithm: s.Algorithm, Secret: s.Secret}, Timeout: patience,
	})
	if err != nil {
		return nil, err
	}
	return &dnsWay{s.Addr, c}, nil
}

func (*dnsWay) name() string { return whitelist.ViaDNS }

func (w *dnsWay) close() { _ = w.client.Close() }

func (w *dnsWay) ask(ctx context.Context, _ *whitelist.Policy, q *question) ([]answer, error) {
	names := make([]string, len(q.names))
	for i, n := range q.names {
		names[i] = n.Name
	}
	answers, err := w.client.TXT(ctx, names)
	if err != nil {
		return nil, &unasked{why: w.failure(err), err: err}
	}
	out := make([]answer, len(names))
	for i, a := range answers {
		if !a.Exists {
			continue
		}
		rec, err := recordIn(a.Texts)
		if err != nil {
			return nil, &unasked{why: fmt.Sprintf("%s at %s gave an answer that is none", whitelistRegistry, w.addr), err: err}
		}
		out[i] = answer{found: true, record: rec}
	}
	return out, nil
}

// failure says why there is no answer, for the client.
func (w *dnsWay) failure(err error) string {
	why := "did not answer within " + patience.String()
	switch {
	case errors.Is(err, lookup.ErrUntrusted):
		why = "gave no answer that was signed by the agreed key"
	case errors.Is(err, lookup.ErrRefused):
		why = "refused to answer"
	}
	return fmt.Sprintf("%s at %s %s", whitelistRegistry, w.addr, why)
}

// recordIn finds the one record of version wl1 among the TXT records of a name.
func recordIn(texts []string) (whitelist.Record, error) {
	var found []string
	for _, t := range texts {
		if t == "v=wl1" || strings.HasPrefix(t, "v=wl1;") {
			found = append(found, t)
		}
	}
	if len(found) != 1 {
		return whitelist.Record{}, fmt.Errorf("%d of %d TXT records say v=wl1", len(found), len(texts))
	}
	return whitelist.ParseRecord(found[0])
}
