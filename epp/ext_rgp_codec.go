package epp

import (
	"strings"
)

var rgpExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"update": {extending(NSDomain, VerbUpdate), rgpUpdateType, decodeRGPUpdate},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"infData": func(_ *responseDecoder, el *element) Extension { return &RGPInfoData{decodeRGPStatuses(el)} },
		"upData":  func(_ *responseDecoder, el *element) Extension { return &RGPUpdateData{decodeRGPStatuses(el)} },
	},
}

func decodeRGPUpdate(el *element) Extension {
	restore := firstChild(el)
	u := &RGPUpdate{Op: attrOr(restore, "op", "")}
	if report := firstChild(restore); report != nil {
		u.Report = decodeRestoreReport(report)
	}
	return u
}

func decodeRestoreReport(el *element) *RestoreReport {
	r := &RestoreReport{}
	for c := range children(el) {
		switch c.Tag {
		case "preData":
			r.PreData = mixedText(c)
		case "postData":
			r.PostData = mixedText(c)
		case "delTime":
			r.DelTime, _ = parseDateTime(content(c)) // checked by the content model
		case "resTime":
			r.ResTime, _ = parseDateTime(content(c))
		case "resReason":
			r.ResReason = decodeRestoreText(c)
		case "statement":
			r.Statements = append(r.Statements, decodeRestoreText(c))
		case "other":
			r.Other = mixedText(c)
		}
	}
	return r
}

func decodeRestoreText(el *element) RestoreText {
	return RestoreText{Text: mixedText(el), Lang: attrOr(el, "lang", "")}
}

// mixedText makes text of an element that may hold text and markup; see RestoreReport.
// Namespaces are left out: what is written stays shorter than what was read.
func mixedText(el *element) string {
	var b strings.Builder
	b.WriteString(elementText(el))
	for c := range children(el) {
		writeMarkup(&b, c)
	}
	return strings.TrimSpace(b.String())
}

func writeMarkup(b *strings.Builder, el *element) {
	b.WriteString("\n" + el.Tag)
	for _, a := range el.Attr {
		b.WriteString(" " + a.Key + "=" + a.Value)
	}
	if text := elementText(el); text != "" {
		b.WriteString(": " + text)
	}
	for c := range children(el) {
		writeMarkup(b, c)
	}
}

func decodeRGPStatuses(el *element) []Status {
	var list []Status
	for c := range children(el) {
		if c.Tag == "rgpStatus" {
			list = append(list, decodeStatus(c))
		}
	}
	return list
}

func (u *RGPUpdate) encode(w *writer) {
	w.openNS("rgp", "update", NSRGP)
	w.start("rgp:restore")
	w.attr("op", u.Op)
	if u.Report == nil {
		w.empty()
	} else {
		w.ready()
		w.restoreReport(u.Report)
		w.close("rgp:restore")
	}
	w.close("rgp:update")
}

func (w *writer) restoreReport(r *RestoreReport) {
	w.open("rgp:report")
	w.elem("rgp:preData", r.PreData)
	w.elem("rgp:postData", r.PostData)
	w.time("rgp:delTime", r.DelTime)
	w.time("rgp:resTime", r.ResTime)
	w.restoreText("rgp:resReason", &r.ResReason)
	for i := range r.Statements {
		w.restoreText("rgp:statement", &r.Statements[i])
	}
	w.elemOpt("rgp:other", r.Other)
	w.close("rgp:report")
}

func (w *writer) restoreText(tag string, t *RestoreText) {
	w.start(tag)
	w.attrOpt("lang", t.Lang)
	w.rest(tag, t.Text)
}

func (d *RGPInfoData) encode(w *writer)   { w.rgpStatuses("infData", d.Statuses) }
func (d *RGPUpdateData) encode(w *writer) { w.rgpStatuses("upData", d.Statuses) }

// rgpTags are what statuses of all kinds are written with.
var rgpTags = &objectTags{status: "rgp:rgpStatus"}

func (w *writer) rgpStatuses(local string, list []Status) {
	w.openNS("rgp", local, NSRGP)
	w.statuses(rgpTags, list)
	w.close("rgp:" + local)
}
