package registry

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Zone is a zone the registry runs, with its policy. Durations are exact;
// amounts are minor units of Currency.
type Zone struct {
	ID            int64          `json:"-"`
	Name          string         `json:"-"` // canonical, without trailing dot
	Kind          ZoneKind       `json:"-"`
	ConfigVersion int64          `json:"-"` // rises with every change of what follows
	Suffixes      []string       `json:"suffixes"`
	Reserved      []string       `json:"reserved,omitempty"`   // labels nobody may register
	IDNTables     []string       `json:"idn_tables,omitempty"` // built-in tables: "Latn"
	IDN           IDNPolicy      `json:"idn,omitzero"`
	Launch        LaunchPolicy   `json:"launch,omitzero"`
	Policy        Policy         `json:"policy"`
	Periods       Periods        `json:"periods"`
	ExpiryNotices []Duration     `json:"expiry_notices,omitempty"` // messages so long before a domain expires, the earliest first
	Transfers     TransferPolicy `json:"transfers"`
	Model         Model          `json:"model"`
	DNSSEC        SecurePolicy   `json:"dnssec"`
	TTLLimits     TTLLimits      `json:"ttl_limits"`
	Prices        Prices         `json:"prices"`
	PriceList     []PriceStep    `json:"price_list,omitempty"` // by class and instant; see PricesAt
	DNS           ZoneSettings   `json:"dns"`
	Access        *Access        `json:"access,omitempty"` // nil: everybody may ask

	tables        *labelTables // nil: not made ready
	LabelsVersion int64        `json:"labels_version,omitempty"` // rises with every change of Labels
	Labels        Labels       `json:"-"`                        // shared: not to be changed
	Opened        string       `json:"-"`                        // a label that is not reserved, see Opening
	Discount      int          `json:"-"`                        // per cent, off the price of its registration
	sponsor       string       // whose data model Model.Contacts is, see Of; empty: the zone's own
}

// Access says who may ask for a zone's data.
type Access struct {
	Addresses []netip.Prefix `json:"addresses"`      // clients in these networks
	Keys      []string       `json:"keys,omitempty"` // and whoever signs with one of these TSIG keys (RFC 8945), from anywhere
}

// ZoneKind tells registrations from pre-approvals.
type ZoneKind string

// The kinds of zone.
const (
	TargetZone    ZoneKind = "target"
	WhitelistZone ZoneKind = "whitelist"
)

// RegistrantPolicy says which contacts may be registrant.
type RegistrantPolicy string

// The registrant policies: any RFC 5733 contact, or only one behind which a real
// contact with secondary mail and emergency phone stands (contactKind-1.0).
const (
	StandardRegistrants RegistrantPolicy = "standard"
	GenuineRegistrants  RegistrantPolicy = "genuine"
)

// Policy is what a zone demands of a registration.
type Policy struct {
	Registrants        RegistrantPolicy `json:"registrants"`
	RegistrantRequired bool             `json:"registrant_required"`
	MaxYears           int              `json:"max_years"` // a registration never ends later than this from now
}

// Periods are the lifecycle's lengths (RFC 3915).
type Periods struct {
	AddGrace       Duration `json:"add_grace"`
	RenewGrace     Duration `json:"renew_grace"`
	AutoRenewGrace Duration `json:"auto_renew_grace"`
	TransferGrace  Duration `json:"transfer_grace"`
	Redemption     Duration `json:"redemption"`
	PendingDelete  Duration `json:"pending_delete"`
	PurgeSpread    Duration `json:"purge_spread,omitempty"` // purges come up to so much later, at an instant drawn with each delete; 0: at once
	RestoreReport  Duration `json:"restore_report"`         // the registrar's time to report a restore; 0: no report is wanted
}

// Prices are per year, in minor units, but for Restore.
type Prices struct {
	Currency string `json:"currency"`
	Create   int64  `json:"create"`
	Renew    int64  `json:"renew"`
	Transfer int64  `json:"transfer"` // of a transfer that adds a year
	Restore  int64  `json:"restore"`  // of a restore, beside what the delete gave back
}

// ZoneSettings is what the zone shows of itself in DNS. Times are seconds.
type ZoneSettings struct {
	Nameservers []ApexServer `json:"nameservers"`
	RName       string       `json:"rname"`
	Refresh     uint32       `json:"refresh"`
	Retry       uint32       `json:"retry"`
	Expire      uint32       `json:"expire"`
	Minimum     uint32       `json:"minimum"` // negative TTL (RFC 2308)
	TTL         uint32       `json:"ttl"`     // of delegations, apex NS and SOA
}

// ApexServer is one of the zone's own name servers, with addresses where its
// name lies inside the zone.
type ApexServer struct {
	Name  string       `json:"name"`
	Addrs []netip.Addr `json:"addrs,omitempty"`
}

// Day is 24 hours: the periods of RFC 3915 are counted in days of that length.
const Day = 24 * time.Hour

// NewZone returns a zone with the defaults of a generic top-level domain:
// add grace 5 days, renew 5, autorenew 45, transfer 5, redemption 30, pending
// delete 5 (RFC 3915 and ICANN's practice), ten years at most; a notice 30 days
// before the expiry.
func NewZone(name string, kind ZoneKind) *Zone {
	return &Zone{
		Name: name, Kind: kind, Suffixes: []string{name},
		Policy: Policy{Registrants: StandardRegistrants, RegistrantRequired: true, MaxYears: 10},
		Periods: Periods{
			AddGrace: Duration(5 * Day), RenewGrace: Duration(5 * Day), AutoRenewGrace: Duration(45 * Day),
			TransferGrace: Duration(5 * Day), Redemption: Duration(30 * Day), PendingDelete: Duration(5 * Day),
			RestoreReport: Duration(7 * Day),
		},
		ExpiryNotices: []Duration{Duration(30 * Day)},
		Transfers:     TransferPolicy{Pending: Duration(5 * Day), Years: 1},
		Prices:        Prices{Currency: "USD", Create: 1000, Renew: 1000, Transfer: 1000, Restore: 1000},
		TTLLimits:     StandardTTLLimits(),
		DNS: ZoneSettings{
			RName: "hostmaster." + name, Refresh: 3600, Retry: 600, Expire: 1209600, Minimum: 300, TTL: 3600,
		},
	}
}

// NewWhitelistZone returns a whitelist zone: private to this machine until
// addresses are added, with negative answers that are kept for a second at most,
// so that an approval can be used at once.
func NewWhitelistZone(name string) *Zone {
	z := NewZone(name, WhitelistZone)
	z.DNS.Minimum = 1
	z.ExpiryNotices = nil
	z.Access = &Access{Addresses: []netip.Prefix{
		netip.PrefixFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 32), netip.PrefixFrom(netip.IPv6Loopback(), 128),
	}}
	return z
}

// Check refuses settings that could not be served or obeyed.
func (z *Zone) Check() error {
	if _, err := CanonicalName(z.Name, "zone"); err != nil {
		return err
	}
	if z.Kind != TargetZone && z.Kind != WhitelistZone {
		return Errorf(KindValue, "kind", string(z.Kind), "a zone is of kind target or whitelist")
	}
	if z.Policy.Registrants != StandardRegistrants && z.Policy.Registrants != GenuineRegistrants {
		return Errorf(KindValue, "policy.registrants", string(z.Policy.Registrants), "the registrant policy is standard or genuine")
	}
	if z.Policy.MaxYears < 1 || z.Policy.MaxYears > 10 {
		return Errorf(KindRange, "policy.max_years", "", "between 1 and 10 years")
	}
	if z.Policy.Registrants == GenuineRegistrants && z.Model.ContactForm() != MaximumContacts {
		return Errorf(KindParamPolicy, "policy.registrants", string(z.Policy.Registrants), "registrants are genuine in the maximum data model: in the others names may have none")
	}
	for _, err := range []error{z.Model.check(), z.DNSSEC.check(), z.TTLLimits.check()} {
		if err != nil {
			return err
		}
	}
	if z.Transfers.Years < 0 || z.Transfers.Years > 1 {
		return Errorf(KindRange, "transfers.years", "", "a transfer adds no year or one")
	}
	if !slices.Contains(z.Suffixes, z.Name) {
		return Errorf(KindValue, "suffixes", z.Name, "the zone's own name must be a registration suffix")
	}
	for _, s := range z.Suffixes {
		if c, err := CanonicalName(s, "suffixes"); err != nil || c != s || !IsSubordinate(s, z.Name) {
			return Errorf(KindValue, "suffixes", s, "a suffix is a canonical name in the zone")
		}
	}
	if err := z.checkIDN(); err != nil {
		return err
	}
	if err := z.Launch.check(); err != nil {
		return err
	}
	if z.Access != nil {
		if err := z.Access.check(); err != nil {
			return err
		}
	}
	if err := z.Periods.check(); err != nil {
		return err
	}
	if err := z.checkNotices(); err != nil {
		return err
	}
	if err := z.checkPrices(); err != nil {
		return err
	}
	return z.checkDNS()
}

// maxPeriod bounds every period: longer than any registration.
const maxPeriod = 10 * 366 * Day

// check refuses periods that would run backwards or practically for ever.
func (p *Periods) check() error {
	for _, x := range []struct {
		name string
		d    Duration
	}{
		{"add_grace", p.AddGrace},
		{"renew_grace", p.RenewGrace},
		{"auto_renew_grace", p.AutoRenewGrace},
		{"transfer_grace", p.TransferGrace},
		{"redemption", p.Redemption},
		{"pending_delete", p.PendingDelete},
		{"purge_spread", p.PurgeSpread},
		{"restore_report", p.RestoreReport},
	} {
		if x.d < 0 || x.d.D() > maxPeriod {
			return Errorf(KindRange, "periods."+x.name, x.d.D().String(), "between 0 and %d days", maxPeriod/Day)
		}
	}
	return nil
}

// check refuses an access list that DNS servers could not obey.
func (a *Access) check() error {
	for _, p := range a.Addresses {
		if !p.IsValid() || p.Addr().Is4In6() || p != p.Masked() {
			return Errorf(KindValue, "access.addresses", p.String(), "not a network")
		}
	}
	for _, k := range a.Keys {
		if !isKeyName(k) {
			return Errorf(KindValue, "access.keys", k, "not the name of a key: a domain name in lower case with a dot at the end, of at most %d octets", maxKeyName)
		}
	}
	return nil
}

// maxKeyName bounds the name of a TSIG key, so that a signed answer can hold it.
const maxKeyName = 100

// isKeyName takes domain names of letters, digits, hyphens and underscores, in
// lower case with a dot at the end, as the servers' files of keys write them.
func isKeyName(name string) bool {
	name, rooted := strings.CutSuffix(name, ".")
	if !rooted || len(name) > maxKeyName-2 { // on the wire one octet more at each end, less the dot
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabel || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

func (z *Zone) checkDNS() error {
	if len(z.DNS.Nameservers) == 0 {
		return Errorf(KindMissing, "dns.nameservers", "", "a zone needs at least one name server")
	}
	for _, ns := range z.DNS.Nameservers {
		if c, err := CanonicalName(ns.Name, "dns.nameservers"); err != nil || c != ns.Name {
			return Errorf(KindValue, "dns.nameservers", ns.Name, "not a canonical host name")
		}
		if IsSubordinate(ns.Name, z.Name) && len(ns.Addrs) == 0 {
			return Errorf(KindMissing, "dns.nameservers", ns.Name, "a name server inside the zone needs an address")
		}
		for _, a := range ns.Addrs {
			if !a.IsValid() || a.Is4In6() {
				return Errorf(KindValue, "dns.nameservers", a.String(), "not an address")
			}
		}
	}
	if z.DNS.TTL == 0 || z.DNS.Expire == 0 {
		return Errorf(KindRange, "dns.ttl", "", "ttl and expire must be above zero")
	}
	if _, err := CanonicalName(z.DNS.RName, "dns.rname"); err != nil {
		return err
	}
	return nil
}

// Protected reports whether a canonical host or domain name belongs to the
// zone's own infrastructure, so that nobody can register what would capture it.
func (z *Zone) Protected(domain string) bool {
	for _, ns := range z.DNS.Nameservers {
		if IsSubordinate(ns.Name, domain) {
			return true
		}
	}
	return false
}

// Serves reports whether a canonical name is one of the zone's own name servers.
func (z *Zone) Serves(name string) bool {
	return slices.ContainsFunc(z.DNS.Nameservers, func(ns ApexServer) bool { return ns.Name == name })
}

// Duration is a time.Duration that reads and writes itself as text ("120h0m0s").
type Duration time.Duration

// D returns d as a time.Duration.
func (d Duration) D() time.Duration { return time.Duration(d) }

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = Duration(v)
	return err
}
