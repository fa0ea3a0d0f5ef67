package dnsout

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// TestSigningClients asks with the tools operators use.
func TestSigningClients(t *testing.T) {
	metrics := NewMetrics(nil)
	s := startServer(t, signedSource(), func(c *Config) { c.Keys, c.Metrics = testKeys(), metrics })
	secret, wrong := base64.StdEncoding.EncodeToString(testSecret), base64.StdEncoding.EncodeToString(otherSecret)
	dig := func(more ...string) []string {
		return append([]string{"dig", "@HOST", "-p", "PORT", "+norec", "+tries=1", "+timeout=5"}, more...)
	}
	kdig := func(more ...string) []string {
		return append([]string{"kdig", "@HOST", "-p", "PORT", "+norec", "+retry=0", "+timeout=5"}, more...)
	}
	notify := func(key string) []string {
		return []string{"ldns-notify", "-d", "-r", "1", "-z", "valid.zone", "-p", "PORT", "-y", key, "HOST"}
	}
	for _, tc := range []struct {
		args []string
		want []string
	}{
		{dig("-y", "hmac-sha256:target.registry.test:"+secret, entryName, "TXT"), []string{"status: NOERROR", "flags: qr aa;", entry, "TSIG PSEUDOSECTION", "NOERROR 0"}},
		{dig("+tcp", "-y", "hmac-sha384:k384:"+secret, entryName, "TXT"), []string{"status: NOERROR", entry, "TSIG PSEUDOSECTION"}},
		{dig("-y", "hmac-sha512:k512:"+secret, "nowhere.valid.zone", "TXT"), []string{"status: NXDOMAIN", "SOA", "TSIG PSEUDOSECTION"}},
		{dig("-y", "hmac-sha512:k512:"+secret, "huge.valid.zone", "TXT"), []string{"status: NOERROR", "Truncated, retrying in TCP", "hhhh", "TSIG PSEUDOSECTION"}},
		{dig("+ignore", "-y", "hmac-sha256:target.registry.test:"+secret, "huge.valid.zone", "TXT"), []string{"flags: qr aa tc;", "ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 2"}},
		{dig("-y", "hmac-sha256:unlisted:"+secret, entryName, "TXT"), []string{"status: REFUSED", "TSIG PSEUDOSECTION"}},
		{dig("-y", "hmac-sha256:target.registry.test:"+wrong, entryName, "TXT"), []string{"NOTAUTH", "BADSIG"}},
		{dig("-y", "hmac-sha256:nobody:"+secret, entryName, "TXT"), []string{"NOTAUTH", "BADKEY"}},
		{dig("-y", "hmac-sha1:k512:"+secret, entryName, "TXT"), []string{"NOTAUTH", "BADKEY"}},
		{dig(entryName, "TXT"), []string{"status: REFUSED", "ANSWER: 0, AUTHORITY: 0"}},
		{kdig("-y", "hmac-sha256:target.registry.test:"+secret, entryName, "TXT"), []string{"NOERROR", "v=wl1"}},
		{kdig("+tcp", "-y", "hmac-sha512:k512:"+secret, entryName, "TXT"), []string{"NOERROR", "v=wl1"}},
		{kdig("-y", "hmac-sha256:target.registry.test:"+wrong, entryName, "TXT"), []string{"BADSIG"}},
		{kdig("-y", "hmac-sha256:nobody:"+secret, entryName, "TXT"), []string{"BADKEY"}},
		{notify("target.registry.test.:" + secret + ":hmac-sha256."), []string{"NOTIMPL", "TSIG"}},
		{notify("target.registry.test.:" + wrong + ":hmac-sha256."), []string{"NOTAUTH"}},
	} {
		out := runTool(t, s, tc.args...)
		for _, want := range tc.want {
			if !strings.Contains(out, want) {
				t.Errorf("%v: no %q in\n%s", tc.args, want, out)
			}
		}
		if strings.HasPrefix(tc.want[0], "status: NO") || strings.HasPrefix(tc.want[0], "NOERROR") {
			for _, complaint := range []string{"Couldn't verify", "expected a TSIG", "failed to verify"} {
				if strings.Contains(out, complaint) {
					t.Errorf("%v: %q in\n%s", tc.args, complaint, out)
				}
			}
		}
	}
	eventually(t, "the counts of signed queries", func() bool {
		return testutil.ToFloat64(metrics.tsig.WithLabelValues("udp", "badkey")) == 3 && testutil.ToFloat64(metrics.tsig.WithLabelValues("udp", "badsig")) == 3 &&
			testutil.ToFloat64(metrics.tsig.WithLabelValues("tcp", "good")) == 3
	})
}
