package epp

import (
	"strings"
)

var launchExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"check":  {extending(NSDomain, VerbCheck), launchCheckType, decodeLaunchCheck},
		"info":   {extending(NSDomain, VerbInfo), launchInfoType, decodeLaunchInfo},
		"create": {extending(NSDomain, VerbCreate), launchCreateType, decodeLaunchCreate},
		"update": {extending(NSDomain, VerbUpdate), launchIDType, func(el *element) Extension {
			phase, id := decodeLaunchID(el)
			return &LaunchUpdate{phase, id}
		}},
		"delete": {extending(NSDomain, VerbDelete), launchIDType, func(el *element) Extension {
			phase, id := decodeLaunchID(el)
			return &LaunchDelete{phase, id}
		}},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"chkData": decodeLaunchCheckData,
		"creData": func(_ *responseDecoder, el *element) Extension {
			phase, id := decodeLaunchID(el)
			return &LaunchCreateData{phase, id}
		},
		"infData": decodeLaunchInfoData,
	},
}

func decodeLaunchPhase(el *element) LaunchPhase {
	return LaunchPhase{Value: content(el), Name: attrOr(el, "name", "")}
}

// decodeLaunchID reads what begins most elements of the extension.
func decodeLaunchID(el *element) (phase LaunchPhase, id string) {
	for c := range children(el) {
		switch c.Tag {
		case "phase":
			phase = decodeLaunchPhase(c)
		case "applicationID":
			id = content(c)
		}
	}
	return phase, id
}

func decodeLaunchCheck(el *element) Extension {
	phase, _ := decodeLaunchID(el)
	return &LaunchCheck{Type: attrOr(el, "type", LaunchCheckClaims), Phase: phase}
}

func decodeLaunchInfo(el *element) Extension {
	phase, id := decodeLaunchID(el)
	return &LaunchInfo{Phase: phase, ApplicationID: id, IncludeMark: parseBoolean(attrOr(el, "includeMark", "0"))}
}

func decodeLaunchCreate(el *element) Extension {
	l := &LaunchCreate{Type: attrOr(el, "type", "")}
	for c := range children(el) {
		switch c.Tag {
		case "phase":
			l.Phase = decodeLaunchPhase(c)
		case "codeMark":
			l.CodeMarks = append(l.CodeMarks, decodeCodeMark(c))
		case "signedMark":
			l.SignedMarks = append(l.SignedMarks, decodeFragment(c))
		case "encodedSignedMark":
			l.EncodedSignedMarks = append(l.EncodedSignedMarks, strings.ReplaceAll(content(c), " ", ""))
		case "notice":
			l.Notices = append(l.Notices, decodeLaunchNotice(c))
		}
	}
	return l
}

func decodeCodeMark(el *element) LaunchCodeMark {
	var m LaunchCodeMark
	for c := range children(el) {
		switch c.Tag {
		case "code":
			m.Code, m.ValidatorID = content(c), attrOr(c, "validatorID", "")
		case "mark":
			m.Mark = decodeFragment(c)
		}
	}
	return m
}

func decodeLaunchNotice(el *element) LaunchNotice {
	var n LaunchNotice
	for c := range children(el) {
		switch c.Tag {
		case "noticeID":
			n.ID, n.ValidatorID = content(c), attrOr(c, "validatorID", "")
		case "notAfter":
			n.NotAfter, _ = parseDateTime(content(c)) // checked by the content model
		case "acceptedDate":
			n.Accepted, _ = parseDateTime(content(c))
		}
	}
	return n
}

func decodeLaunchCheckData(_ *responseDecoder, el *element) Extension {
	l := &LaunchCheckData{}
	for c := range children(el) {
		switch c.Tag {
		case "phase":
			l.Phase = decodeLaunchPhase(c)
		case "cd":
			l.Results = append(l.Results, decodeLaunchCheckResult(c))
		}
	}
	return l
}

func decodeLaunchCheckResult(el *element) LaunchCheckResult {
	var r LaunchCheckResult
	for c := range children(el) {
		switch c.Tag {
		case "name":
			r.Name, r.Exists = content(c), parseBoolean(attrOr(c, "exists", ""))
		case "claimKey":
			r.Keys = append(r.Keys, LaunchClaimKey{Key: content(c), ValidatorID: attrOr(c, "validatorID", "")})
		}
	}
	return r
}

func decodeLaunchInfoData(_ *responseDecoder, el *element) Extension {
	l := &LaunchInfoData{}
	l.Phase, l.ApplicationID = decodeLaunchID(el)
	for c := range children(el) {
		switch {
		case c.Tag == "status":
			l.Status = &LaunchStatus{
				Value: attrOr(c, "s", ""), Name: attrOr(c, "name", ""), Lang: attrOr(c, "lang", ""), Text: content(c),
			}
		case isMark(c):
			l.Marks = append(l.Marks, decodeFragment(c))
		}
	}
	return l
}
