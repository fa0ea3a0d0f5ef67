package epp

var hostTags = &objectTags{
	prefix: "host", uri: NSHost, name: "host:name",
	status: "host:status", cd: "host:cd", reason: "host:reason",
}

func (h *HostCheck) encode(w *writer)  { w.names(VerbCheck, hostTags, h.Names...) }
func (h *HostInfo) encode(w *writer)   { w.names(VerbInfo, hostTags, h.Name) }
func (h *HostDelete) encode(w *writer) { w.names(VerbDelete, hostTags, h.Name) }

func (h *HostCreate) encode(w *writer) {
	w.begin(VerbCreate, "", hostTags)
	w.elem("host:name", h.Name)
	w.addresses("host:addr", h.Addrs)
	w.end(VerbCreate, hostTags)
}

func (h *HostUpdate) encode(w *writer) {
	w.begin(VerbUpdate, "", hostTags)
	w.elem("host:name", h.Name)
	w.hostAddRem("host:add", h.Add)
	w.hostAddRem("host:rem", h.Rem)
	if h.NewName != nil {
		w.open("host:chg")
		w.elem("host:name", *h.NewName)
		w.close("host:chg")
	}
	w.end(VerbUpdate, hostTags)
}

func (w *writer) hostAddRem(tag string, ar *HostAddRem) {
	if ar == nil {
		return
	}
	w.open(tag)
	w.addresses("host:addr", ar.Addrs)
	w.statuses(hostTags, ar.Statuses)
	w.close(tag)
}

func (h *HostCheckData) encode(w *writer) { w.checkData(hostTags, h.Results) }

func (h *HostCreateData) encode(w *writer) {
	w.openNS("host", "creData", NSHost)
	w.elem("host:name", h.Name)
	w.time("host:crDate", h.CrDate)
	w.close("host:creData")
}

func (h *HostInfoData) encode(w *writer) {
	w.openNS("host", "infData", NSHost)
	w.elem("host:name", h.Name)
	w.elem("host:roid", h.ROID)
	w.statuses(hostTags, h.Statuses)
	w.addresses("host:addr", h.Addrs)
	w.elem("host:clID", h.ClID)
	w.elem("host:crID", h.CrID)
	w.time("host:crDate", h.CrDate)
	w.elemOpt("host:upID", h.UpID)
	w.timeOpt("host:upDate", h.UpDate)
	w.timeOpt("host:trDate", h.TrDate)
	w.close("host:infData")
}
