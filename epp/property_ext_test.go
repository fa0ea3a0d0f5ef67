package epp

import (
	"pgregory.net/rapid"
)

// Generators of what the extensions of RFC 3915, 5910, 8495, 9803 and 9873 and idn-1.0 allow.

var (
	genOctets = rapid.SliceOfN(rapid.Byte(), 1, 70)
	genKey    = rapid.Custom(func(t *rapid.T) KeyData {
		return KeyData{rapid.Uint16().Draw(t, "flags"), rapid.Uint8().Draw(t, "protocol"), rapid.Uint8().Draw(t, "alg"), genOctets.Draw(t, "pubKey")}
	})
	genDS = rapid.Custom(func(t *rapid.T) DSData {
		return DSData{
			rapid.Uint16().Draw(t, "keyTag"), rapid.Uint8().Draw(t, "alg"), rapid.Uint8().Draw(t, "digestType"),
			rapid.OneOf(rapid.Just([]byte(nil)), genOctets).Draw(t, "digest"), ptr(t, "keyData", genKey),
		}
	})
	genSigLife = rapid.IntRange(1, 1<<31-1)
	genTTL     = rapid.Uint32Range(0, maxTTL)
	genEnds    = rapid.Custom(func(t *rapid.T) RestoreText {
		return RestoreText{maybe(word(1, 40)).Draw(t, "text"), genLang.Draw(t, "lang")}
	})
	genReport = rapid.Custom(func(t *rapid.T) RestoreReport {
		return RestoreReport{
			PreData: maybe(word(1, 40)).Draw(t, "preData"), PostData: maybe(word(1, 40)).Draw(t, "postData"),
			DelTime: genTime.Draw(t, "delTime"), ResTime: genTime.Draw(t, "resTime"), ResReason: genEnds.Draw(t, "reason"),
			Statements: list(t, "statements", genEnds, 1, 2), Other: maybe(word(1, 40)).Draw(t, "other"),
		}
	})
	genIDN = rapid.Custom(func(t *rapid.T) Extension {
		return &IDNData{word(1, 40).Draw(t, "table"), maybe(genLabel).Draw(t, "uname")}
	})
	genToken = rapid.Custom(func(t *rapid.T) Extension { return &AllocationToken{word(1, 40).Draw(t, "token")} })
	genEmail = rapid.Custom(func(t *rapid.T) Extension {
		return &AddlEmail{maybe(word(1, 40)).Draw(t, "email"), rapid.Bool().Draw(t, "primary")}
	})
)

// genSecDNS makes data of one of the two interfaces.
func genSecDNS(t *rapid.T) SecDNSData {
	data := SecDNSData{MaxSigLife: ptr(t, "maxSigLife", genSigLife)}
	data.DS, data.Keys = genDSOrKeys(t)
	return data
}

func genDSOrKeys(t *rapid.T) ([]DSData, []KeyData) {
	if rapid.Bool().Draw(t, "keys") {
		return nil, list(t, "keyData", genKey, 1, 3)
	}
	return list(t, "dsData", genDS, 1, 3), nil
}

func genSecDNSUpdate(t *rapid.T) *SecDNSUpdate {
	u := &SecDNSUpdate{Urgent: rapid.Bool().Draw(t, "urgent"), RemAll: rapid.Bool().Draw(t, "all"), ChgMaxSigLife: ptr(t, "chg", genSigLife)}
	if !u.RemAll && rapid.Bool().Draw(t, "rem") {
		u.RemDS, u.RemKeys = genDSOrKeys(t)
	}
	if rapid.Bool().Draw(t, "add") {
		data := genSecDNS(t)
		u.AddDS, u.AddKeys, u.AddMaxSigLife = data.DS, data.Keys, data.MaxSigLife
	}
	return u
}

// genTTLs makes TTLs of different types; limits only for responses.
func genTTLs(t *rapid.T, limits bool) []RecordTTL {
	types := rapid.SliceOfNDistinct(pick("NS", "DS", "DNAME", "A", "AAAA", TTLCustom), 1, 6, rapid.ID).Draw(t, "types")
	ttls := make([]RecordTTL, len(types))
	for i, typ := range types {
		ttls[i] = RecordTTL{For: typ, TTL: ptr(t, "ttl", genTTL)}
		if typ == TTLCustom {
			ttls[i].Custom = pick("", "A", "TLSA", "NSEC3PARAM", "X-Y1").Draw(t, "custom")
		}
		if limits {
			ttls[i].Min, ttls[i].Default, ttls[i].Max = ptr(t, "min", genTTL), ptr(t, "default", genTTL), ptr(t, "max", genTTL)
		}
	}
	return ttls
}

// genExtensions makes what the extensions add to a command, nil where they add nothing.
func genExtensions(t *rapid.T, b Body) []Extension {
	var all []Extension
	switch cmd := b.(type) {
	case *DomainCheck:
		all = []Extension{genToken.Draw(t, "token")}
	case *DomainInfo:
		all = []Extension{&AllocationTokenInfo{}, &TTLInfo{rapid.Bool().Draw(t, "policy")}}
	case *HostInfo:
		all = []Extension{&TTLInfo{rapid.Bool().Draw(t, "policy")}}
	case *DomainCreate:
		all = []Extension{genToken.Draw(t, "token"), genIDN.Draw(t, "idn"), &SecDNSCreate{genSecDNS(t)}, &TTLCreate{genTTLs(t, false)}}
	case *HostCreate:
		all = []Extension{&TTLCreate{genTTLs(t, false)}}
	case *DomainUpdate:
		restore := &RGPUpdate{pick(RGPRequest, RGPReport).Draw(t, "op"), ptr(t, "report", genReport)}
		all = []Extension{genSecDNSUpdate(t), &TTLUpdate{genTTLs(t, false)}, restore}
	case *HostUpdate:
		all = []Extension{&TTLUpdate{genTTLs(t, false)}}
	case *DomainTransfer:
		if cmd.Op == TransferRequest {
			all = []Extension{genToken.Draw(t, "token")}
		}
	case *ContactCreate, *ContactUpdate:
		all = []Extension{genEmail.Draw(t, "email")}
	}
	return some(t, all)
}

// genExtensionData makes what the extensions add to a response.
func genExtensionData(t *rapid.T) []Extension {
	periods := []string{RGPAddPeriod, RGPAutoRenewPeriod, RGPRenewPeriod, RGPTransferPeriod, RGPPendingDelete, RGPPendingRestore, RGPRedemptionPeriod}
	return some(t, []Extension{
		&RGPInfoData{genStatuses(t, 1, 3, periods...)}, &RGPUpdateData{genStatuses(t, 1, 1, periods...)},
		&SecDNSInfoData{genSecDNS(t)}, &TTLInfoData{genTTLs(t, true)}, genIDN.Draw(t, "idn"), genEmail.Draw(t, "email"), genToken.Draw(t, "token"),
	})
}

// some keeps some of the extensions, nil if none.
func some(t *rapid.T, all []Extension) []Extension {
	var kept []Extension
	for _, x := range all {
		if rapid.Bool().Draw(t, "kept") {
			kept = append(kept, x)
		}
	}
	return kept
}
