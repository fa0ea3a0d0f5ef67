package epp

import (
	"time"
)

var preapprovalExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"create": {extending(NSDomain, VerbCreate), preapprovalCreateType, decodePreapprovalCreate},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"creData": func(d *responseDecoder, el *element) Extension {
			p := d.preapproval(el)
			return &PreapprovalCreateData{Application: p.Application, Status: p.Status, Names: p.Names, Expires: p.Expires}
		},
		"panData": func(d *responseDecoder, el *element) Extension { return d.preapproval(el) },
		"infData": (*responseDecoder).preapprovalInfo,
	},
}

func decodePreapprovalCreate(el *element) Extension {
	p := &PreapprovalCreate{Op: attrOr(el, "op", PreapprovalRegister)}
	for c := range children(el) {
		switch c.Tag {
		case "target":
			p.Target = content(c)
		case "registrant":
			p.Registrant = decodePreapprovalParty(c)
		case "registrar":
			p.Registrar = decodePreapprovalParty(c)
		}
	}
	return p
}

func decodePreapprovalParty(el *element) *PreapprovalParty {
	p := &PreapprovalParty{ID: attrOr(el, "id", "")}
	if c := firstChild(el); c != nil {
		p.Credential = &PreapprovalCredential{Type: attrOr(c, "type", ""), Value: content(c)}
	}
	return p
}

// preapproval reads panData, of which creData is a part.
func (d *responseDecoder) preapproval(el *element) *PreapprovalPanData {
	p := &PreapprovalPanData{}
	for c := range children(el) {
		switch c.Tag {
		case "application":
			p.Application = content(c)
		case "status":
			p.Status = content(c)
		case "name":
			p.Names = append(p.Names, content(c))
		case "expires":
			p.Expires = d.time(c)
		case "reason":
			p.Reasons = append(p.Reasons, content(c))
		}
	}
	return p
}

func (d *responseDecoder) preapprovalInfo(el *element) Extension {
	p := &PreapprovalInfoData{}
	for c := range children(el) {
		switch c.Tag {
		case "application":
			p.Application = content(c)
		case "status":
			p.Status = content(c)
		case "target":
			p.Target = content(c)
		case "registrant":
			p.Registrant = content(c)
		case "registrar":
			p.Registrar = content(c)
		case "policy":
			p.Policy = content(c)
		case "expires":
			p.Expires = d.time(c)
		}
	}
	return p
}

func (p *PreapprovalCreate) encode(w *writer) {
	w.startNS("preapproval", "create", NSPreapproval)
	w.attrOpt("op", p.Op)
	if p.Target == "" && p.Registrant == nil && p.Registrar == nil {
		w.empty()
		return
	}
	w.ready()
	w.elemOpt("preapproval:target", p.Target)
	w.preapprovalParty("preapproval:registrant", p.Registrant)
	w.preapprovalParty("preapproval:registrar", p.Registrar)
	w.close("preapproval:create")
}

func (w *writer) preapprovalParty(tag string, p *PreapprovalParty) {
	if p == nil {
		return
	}
	w.start(tag)
	w.attr("id", p.ID)
	if p.Credential == nil {
		w.empty()
		return
	}
	w.ready()
	w.start("preapproval:credential")
	w.attr("type", p.Credential.Type)
	w.rest("preapproval:credential", p.Credential.Value)
	w.close(tag)
}

func (p *PreapprovalCreateData) encode(w *writer) {
	w.openNS("preapproval", "creData", NSPreapproval)
	w.preapproval(p.Application, p.Status, p.Names, p.Expires)
	w.close("preapproval:creData")
}

func (p *PreapprovalPanData) encode(w *writer) {
	w.openNS("preapproval", "panData", NSPreapproval)
	w.preapproval(p.Application, p.Status, p.Names, p.Expires)
	for _, reason := range p.Reasons {
		w.elemOpt("preapproval:reason", capped(reason, maxPreapprovalReason))
	}
	w.close("preapproval:panData")
}

// maxPreapprovalReason caps what a verifier says, in characters.
const maxPreapprovalReason = 1024

// preapproval writes what creData and panData share.
func (w *writer) preapproval(application, status string, names []string, expires time.Time) {
	w.elem("preapproval:application", application)
	w.elem("preapproval:status", status)
	for _, name := range names {
		w.elem("preapproval:name", name)
	}
	w.timeOpt("preapproval:expires", expires)
}

func (p *PreapprovalInfoData) encode(w *writer) {
	w.openNS("preapproval", "infData", NSPreapproval)
	w.elemOpt("preapproval:application", p.Application)
	w.elem("preapproval:status", p.Status)
	w.elem("preapproval:target", p.Target)
	w.elemOpt("preapproval:registrant", p.Registrant)
	w.elemOpt("preapproval:registrar", p.Registrar)
	w.elem("preapproval:policy", p.Policy)
	w.timeOpt("preapproval:expires", p.Expires)
	w.close("preapproval:infData")
}
