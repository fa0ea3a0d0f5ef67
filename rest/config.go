package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// Desk is what of the whitelist registry's use cases is offered here. [desk.Desk] is it.
type Desk interface {
	// AccountOfToken finds whose token it is; KindAuthentication when nobody's.
	AccountOfToken(ctx context.Context, token string) (account string, err error)
	Announce(ctx context.Context, actor registry.Actor, policy string, req desk.ApplyRequest) (*desk.Application, error)
	Decide(ctx context.Context, actor registry.Actor, id string, dec desk.Decision) (*desk.Application, error)
	Applications(ctx context.Context, actor registry.Actor, f desk.ApplicationFilter) ([]*desk.Application, error)
	ShowApplication(ctx context.Context, actor registry.Actor, id string) (*desk.Application, error)
}

// Config is everything a Server needs.
type Config struct {
	// Desk carries out the requests. Nil means that this is no whitelist registry:
	// nothing is under /api/v1.
	Desk Desk

	// TLS holds the server's certificate (Certificates or GetCertificate). New takes a
	// copy and restricts it: see hardened. Either TLS or CertFile and KeyFile.
	TLS *tls.Config
	// CertFile and KeyFile are PEM files with the certificate chain and its key. They are
	// read again when they change; while the new pair does not fit, the old one stays.
	CertFile, KeyFile string

	Limits  Limits           // zero members take the default
	Log     *zap.Logger      // nil logs nothing
	Metrics *Metrics         // nil counts nothing that can be seen
	Now     func() time.Time // wall time, for rates; nil means time.Now
}

// withDefaults fills in what is not set and refuses contradictions.
func (c Config) withDefaults() (Config, error) {
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.TLS == nil && (c.CertFile == "" || c.KeyFile == "") {
		return c, errors.New("rest: Config.TLS, or CertFile and KeyFile, are required")
	}
	if c.TLS != nil && (c.CertFile != "" || c.KeyFile != "") {
		return c, errors.New("rest: Config.TLS and Config.CertFile exclude each other")
	}
	var err error
	c.Limits, err = c.Limits.withDefaults()
	return c, err
}
