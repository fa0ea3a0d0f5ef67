package epp

func (w *writer) launchPhase(p LaunchPhase) {
	if p.Value == "" {
		return
	}
	w.start("launch:phase")
	w.attrOpt("name", p.Name)
	w.rest("launch:phase", p.Value)
}

// launchID writes an element that holds a phase and an application.
func (w *writer) launchID(local string, p LaunchPhase, id string) {
	w.openNS("launch", local, NSLaunch)
	w.launchPhase(p)
	w.elem("launch:applicationID", id)
	w.close("launch:" + local)
}

// launchText writes text with the id of who answers for it.
func (w *writer) launchText(tag, validator, text string) {
	w.start(tag)
	w.attrOpt("validatorID", validator)
	w.rest(tag, text)
}

func (l *LaunchCheck) encode(w *writer) {
	w.startNS("launch", "check", NSLaunch)
	w.attrOpt("type", l.Type)
	w.ready()
	w.launchPhase(l.Phase)
	w.close("launch:check")
}

func (l *LaunchInfo) encode(w *writer) {
	w.startNS("launch", "info", NSLaunch)
	if l.IncludeMark {
		w.attr("includeMark", "true")
	}
	w.ready()
	w.launchPhase(l.Phase)
	w.elemOpt("launch:applicationID", l.ApplicationID)
	w.close("launch:info")
}

func (l *LaunchCreate) encode(w *writer) {
	w.startNS("launch", "create", NSLaunch)
	w.attrOpt("type", l.Type)
	w.ready()
	w.launchPhase(l.Phase)
	for i := range l.CodeMarks {
		m := &l.CodeMarks[i]
		w.open("launch:codeMark")
		if m.Code != "" {
			w.launchText("launch:code", m.ValidatorID, m.Code)
		}
		w.fragment(m.Mark)
		w.close("launch:codeMark")
	}
	for _, m := range l.SignedMarks {
		w.fragment(m)
	}
	for _, m := range l.EncodedSignedMarks {
		w.startNS("smd", "encodedSignedMark", nsSignedMark)
		w.rest("smd:encodedSignedMark", m)
	}
	for i := range l.Notices {
		n := &l.Notices[i]
		w.open("launch:notice")
		w.launchText("launch:noticeID", n.ValidatorID, n.ID)
		w.time("launch:notAfter", n.NotAfter)
		w.time("launch:acceptedDate", n.Accepted)
		w.close("launch:notice")
	}
	w.close("launch:create")
}

func (l *LaunchUpdate) encode(w *writer)     { w.launchID("update", l.Phase, l.ApplicationID) }
func (l *LaunchDelete) encode(w *writer)     { w.launchID("delete", l.Phase, l.ApplicationID) }
func (l *LaunchCreateData) encode(w *writer) { w.launchID("creData", l.Phase, l.ApplicationID) }

func (l *LaunchCheckData) encode(w *writer) {
	w.openNS("launch", "chkData", NSLaunch)
	w.launchPhase(l.Phase)
	for i := range l.Results {
		r := &l.Results[i]
		w.open("launch:cd")
		w.start("launch:name")
		w.bool("exists", r.Exists)
		w.rest("launch:name", r.Name)
		for _, k := range r.Keys {
			w.launchText("launch:claimKey", k.ValidatorID, k.Key)
		}
		w.close("launch:cd")
	}
	w.close("launch:chkData")
}

func (l *LaunchInfoData) encode(w *writer) {
	w.openNS("launch", "infData", NSLaunch)
	w.launchPhase(l.Phase)
	w.elemOpt("launch:applicationID", l.ApplicationID)
	if l.Status != nil {
		w.start("launch:status")
		w.attr("s", l.Status.Value)
		w.langAttr(l.Status.Lang)
		w.attrOpt("name", l.Status.Name)
		w.rest("launch:status", l.Status.Text)
	}
	for _, m := range l.Marks {
		w.fragment(m)
	}
	w.close("launch:infData")
}
