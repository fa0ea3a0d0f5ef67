package docs

import (
	"context"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"cadastre/epp"
	"cadastre/epp/client"
	"cadastre/interop"
)

// sandboxPages are those whose commands begin at a new sandbox in var/dev.
var sandboxPages = []string{"../README.md", "epp.md", "lifecycle.md", "design.md", "rfc.md", "divergences.md"}

// TestSandboxPages types what the pages say, in their order, at a sandbox for each page.
func TestSandboxPages(t *testing.T) {
	t.Parallel()
	for _, path := range sandboxPages {
		p := readPage(t, path)
		used := false
		for _, b := range p.blocks {
			used = used || b.lang == "xml" || b.lang == "sh"
		}
		if !used {
			continue
		}
		t.Run(p.path, func(t *testing.T) {
			t.Parallel()
			s := interop.StartSandbox(t, interop.Options{})
			_, port, err := net.SplitHostPort(s.Info.DNS.Addr)
			if err != nil {
				t.Fatal(err)
			}
			b := newBench(t, "-p 5300", "-p "+port)
			if err := os.Symlink(s.Dir, b.path("var/dev")); err != nil {
				t.Fatal(err)
			}
			x := &exchange{t: t, conn: s.Login("registrar-a")}
			for _, blk := range p.blocks {
				switch blk.lang {
				case "sh":
					b.run(blk)
				case "xml":
					x.frame(blk)
				}
			}
		})
	}
}

// exchange is the session in which the frames of a page are sent.
type exchange struct {
	t    *testing.T
	conn *client.Conn
	last string // the answer to the last command
}

func (x *exchange) frame(b block) {
	x.t.Helper()
	name, want := b.named()
	switch name {
	case "greeting":
		x.same(b, x.raw(b, `<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><hello/></epp>`))
	case "not sent":
		if _, refused := epp.DecodeCommand([]byte(b.text)); refused != nil {
			x.t.Errorf("%v: %v", b, refused)
		}
	case "answered":
		x.last = x.raw(b, b.text)
		resp, err := epp.DecodeResponse([]byte(x.last))
		if err != nil {
			x.t.Fatalf("%v: %v\n%s", b, err, x.last)
		}
		if got := resp.Code().String(); got != want {
			x.t.Errorf("%v: answered %s, the page says %s\n%s", b, got, want, x.last)
		}
	case "the answer":
		x.same(b, x.last)
	}
}

func (x *exchange) raw(b block, instance string) string {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	answer, err := x.conn.Raw(ctx, []byte(instance))
	if err != nil {
		x.t.Fatalf("%v: %v", b, err)
	}
	return string(answer)
}

// same compares what the page shows with what the server sent, but for what differs from
// run to run and for white space between elements.
func (x *exchange) same(b block, sent string) {
	x.t.Helper()
	if got, want := normal(sent), normal(b.text); got != want {
		x.t.Errorf("%v shows\n%s\nbut the server sent\n%s", b, want, got)
	}
}

var varying = []struct {
	what *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`^\s*<\?xml[^>]*\?>`), ""},
	{regexp.MustCompile(`>\s+<`), "><"},
	{regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`), "TIME"},
	{regexp.MustCompile(`<svTRID>[^<]*<`), "<svTRID>ID<"},
	{regexp.MustCompile(`:roid>[DHC][0-9]+-`), ":roid>ID-"},
	{regexp.MustCompile(`:application>[0-9]+<`), ":application>ID<"},
	{regexp.MustCompile(`<msgQ count="([0-9]+)" id="[0-9]+">`), `<msgQ count="$1" id="ID">`},
	{regexp.MustCompile(`TRID>C-[^<]*<`), "TRID>ID<"},
}

func normal(frame string) string {
	for _, v := range varying {
		frame = v.what.ReplaceAllString(frame, v.by)
	}
	return strings.ReplaceAll(strings.TrimSpace(frame), "><", ">\n<")
}
