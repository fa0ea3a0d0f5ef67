package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goodKeys = `[
	{"name": "Target.Example", "algorithm": "hmac-sha256", "secret": "c2VjcmV0LXNlY3JldC1zZWNyZXQ="},
	{"name": "other.", "algorithm": "HMAC-SHA512.", "secret": "c2VjcmV0LXNlY3JldC1zZWNyZXQ="}
]`

func TestTSIGKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(path, []byte(goodKeys), 0o640); err != nil {
		t.Fatal(err)
	}
	got, err := LoadTSIGKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []TSIGKey{
		{"target.example.", "hmac-sha256", "c2VjcmV0LXNlY3JldC1zZWNyZXQ="},
		{"other.", "hmac-sha512", "c2VjcmV0LXNlY3JldC1zZWNyZXQ="},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadTSIGKeys(path); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Errorf("a file that everybody may read: %v", err)
	}
}

func TestTSIGKeysRefused(t *testing.T) {
	const long = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
	key := func(name, algorithm, secret string) string {
		return `{"name": "` + name + `", "algorithm": "` + algorithm + `", "secret": "` + secret + `"}`
	}
	good := key("a.example.", "hmac-sha256", long)
	for name, test := range map[string]struct{ text, want string }{
		"no list":     {good, "must be a JSON list"},
		"no JSON":     {"[" + good, "must be a JSON list"},
		"more":        {"[" + good + "] []", "something follows"},
		"member":      {`[{"name": "a.", "key": "` + long + `"}]`, "must be a JSON list"},
		"no name":     {"[" + key("", "hmac-sha256", long) + "]", "key 1: the name"},
		"empty label": {"[" + key("a..b.", "hmac-sha256", long) + "]", "key 1: the name"},
		"long label":  {"[" + key(strings.Repeat("a", 64), "hmac-sha256", long) + "]", "key 1: the name"},
		"space":       {"[" + key("a b.", "hmac-sha256", long) + "]", "key 1: the name"},
		"twice":       {"[" + good + "," + key("A.example", "hmac-sha384", long) + "]", "a.example. is there twice"},
		"md5":         {"[" + key("a.", "hmac-md5.sig-alg.reg.int", long) + "]", "algorithm must be"},
		"base64":      {"[" + key("a.", "hmac-sha256", "c2VjcmV0LXNl*") + "]", "no base64"},
		"short":       {"[" + key("a.", "hmac-sha256", "c2VjcmV0") + "]", "less than 16"},
	} {
		_, err := parseTSIGKeys([]byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "c2VjcmV0") {
			t.Errorf("%s: a secret is shown: %v", name, err)
		}
	}
}

func FuzzTSIGKeys(f *testing.F) {
	f.Add([]byte(goodKeys))
	f.Add([]byte(`[{"name": "a..", "secret": null}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, err := parseTSIGKeys(text)
		if err != nil && keys != nil {
			t.Error("a refused file gives keys")
		}
		for _, k := range keys {
			if k.Name != strings.ToLower(k.Name) || !strings.HasSuffix(k.Name, ".") {
				t.Errorf("key name %q", k.Name)
			}
		}
	})
}
