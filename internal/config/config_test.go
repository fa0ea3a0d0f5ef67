package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// minimal is the least that can be started.
const minimal = `
data_dir = "state"
roid_suffix = "EXAMPLE"
[epp]
cert_file = "tls/epp.pem"
key_file = "/etc/cadastre/epp.key"
server_id = "Example Registry"
`

// withHTTPS lets verifiers in.
const withHTTPS = "roles = [\"epp\", \"https\", \"jobs\"]\n"

func write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "cadastre.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	path := write(t, minimal+`
listen = ["192.0.2.1:700", "[2001:db8::1]:700"]
[epp.limits]
idle_timeout = "1h30m"
[admin]
listen = ""
`)
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.DataDir = filepath.Join(filepath.Dir(path), "state")
	want.ROIDSuffix = "EXAMPLE"
	want.EPP.CertFile = filepath.Join(filepath.Dir(path), "tls/epp.pem")
	want.EPP.KeyFile = "/etc/cadastre/epp.key"
	want.EPP.ServerID = "Example Registry"
	want.EPP.Listen = []string{"192.0.2.1:700", "[2001:db8::1]:700"}
	want.EPP.Limits.IdleTimeout = Duration{90 * time.Minute}
	want.Admin.Listen = ""
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestFiles: every path of the file begins where the file is.
func TestFiles(t *testing.T) {
	path := write(t, withHTTPS+minimal+`
[dns]
tsig_keys_file = "keys.json"
[https]
cert_file = "https.pem"
key_file = "https.key"
[mail]
from = "registry@example.org"
smtp_addr = "smtp.example:587"
username = "registry"
password_file = "mail.password"
[preapproval]
whitelist_file = "whitelist.json"
[whitelist]
targets_file = "targets.json"
[tmch]
root_file = "root.pem"
crl_file = "crl.pem"
dnl_file = "dnl.csv"
surl_file = "surl.csv"
smdrl_file = "smdrl.csv"
`)
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Has(RoleHTTPS) || !c.Mail.Sends() {
		t.Error("no HTTPS or no mail")
	}
	got := []string{
		c.DNS.TSIGKeysFile, c.HTTPS.CertFile, c.HTTPS.KeyFile, c.Mail.PasswordFile, c.Preapproval.WhitelistFile, c.Whitelist.TargetsFile,
		c.TMCH.RootFile, c.TMCH.CRLFile, c.TMCH.DNLFile, c.TMCH.SURLFile, c.TMCH.SMDRLFile,
	}
	dir := filepath.Dir(path) + "/"
	want := []string{
		dir + "keys.json", dir + "https.pem", dir + "https.key", dir + "mail.password", dir + "whitelist.json", dir + "targets.json",
		dir + "root.pem", dir + "crl.pem", dir + "dnl.csv", dir + "surl.csv", dir + "smdrl.csv",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Default().Mail.Sends() || Default().Has(RoleHTTPS) {
		t.Error("an empty file sends mail or serves HTTPS")
	}
}

func TestRefused(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"unknown key":         {minimal + "idle_time = \"1m\"\n", ":8:1: unknown key epp.idle_time"},
		"unknown section":     {minimal + "[limits]\nx = 1\n", ": unknown key limits"},
		"wrong case":          {"Roles = []\n" + minimal, ": unknown key Roles: keys are in lower case"},
		"syntax":              {minimal + "listen = [\n", ":8:11: array is incomplete"},
		"type":                {"data_dir = 3\n" + minimal, ":1:12: "},
		"twice":               {"roid_suffix = \"A\"\n" + minimal, ":4:1: "},
		"duration":            {minimal + "[epp.limits]\nidle_timeout = \"10\"\n", `epp.limits.idle_timeout: "10" is no duration`},
		"bare duration":       {minimal + "[epp.limits]\nidle_timeout = 10\n", `"10" is no duration`},
		"negative":            {minimal + "[epp.limits]\nidle_timeout = \"-1m\"\n", "epp.limits.idle_timeout is -1m: must be at least 1s"},
		"zero":                {minimal + "[epp.limits]\nmax_connections = 0\n", "epp.limits.max_connections is 0"},
		"both urls":           {"database_url = \"postgres://h/d\"\ndatabase_url_file = \"f\"\n" + minimal, "database_url contradicts database_url_file"},
		"password":            {"database_url = \"postgres://u:secret@h/d\"\n" + minimal, "database_url holds a password"},
		"password in query":   {"database_url = \"postgres://h/d?password=secret\"\n" + minimal, "database_url holds a password"},
		"no url":              {"database_url = \"host=secret\"\n" + minimal, "database_url must be a URL"},
		"no state":            {strings.Replace(minimal, `data_dir = "state"`, "", 1), "data_dir is required"},
		"no suffix":           {strings.Replace(minimal, `"EXAMPLE"`, `""`, 1), "roid_suffix is required"},
		"long suffix":         {strings.Replace(minimal, "EXAMPLE", "EXAMPLES1", 1), "roid_suffix must be"},
		"no certificate":      {strings.Replace(minimal, "tls/epp.pem", "", 1), "epp.cert_file and epp.key_file are required"},
		"short id":            {strings.Replace(minimal, "Example Registry", "ER", 1), "epp.server_id must have 3"},
		"no role":             {"roles = []\n" + minimal, "roles is empty"},
		"unknown role":        {"roles = [\"whois\", \"jobs\"]\n" + minimal, `roles has "whois"`},
		"role twice":          {"roles = [\"epp\", \"epp\", \"jobs\"]\n" + minimal, `roles has "epp" twice`},
		"own without jobs":    {"roles = [\"epp\"]\n" + minimal, `roles must contain "jobs"`},
		"log level":           {minimal + "[log]\nlevel = \"loud\"\n", `log.level has "loud"`},
		"host name":           {minimal + "listen = [\"localhost:700\"]\n", `epp.listen has "localhost:700"`},
		"no address":          {minimal + "[dns]\nlisten = []\n", "dns.listen is empty"},
		"remote admin":        {minimal + "[admin]\nlisten = \"0.0.0.0:9180\"\n", "admin.listen is not a loopback address"},
		"remote nothing":      {minimal + "[admin]\nlisten = \"\"\nallow_remote = true\n", "admin.allow_remote contradicts"},
		"one port":            {minimal + "listen = [\"127.0.0.1:9180\"]\n", "admin.listen has 127.0.0.1:9180, which epp.listen has too"},
		"sessions":            {minimal + "[epp.limits]\nmax_connections = 5\n", "max_sessions_per_registrar is more than max_connections"},
		"too large":           {minimal + "# " + strings.Repeat("x", maxFileBytes), "larger than"},
		"not text":            {"\xff\xfe", "1:1"},
		"https certificate":   {withHTTPS + minimal, "https.cert_file and https.key_file are required"},
		"https address":       {withHTTPS + minimal + "[https]\nlisten = []\n", "https.listen is empty"},
		"https port":          {withHTTPS + minimal + "[https]\nlisten = [\"[::]:700\"]\n", "https.listen has [::]:700, which epp.listen has too"},
		"https body":          {withHTTPS + minimal + "[https.limits]\nmax_body_bytes = 10\n", "https.limits.max_body_bytes is 10"},
		"https read":          {withHTTPS + minimal + "[https.limits]\nread_timeout = \"5s\"\n", "https.limits.read_timeout is 5s: must be at least 10s"},
		"https rate":          {withHTTPS + minimal + "[https.limits]\nmax_requests_per_second = 0\n", "https.limits.max_requests_per_second is 0"},
		"mail sender":         {minimal + "[mail]\nsmtp_addr = \"smtp.example:25\"\n", "mail.from is required"},
		"mail sender's name":  {minimal + "[mail]\nfrom = \"R <r@example.org>\"\n", "mail.from has"},
		"mail sender twice":   {minimal + "[mail]\nfrom = \"r@example.org\\nBcc: x@y.example\"\n", "mail.from has"},
		"mail server":         {minimal + "[mail]\nfrom = \"r@example.org\"\nsmtp_addr = \"smtp.example\"\n", "mail.smtp_addr has"},
		"mail port":           {minimal + "[mail]\nfrom = \"r@example.org\"\nsmtp_addr = \"smtp.example:0\"\n", "mail.smtp_addr has"},
		"mail twice":          {minimal + "[mail]\nfrom = \"r@example.org\"\nsmtp_addr = \"smtp.example:25\"\ndirectory = \"m\"\n", "mail.directory contradicts"},
		"mail tls":            {minimal + "[mail]\ntls = \"maybe\"\n", `mail.tls has "maybe"`},
		"mail password":       {minimal + "[mail]\nusername = \"u\"\n", "mail.password_file is required"},
		"mail no user":        {minimal + "[mail]\npassword_file = \"f\"\n", "mail.password_file is of no use"},
		"mail in clear":       {minimal + "[mail]\nusername = \"u\"\npassword_file = \"f\"\ntls = \"opportunistic\"\n", `mail.tls must be "required"`},
		"lists without root":  {minimal + "[tmch]\ndnl_file = \"dnl.csv\"\n", "tmch.root_file is required"},
		"array of many kinds": {"roles = [1, \"epp\"]\n" + minimal, ":1:10: "},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, test.text)
			_, err := Load(path)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("a secret is shown: %v", err)
			}
			if !strings.HasPrefix(err.Error(), path) {
				t.Errorf("does not begin with the file: %v", err)
			}
		})
	}
}

// TestEveryFault: all faults are told at once, a line each.
func TestEveryFault(t *testing.T) {
	path := write(t, "[admin]\nlisten = \"8.8.8.8:80\"\n")
	_, err := Load(path)
	if err == nil {
		t.Fatal("accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 5 {
		t.Errorf("%d lines: %v", len(lines), err)
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, path+": ") {
			t.Errorf("line %q does not begin with the file", line)
		}
	}
}

func TestSecretFile(t *testing.T) {
	path := write(t, "database_url_file = \"url\"\n"+strings.Replace(minimal, `data_dir = "state"`, "", 1))
	file := filepath.Join(filepath.Dir(path), "url")
	if _, err := Load(path); err == nil {
		t.Error("accepted a file that is not there")
	}
	for _, test := range []struct {
		text string
		mode os.FileMode
		want string // in the error; empty: none
	}{
		{"postgres://u:secret@h/d\n", 0o640, ""},
		{"postgres://u:secret@h/d\n", 0o644, "chmod"},
		{"u:secret@h/d\n", 0o600, "must be a URL"},
	} {
		if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, test.mode); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path)
		switch {
		case test.want == "":
			if err != nil || c.DatabaseURL != "postgres://u:secret@h/d" {
				t.Errorf("got %q, %v", c.DatabaseURL, err)
			}
		case err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret"):
			t.Errorf("got %v, want %q and no secret", err, test.want)
		}
	}
}

// TestExample: the example is the defaults, complete and explained.
func TestExample(t *testing.T) {
	text := Example()
	got, err := parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if diff := cmp.Diff(Default(), got); diff != "" {
		t.Error(diff)
	}
	comments := fieldComments()
	var walk func(reflect.Type)
	walk = func(s reflect.Type) {
		for f := range s.Fields() {
			key := f.Tag.Get("toml")
			if comments[s.Name()+"."+f.Name] == "" {
				t.Errorf("%s.%s has no comment", s.Name(), f.Name)
			}
			if f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[Duration]() {
				walk(f.Type)
			} else if !strings.Contains(text, "\n"+key+" = ") {
				t.Errorf("%s is not in the example", key)
			}
		}
	}
	walk(reflect.TypeFor[Config]())

	// What an operator must fill in is said to be required.
	_, err = Load(write(t, text))
	if err == nil {
		t.Fatal("an example without the required keys was accepted")
	}
	for line := range strings.Lines(err.Error()) {
		if !strings.Contains(line, "required") {
			t.Errorf("the example has another fault: %s", line)
		}
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"10m": 10 * time.Minute, "1h": time.Hour, "1h30m": 90 * time.Minute, "250ms": 250 * time.Millisecond,
		"1h0m5s": time.Hour + 5*time.Second, "0s": 0, "1m10s": 70 * time.Second, "10h": 10 * time.Hour, "20s": 20 * time.Second,
	} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || d.Duration != want || d.String() != text {
			t.Errorf("%s: %v (%v), written %s", text, d.Duration, err, d)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(minimal)
	f.Add("roles = [1]\n[epp.limits]\nidle_timeout = \"x\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parse([]byte(text))
		if err != nil {
			if c.Roles != nil {
				t.Error("a refused file gives a configuration")
			}
			return
		}
		_ = c.Check() // must not panic on anything that parses
	})
}
