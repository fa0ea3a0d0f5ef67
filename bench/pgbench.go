package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Names of the scripts.
const (
	scriptCreate    = "create"
	scriptPipelined = "create-pipelined"
	scriptLosing    = "losing"
)

// createStatements are what a create writes, one statement for each table, in the order
// in which the server writes. Each client has contacts of its own and its registrar's
// account; the pair of hosts is drawn. %s are the sample's values.
const createStatements = `INSERT INTO domains (id, name, zone_id, registrar, registrant, statuses, auth_salt, auth_hash, auth_set_at, created_at, created_by, expires_at, graces, due_at, version, class, idn_table, variant_key, secure, host_attrs, ttls, launch) VALUES (nextval('object_id'), 'b' || :n::text || '.example', 1, 'bench-' || :r::text, 2000 + 3 * :c, '{}', '\x000102030405060708090a0b0c0d0e0f', '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', '2026-01-01 00:00:00Z', '2026-01-01 00:00:00Z', 'bench-0', '2027-01-01 00:00:00Z', %s, '2027-01-01 00:00:00Z', 1, '', '', '', %s, %s, %s, %s);
INSERT INTO domain_hosts (domain_id, host_id) VALUES (currval('object_id'), 1000 + 2 * :h), (currval('object_id'), 1001 + 2 * :h);
INSERT INTO domain_contacts (domain_id, type, contact_id) VALUES (currval('object_id'), 'admin', 2001 + 3 * :c), (currval('object_id'), 'tech', 2002 + 3 * :c);
INSERT INTO dirty_names (zone_id, name, queued_at) VALUES (1, 'b' || :n::text || '.example', '2026-01-01 00:00:00Z');
INSERT INTO history (object_id, version, kind, name, at, action, actor, channel, cltrid, svtrid, state) VALUES (currval('object_id'), 1, 'domain', 'b' || :n::text || '.example', '2026-01-01 00:00:00Z', 'create', 'bench-0', 'epp', 'bench-000001', '0123456789abcdef', %s);
INSERT INTO ledger (at, debit, credit, amount, currency, reason, object, svtrid) VALUES ('2026-01-01 00:00:00Z', E'registrar\x3abench-' || :r::text, E'income\x3aexample', 1000, 'USD', 'create', 'b' || :n::text || '.example', '0123456789abcdef');
UPDATE accounts SET balance = balance - 1000 WHERE registrar = 'bench-' || :r::text;
INSERT INTO answers (digest, registrar, at, code, svtrid, answer, balance, credit_limit) VALUES (decode(md5(:n::text) || md5(:c || ' ' || :n::text), 'hex'), 'bench-' || :r::text, '2026-01-01 00:00:00Z', 1000, '0123456789abcdef', %s, %s, %s);
`

// createScript is one create's writes in one transaction. Pipelined, it is sent whole
// and waits once, for the end.
func createScript(s sample, pipelined bool) string {
	var b strings.Builder
	b.WriteString("\\set n random(1, 9000000000000000)\n\\set h random(0, 19)\n\\set c :client_id\n\\set r :client_id % 3\n")
	if pipelined {
		b.WriteString("\\startpipeline\n")
	}
	fmt.Fprintf(&b, "BEGIN;\n"+createStatements+"COMMIT;\n",
		quote(s.graces), orNull(s.secure), orNull(s.attrs), orNull(s.ttls), orNull(s.launch), quote(s.state),
		quote(s.answer), quote(s.balance), quote(s.credit))
	if pipelined {
		b.WriteString("\\endpipeline\n")
	}
	return b.String()
}

func losingScript() string {
	return `INSERT INTO domains (id, name, zone_id, registrar, created_at, created_by, expires_at, due_at, version) VALUES (2, 'taken.example', 1, 'bench-0', '2026-01-01 00:00:00Z', 'bench-0', '2027-01-01 00:00:00Z', '2027-01-01 00:00:00Z', 1) ON CONFLICT DO NOTHING;
`
}

// quote makes an SQL literal. pgbench takes a colon for the beginning of a variable, in
// literals too, so colons are written in another way.
func quote(s string) string {
	return "E'" + strings.NewReplacer("'", "''", `\`, `\\`, ":", `\x3a`).Replace(s) + "'"
}

// orNull is quote for what may be absent.
func orNull(s *string) string {
	if s == nil {
		return "NULL"
	}
	return quote(*s)
}

// pgbenchRun says what pgbench is to run.
type pgbenchRun struct {
	script  string
	clients int
}

// pgbenchThreads keep as many clients busy as there are on a small machine.
const pgbenchThreads = 2

var (
	tpsLine = regexp.MustCompile(`(?m)^tps = ([0-9.]+) `)
	opsLine = regexp.MustCompile(`(?m)^number of transactions actually processed: ([0-9]+)`)
)

// run runs a script for d with prepared statements. pgbench counts whole seconds.
func (s *scratch) run(ctx context.Context, d time.Duration, r pgbenchRun) (o outcome, err error) {
	seconds := max(1, int(d.Round(time.Second)/time.Second))
	var out, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, s.program, "--no-vacuum", "--protocol=prepared", "--client="+strconv.Itoa(r.clients),
		"--jobs="+strconv.Itoa(min(r.clients, pgbenchThreads)), "--time="+strconv.Itoa(seconds), "--file="+s.scripts[r.script], s.dsn)
	cmd.Stdout, cmd.Stderr = &out, &complaint
	before := s.cpu()
	if err := cmd.Run(); err != nil {
		return o, fmt.Errorf("pgbench: %w: %s", err, complaint.String())
	}
	o.cpu = s.cpu().since(before)
	o.cpu.server = unknown // it is idle meanwhile
	tps, ops := tpsLine.FindSubmatch(out.Bytes()), opsLine.FindSubmatch(out.Bytes())
	if tps == nil || ops == nil {
		return o, fmt.Errorf("pgbench printed no rate: %s", out.String())
	}
	rate, err := strconv.ParseFloat(string(tps[1]), 64)
	if err != nil || rate <= 0 {
		return o, fmt.Errorf("pgbench printed the rate %s", tps[1])
	}
	if o.ops, err = strconv.Atoi(string(ops[1])); err != nil {
		return o, err
	}
	o.took = time.Duration(float64(o.ops) / rate * float64(time.Second)) // without the time it took to connect
	return o, nil
}
