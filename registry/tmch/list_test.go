package tmch_test

import (
	"strings"
	"testing"
	"time"

	"cadastre/registry/tmch"
)

// The examples of RFC 9361, figures 10, 11 and 17.
const (
	exampleDNL = "1,2012-08-16T00:00:00.0Z\n" +
		"DNL,lookup-key,insertion-datetime\n" +
		"example,2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001,2010-07-14T00:00:00.0Z\n" +
		"another-example,2013041500/6/A/5/alJAqG2vI2BmCv5PfUvuDkf40000000002,2012-08-16T00:00:00.0Z\n" +
		"anotherexample,2013041500/A/C/7/rHdC4wnrWRvPY6nneCVtQhFj0000000003,2011-08-16T12:00:00.0Z\n"
	exampleSMDRL = "1,2012-08-16T00:00:00.0Z\n" +
		"smd-id,insertion-datetime\n" +
		"2-2,2012-08-15T00:00:00.0Z\n" +
		"3-2,2012-08-15T00:00:00.0Z\n" +
		"1-2,2012-08-15T00:00:00.0Z\n"
	exampleSURL = "1,2012-08-16T00:00:00.0Z\n" +
		"DNL,insertion-datetime\n" +
		"example,2010-07-14T00:00:00.0Z\n" +
		"another-example,2012-08-16T00:00:00.0Z\n" +
		"anotherexample,2011-08-16T12:00:00.0Z\n"
)

var created = time.Date(2012, 8, 16, 0, 0, 0, 0, time.UTC)

func TestDNL(t *testing.T) {
	for name, text := range map[string]string{
		"example": exampleDNL, "CRLF": strings.ReplaceAll(exampleDNL, "\n", "\r\n"),
		"no last line end": strings.TrimSuffix(exampleDNL, "\n"), "upper case": strings.Replace(exampleDNL, "\nanotherexample,", "\nAnotherExample,", 1),
	} {
		list, err := tmch.ParseDNL(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !list.Created.Equal(created) || list.Len() != 3 {
			t.Errorf("%s: created %v, %d labels", name, list.Created, list.Len())
		}
		key, ok := list.Lookup("anotherexample")
		if !ok || key != "2013041500/A/C/7/rHdC4wnrWRvPY6nneCVtQhFj0000000003" {
			t.Errorf("%s: key %q, %v", name, key, ok)
		}
		if at, ok := list.Inserted("anotherexample"); !ok || !at.Equal(time.Date(2011, 8, 16, 12, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: inserted %v, %v", name, at, ok)
		}
		if key, ok := list.Lookup("other"); ok || key != "" {
			t.Errorf("%s: a label that is not listed has the key %q", name, key)
		}
	}
}

func TestSURLAndSMDRL(t *testing.T) {
	surl, err := tmch.ParseSURL(strings.NewReader(exampleSURL))
	if err != nil || surl.Len() != 3 || !surl.Created.Equal(created) || !surl.Has("another-example") || surl.Has("other") {
		t.Errorf("%+v, %v", surl, err)
	}
	revoked, err := tmch.ParseSMDRL(strings.NewReader(exampleSMDRL))
	if err != nil || revoked.Len() != 3 || !revoked.Created.Equal(created) || !revoked.Revoked("3-2") || revoked.Revoked("3-22") {
		t.Errorf("%+v, %v", revoked, err)
	}
	empty, err := tmch.ParseSMDRL(strings.NewReader("1,2012-08-16T00:00:00.0Z\nsmd-id,insertion-datetime\n"))
	if err != nil || empty.Len() != 0 || empty.Revoked("") {
		t.Errorf("empty: %+v, %v", empty, err)
	}
}

func TestListErrors(t *testing.T) {
	const head = "1,2012-08-16T00:00:00.0Z\nDNL,lookup-key,insertion-datetime\n"
	for text, want := range map[string]string{
		"":                                      "line 1: version",
		"2,2012-08-16T00:00:00.0Z\n":            "line 1: version",
		"1\n":                                   "line 1: \"\" is not a date",
		"1,2012-08-16T00:00:00+02:00\n":         "line 1:",
		"1,2012-08-16T00:00:00.0Z,3\n":          "line 1:",
		"1,2012-08-16T00:00:00.0Z\n":            "line 2: \"\" where the header",
		"1,2012-08-16T00:00:00.0Z\nDNL\n":       "line 2: \"DNL\" where the header",
		head + "a,k\n":                          "line 3: 2 fields",
		head + "a,k,2012-08-16T00:00:00.0Z,\n":  "line 3: 4 fields",
		head + "\n":                             "line 3: 1 fields",
		head + "a b,k,2012-08-16T00:00:00.0Z\n": "line 3: \"a b\" is not a label",
		head + "-a,k,2012-08-16T00:00:00.0Z\n":  "line 3: \"-a\" is not a label",
		head + strings.Repeat("a", 64) + ",k,2012-08-16T00:00:00.0Z\n":       "is not a label",
		head + "a,k,2012-08-16T00:00:00.0Z\nb,,2012-08-16T00:00:00.0Z\n":     "line 4: \"\" is not a lookup key",
		head + "a,<k>,2012-08-16T00:00:00.0Z\n":                              "line 3: \"<k>\" is not a lookup key",
		head + "a,k,2012-08-16\n":                                            "line 3: \"2012-08-16\" is not a date",
		head + "a,k,2012-08-16T00:00:00.0Z\nA,k,2012-08-16T00:00:00.0Z\n":    "line 4: the label \"a\" is listed twice",
		head + "a," + strings.Repeat("k", 600) + ",2012-08-16T00:00:00.0Z\n": "line 3: bufio.Scanner: token too long",
	} {
		if _, err := tmch.ParseDNL(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.200q: %v, want %s", text, err, want)
		}
	}
	for _, id := range []string{"1", "1-", "-1", "a-1", "1-2-3", "1 -2", ""} {
		text := strings.Replace(exampleSMDRL, "3-2", id, 1)
		if _, err := tmch.ParseSMDRL(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "line 4: ") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func FuzzLists(f *testing.F) {
	f.Add(exampleDNL)
	f.Add(exampleSMDRL)
	f.Add(exampleSURL)
	f.Fuzz(func(t *testing.T, text string) {
		rows := strings.Count(text, "\n")
		if list, err := tmch.ParseDNL(strings.NewReader(text)); err == nil {
			if list.Len() > rows || list.Created.IsZero() && !strings.Contains(text, "0001-01-01") {
				t.Errorf("%d labels in %d lines, created %v", list.Len(), rows, list.Created)
			}
			if _, ok := list.Lookup(""); ok {
				t.Error("the empty label is listed")
			}
		}
		if list, err := tmch.ParseSURL(strings.NewReader(text)); err == nil && (list.Len() > rows || list.Has("")) {
			t.Errorf("%d labels in %d lines", list.Len(), rows)
		}
		if list, err := tmch.ParseSMDRL(strings.NewReader(text)); err == nil && (list.Len() > rows || list.Revoked("")) {
			t.Errorf("%d marks in %d lines", list.Len(), rows)
		}
	})
}
