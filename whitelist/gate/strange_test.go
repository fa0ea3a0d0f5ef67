package gate_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"sync"
	"testing"
	"time"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/whitelist/gate"
)

// A registry that keeps the rules cannot show what we do about one that breaks them.
// The server of these tests greets, lets everybody in, and answers as it is told.

func (w *world) strange(answer func(epp.Body) *epp.Response) (gate.EPPServer, identity) {
	w.t.Helper()
	id := newIdentity(w.t)
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{id.pair}, ClientAuth: tls.RequestClientCert})
	w.must(err)
	var serving sync.WaitGroup
	stop := make(chan struct{})
	serving.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { serveStrange(conn, answer) })
			serving.Go(func() { <-stop; conn.Close() })
		}
	})
	w.t.Cleanup(func() { ln.Close(); close(stop); serving.Wait() })
	roots := x509.NewCertPool()
	roots.AddCert(id.leaf)
	return gate.EPPServer{Addr: ln.Addr().String(), ServerName: "localhost", RootCAs: roots}, id
}

func serveStrange(conn net.Conn, answer func(epp.Body) *epp.Response) {
	defer conn.Close()
	greeting := epp.EncodeGreeting(&epp.Greeting{
		ServerID: "strange", Date: time.Unix(1_700_000_000, 0), Versions: []string{"1.0"}, Langs: []string{"en"},
		ObjURIs: []string{epp.NSDomain}, ExtURIs: []string{epp.NSPreapproval}, DCP: epp.DefaultDCP(),
	})
	if epp.WriteFrame(conn, greeting) != nil {
		return
	}
	for {
		frame, err := epp.ReadFrame(conn, 1<<20)
		if err != nil {
			return
		}
		cmd, decodeErr := epp.DecodeCommand(frame)
		if decodeErr != nil {
			return
		}
		resp := epp.Success(nil)
		if _, login := cmd.Body.(*epp.Login); !login {
			resp = answer(cmd.Body)
		}
		resp.ClTRID, resp.SvTRID = cmd.ClTRID, "strange-1"
		if epp.WriteFrame(conn, epp.EncodeResponse(resp)) != nil {
			return
		}
	}
}

// TestStrangeWhitelist: an answer about something else, or without the entry, decides
// nothing.
func TestStrangeWhitelist(t *testing.T) {
	const name = "uid-alice.146.miami.trips.valid.zone"
	good := func() *epp.Response {
		r := epp.Success(&epp.DomainInfoData{Name: name, ROID: "W1-TEST", ClID: "trips-board"})
		r.Extensions = []epp.Extension{&epp.PreapprovalInfoData{
			Status: epp.PreapprovalApproved, Target: "miami.trips", Registrant: "UID-alice", Registrar: "146", Policy: "trips-board",
			Expires: start.AddDate(1, 0, 0),
		}}
		return r
	}
	w := newWorld(t)
	var now func() *epp.Response
	server, _ := w.strange(func(epp.Body) *epp.Response { return now() })
	account, _ := w.account("trips-board", registry.VerifierAccount)
	w.peers["valid.zone"] = &gate.Peer{EPP: server, Verifiers: map[string]gate.EPPAccount{"trips-board": account}}
	w.grant(`{"via": "epp"}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	create := func() error { return w.create(ra, "miami.trips", "c-alice", "") }
	for what, change := range map[string]func(*epp.Response, *epp.PreapprovalInfoData){
		"another name": func(r *epp.Response, _ *epp.PreapprovalInfoData) { r.ResData.(*epp.DomainInfoData).Name = "x" + name },
		"no entry":     func(r *epp.Response, _ *epp.PreapprovalInfoData) { r.Extensions = nil },
		"no domain":    func(r *epp.Response, _ *epp.PreapprovalInfoData) { r.ResData = nil },
		"a domain check": func(r *epp.Response, _ *epp.PreapprovalInfoData) {
			r.ResData = &epp.DomainCheckData{Results: []epp.CheckResult{{Name: name}}}
		},
		"command failed":  func(r *epp.Response, _ *epp.PreapprovalInfoData) { *r = *epp.Failure(epp.CodeCommandFailed) },
		"session is over": func(r *epp.Response, _ *epp.PreapprovalInfoData) { *r = *epp.Failure(epp.CodeFailedClosing) },
	} {
		now = func() *epp.Response {
			r := good()
			change(r, r.Extensions[0].(*epp.PreapprovalInfoData))
			return r
		}
		if err := create(); !registry.IsKind(err, registry.KindUnavailable) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	for what, change := range map[string]func(*epp.PreapprovalInfoData){
		"another target": func(e *epp.PreapprovalInfoData) { e.Target = "other.trips" },
		"no registrar":   func(e *epp.PreapprovalInfoData) { e.Registrar = "" },
		"without end":    func(e *epp.PreapprovalInfoData) { e.Expires = time.Time{} },
		"held":           func(e *epp.PreapprovalInfoData) { e.Status = epp.PreapprovalPending },
	} {
		now = func() *epp.Response {
			r := good()
			change(r.Extensions[0].(*epp.PreapprovalInfoData))
			return r
		}
		if err := create(); !registry.IsKind(err, registry.KindDataPolicy) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	now = good
	w.must(create())
}

// TestStrangeTarget: names that an answer leaves out are not known.
func TestStrangeTarget(t *testing.T) {
	w := newWorld(t)
	server, id := w.strange(func(b epp.Body) *epp.Response {
		switch b.(type) {
		case *epp.DomainCheck:
			return epp.Success(&epp.DomainCheckData{Results: []epp.CheckResult{{Name: "A.trips", Avail: true}, {Name: "odd.trips"}}})
		case *epp.DomainInfo:
			return epp.Failure(epp.CodeCommandFailed)
		}
		return epp.Success(nil)
	})
	r := gate.NewRemoteTargets(nil)
	defer r.Close()
	w.must(r.Announce(gate.Target{
		Zones: []string{"trips"}, Addr: server.Addr, ServerName: "localhost", CA: string(id.cert),
		ID: "registrar-a", Password: "secret-123", Cert: string(id.cert), Key: string(id.key),
	}))
	w.wantRegistered(r, map[string]bool{"a.trips": false}, "leaves out b.trips", "a.trips", "b.trips")
	w.wantRegistered(r, map[string]bool{"a.trips": false}, "refused with 2400", "a.trips", "odd.trips")
}
