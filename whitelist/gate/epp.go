package gate

import (
	"context"
	"fmt"
	"strings"

	"cadastre/epp"
	"cadastre/epp/client"
	"cadastre/registry"
	"cadastre/whitelist"
)

// eppWay asks by domain:info of the whitelist name (RFC 5731, Section 3.1.2), as the
// policy's verifier.
type eppWay struct{ sessions *sessions }

const whitelistRegistry = "the whitelist registry"

func (*eppWay) name() string { return whitelist.ViaEPP }

func (w *eppWay) ask(ctx context.Context, p *whitelist.Policy, q *question) ([]answer, error) {
	out := make([]answer, len(q.names))
	for i, n := range q.names {
		a, err := w.askOne(ctx, p, n.Name, q.credential)
		if err != nil {
			return nil, err
		}
		if !a.found {
			break // one that is not there decides
		}
		out[i] = a
	}
	return out, nil
}

// unproved stands for the credential of an entry that was not compared, or differs:
// nothing matches it.
const unproved = "-"

func (w *eppWay) askOne(ctx context.Context, p *whitelist.Policy, name string, cred registry.Credential) (answer, error) {
	resp, err := w.info(ctx, name, nil)
	if err != nil || resp == nil {
		return answer{}, err
	}
	info, entry, err := entryIn(resp, name)
	if err != nil {
		return answer{}, w.strange(err)
	}
	if entry.Status != epp.PreapprovalApproved || entry.Policy != p.ID {
		return answer{}, nil // held, or approved under another policy
	}
	rec := p.Record(entry.Target, whitelist.Name{Name: name, Registrant: entry.Registrant, Agent: entry.Registrar}, entry.Expires, "")
	if info.AuthInfo != nil && p.Compare != whitelist.CompareExistence {
		if rec.Credential, err = w.compare(ctx, name, cred); err != nil {
			return answer{}, err
		}
	}
	return answer{found: true, record: rec}, nil
}

// compare has the registry compare a credential with that of an entry, and gives what
// the record must say: nothing when it matches.
func (w *eppWay) compare(ctx context.Context, name string, cred registry.Credential) (string, error) {
	if cred.Value == "" {
		return unproved, nil
	}
	resp, err := w.info(ctx, name, &epp.AuthInfo{Kind: epp.AuthPW, PW: cred.Type + ":" + cred.Value})
	switch {
	case err != nil:
		return "", err
	case resp == nil || resp.Code() == epp.CodeInvalidAuthInfo:
		return unproved, nil
	}
	return "", nil
}

// info asks for a name; no response: there is none. Besides success it gives 2202.
func (w *eppWay) info(ctx context.Context, name string, auth *epp.AuthInfo) (*epp.Response, error) {
	resp, err := w.sessions.do(ctx, &epp.Command{Body: &epp.DomainInfo{Name: name, AuthInfo: auth}})
	if err != nil {
		return nil, &unasked{why: w.sessions.failure(whitelistRegistry, err), err: err}
	}
	switch code := resp.Code(); {
	case code.Success(), code == epp.CodeInvalidAuthInfo && auth != nil:
		return resp, nil
	case code == epp.CodeObjectDoesNotExist:
		return nil, nil
	default:
		err := client.Failure(resp)
		return nil, &unasked{why: w.sessions.failure(whitelistRegistry, err), err: err}
	}
}

// entryIn finds the entry in an answer to an info, which must be about that name.
func entryIn(resp *epp.Response, name string) (*epp.DomainInfoData, *epp.PreapprovalInfoData, error) {
	info, ok := resp.ResData.(*epp.DomainInfoData)
	if !ok || !strings.EqualFold(info.Name, name) {
		return nil, nil, fmt.Errorf("the answer is about something else")
	}
	for _, ext := range resp.Extensions {
		if e, ok := ext.(*epp.PreapprovalInfoData); ok {
			return info, e, nil
		}
	}
	return nil, nil, fmt.Errorf("the answer has no preapproval:infData")
}

func (w *eppWay) strange(err error) error {
	return &unasked{why: fmt.Sprintf("%s at %s gave an answer that is none", whitelistRegistry, w.sessions.server.Addr), err: err}
}
