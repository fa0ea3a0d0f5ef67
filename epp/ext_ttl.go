package epp

import (
	"slices"
	"strconv"
)

// The ttl-1.0 extension (RFC 9803): how long resolvers may keep the records of a domain or
// a host.

// TTLCustom is RecordTTL.For of a record type that has no value of its own there.
const TTLCustom = "custom"

// RecordTTL is the time to live of the records of one type (RFC 9803, section 1.2.1).
// All times are in seconds, 0 to 2147483647.
type RecordTTL struct {
	For    string  // NS, DS, DNAME, A, AAAA or TTLCustom; no two of a frame are the same
	Custom string  // the type for TTLCustom, as in TLSA; "" if absent
	TTL    *uint32 // nil for the server's default

	// What the server allows: only in answers to TTLInfo with Policy. Nil if absent.
	Min, Default, Max *uint32
}

// TTLCreate extends DomainCreate and HostCreate.
type TTLCreate struct{ TTLs []RecordTTL } // at least one

// TTLUpdate extends DomainUpdate and HostUpdate.
type TTLUpdate struct{ TTLs []RecordTTL } // at least one

// TTLInfo extends DomainInfo and HostInfo (RFC 9803, section 2.1.1).
type TTLInfo struct {
	Policy bool // all types with the limits of each, not only what departs from the defaults
}

// TTLInfoData extends DomainInfoData and HostInfoData.
type TTLInfoData struct{ TTLs []RecordTTL } // at least one

// ExtensionURI is NSTTL.
func (*TTLCreate) ExtensionURI() string { return NSTTL }

// ExtensionURI is NSTTL.
func (*TTLUpdate) ExtensionURI() string { return NSTTL }

// ExtensionURI is NSTTL.
func (*TTLInfo) ExtensionURI() string { return NSTTL }

// ExtensionURI is NSTTL.
func (*TTLInfoData) ExtensionURI() string { return NSTTL }

// maxTTL is the highest TTL, in seconds (RFC 2181, section 8).
const maxTTL = 1<<31 - 1

var ttlContainer = &elementType{
	unique: "for",
	content: []particle{many("ttl", simple(&simpleType{check: checkTTL},
		required("for", &simpleType{enum: []string{"NS", "DS", "DNAME", "A", "AAAA", TTLCustom}}),
		implied("custom", &simpleType{check: checkRRType}),
	))},
}

var ttlExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"create": {ttlObjects(VerbCreate), ttlContainer, func(el *element) Extension {
			return &TTLCreate{decodeTTLs(el)}
		}},
		"update": {ttlObjects(VerbUpdate), ttlContainer, func(el *element) Extension {
			return &TTLUpdate{decodeTTLs(el)}
		}},
		"info": {
			ttlObjects(VerbInfo),
			&elementType{attrs: []attribute{implied("policy", typeBoolean)}},
			func(el *element) Extension { return &TTLInfo{parseBoolean(attrOr(el, "policy", ""))} },
		},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"infData": func(_ *responseDecoder, el *element) Extension { return &TTLInfoData{decodeTTLs(el)} },
	},
}

func ttlObjects(verb string) []commandName {
	return slices.Concat(extending(NSDomain, verb), extending(NSHost, verb))
}

// checkTTL allows a TTL or nothing.
func checkTTL(v string) (Code, string) {
	if v == "" {
		return 0, ""
	}
	return checkSeconds(v)
}

var checkSeconds = checkInteger(0, maxTTL)

// checkRRType is the pattern of customRRType: A|[A-Z][A-Z0-9\-]*[A-Z0-9].
func checkRRType(v string) (Code, string) {
	ok := v == "A" || len(v) >= 2
	for i, c := range []byte(v) {
		inner := i > 0 && (c >= '0' && c <= '9' || c == '-' && i < len(v)-1)
		ok = ok && (c >= 'A' && c <= 'Z' || inner)
	}
	if !ok {
		return CodeValueSyntaxError, "must be the mnemonic of a record type in capitals, as in TLSA"
	}
	return 0, ""
}

func decodeTTLs(el *element) []RecordTTL {
	var list []RecordTTL
	for c := range children(el) {
		if c.Tag != "ttl" {
			continue
		}
		list = append(list, RecordTTL{
			For: attrOr(c, "for", ""), Custom: attrOr(c, "custom", ""), TTL: parseTTL(elementText(c)),
			Min: parseTTL(attrOr(c, "min", "")), Default: parseTTL(attrOr(c, "default", "")), Max: parseTTL(attrOr(c, "max", "")),
		})
	}
	return list
}

// parseTTL reads a checked TTL; nil if there is none.
func parseTTL(v string) *uint32 {
	if v == "" {
		return nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 || n > maxTTL {
		return nil
	}
	ttl := uint32(n)
	return &ttl
}

func (t *TTLCreate) encode(w *writer)   { w.ttls("create", t.TTLs) }
func (t *TTLUpdate) encode(w *writer)   { w.ttls("update", t.TTLs) }
func (t *TTLInfoData) encode(w *writer) { w.ttls("infData", t.TTLs) }

func (t *TTLInfo) encode(w *writer) {
	w.startNS("ttl", "info", NSTTL)
	if t.Policy {
		w.attr("policy", "true")
	}
	w.empty()
}

func (w *writer) ttls(local string, list []RecordTTL) {
	w.openNS("ttl", local, NSTTL)
	for i := range list {
		r := &list[i]
		w.start("ttl:ttl")
		w.attr("for", r.For)
		w.attrOpt("custom", r.Custom)
		w.ttlAttr("min", r.Min)
		w.ttlAttr("default", r.Default)
		w.ttlAttr("max", r.Max)
		if r.TTL == nil {
			w.empty()
			continue
		}
		w.rest("ttl:ttl", strconv.FormatUint(uint64(*r.TTL), 10))
	}
	w.close("ttl:" + local)
}

func (w *writer) ttlAttr(name string, v *uint32) {
	if v != nil {
		w.int(name, uint64(*v))
	}
}
