package e2e

import (
	"bytes"
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/epp"
)

// rstGreeting is epp-02, as far as extensions exist.
func rstGreeting(t *testing.T, r *rst) {
	began := time.Now()
	s := r.box.connect(t, "")
	g, err := epp.DecodeGreeting(s.greeting)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.greeting)
	}
	if n := len(g.ServerID); n < 3 || n > 64 {
		t.Errorf("svID %q", g.ServerID)
	}
	if d := g.Date.Sub(began); d < -30*time.Second || d > 30*time.Second {
		t.Errorf("svDate %v is %v away from the clock", g.Date, d)
	}
	if !slices.Equal(g.Versions, []string{"1.0"}) || !slices.Contains(g.Langs, "en") {
		t.Errorf("versions %v, languages %v", g.Versions, g.Langs)
	}
	for _, want := range []string{"domain-1.0", "contact-1.0", "host-1.0"} {
		if !slices.Contains(g.ObjURIs, "urn:ietf:params:xml:ns:"+want) {
			t.Errorf("%s is not announced: %v", want, g.ObjURIs)
		}
	}
	if bytes.Count(s.greeting, []byte("<version>")) != 1 {
		t.Error("not exactly one version")
	}
	// RFC 5730, Section 2.3: hello asks for the greeting at any time.
	if err := s.send([]byte(hello)); err != nil {
		t.Fatal(err)
	}
	again, err := s.receive()
	if err != nil || !bytes.Contains(again, []byte("<greeting>")) {
		t.Errorf("hello: %v %s", err, again)
	}
}

// rstLogin is epp-03: id, password and certificate must all fit together. The TLS
// handshake passes without a certificate or with a foreign one; the login fails.
func rstLogin(t *testing.T, r *rst) {
	e := r.box.endpoint()
	password, _, _ := e.registrar("registrar-a")
	foreign := newForeignCertificate(t)
	for _, tt := range []struct {
		name, cert, id, password string
		want                     int
	}{
		{"unknown id", "registrar-a", "nobody-here", password, 2200},
		{"wrong password", "registrar-a", "registrar-a", "wrong-secret", 2200},
		{"certificate of another registrar", "registrar-b", "registrar-a", password, 2200},
		{"no certificate", "", "registrar-a", password, 2200},
		{"foreign certificate", "foreign", "registrar-a", password, 2200},
		{"all three right", "registrar-a", "registrar-a", password, 1000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s *session
			if tt.cert == "foreign" {
				conf := e.tlsConfig(t, "")
				conf.Certificates = []tls.Certificate{foreign}
				var err error
				if s, err = e.tryConnect(t, conf); err != nil {
					t.Fatalf("the handshake fails: %v", err)
				}
				t.Cleanup(func() { s.conn.Close() })
			} else {
				s = r.box.connect(t, tt.cert)
			}
			s.do(t, loginCommand(tt.id, tt.password)).want(t, tt.want)
		})
	}
	t.Run("commands before login", func(t *testing.T) {
		s := r.box.connect(t, "registrar-a")
		s.do(t, domainCheck("a.example")).want(t, 2002)
		s.do(t, poll()).want(t, 2002)
		s.do(t, logout()).want(t, 2002, 1500)
	})
	t.Run("services", func(t *testing.T) { rstServices(t, r, password) })
	t.Run("new password", func(t *testing.T) { rstNewPassword(t, r) })
	t.Run("third failure closes", func(t *testing.T) {
		s := r.box.connect(t, "registrar-a")
		s.do(t, loginCommand("registrar-a", "wrong-secret")).want(t, 2200)
		s.do(t, loginCommand("registrar-a", "wrong-secret")).want(t, 2200)
		s.do(t, loginCommand("registrar-a", "wrong-secret")).want(t, 2501)
		s.closed(t)
	})
	t.Run("session limit", func(t *testing.T) {
		for range 19 { // one is open since the beginning
			r.box.login(t, "registrar-b")
		}
		s := r.box.connect(t, "registrar-b")
		pw, _, _ := e.registrar("registrar-b")
		s.do(t, loginCommand("registrar-b", pw)).want(t, 2502)
		s.closed(t)
	})
}

// rstServices logs in with services that are not offered, and uses one that was
// not chosen.
func rstServices(t *testing.T, r *rst, password string) {
	s := r.box.connect(t, "registrar-a")
	s.do(t, loginWith("registrar-a", password, "", []string{"domain", "movie"})).want(t, 2307)
	s.do(t, loginWith("registrar-a", password, "", []string{"domain"}, "urn:ietf:params:xml:ns:fee-0.7")).want(t, 2103)
	german := strings.Replace(loginCommand("registrar-a", password), "<lang>en<", "<lang>de<", 1)
	s.do(t, german).want(t, 2102)
	old := strings.Replace(loginCommand("registrar-a", password), "<version>1.0<", "<version>2.0<", 1)
	s.do(t, old).want(t, 2100)
	s.do(t, loginWith("registrar-a", password, "", []string{"domain"})).want(t, 1000)
	s.do(t, loginCommand("registrar-a", password)).want(t, 2002)
	s.do(t, contactCheck("sh8013")).want(t, 2307, 2002)
	c := goodContact(randomID("k"))
	c.kind = kindCreate("real", "")
	s.do(t, c.create()).want(t, 2307, 2103, 2002)
	s.do(t, logout()).want(t, 1500)
	s.closed(t)
}

// rstNewPassword changes a password and back.
func rstNewPassword(t *testing.T, r *rst) {
	const id = "registrar-c"
	password, _, _ := r.box.endpoint().registrar(id)
	objects := []string{"domain", "contact", "host"}
	s := r.box.connect(t, id)
	s.do(t, loginWith(id, password, "<newPW>short</newPW>", objects)).refused(t)
	s.do(t, loginWith(id, password, "<newPW>a-new-secret</newPW>", objects)).want(t, 1000)
	s.do(t, logout()).want(t, 1500)
	s = r.box.connect(t, id)
	s.do(t, loginCommand(id, password)).want(t, 2200)
	s.do(t, loginWith(id, "a-new-secret", "<newPW>"+escape(password)+"</newPW>", objects)).want(t, 1000)
	s = r.box.connect(t, id)
	s.do(t, loginCommand(id, password)).want(t, 1000)
}

// rstDomainCheck is epp-04.
func rstDomainCheck(t *testing.T, r *rst) {
	label := randomLabel(18)
	free := label + ".example"
	taken := r.domain(t)
	for _, tt := range []struct {
		name  string
		avail bool
	}{
		{"taken.example", false},
		{"TAKEN.Example", false},
		{taken, false},
		{free, true},
		{strings.ToUpper(free), true},
		{"-bad.example", false},
		{"bad-.example", false},
		{"under_score.example", false},
		{strings.Repeat("a", 64) + ".example", false},
		{"two.labels.example", false},
		{"example", false},
		{"nic.example", false},
		{"nowhere.invalid", false},
		{"xx--" + label + ".example", false},
		{"xn--" + strings.Repeat("9", 20) + ".example", false},
		{"blank name.example", false},
		{"a..example", false},
		{free + ".", false},
	} {
		reply := r.a.do(t, domainCheck(tt.name))
		if int(reply.Code()) >= 2000 {
			if tt.avail {
				t.Errorf("%s: %s", tt.name, reply.frame)
			}
			reply.want(t, 2001, 2004, 2005)
			continue
		}
		results := data[*epp.DomainCheckData](t, reply).Results
		if len(results) != 1 || results[0].Avail != tt.avail {
			t.Errorf("%s: want available %v\n%s", tt.name, tt.avail, reply.frame)
			continue
		}
		if !strings.EqualFold(results[0].Name, tt.name) {
			t.Errorf("asked for %s, the answer names %s", tt.name, results[0].Name)
		}
		if !tt.avail && results[0].Reason == "" {
			t.Errorf("%s: no reason given", tt.name)
		}
	}
	// Many at once, in the order they were asked.
	names := []string{free, taken, "taken.example", "b" + free}
	results := data[*epp.DomainCheckData](t, r.a.do(t, domainCheck(names...))).Results
	for i, want := range []bool{true, false, false, true} {
		if results[i].Name != names[i] || results[i].Avail != want {
			t.Errorf("check of %v: %+v", names, results)
		}
	}
}

// rstHostCheck is epp-05.
func rstHostCheck(t *testing.T, r *rst) {
	for name, avail := range map[string]bool{
		"ns1.taken.example":                         false,
		"NS1.TAKEN.EXAMPLE":                         false,
		"ns1." + randomLabel(18) + ".example":       true,
		"ns1." + randomLabel(18) + ".icann":         true,
		"!.example":                                 false,
		strings.Repeat("a", 64) + ".taken.example":  false,
		"-ns1.taken.example":                        false,
		strings.Repeat("abcdefg.", 32) + "example":  false,
		"ns1..example":                              false,
		"ns1.a.b.c.d.e.f." + randomLabel(9) + ".cc": true,
	} {
		reply := r.a.do(t, hostCheck(name))
		if int(reply.Code()) >= 2000 {
			if avail {
				t.Errorf("%s: %s", name, reply.frame)
			}
			reply.want(t, 2001, 2004, 2005)
			continue
		}
		if got := data[*epp.HostCheckData](t, reply).Results; len(got) != 1 || got[0].Avail != avail {
			t.Errorf("%s: want available %v\n%s", name, avail, reply.frame)
		}
	}
}

// rstContactCheck is epp-06.
func rstContactCheck(t *testing.T, r *rst) {
	for id, avail := range map[string]bool{
		"rc-contact1": false, r.contact: false, randomID("c"): true, "": false, "ab": false, strings.Repeat("x", 17): false,
	} {
		reply := r.a.do(t, contactCheck(id))
		if int(reply.Code()) >= 2000 {
			if avail {
				t.Errorf("%s: %s", id, reply.frame)
			}
			reply.want(t, 2001, 2004, 2005)
			continue
		}
		if got := data[*epp.ContactCheckData](t, reply).Results; len(got) != 1 || got[0].Avail != avail {
			t.Errorf("%s: want available %v\n%s", id, avail, reply.frame)
		}
	}
}
