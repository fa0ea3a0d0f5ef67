package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"cadastre/registry"
)

// zone makes the zone of the file and the flags.
func (o *zoneAddOptions) zone(name string) (*registry.Zone, error) {
	name, err := asciiName(name, "zone")
	if err != nil {
		return nil, err
	}
	var z *registry.Zone
	switch registry.ZoneKind(o.kind) {
	case registry.TargetZone:
		z = registry.NewZone(name, registry.TargetZone)
	case registry.WhitelistZone:
		z = registry.NewWhitelistZone(name)
	default:
		return nil, registry.Errorf(registry.KindValue, "--kind", o.kind, "a zone is of kind target or whitelist")
	}
	if err := o.apply(z, z.Access); err != nil {
		return nil, err
	}
	return z, z.Check()
}

// apply puts the file's settings and then the flags over those of z. A whitelist
// zone without a list gets the private one.
func (o *zoneAddOptions) apply(z *registry.Zone, private *registry.Access) error {
	if o.fromFile != "" {
		if err := readSettings(o.fromFile, o.stdin, z); err != nil {
			return err
		}
	}
	if z.Access == nil && z.Kind == registry.WhitelistZone {
		z.Access = private
	}
	for _, apply := range []func(*registry.Zone) error{o.applyNames, o.applyPolicy, o.applyModel, o.applyLaunch, o.applyPrices, o.applyDNS, o.applyAccess} {
		if err := apply(z); err != nil {
			return err
		}
	}
	return nil
}

// maxSettings bounds a file of settings; a long list of reserved labels is the
// most of it.
const maxSettings = 4 << 20

// readSettings reads settings over those of z. What a file does not say stays.
func readSettings(file string, stdin io.Reader, z *registry.Zone) (err error) {
	var data []byte
	if file == "-" {
		data, err = io.ReadAll(io.LimitReader(stdin, maxSettings))
	} else {
		data, err = readCapped(file, maxSettings)
	}
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(z); err != nil {
		return registry.Errorf(registry.KindValue, "--from-file", file, "%v", err)
	}
	if dec.More() {
		return registry.Errorf(registry.KindValue, "--from-file", file, "something follows the settings")
	}
	return nil
}

func (o *zoneAddOptions) applyNames(z *registry.Zone) error {
	suffixes := []string{z.Name}
	if !o.changed("suffix") {
		suffixes = append(suffixes, z.Suffixes...)
	}
	for _, s := range o.suffixes {
		name, err := asciiName(s, "--suffix")
		if err != nil {
			return err
		}
		suffixes = append(suffixes, name)
	}
	z.Suffixes = unique(suffixes)
	labels := z.Reserved
	if o.changed("reserved") {
		labels = o.reserved
	}
	z.Reserved = nil
	for _, l := range labels {
		label, err := asciiName(l+".x", "--reserved")
		if err != nil || strings.Count(label, ".") != 1 {
			return registry.Errorf(registry.KindValue, "--reserved", l, "not a label: letters, digits and hyphens without a dot")
		}
		z.Reserved = append(z.Reserved, strings.TrimSuffix(label, ".x"))
	}
	z.Reserved = unique(z.Reserved)
	return nil
}

func (o *zoneAddOptions) applyPolicy(z *registry.Zone) error {
	if err := o.applyIDN(z); err != nil {
		return err
	}
	if o.changed("registrants") {
		z.Policy.Registrants = registry.RegistrantPolicy(o.registrants)
	}
	if o.changed("registrant-required") {
		z.Policy.RegistrantRequired = o.registrantRequired
	}
	if o.changed("max-years") {
		z.Policy.MaxYears = o.maxYears
	}
	if o.changed("expiry-notice") {
		z.ExpiryNotices = o.expiryNotices
	}
	if o.changed("transfer-years") {
		z.Transfers.Years = o.transfers.Years
	}
	for _, p := range []struct {
		flag     string
		to, from *registry.Duration
	}{
		{"add-grace", &z.Periods.AddGrace, &o.periods.AddGrace},
		{"renew-grace", &z.Periods.RenewGrace, &o.periods.RenewGrace},
		{"autorenew-grace", &z.Periods.AutoRenewGrace, &o.periods.AutoRenewGrace},
		{"transfer-grace", &z.Periods.TransferGrace, &o.periods.TransferGrace},
		{"transfer-window", &z.Transfers.Pending, &o.transfers.Pending},
		{"transfer-lock", &z.Transfers.Lock, &o.transfers.Lock},
		{"authinfo-life", &z.Transfers.AuthInfoLife, &o.transfers.AuthInfoLife},
		{"redemption", &z.Periods.Redemption, &o.periods.Redemption},
		{"pending-delete", &z.Periods.PendingDelete, &o.periods.PendingDelete},
		{"purge-spread", &z.Periods.PurgeSpread, &o.periods.PurgeSpread},
		{"restore-report", &z.Periods.RestoreReport, &o.periods.RestoreReport},
	} {
		if o.changed(p.flag) {
			*p.to = *p.from
		}
		if *p.to < 0 || p.to.D() > maxPeriod {
			return registry.Errorf(registry.KindRange, "--"+p.flag, p.to.D().String(), "between 0 and %s", periodText(maxPeriod))
		}
	}
	return nil
}

func (o *zoneAddOptions) applyPrices(z *registry.Zone) (err error) {
	if o.changed("currency") {
		z.Prices.Currency = o.currency
	}
	if err := checkCurrency(z.Prices.Currency); err != nil {
		return err
	}
	likeCreate := z.Prices.Restore == z.Prices.Create && !o.changed("price-restore")
	for _, p := range []struct {
		flag, amount string
		to           *int64
	}{
		{"price-create", o.priceCreate, &z.Prices.Create},
		{"price-renew", o.priceRenew, &z.Prices.Renew},
		{"price-transfer", o.priceTransfer, &z.Prices.Transfer},
		{"price-restore", o.priceRestore, &z.Prices.Restore},
	} {
		if o.changed(p.flag) {
			if *p.to, err = registry.ParseAmount(p.amount, z.Prices.Currency, "--"+p.flag); err != nil {
				return err
			}
		}
		if *p.to < 0 {
			return registry.Errorf(registry.KindRange, "--"+p.flag, fmt.Sprint(*p.to), "a price is zero or more")
		}
	}
	if likeCreate {
		z.Prices.Restore = z.Prices.Create // a restore is paid for like a registration
	}
	return nil
}

func (o *zoneAddOptions) applyDNS(z *registry.Zone) error {
	for _, s := range []struct {
		flag     string
		to, from *uint32
	}{
		{"ttl", &z.DNS.TTL, &o.dns.TTL},
		{"negative-ttl", &z.DNS.Minimum, &o.dns.Minimum},
		{"refresh", &z.DNS.Refresh, &o.dns.Refresh},
		{"retry", &z.DNS.Retry, &o.dns.Retry},
		{"expire", &z.DNS.Expire, &o.dns.Expire},
	} {
		if o.changed(s.flag) {
			*s.to = *s.from
		}
		if *s.to > maxSeconds {
			return registry.Errorf(registry.KindRange, "--"+s.flag, fmt.Sprint(*s.to), "at most %d seconds (RFC 2181, Section 8)", maxSeconds)
		}
	}
	if o.changed("rname") {
		name, err := asciiName(strings.Replace(o.rname, "@", ".", 1), "--rname")
		if err != nil {
			return err
		}
		z.DNS.RName = name
	}
	if o.changed("ns") {
		z.DNS.Nameservers = nil
		for _, text := range o.ns {
			ns, err := parseApexServer(text, z.Name)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(z.DNS.Nameservers, func(other registry.ApexServer) bool { return other.Name == ns.Name }) {
				return registry.Errorf(registry.KindParamPolicy, "--ns", ns.Name, "given twice; write all its addresses after one name, with commas")
			}
			z.DNS.Nameservers = append(z.DNS.Nameservers, ns)
		}
	}
	if len(z.DNS.Nameservers) == 0 && o.sandbox {
		z.DNS.Nameservers = sandboxServers(z.Name)
	}
	if len(z.DNS.Nameservers) == 0 {
		return registry.Errorf(registry.KindMissing, "--ns", "",
			"say which name servers serve the zone. Inside the zone they need addresses: --ns ns1.nic.%[1]s=ADDR --ns ns2.nic.%[1]s=ADDR; elsewhere they have theirs there: --ns ns1.dns.example", z.Name)
	}
	return nil
}

// parseApexServer reads NAME[=ADDR,ADDR].
func parseApexServer(text, zone string) (ns registry.ApexServer, err error) {
	name, addrs, hasAddrs := strings.Cut(text, "=")
	if ns.Name, err = asciiName(name, "--ns"); err != nil {
		return ns, err
	}
	inside := registry.IsSubordinate(ns.Name, zone)
	if !hasAddrs {
		if inside {
			return ns, registry.Errorf(registry.KindMissing, "--ns", ns.Name, "it lies inside the zone, so nobody could find it without addresses: --ns %s=192.0.2.1,2001:db8::1", ns.Name)
		}
		return ns, nil
	}
	if !inside {
		return ns, registry.Errorf(registry.KindParamPolicy, "--ns", text, "its addresses are published by the zone that it lies in: give the name alone")
	}
	for a := range strings.SplitSeq(addrs, ",") {
		addr, err := netip.ParseAddr(a)
		if err != nil || addr.Zone() != "" || addr.Is4In6() || addr.IsUnspecified() || addr.IsMulticast() {
			return ns, registry.Errorf(registry.KindValue, "--ns", a, "not an IP address that a name server can have")
		}
		ns.Addrs = append(ns.Addrs, addr)
	}
	return ns, nil
}

// unique drops repetitions and keeps the order.
func unique[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	var out []T
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
