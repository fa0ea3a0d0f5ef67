package docs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cadastre/internal/pg"
)

// bench is a directory in which the commands of a page are typed, with the programs that
// the page uses in its path.
type bench struct {
	t       *testing.T
	dir     string
	replace *strings.Replacer // what the page says, and what it is here
}

// programs stand in for those of the system. dig asks until there is an answer, as a reader
// who types more slowly than the registry publishes need not. expect compares the result
// code that a command prints, and its exit status.
var programs = map[string]string{
	"dig": `#!/bin/sh
tries=0
until out=$(%[1]q "$@") && printf '%%s\n' "$out" | grep -q 'status: NOERROR' && printf '%%s\n' "$out" | grep -Eq '(ANSWER|AUTHORITY): [1-9]'; do
	tries=$((tries + 1))
	if [ $tries -ge 100 ]; then printf '%%s\n' "$out"; exit 1; fi
	sleep 0.1
done
printf '%%s\n' "$out"
`,
	"expect": `#!/bin/sh
code=$1
shift
out=$("$@" 2>&1)
status=$?
printf '%%s\n' "$out"
want=0
[ "$code" -lt 2000 ] || want=2
printf '%%s\n' "$out" | grep -Eq "(^|[^0-9])$code([^0-9]|\$)" && [ $status = $want ] && exit 0
echo "expected $code and status $want, got status $status"
exit 1
`,
}

// newBench makes the directory. The pairs are for strings.NewReplacer.
func newBench(t *testing.T, pairs ...string) *bench {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "cadastre-docs-") // short: sockets lie below it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	b := &bench{t: t, dir: dir, replace: strings.NewReplacer(pairs...)}
	for _, d := range []string{"bin", "var"} {
		if err := os.Mkdir(b.path(d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// As root, the database runs as another user, who has to reach its files.
	if err := errors.Join(os.Chmod(dir, 0o755), os.Symlink(program(t), b.path("bin/cadastre"))); err != nil {
		t.Fatal(err)
	}
	dig, err := exec.LookPath("dig")
	if err != nil {
		t.Fatal("the pages use dig (Debian: bind9-dnsutils)")
	}
	for name, script := range programs {
		b.script(name, fmt.Sprintf(script, dig))
	}
	return b
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// script puts a program into the bench's path.
func (b *bench) script(name, text string) {
	b.t.Helper()
	b.write("bin/"+name, text, 0o755)
}

func (b *bench) write(name, text string, mode os.FileMode) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), []byte(text), mode); err != nil {
		b.t.Fatal(err)
	}
}

// runnable says whether a block has something of ours in it.
var runnable = regexp.MustCompile(`(?m)^(bin/)?(cadastre|dig|systemctl|pg_dump|pg_basebackup) `)

// coded finds the result code that a line announces.
var coded = regexp.MustCompile(`(?m)^((?:bin/)?cadastre .*?) +# ([12][0-9]{3})\b.*$`)

// run types the commands of a block as one script, which ends with the first that fails.
func (b *bench) run(blk block) {
	b.t.Helper()
	if name, _ := blk.named(); name == "not run" || name == "at" || !runnable.MatchString(blk.text) {
		return
	}
	b.t.Logf("%v", blk)
	if out, err := b.shell(blk.text); err != nil {
		b.t.Fatalf("%v: %v\n%s", blk, err, out)
	}
}

func (b *bench) shell(text string) (string, error) {
	text = coded.ReplaceAllString(b.replace.Replace(text), "expect $2 $1")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-ec", text)
	cmd.Dir = b.dir
	cmd.WaitDelay = time.Second
	path := b.path("bin")
	if found, err := pg.Find(ctx, ""); err == nil {
		path += ":" + found.Dir // pg_dump and the like of the version that runs
	}
	cmd.Env = append(os.Environ(), "PATH="+path+":"+os.Getenv("PATH"), "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// freePort gives a port that was free over TCP and UDP a moment ago, among the 500 from
// one on; all are below those that systems give to outgoing connections.
func freePort(t *testing.T, from int) string {
	t.Helper()
	for range 200 {
		port := from + rand.IntN(500)
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		l, err := net.Listen("tcp", addr)
		if err != nil {
			continue
		}
		_ = l.Close()
		p, err := net.ListenPacket("udp", addr)
		if err != nil {
			continue
		}
		_ = p.Close()
		return fmt.Sprint(port)
	}
	t.Fatal("no free port")
	return ""
}
