package server

import "cadastre/epp"

// nameUnknown is the name of a frame whose command could not be told.
const nameUnknown = "unknown"

// refusedName names the command of a frame that was refused, for logs and metrics. Only
// words of the protocol come through, so their number is bounded.
func refusedName(e *epp.Error) string {
	switch e.Verb {
	case epp.VerbHello, epp.VerbLogin, epp.VerbLogout, epp.VerbPoll, epp.VerbCheck, epp.VerbInfo,
		epp.VerbCreate, epp.VerbDelete, epp.VerbRenew, epp.VerbTransfer, epp.VerbUpdate:
		return epp.Name{Space: e.Object, Local: e.Verb}.String()
	}
	return nameUnknown
}

// subject gives the first object a command is about and how many there are.
func subject(cmd *epp.Command) (first string, count int) {
	if cmd == nil {
		return "", 0
	}
	switch b := cmd.Body.(type) {
	case *epp.Login:
		return b.ClID, 1
	case *epp.PollAck:
		return b.MsgID, 1
	case *epp.DomainCheck:
		return firstOf(b.Names)
	case *epp.DomainInfo:
		return b.Name, 1
	case *epp.DomainCreate:
		return b.Name, 1
	case *epp.DomainUpdate:
		return b.Name, 1
	case *epp.DomainRenew:
		return b.Name, 1
	case *epp.DomainDelete:
		return b.Name, 1
	case *epp.DomainTransfer:
		return b.Name, 1
	case *epp.ContactCheck:
		return firstOf(b.IDs)
	case *epp.ContactInfo:
		return b.ID, 1
	case *epp.ContactCreate:
		return b.ID, 1
	case *epp.ContactUpdate:
		return b.ID, 1
	case *epp.ContactDelete:
		return b.ID, 1
	case *epp.ContactTransfer:
		return b.ID, 1
	case *epp.HostCheck:
		return firstOf(b.Names)
	case *epp.HostInfo:
		return b.Name, 1
	case *epp.HostCreate:
		return b.Name, 1
	case *epp.HostUpdate:
		return b.Name, 1
	case *epp.HostDelete:
		return b.Name, 1
	case *epp.MaintenanceInfo:
		return b.ID.ID, 1
	}
	return "", 0
}

// preapprovalOp is what a domain create wants with the extension, "" without it.
func preapprovalOp(cmd *epp.Command) string {
	if cmd == nil {
		return ""
	}
	if p, ok := epp.FindExtension[*epp.PreapprovalCreate](cmd.Extensions); ok {
		return p.Op
	}
	return ""
}

// applicationsIn lists the ids of the applications that an answer tells of.
func applicationsIn(r *epp.Response) []string {
	var ids []string
	for _, e := range r.Extensions {
		switch p := e.(type) {
		case *epp.PreapprovalCreateData:
			ids = append(ids, p.Application)
		case *epp.PreapprovalPanData:
			ids = append(ids, p.Application)
		}
	}
	return ids
}

func firstOf(list []string) (string, int) {
	if len(list) == 0 {
		return "", 0
	}
	return list[0], len(list)
}

// reasonOf is the first reason an answer gives.
func reasonOf(r *epp.Response) string {
	for _, result := range r.Results {
		for _, v := range result.Values {
			if v.Reason != "" {
				return v.Reason
			}
		}
	}
	return ""
}
