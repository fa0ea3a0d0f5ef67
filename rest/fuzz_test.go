package rest

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzUnmarshal: what is taken is JSON whose names are unique and in lower case, so that
// every decoder reads the same in it.
func FuzzUnmarshal(f *testing.F) {
	for _, s := range []string{good, `{"a":{"a":[1,{"b":null}]}}`, `{"a":1,"a":2}`, `[[[[`, `"\ud800"`, "null ", `{"\u0061":1,"a":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if err := unmarshal(data, &v); err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatal("no JSON was taken")
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var again any
		if err := unmarshal(text, &again); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	})
}

// FuzzRequest: no request makes the server fail, and nothing comes back as anything but
// a problem or an application.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "/api/v1/applications", "application/json", good)
	f.Add("POST", "/api/v1/applications/1/decision", "application/x+json", `{"decision":"deny"}`)
	f.Add("GET", "/api/v1/applications?limit=1&status=pending", "", "")
	f.Add("GET", "/api/v1/applications/%2e%2e/x", "a+;b", "x")
	f.Add("POST", "/api/v1//applications", "multipart/form-data; boundary=x", "--x--")
	cert := tls.Certificate{Certificate: [][]byte{{0}}}
	s, err := New(Config{
		Desk: &script{}, TLS: &tls.Config{Certificates: []tls.Certificate{cert}},
		Limits: Limits{RequestsPerSecond: 1_000_000, RequestBurst: 1_000_000},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, target, contentType, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := httptest.NewRequest("GET", "/", strings.NewReader(body))
		r.Method, r.URL = method, u
		r.Header = http.Header{"Authorization": {"Bearer " + goodToken}, "Content-Type": {contentType}}
		w := httptest.NewRecorder()
		s.serve(w, r)
		switch w.Code {
		case 200, 201, 301, 307, 308, 400, 404, 405, 413, 415, 422:
		default:
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
