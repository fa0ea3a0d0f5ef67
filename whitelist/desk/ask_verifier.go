package desk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"cadastre/registry"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// What an outside verifier may answer.
const (
	saidApprove = "approve"
	saidDeny    = "deny"
	saidPending = "pending"
)

// said is an outside verifier's answer.
type said struct{ Decision, Reason string }

// label is how metrics count the answer.
func (s said) label(err error) string {
	if err != nil {
		return "failed"
	}
	return s.Decision
}

// question is what an outside verifier is sent (interfaces, section 5).
type question struct {
	Application string `json:"application"`
	Domain      string `json:"domain"`
	Registrant  party  `json:"registrant"`
	Registrar   party  `json:"registrar"`
	Policy      string `json:"policy"`
}

type party struct {
	ID         string               `json:"id"`
	Credential *registry.Credential `json:"credential,omitempty"`
}

func partyOf(id string, c registry.Credential) party {
	if c.Type == "" {
		return party{ID: id}
	}
	return party{ID: id, Credential: &c}
}

// questionOf is what is asked about an application. The registrar is named by its
// identifier under the policy.
func questionOf(a *wlstore.Application) question {
	c := a.Credentials
	if c == nil {
		c = &wlstore.Credentials{}
	}
	agent := a.Agent
	if agent == "" {
		agent = a.Registrar
	}
	return question{
		Application: idText(a.ID), Domain: a.Target, Policy: a.Policy,
		Registrant: partyOf(a.Registrant, c.Registrant), Registrar: partyOf(agent, c.Registrar),
	}
}

const (
	askTimeout  = 10 * time.Second
	maxAnswer   = 64 << 10 // octets
	idleTimeout = 30 * time.Second
)

// outside keeps connections to outside verifiers, one pool for each set of trusted
// authorities. The zero value is ready.
type outside struct {
	timeout time.Duration // of one question; 0: askTimeout
	rests   rests

	mu      sync.Mutex
	clients map[string]*http.Client // by the PEM text of the authorities
}

// client trusts the authorities of a verifier, or the system's. It follows no
// redirect: a credential goes where the policy says and nowhere else.
func (o *outside) client(ca string) (*http.Client, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if c := o.clients[ca]; c != nil {
		return c, nil
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca != "" {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM([]byte(ca)) {
			return nil, errors.New("the policy's ca holds no certificate")
		}
	}
	c := &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: conf, ForceAttemptHTTP2: true, DisableCompression: true, MaxResponseHeaderBytes: maxAnswer,
			MaxIdleConnsPerHost: askedAtOnce, IdleConnTimeout: idleTimeout,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       cmp.Or(o.timeout, askTimeout),
	}
	if o.clients == nil {
		o.clients = map[string]*http.Client{}
	}
	o.clients[ca] = c
	return c, nil
}

// close ends idle connections.
func (o *outside) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range o.clients {
		c.CloseIdleConnections()
	}
}

// ask puts an application to the outside verifier of its stage, signed as Standard
// Webhooks says; the id is the same on every retry, so that the verifier can tell,
// and another one when the policy was granted anew.
// Errors hold no secret, no credential and no address with one.
func (o *outside) ask(ctx context.Context, p *whitelist.Policy, a *wlstore.Application) (said, error) {
	v := p.Verifiers[a.Stage]
	client, err := o.client(v.CA)
	if err != nil {
		return said{}, err
	}
	body, err := json.Marshal(questionOf(a))
	if err != nil {
		return said{}, errors.New("the question cannot be written")
	}
	req, err := signed(ctx, v, fmt.Sprintf("%d-%d-%d", a.ID, a.PolicyVersion, a.Stage), body)
	if err != nil {
		return said{}, err
	}
	resp, err := client.Do(req)
	if err != nil {
		var ue *url.Error // names the address, which may hold a token
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return said{}, fmt.Errorf("%w: %w", errUnreachable, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return said{}, errors.New("the verifier's answer broke off")
	case resp.StatusCode != http.StatusOK:
		return said{}, fmt.Errorf("the verifier answered with HTTP status %d", resp.StatusCode)
	case len(data) > maxAnswer:
		return said{}, fmt.Errorf("the verifier's answer is longer than %d octets", maxAnswer)
	}
	return parseSaid(data)
}

func signed(ctx context.Context, v whitelist.Verifier, id string, body []byte) (*http.Request, error) {
	hook, err := standardwebhooks.NewWebhook(v.Secret)
	if err != nil {
		return nil, errors.New("the policy's secret is not base64")
	}
	now := time.Now()
	signature, err := hook.Sign(id, now, body)
	if err != nil {
		return nil, errors.New("the question cannot be signed")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.URL, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the policy's url is not one")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "cadastre")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}
