package rst

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// testCase is one of ICANN's cases.
type testCase struct {
	id, title string
	once      bool                                    // it does not depend on the client
	skip      func(r *run) string                     // why it does not apply, or ""
	run       func(ctx context.Context, r *run) error // an error means that its preparations failed
}

// cases are all cases in the order in which ICANN runs them.
func cases() []testCase {
	always := func(*run) string { return "" }
	objects := func(r *run) string {
		if r.in.HostModel != Objects {
			return "host attributes"
		}
		return ""
	}
	thick := func(r *run) string {
		if !r.me.thick {
			return "data model minimum"
		}
		return ""
	}
	return []testCase{
		{"epp-01", "connectivity and TLS", true, always, epp01},
		{"epp-02", "greeting", true, always, epp02},
		{"epp-03", "login", false, always, epp03},
		{"epp-04", "domain check", false, notIDNOnly, epp04},
		{"epp-05", "host check", false, objects, epp05},
		{"epp-06", "contact check", false, thick, epp06},
		{"epp-07", "contact create", false, thick, epp07},
		{"epp-08", "contact access control", false, thick, epp08},
		{"epp-09", "contact update", false, thick, epp09},
		{"epp-10", "contact delete", false, thick, epp10},
		{"epp-11", "host create", false, objects, epp11},
		{"epp-12", "host access control", false, objects, epp12},
		{"epp-13", "host update", false, objects, epp13},
		{"epp-14", "domain create", false, always, epp14},
		{"epp-15", "integrity of links", false, linking, epp15},
		{"epp-16", "domain update", false, always, epp16},
		{"epp-17", "service port consistency", false, always, epp17},
		{"epp-18", "domain renew", false, always, epp18},
		{"epp-19", "domain transfer", false, always, epp19},
		{"epp-20", "domain transfer, rejected", false, always, epp20},
		{"epp-21", "domain delete", false, always, epp21},
		{"epp-23", "host rename", false, objects, epp23},
		{"epp-24", "host delete", false, objects, epp24},
		{"epp-25", "subordinate host create", false, objects, epp25},
		{"epp-26", "wide glue", false, wideObjects, epp26},
		{"epp-27", "glueless delegation", false, objects, epp27},
		{"idn-01", "IDN labels and variants", false, withIDN, idn01},
		{"idn-02", "ASCII label in an IDN-only TLD", false, onlyIDN, idn02},
		{"minimumRPMs-01", "claims check", false, withLaunch, rpms01},
		{"minimumRPMs-02", "sunrise create", false, withLaunch, rpms02},
		{"minimumRPMs-03", "claims create", false, withLaunch, rpms03},
	}
}

// actor is an account of the run, with its session.
type actor struct {
	*Client
	thick   bool // its domains have a registrant
	session *session
	contact string // a contact of its own for domains, once made
}

// run is a case being run for a client.
type run struct {
	in        *Inputs
	endpoints []string
	frames    *frameBook
	report    *Report
	announced *greeting

	c         testCase
	me, other *actor // the main client, and the other account
	row       string // of the case's table
	rows      int
	stopped   bool // by a critical finding
}

// Run runs all cases against the registry of the inputs: with each of the two
// accounts as the main client. Its error means that the run could not be made.
func Run(ctx context.Context, in Inputs) (*Report, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	frames, err := newFrameBook()
	if err != nil {
		return nil, err
	}
	defer frames.remove()
	r := &run{in: &in, frames: frames, report: &Report{TLD: in.TLD}}
	one := &actor{Client: &in.CLID01, thick: in.model(&in.CLID01) != Minimum}
	two := &actor{Client: &in.CLID02, thick: in.model(&in.CLID02) != Minimum}
	defer one.leave()
	defer two.leave()
	for i, pair := range [][2]*actor{{one, two}, {two, one}} {
		r.me, r.other = pair[0], pair[1]
		for _, c := range cases() {
			if c.once && i > 0 {
				continue
			}
			if r.runCase(ctx, c); r.stopped || ctx.Err() != nil {
				break
			}
		}
		if r.stopped {
			break
		}
	}
	bad, err := frames.validate(ctx, in.Schema)
	if err != nil {
		return nil, err
	}
	r.report.Findings = append(r.report.Findings, bad...)
	r.report.Frames = len(frames.notes)
	r.report.settle()
	return r.report, ctx.Err()
}

func (r *run) runCase(ctx context.Context, c testCase) {
	r.c, r.row, r.rows = c, "", 0
	result := Result{Case: c.id, Title: c.title, Client: r.who(), Skipped: c.skip(r)}
	if result.Skipped == "" {
		if err := c.run(ctx, r); err != nil && !errors.Is(err, errStopped) {
			r.find("EPP_UNEXPECTED_COMMAND_FAILURE", reply{}, "the preparations fail: %v", err)
		}
	}
	result.Rows = r.rows
	r.report.Results = append(r.report.Results, result)
}

// errStopped ends a case in which a critical finding was made.
var errStopped = errors.New("stopped")

// who is the main client, as findings name it.
func (r *run) who() string {
	if r.c.once || r.me == nil {
		return ""
	}
	return r.me.ID
}

// find puts a finding down.
func (r *run) find(code string, about reply, format string, args ...any) {
	frame := string(about.raw)
	if frame == "" {
		frame = about.sent
	}
	level := levelOf(code)
	r.report.Findings = append(r.report.Findings, Finding{
		Case: r.c.id, Client: r.who(), Code: code, Level: level, Row: r.row, Text: fmt.Sprintf(format, args...), Frame: frame,
	})
	if level == Critical {
		r.stopped = true
	}
}

// judge begins a row of the case's table.
func (r *run) judge(format string, args ...any) {
	r.row = fmt.Sprintf(format, args...)
	r.rows++
}

// do sends a command as the main client.
func (r *run) do(ctx context.Context, frame string) reply { return r.as(ctx, r.me, frame) }

// as sends a command as an account, which is logged in when it is not. A server that
// does not answer is found wrong, and the next command opens a new session.
func (r *run) as(ctx context.Context, a *actor, frame string) reply {
	if r.stopped {
		return reply{sent: frame}
	}
	if a.session == nil {
		s, err := r.open(ctx, r.endpoints[0], a.Client)
		if err != nil {
			r.find("EPP_LOGIN_ERROR", reply{}, "%s: %v", a.ID, err)
			return reply{sent: frame}
		}
		a.session = s
	}
	got, err := r.exchange(a.session, frame)
	if err != nil {
		r.find("EPP_UNEXPECTED_COMMAND_FAILURE", got, "%s: the server does not answer: %v", a.ID, err)
	}
	if err != nil || got.code >= 2500 {
		a.leave()
	}
	return got
}

// leave ends an actor's session, if it has one.
func (a *actor) leave() {
	if a.session != nil {
		a.session.close()
		a.session = nil
	}
}

// accept judges an answer that must be a success.
func (r *run) accept(got reply, code string) bool {
	if got.rejected() {
		r.find(code, got, "refused with %d", got.code)
	}
	return got.passed()
}

// reject judges an answer that must be a refusal.
func (r *run) reject(got reply, code string) {
	if got.passed() {
		r.find(code, got, "accepted with %d", got.code)
	}
}

// exactly judges an answer that must have a certain code.
func (r *run) exactly(got reply, want int, code string) {
	if got.code != 0 && got.code != want {
		r.find(code, got, "%d, not %d", got.code, want)
	}
}

// need is for preparations: an error unless the command succeeds.
func (r *run) need(ctx context.Context, a *actor, frame string) error {
	got := r.as(ctx, a, frame)
	switch {
	case r.stopped:
		return errStopped
	case got.passed():
		return nil
	}
	return fmt.Errorf("%s is answered with %d: %s", frame, got.code, got.raw)
}

// announces reports whether the greeting lists an extension.
func (r *run) announces(uri string) bool {
	return r.announced != nil && slices.Contains(r.announced.extends, uri)
}
