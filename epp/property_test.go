package epp

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Generators of values that the schemas allow.

// word is a token: no blanks at its ends and no double ones.
func word(lowest, highest int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		r := []rune(rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ019-._<>&\"'é日😀ß]")), lowest, highest, -1).Draw(t, "word"))
		for i := 2; i < len(r)-1; i += 7 {
			if r[i-1] != ' ' {
				r[i] = ' '
			}
		}
		return string(r)
	})
}

func pick(list ...string) *rapid.Generator[string] { return rapid.SampledFrom(list) }

// maybe is the empty string or a value.
func maybe(g *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.OneOf(rapid.Just(""), g)
}

func ptr[T any](t *rapid.T, label string, g *rapid.Generator[T]) *T {
	if !rapid.Bool().Draw(t, label+" there") {
		return nil
	}
	v := g.Draw(t, label)
	return &v
}

// list is nil instead of empty, as decoding has it.
func list[T any](t *rapid.T, label string, g *rapid.Generator[T], lowest, highest int) []T {
	l := rapid.SliceOfN(g, lowest, highest).Draw(t, label)
	if len(l) == 0 {
		return nil
	}
	return l
}

var (
	genLabel = word(1, 40)
	genClID  = word(3, 16)
	genLang  = pick("", "en", "de-AT", "fr")
	genROID  = pick("D1-ICANNRST", "é_9-REP", "SH8013-x")
	genPhone = rapid.Custom(func(t *rapid.T) Phone {
		return Phone{pick("", "+1.7035555555", "+999.1").Draw(t, "number"), maybe(word(1, 5)).Draw(t, "x")}
	})
	genAddress = rapid.Custom(func(t *rapid.T) Address {
		return Address{IP: pick("v4", "v6").Draw(t, "ip"), Addr: word(3, 45).Draw(t, "addr")}
	})
	genPeriod = rapid.Custom(func(t *rapid.T) Period {
		return Period{rapid.IntRange(1, 99).Draw(t, "period"), pick("y", "m").Draw(t, "unit")}
	})
	genAuth = rapid.Custom(func(t *rapid.T) AuthInfo {
		return AuthInfo{PW: maybe(word(1, 40)).Draw(t, "pw"), ROID: maybe(genROID).Draw(t, "roid")}
	})
	genContact = rapid.Custom(func(t *rapid.T) DomainContact {
		return DomainContact{genClID.Draw(t, "contact"), pick("", "admin", "tech", "billing").Draw(t, "type")}
	})
	genNS = rapid.Custom(func(t *rapid.T) NameServers {
		if rapid.Bool().Draw(t, "attributes") {
			return NameServers{HostAttrs: list(t, "hostAttr", rapid.Custom(func(t *rapid.T) HostAttr {
				return HostAttr{genLabel.Draw(t, "host"), list(t, "addrs", genAddress, 0, 2)}
			}), 0, 2)}
		}
		return NameServers{HostObjs: list(t, "hostObj", genLabel, 0, 3)}
	})
	genPostal = rapid.Custom(func(t *rapid.T) PostalAddress {
		return PostalAddress{
			Street: list(t, "street", maybe(word(1, 30)), 0, 3), City: word(1, 20).Draw(t, "city"),
			SP: maybe(word(1, 9)).Draw(t, "sp"), PC: maybe(word(1, 16)).Draw(t, "pc"), CC: word(2, 2).Draw(t, "cc"),
		}
	})
	genDisclose = rapid.Custom(func(t *rapid.T) Disclose {
		types := pick("int", "loc")
		return Disclose{
			Flag: rapid.Bool().Draw(t, "flag"), Name: list(t, "name", types, 0, 2), Org: list(t, "org", types, 0, 2),
			Addr: list(t, "addr", types, 0, 2), Voice: rapid.Bool().Draw(t, "voice"), Fax: rapid.Bool().Draw(t, "fax"),
			Email: rapid.Bool().Draw(t, "email"),
		}
	})
	genPostalInfo = rapid.Custom(func(t *rapid.T) PostalInfo {
		return PostalInfo{pick("int", "loc").Draw(t, "type"), word(1, 30).Draw(t, "name"), maybe(word(1, 30)).Draw(t, "org"), genPostal.Draw(t, "addr")}
	})
	genTime = rapid.Custom(func(t *rapid.T) time.Time {
		return time.UnixMilli(rapid.Int64Range(1, 250_000_000_000_000).Draw(t, "ms")).UTC()
	})
	genMaybeTime = rapid.OneOf(rapid.Just(time.Time{}), genTime)
	genOp        = pick(TransferRequest, TransferApprove, TransferReject, TransferCancel, TransferQuery)
)

func genStatuses(t *rapid.T, lowest, highest int, values ...string) []Status {
	return list(t, "status", rapid.Custom(func(t *rapid.T) Status {
		return Status{pick(values...).Draw(t, "s"), genLang.Draw(t, "lang"), maybe(word(1, 20)).Draw(t, "text")}
	}), lowest, highest)
}

// genCommand makes any command.
func genCommand(t *rapid.T, mark, signed Fragment) *Command {
	c := &Command{ClTRID: maybe(word(3, 64)).Draw(t, "clTRID")}
	makers := []func(*rapid.T) Body{genSession, genDomainBody, genHostBody, genContactBody, genMaintenanceBody}
	c.Body = rapid.SampledFrom(makers).Draw(t, "object")(t)
	switch c.Body.(type) {
	case *Hello:
		c.ClTRID = ""
	case *DomainCreate:
		if rapid.Bool().Draw(t, "preapproval") {
			c.Extensions = []Extension{&PreapprovalCreate{
				Op:     pick(PreapprovalApply, PreapprovalRegister, PreapprovalEnter).Draw(t, "op"),
				Target: maybe(genLabel).Draw(t, "target"), Registrant: ptr(t, "registrant", genParty), Registrar: ptr(t, "registrar", genParty),
			}}
		}
	case *ContactCreate:
		if rapid.Bool().Draw(t, "kind") {
			k := ContactKindCreate(genKind(t))
			c.Extensions = []Extension{&k}
		}
	case *ContactUpdate:
		if rapid.Bool().Draw(t, "kind") {
			c.Extensions = []Extension{&ContactKindUpdate{
				Type: pick("", KindReal, KindProxy).Draw(t, "type"), SecondaryEmail: ptr(t, "mail", maybe(word(1, 20))),
				EmergencyPhone: ptr(t, "phone", genPhone), Identifier: ptr(t, "identifier", maybe(word(1, 20))),
				RealContact: ptr(t, "real", maybe(genClID)),
			}}
		}
	}
	c.Extensions = append(c.Extensions, genExtensions(t, c.Body)...)
	c.Extensions = append(c.Extensions, genFees(t, c.Body)...)
	c.Extensions = append(c.Extensions, genLoginSec(t, c.Body)...)
	c.Extensions = append(c.Extensions, genLaunch(t, c.Body, mark, signed)...)
	return c
}

var genParty = rapid.Custom(func(t *rapid.T) PreapprovalParty {
	return PreapprovalParty{genLabel.Draw(t, "id"), ptr(t, "credential", rapid.Custom(func(t *rapid.T) PreapprovalCredential {
		kind := pick("password", "token", "passport", "driversLicence", "governmentId").Draw(t, "type")
		return PreapprovalCredential{kind, word(1, 40).Draw(t, "value")}
	}))}
})

// genPreapproval makes what the extension adds to data, nil where it adds nothing.
func genPreapproval(t *rapid.T, data ResData) []Extension {
	id, names, expires := genLabel.Draw(t, "application"), list(t, "names", genLabel, 0, 3), genMaybeTime.Draw(t, "expires")
	held := pick(PreapprovalPending, PreapprovalApproved).Draw(t, "status")
	switch data.(type) {
	case *DomainCreateData:
		out := []Extension{&PreapprovalCreateData{id, held, names, expires}}
		if rapid.Bool().Draw(t, "two policies") {
			out = append(out, &PreapprovalCreateData{id + "2", held, nil, time.Time{}})
		}
		return out
	case *DomainInfoData:
		return []Extension{&PreapprovalInfoData{
			Application: maybe(genLabel).Draw(t, "application"), Status: held, Target: genLabel.Draw(t, "target"),
			Registrant: maybe(genLabel).Draw(t, "registrant"), Registrar: maybe(genLabel).Draw(t, "registrar"),
			Policy: genLabel.Draw(t, "policy"), Expires: expires,
		}}
	case *PanData:
		status := pick(PreapprovalApproved, PreapprovalDenied).Draw(t, "status")
		return []Extension{&PreapprovalPanData{id, status, names, expires, list(t, "reasons", word(1, 40), 0, 3)}}
	}
	return nil
}

func genKind(t *rapid.T) ContactKindData {
	k := ContactKindData{
		Type: pick(KindReal, KindProxy).Draw(t, "type"), SecondaryEmail: maybe(word(1, 20)).Draw(t, "mail"),
		Identifier: maybe(word(1, 20)).Draw(t, "identifier"), RealContact: maybe(genClID).Draw(t, "real"),
	}
	if rapid.Bool().Draw(t, "phone") {
		k.EmergencyPhone = &Phone{"+1.7035555555", maybe(word(1, 5)).Draw(t, "x")}
	}
	return k
}

func genSession(t *rapid.T) Body {
	switch rapid.IntRange(0, 4).Draw(t, "session") {
	case 0:
		return &Hello{}
	case 1:
		return &Logout{}
	case 2:
		return &PollRequest{}
	case 3:
		return &PollAck{MsgID: genLabel.Draw(t, "msgID")}
	}
	uri := pick(NSDomain, NSHost, NSContact, "urn:x:<&>")
	return &Login{
		ClID: genClID.Draw(t, "clID"), PW: word(6, 16).Draw(t, "pw"), NewPW: maybe(word(6, 16)).Draw(t, "newPW"),
		Version: "1.0", Lang: pick("en", "de-AT").Draw(t, "lang"),
		ObjURIs: list(t, "objURI", uri, 1, 4), ExtURIs: list(t, "extURI", uri, 0, 3),
	}
}

func genDomainBody(t *rapid.T) Body {
	name := genLabel.Draw(t, "name")
	switch rapid.SampledFrom([]string{VerbCheck, VerbInfo, VerbCreate, VerbDelete, VerbRenew, VerbTransfer, VerbUpdate}).Draw(t, "verb") {
	case VerbCheck:
		return &DomainCheck{Names: list(t, "names", genLabel, 1, 5)}
	case VerbInfo:
		return &DomainInfo{name, pick(HostsAll, HostsDel, HostsSub, HostsNone).Draw(t, "hosts"), ptr(t, "auth", genAuth)}
	case VerbCreate:
		return &DomainCreate{
			Name: name, Period: ptr(t, "period", genPeriod), NS: genNS.Draw(t, "ns"), Registrant: maybe(genClID).Draw(t, "registrant"),
			Contacts: list(t, "contacts", genContact, 0, 3), AuthInfo: genAuth.Draw(t, "auth"),
		}
	case VerbDelete:
		return &DomainDelete{name}
	case VerbRenew:
		day := time.Date(2000+rapid.IntRange(0, 99).Draw(t, "y"), 1, rapid.IntRange(1, 365).Draw(t, "d"), 0, 0, 0, 0, time.UTC)
		return &DomainRenew{name, day, ptr(t, "period", genPeriod)}
	case VerbTransfer:
		return &DomainTransfer{genOp.Draw(t, "op"), name, ptr(t, "period", genPeriod), ptr(t, "auth", genAuth)}
	}
	addRem := rapid.Custom(func(t *rapid.T) DomainAddRem {
		return DomainAddRem{
			genNS.Draw(t, "ns"), list(t, "contacts", genContact, 0, 3),
			genStatuses(t, 0, 11, "clientHold", "ok", "serverHold"),
		}
	})
	return &DomainUpdate{name, ptr(t, "add", addRem), ptr(t, "rem", addRem), ptr(t, "chg", rapid.Custom(func(t *rapid.T) DomainChange {
		auth := rapid.OneOf(genAuth, rapid.Just(AuthInfo{Kind: AuthNull}))
		return DomainChange{ptr(t, "registrant", maybe(genClID)), ptr(t, "auth", auth)}
	}))}
}

func genHostBody(t *rapid.T) Body {
	name := genLabel.Draw(t, "name")
	switch rapid.IntRange(0, 4).Draw(t, "verb") {
	case 0:
		return &HostCheck{Names: list(t, "names", genLabel, 1, 5)}
	case 1:
		return &HostInfo{name}
	case 2:
		return &HostCreate{name, list(t, "addrs", genAddress, 0, 4)}
	case 3:
		return &HostDelete{name}
	}
	addRem := rapid.Custom(func(t *rapid.T) HostAddRem {
		return HostAddRem{list(t, "addrs", genAddress, 0, 3), genStatuses(t, 0, 7, "ok", "linked", "clientUpdateProhibited")}
	})
	return &HostUpdate{name, ptr(t, "add", addRem), ptr(t, "rem", addRem), ptr(t, "new", genLabel)}
}

func genContactBody(t *rapid.T) Body {
	id := genClID.Draw(t, "id")
	switch rapid.IntRange(0, 5).Draw(t, "verb") {
	case 0:
		return &ContactCheck{IDs: list(t, "ids", genClID, 1, 5)}
	case 1:
		return &ContactInfo{id, ptr(t, "auth", genAuth)}
	case 2:
		return &ContactCreate{
			ID: id, PostalInfo: list(t, "postal", genPostalInfo, 1, 2), Voice: ptr(t, "voice", genPhone), Fax: ptr(t, "fax", genPhone),
			Email: word(1, 20).Draw(t, "email"), AuthInfo: genAuth.Draw(t, "auth"), Disclose: ptr(t, "disclose", genDisclose),
		}
	case 3:
		return &ContactDelete{id}
	case 4:
		return &ContactTransfer{genOp.Draw(t, "op"), id, ptr(t, "auth", genAuth)}
	}
	postal := rapid.Custom(func(t *rapid.T) PostalInfoChange {
		return PostalInfoChange{pick("int", "loc").Draw(t, "type"), ptr(t, "name", word(1, 9)), ptr(t, "org", maybe(word(1, 9))), ptr(t, "addr", genPostal)}
	})
	return &ContactUpdate{
		id, genStatuses(t, 0, 7, "clientDeleteProhibited", "ok"), genStatuses(t, 0, 7, "linked"),
		ptr(t, "chg", rapid.Custom(func(t *rapid.T) ContactChange {
			return ContactChange{
				list(t, "postal", postal, 0, 2), ptr(t, "voice", genPhone), ptr(t, "fax", genPhone), ptr(t, "email", word(1, 9)),
				ptr(t, "auth", genAuth), ptr(t, "disclose", genDisclose),
			}
		})),
	}
}

// Whatever command is written is read back the same, and is valid.
func TestCommandsSurviveTheWire(t *testing.T) {
	var frames [][]byte
	mark, signed := sampleMarks(t)
	rapid.Check(t, func(t *rapid.T) {
		cmd := genCommand(t, mark, signed)
		frame := EncodeCommand(cmd)
		got, err := DecodeCommand(frame)
		if err != nil {
			t.Fatalf("%v\n%s", err, frame)
		}
		if diff := cmp.Diff(cmd, got); diff != "" {
			t.Fatalf("%s\n%s", diff, frame)
		}
		frames = append(frames, frame)
	})
	wantValid(t, frames)
}

// genResponse makes any response.
func genResponse(t *rapid.T, mark Fragment) *Response {
	code := rapid.SampledFrom([]Code{1000, 1001, 1300, 1301, 2001, 2005, 2306, 2400}).Draw(t, "code")
	r := &Response{
		Results: []Result{{Code: code, Msg: word(1, 40).Draw(t, "msg"), Lang: genLang.Draw(t, "lang")}},
		ClTRID:  maybe(word(3, 64)).Draw(t, "clTRID"), SvTRID: word(3, 64).Draw(t, "svTRID"),
	}
	if !code.Success() {
		r.Results[0].Values = list(t, "values", rapid.Custom(func(t *rapid.T) Value {
			v := Value{Element: rapid.SampledFrom([]Name{
				{}, {NSEPP, "clTRID"}, {NSDomain, "name"}, {NSContactKind, "create"}, {NSPreapproval, "registrant"}, {"", "x"}, {"urn:example:obj-1.0", "y"},
			}).Draw(t, "element"), Text: maybe(word(1, 40)).Draw(t, "text"), Reason: maybe(word(1, 40)).Draw(t, "reason")}
			if v.Reason != "" {
				v.Lang = genLang.Draw(t, "lang")
			}
			if v.Element.Local != "" {
				v.Attr = pick("", "unit").Draw(t, "attr")
			}
			return v
		}), 0, 3)
	}
	if rapid.Bool().Draw(t, "msgQ") {
		r.MsgQ = &MsgQ{Count: rapid.Uint64().Draw(t, "count"), ID: genLabel.Draw(t, "id"), QDate: genMaybeTime.Draw(t, "qDate")}
		if r.MsgQ.Msg = maybe(word(1, 40)).Draw(t, "text"); r.MsgQ.Msg != "" {
			r.MsgQ.Lang = genLang.Draw(t, "lang")
		}
	}
	if rapid.Bool().Draw(t, "data") {
		r.ResData = genResData(t)
	}
	if _, info := r.ResData.(*ContactInfoData); info && rapid.Bool().Draw(t, "kind") {
		k := genKind(t)
		r.Extensions = []Extension{&k}
	}
	if rapid.Bool().Draw(t, "preapproval") {
		r.Extensions = append(r.Extensions, genPreapproval(t, r.ResData)...)
	}
	r.Extensions = append(r.Extensions, genExtensionData(t)...)
	if rapid.Bool().Draw(t, "fee") {
		r.Extensions = append(r.Extensions, genFeeData(t))
	}
	if rapid.Bool().Draw(t, "launch") {
		r.Extensions = append(r.Extensions, genLaunchData(t, mark))
	}
	if rapid.Bool().Draw(t, "session") {
		r.Extensions = append(r.Extensions, genSessionData(t))
	}
	if rapid.Bool().Draw(t, "unhandled") {
		r.MoveUnhandled([]string{NSDomain}, []string{NSFee})
	}
	return r
}

func genChecks(t *rapid.T, g *rapid.Generator[string]) []CheckResult {
	return list(t, "checks", rapid.Custom(func(t *rapid.T) CheckResult {
		c := CheckResult{Name: g.Draw(t, "name"), Avail: rapid.Bool().Draw(t, "avail"), Reason: maybe(word(1, 32)).Draw(t, "reason")}
		if c.Reason != "" {
			c.Lang = genLang.Draw(t, "lang")
		}
		return c
	}), 1, 4)
}

func genResData(t *rapid.T) ResData {
	name, id, now := genLabel.Draw(t, "name"), genClID.Draw(t, "id"), genTime.Draw(t, "now")
	switch rapid.IntRange(0, 14).Draw(t, "kind of data") {
	case 0:
		return &DomainCheckData{genChecks(t, genLabel)}
	case 1:
		return &DomainCreateData{name, now, genMaybeTime.Draw(t, "exDate")}
	case 2:
		return &DomainRenewData{name, genMaybeTime.Draw(t, "exDate")}
	case 3:
		return &DomainInfoData{
			Name: name, ROID: genROID.Draw(t, "roid"), Statuses: genStatuses(t, 0, 11, "ok", "pendingDelete"),
			Registrant: maybe(genClID).Draw(t, "registrant"), Contacts: list(t, "contacts", genContact, 0, 3),
			NS: genNS.Draw(t, "ns"), Hosts: list(t, "hosts", genLabel, 0, 3), ClID: id, CrID: maybe(genClID).Draw(t, "crID"),
			CrDate: genMaybeTime.Draw(t, "crDate"), UpID: maybe(genClID).Draw(t, "upID"), UpDate: genMaybeTime.Draw(t, "upDate"),
			ExDate: genMaybeTime.Draw(t, "exDate"), TrDate: genMaybeTime.Draw(t, "trDate"), AuthInfo: ptr(t, "auth", genAuth),
		}
	case 4:
		return &HostCheckData{genChecks(t, genLabel)}
	case 5:
		return &HostCreateData{name, now}
	case 6:
		return &HostInfoData{
			Name: name, ROID: genROID.Draw(t, "roid"), Statuses: genStatuses(t, 1, 7, "ok", "linked"),
			Addrs: list(t, "addrs", genAddress, 0, 3), ClID: id, CrID: id, CrDate: now, UpID: maybe(genClID).Draw(t, "upID"),
			UpDate: genMaybeTime.Draw(t, "upDate"), TrDate: genMaybeTime.Draw(t, "trDate"),
		}
	case 7:
		return &ContactCheckData{genChecks(t, genClID)}
	case 8:
		return &ContactCreateData{id, now}
	case 9:
		return &PanData{pick(NSDomain, NSHost).Draw(t, "object"), name, rapid.Bool().Draw(t, "result"), maybe(word(3, 64)).Draw(t, "cl"), word(3, 64).Draw(t, "sv"), now}
	case 10:
		return &PanData{NSContact, id, rapid.Bool().Draw(t, "result"), "", "54322-XYZ", now}
	case 11:
		return &TransferData{NSDomain, name, "pending", id, now, id, now, genMaybeTime.Draw(t, "exDate")}
	case 12:
		return &TransferData{NSContact, id, "serverApproved", id, now, id, now, time.Time{}}
	case 13:
		return genMaintenanceData(t)
	}
	return &ContactInfoData{
		ID: id, ROID: genROID.Draw(t, "roid"), Statuses: genStatuses(t, 1, 7, "ok", "linked"),
		PostalInfo: list(t, "postal", genPostalInfo, 1, 2), Voice: ptr(t, "voice", genPhone), Fax: ptr(t, "fax", genPhone),
		Email: word(1, 20).Draw(t, "email"), ClID: id, CrID: id, CrDate: now, UpID: maybe(genClID).Draw(t, "upID"),
		UpDate: genMaybeTime.Draw(t, "upDate"), TrDate: genMaybeTime.Draw(t, "trDate"), AuthInfo: ptr(t, "auth", genAuth),
		Disclose: ptr(t, "disclose", genDisclose),
	}
}

// Whatever response is written is read back the same, and is valid.
func TestResponsesSurviveTheWire(t *testing.T) {
	var frames [][]byte
	mark, _ := sampleMarks(t)
	rapid.Check(t, func(t *rapid.T) {
		r := genResponse(t, mark)
		frame := EncodeResponse(r)
		got, err := DecodeResponse(frame)
		if err != nil {
			t.Fatalf("%v\n%s", err, frame)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Fatalf("%s\n%s", diff, frame)
		}
		frames = append(frames, frame)
	})
	wantValid(t, frames)
}

// Whatever a client sends and a message says, the answer stays valid: hostile text is
// escaped, replaced or cut.
func TestHostileTextStaysValid(t *testing.T) {
	hostile := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.Just("\x00\x1b]]>\r\n\t<!--&lt;\xff\uFFFE\u0085"), rapid.StringN(0, 2000, -1))
	uri := rapid.Map(rapid.StringOfN(rapid.RuneFrom([]rune("ab1:/.-_%#?[]@ <")), 0, 20, -1), func(s string) string {
		return []string{"urn:", "http://", ""}[len(s)%3] + s
	})
	var frames [][]byte
	rapid.Check(t, func(t *rapid.T) {
		r := Failure(CodePolicyError, Value{
			Element: Name{rapid.OneOf(hostile, uri).Draw(t, "space"), rapid.OneOf(hostile, pick("x")).Draw(t, "local")}, Attr: hostile.Draw(t, "attr"),
			Text: hostile.Draw(t, "text"), Reason: hostile.Draw(t, "reason"), Lang: hostile.Draw(t, "lang"),
		}, Value{Element: Name{NSDomain, "name"}, Text: hostile.Draw(t, "text")})
		r.Results[0].Msg, r.Results[0].Lang = hostile.Draw(t, "msg"), hostile.Draw(t, "lang")
		r.MsgQ = &MsgQ{Count: 1, ID: "1", Msg: hostile.Draw(t, "queued"), Lang: hostile.Draw(t, "lang")}
		r.ResData = &HostCheckData{[]CheckResult{{Name: "ns1.example.example", Reason: "x" + hostile.Draw(t, "why")}}}
		r.SvTRID = "54322-XYZ"
		frame := EncodeResponse(r)
		if _, err := DecodeResponse(frame); err != nil {
			t.Fatalf("%v\n%s", err, frame)
		}
		if len(frame) > 100_000 {
			t.Fatalf("frame of %d octets", len(frame))
		}
		frames = append(frames, frame)
	})
	wantValid(t, frames)
}
