package epp

import (
	"time"
)

// The change poll extension of RFC 8590: what others than the sponsor have done to an
// object.

// States of an object in a change poll message (RFC 8590, section 2.2).
const (
	ChangeBefore = "before"
	ChangeAfter  = "after"
)

// Operations of a change that are no commands (RFC 8590, section 2.1). The others are
// VerbCreate, VerbDelete, VerbRenew, VerbTransfer and VerbUpdate.
const (
	ChangeRestore    = "restore"
	ChangeAutoRenew  = "autoRenew"
	ChangeAutoDelete = "autoDelete"
	ChangeAutoPurge  = "autoPurge"
	ChangeCustom     = "custom" // see ChangePollData.Op
)

// Types of a ChangeCase (RFC 8590, section 2.4).
const (
	ChangeCaseUDRP   = "udrp"
	ChangeCaseURS    = "urs"
	ChangeCaseCustom = "custom" // see ChangeCase.Name
)

// ChangePollData extends the info data of the object in a poll message (RFC 8590,
// section 3.1.2).
type ChangePollData struct {
	State     string // of the object that is shown: ChangeBefore or ChangeAfter (the default)
	Operation string // VerbCreate, ..., ChangeCustom
	Op        string // refines the operation: "purge" of a delete; "" if absent
	Date      time.Time
	SvTRID    string      // of the change, 3 to 64 characters
	Who       string      // 1 to 255 characters
	Case      *ChangeCase // nil if absent
	Reason    string      // at most 32 characters are sent, "" if absent
	Lang      string      // of Reason, "" for "en"
}

// ChangeCase is the case that made the change necessary.
type ChangeCase struct {
	Type string // ChangeCaseUDRP, ChangeCaseURS or ChangeCaseCustom
	Name string // of a custom type, "" if absent
	ID   string
}

// ExtensionURI is NSChangePoll.
func (*ChangePollData) ExtensionURI() string { return NSChangePoll }

var changePollExtension = &extensionCodec{
	responses: map[string]func(*responseDecoder, *element) Extension{"changeData": decodeChangePoll},
}

func decodeChangePoll(d *responseDecoder, el *element) Extension {
	p := &ChangePollData{State: attrOr(el, "state", ChangeAfter)}
	for c := range children(el) {
		switch c.Tag {
		case "operation":
			p.Operation, p.Op = content(c), attrOr(c, "op", "")
		case "date":
			p.Date = d.time(c)
		case "svTRID":
			p.SvTRID = content(c)
		case "who":
			p.Who = content(c)
		case "caseId":
			p.Case = &ChangeCase{Type: attrOr(c, "type", ""), Name: attrOr(c, "name", ""), ID: content(c)}
		case "reason":
			p.Reason, p.Lang = content(c), attrOr(c, "lang", "")
		}
	}
	return p
}

func (p *ChangePollData) encode(w *writer) {
	w.startNS("changePoll", "changeData", NSChangePoll)
	w.attrOpt("state", p.State)
	w.ready()
	w.start("changePoll:operation")
	w.attrOpt("op", p.Op)
	w.rest("changePoll:operation", p.Operation)
	w.time("changePoll:date", p.Date)
	w.elem("changePoll:svTRID", p.SvTRID)
	w.elem("changePoll:who", p.Who)
	if p.Case != nil {
		w.start("changePoll:caseId")
		w.attr("type", p.Case.Type)
		w.attrOpt("name", p.Case.Name)
		w.rest("changePoll:caseId", p.Case.ID)
	}
	if p.Reason != "" {
		w.message("changePoll:reason", p.Lang, capped(p.Reason, maxCheckReason))
	}
	w.close("changePoll:changeData")
}
