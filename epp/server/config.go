package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"
	"unicode/utf8"

	"go.uber.org/zap"

	"cadastre/epp"
)

// Config is everything a Server needs.
type Config struct {
	// Registry carries out the commands. Required.
	Registry Registry
	// Whitelist carries out applications for pre-approval and commands about names in
	// whitelist zones. Nil (the interface itself, not a nil pointer in it) where the
	// registry runs no such zone.
	Whitelist Whitelist
	// Marks verifies signed marks. Nil: launch phases are not offered.
	Marks MarkVerifier
	// Preapproval says that target names of this registry may be under the control of
	// policies, so that creates may say who the registrant is. With Whitelist it need not
	// be set.
	Preapproval bool

	// TLS holds the server's certificate (Certificates or GetCertificate). New takes a
	// copy and restricts it: see hardened. Either TLS or CertFile and KeyFile.
	TLS *tls.Config
	// CertFile and KeyFile are PEM files with the certificate chain and its key. They are
	// read again when they change; while the new pair does not fit, the old one stays.
	CertFile, KeyFile string

	// ServerID is the svID of the greeting, 3 to 64 characters. Required.
	ServerID string
	// Objects and Extensions narrow what the greeting announces and the server does. Nil
	// means everything: AllObjects, and of AllExtensions those that work here:
	// preapproval-1.0 with Whitelist or Preapproval only. At least one object is needed.
	Objects, Extensions []string
	// DCP is the data collection policy of the greeting; the zero value means
	// epp.DefaultDCP.
	DCP epp.DCP

	// PasswordWarning and CertificateWarning are how long before its end a password and a
	// client certificate are told of at a login that chose loginSec-1.0 (RFC 8807).
	PasswordWarning, CertificateWarning time.Duration
	// WarnTLS12 tells such a login that TLS 1.2 is on its way out.
	WarnTLS12 bool

	// Processors is how many the machine gives the process, by which the way of commands
	// that follow a losing create is measured. 0: as many as Go uses at a time.
	Processors int
	// NoRepeats carries a command out as often as it is sent. Else one that changed
	// something, and is sent again with the same octets within registry.RepeatWindow, gets
	// its first answer again.
	NoRepeats bool

	Limits  Limits      // zero members take the default
	Log     *zap.Logger // nil logs nothing
	Metrics *Metrics    // nil counts nothing that can be seen
}

// version and language are the only ones there are (RFC 5730, Section 2.4).
const (
	version  = "1.0"
	language = "en"
)

// AllObjects lists the object mappings the server can do.
func AllObjects() []string {
	return []string{epp.NSDomain, epp.NSContact, epp.NSHost, epp.NSMaintenance}
}

// AllExtensions lists the extensions the server can do.
func AllExtensions() []string {
	return []string{
		epp.NSRGP,
		epp.NSFee,
		epp.NSAllocationToken,
		epp.NSContactKind,
		epp.NSPreapproval,
		epp.NSSecureAuthInfo,
		epp.NSSecDNS,
		epp.NSTTL,
		epp.NSIDN,
		epp.NSAddlEmail,
		epp.NSLaunch,
		epp.NSChangePoll,
		epp.NSUnhandledNamespaces,
		epp.NSLoginSec,
	}
}

// works says whether the server can do an extension with this configuration.
func (c *Config) works(uri string) bool {
	switch uri {
	case epp.NSPreapproval:
		return c.Preapproval || c.Whitelist != nil
	case epp.NSLaunch:
		return c.Marks != nil
	}
	return true
}

// wants names what an extension that does not work is missing.
func (c *Config) wants(uri string) string {
	if uri == epp.NSLaunch {
		return "trust anchors for signed marks"
	}
	return "whitelist zones or pre-approval"
}

// withDefaults fills in what is not set and refuses contradictions.
func (c Config) withDefaults() (Config, error) {
	if c.Registry == nil {
		return c, errors.New("epp/server: Config.Registry is required")
	}
	if n := utf8.RuneCountInString(c.ServerID); n < 3 || n > 64 {
		return c, errors.New("epp/server: Config.ServerID must have 3 to 64 characters")
	}
	if c.Processors == 0 {
		c.Processors = runtime.GOMAXPROCS(0)
	}
	if c.Objects == nil {
		c.Objects = AllObjects()
	}
	if c.Extensions == nil {
		c.Extensions = slices.DeleteFunc(AllExtensions(), func(uri string) bool { return !c.works(uri) })
	}
	if len(c.Objects) == 0 {
		return c, errors.New("epp/server: at least one object mapping must be announced (RFC 5730, Section 2.4)")
	}
	for _, uri := range c.Objects {
		if !slices.Contains(AllObjects(), uri) {
			return c, fmt.Errorf("epp/server: cannot announce the object mapping %q: it is not implemented", uri)
		}
	}
	for _, uri := range c.Extensions {
		if !slices.Contains(AllExtensions(), uri) {
			return c, fmt.Errorf("epp/server: cannot announce the extension %q: it is not implemented", uri)
		}
		if !c.works(uri) {
			return c, fmt.Errorf("epp/server: cannot announce the extension %q: what it is for is not here (%s)", uri, c.wants(uri))
		}
	}
	if len(c.DCP.Statements) == 0 {
		c.DCP = epp.DefaultDCP()
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	var err error
	c.Limits, err = c.Limits.withDefaults()
	return c, err
}
