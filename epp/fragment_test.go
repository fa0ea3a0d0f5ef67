package epp

import (
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

func mustFragment(xml string) Fragment {
	f, err := ParseFragment([]byte(xml))
	if err != nil {
		panic(err)
	}
	return f
}

// canonical gives both canonical forms of an element in its document.
func canonical(t *testing.T, doc []byte, tag string) (inclusive, exclusive string) {
	t.Helper()
	d := etree.NewDocument()
	if err := d.ReadFromBytes(doc); err != nil {
		t.Fatal(err)
	}
	el := d.FindElement("//" + tag)
	if el == nil {
		t.Fatalf("no %s in %s", tag, doc)
	}
	ctx, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		t.Fatal(err)
	}
	if el, err = etreeutils.NSDetatch(ctx, el); err != nil {
		t.Fatal(err)
	}
	a, err := dsig.MakeC14N10RecCanonicalizer().Canonicalize(el.Copy())
	if err != nil {
		t.Fatal(err)
	}
	b, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(el.Copy())
	if err != nil {
		t.Fatal(err)
	}
	return string(a), string(b)
}

// A signature covers the canonical form of a signed mark: it is the same in the frame and in
// the fragment, wherever the namespaces are declared.
func TestFragmentsKeepTheirCanonicalForm(t *testing.T) {
	golden := string(goldenFrames(t, "commands")["domain-create-sunrise.xml"])
	elsewhere := strings.NewReplacer(
		` xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0"`, "",
		`<extension>`, `<extension xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0" xmlns:x="urn:x:&amp;&quot;&lt;" xmlns:y="urn:y">`,
		`<launch:phase>`, `<!-- a comment --><launch:phase>`,
		`<smd:signedMark`, `<smd:signedMark xmlns:y = 'urn:z' `,
		`<smd:org>`, "<smd:org\n>\r\n<![CDATA[a < b]]>&#13;&gt;<!-- inside -->",
		"\n", "\r\n",
	).Replace(golden)
	prefixed := strings.NewReplacer(
		`<epp xmlns=`, `<e:epp xmlns:e=`, `</epp>`, `</e:epp>`, `<command>`, `<e:command>`, `</command>`, `</e:command>`,
		`<create>`, `<e:create>`, `</create>`, `</e:create>`, `<extension>`, `<e:extension>`, `</extension>`, `</e:extension>`,
		`<clTRID>`, `<e:clTRID>`, `</clTRID>`, `</e:clTRID>`,
	).Replace(golden)
	for name, frame := range map[string]string{"as sent": golden, "elsewhere": elsewhere, "prefixed": prefixed} {
		cmd, err := DecodeCommand([]byte(frame))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		l, _ := FindExtension[*LaunchCreate](cmd.Extensions)
		f := l.SignedMarks[0]
		wantIncl, wantExcl := canonical(t, []byte(frame), "signedMark")
		gotIncl, gotExcl := canonical(t, []byte(f.String()), "signedMark")
		if gotIncl != wantIncl {
			t.Errorf("%s: inclusive:\n%s", name, cmp.Diff(wantIncl, gotIncl))
		}
		if gotExcl != wantExcl {
			t.Errorf("%s: exclusive:\n%s", name, cmp.Diff(wantExcl, gotExcl))
		}
		again, err := DecodeCommand(EncodeCommand(cmd))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		l, _ = FindExtension[*LaunchCreate](again.Extensions)
		if _, excl := canonical(t, []byte(l.SignedMarks[0].String()), "signedMark"); excl != wantExcl {
			t.Errorf("%s: written and read:\n%s", name, cmp.Diff(wantExcl, excl))
		}
	}
}

func TestFragmentLimits(t *testing.T) {
	golden := string(goldenFrames(t, "commands")["domain-create-sunrise.xml"])
	long := strings.Repeat("a", 1200)
	many := ""
	for i := range 28 {
		many += ` xmlns:p` + string(rune('a'+i%26)) + string(rune('a'+i/26)) + `="urn:` + long + `"`
	}
	for name, frame := range map[string]string{
		"too many declarations": strings.NewReplacer(
			`<extension>`, `<extension`+strings.ReplaceAll(many, long, "x")+`>`,
			`<smd:signedMark`, `<smd:signedMark xmlns:a="urn:a" xmlns:b="urn:b" xmlns:c="urn:c" xmlns:d="urn:d" xmlns:e="urn:e"`,
		).Replace(golden),
		"declarations copied too often": strings.NewReplacer(
			`<extension>`, `<extension`+many+`>`, `<smd:signedMark`, strings.Repeat(`<smd:signedMark xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0"/>`, 3)+`<smd:signedMark`,
		).Replace(golden),
	} {
		_, err := DecodeCommand([]byte(frame))
		if err == nil || !err.Malformed || !strings.Contains(err.Reason, "too many namespaces declared") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, doc := range map[string]string{
		"nothing": "", "text": "abc", "two": "<a/><b/>", "open": "<a>", "entity": "<a>&x;</a>", "document type": "<!DOCTYPE a><a/>", "instruction": "<a><?x y?></a>",
	} {
		if f, err := ParseFragment([]byte(doc)); err == nil {
			t.Errorf("%s: %s", name, f)
		}
	}
	f := mustFragment("<?xml version='1.0'?>\n<!-- x --><a xmlns:b='urn:b'>\r\n<b:c/></a >\n<!-- y -->")
	if f.Name() != (Name{"", "a"}) || f.String() != "<a xmlns:b='urn:b'>\n<b:c/></a >" {
		t.Errorf("%q", f)
	}
}
