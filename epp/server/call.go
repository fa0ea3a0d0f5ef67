package server

import (
	"encoding/binary"
	"fmt"
	"runtime/debug"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"cadastre/epp"
	"cadastre/registry"
)

// call is one frame on its way through the server, and what is said of it in the log.
type call struct {
	session *session
	started time.Time
	command *epp.Command // nil if the frame could not be decoded
	name    string       // as epp.Command.Name, or nameUnknown
	clTRID  string
	svTRID  string
	code    epp.Code // 0 for a greeting
	reason  string   // what the client was told
	fault   error    // what it was not told
	stack   []byte   // of a panic
	bytesIn int
	written int

	applications []string // for pre-approval, that the command made

	frame []byte         // what the client sent
	bill  *registry.Bill // nil where nobody asks for it
	once  *registry.Once // nil where the command may be carried out as often as it is sent
	out   *[]byte        // memory for the answer
	unit  []byte         // the answer as a data unit, where it is written already
	first string         // svTRID of the command that this one repeats

	// Set for the log line once it was answered.
	registrar string
	took      time.Duration
	sendErr   error // why the answer was not sent
}

// answer decodes a frame, carries it out and sends the answer. It gives the reason to end
// the session, or "".
func (s *session) answer(frame []byte, out *[]byte) (reason string) {
	c := &call{session: s, started: time.Now(), svTRID: s.srv.trids.next(), bytesIn: len(frame) + frameHeader, frame: frame, out: out}
	s.queue()
	defer s.pass.Leave()
	resp := c.carryOut(frame)
	if err := c.finish(resp, out); err != nil {
		return endWrite
	}
	switch {
	case c.code == epp.CodeOKEndingSession:
		return endLogout
	case c.code.Closing():
		return endByServer
	}
	return ""
}

// carryOut gives the answer to a frame; nil stands for a greeting.
func (c *call) carryOut(frame []byte) (resp *epp.Response) {
	defer func() {
		if p := recover(); p != nil {
			c.stack = debug.Stack()
			c.fault = fmt.Errorf("panic: %v", p)
			c.unit = nil
			resp = internalFault(epp.CodeFailedClosing, c.svTRID)
		}
	}()
	s := c.session
	cmd, refused := s.srv.decoder.DecodeCommand(frame)
	if refused != nil {
		c.name, c.clTRID = refusedName(refused), refused.ClTRID
		if closing := s.countFrame(refused.Code); closing != nil {
			return closing
		}
		return refused.Response()
	}
	c.command, c.name, c.clTRID = cmd, cmd.Name(), cmd.ClTRID
	if _, login := cmd.Body.(*epp.Login); !login {
		if closing := s.countFrame(0); closing != nil {
			return closing
		}
	}
	ctx := &commandContext{Context: s.srv.base, deadline: c.started.Add(s.srv.cfg.Limits.CommandTimeout)}
	defer ctx.end()
	resp, err := s.execute(ctx, c)
	if err != nil {
		resp, c.fault = failure(err, c.svTRID)
	}
	return resp
}

// countFrame counts a frame against the limits for clients that do not log in and for
// those that do not speak EPP. code is 0 if the frame could be decoded. If a limit is
// reached it gives the last answer of the session.
func (s *session) countFrame(code epp.Code) (closing *epp.Response) {
	l := s.srv.cfg.Limits
	switch code {
	case epp.CodeUnknownCommand, epp.CodeSyntaxError:
		s.malformed++
	default:
		s.malformed = 0
	}
	if s.registrar == "" {
		s.framesUnauth++
	}
	switch {
	case s.malformed >= l.MalformedInARow:
		return closingFailure(fmt.Sprintf("%d frames in a row were no EPP commands", s.malformed))
	case s.registrar == "" && s.framesUnauth >= l.FramesBeforeLogin:
		return closingFailure(fmt.Sprintf("%d frames came before a successful login", s.framesUnauth))
	}
	return nil
}

func closingFailure(why string) *epp.Response {
	return epp.Failure(epp.CodeFailedClosing, epp.Value{Reason: why})
}

// actor is who gives the command.
func (c *call) actor() registry.Actor {
	return registry.Actor{
		Registrar: c.session.registrar, Verifier: c.session.verifier, Channel: "epp", ClTRID: c.clTRID, SvTRID: c.svTRID,
		Once: c.once, Lane: &c.session.pass,
	}
}

// encode writes the answer as a data unit into the memory of dst. An answer that cannot
// be written is a programming error, like one in carryOut.
func (c *call) encode(resp *epp.Response, dst []byte) (unit []byte) {
	defer func() {
		if p := recover(); p != nil {
			c.stack = debug.Stack()
			c.fault = fmt.Errorf("panic in the answer: %v", p)
			unit = c.encodeResponse(internalFault(epp.CodeFailedClosing, c.svTRID), dst)
		}
	}()
	if resp == nil {
		return c.session.srv.appendGreeting(dst[:0])
	}
	return c.encodeResponse(resp, dst)
}

func (c *call) encodeResponse(resp *epp.Response, dst []byte) []byte {
	resp.ClTRID, resp.SvTRID = c.clTRID, c.svTRID
	c.code, c.reason, c.applications = resp.Code(), reasonOf(resp), applicationsIn(resp)
	unit := epp.AppendResponse(append(dst[:0], 0, 0, 0, 0), resp)
	binary.BigEndian.PutUint32(unit, uint32(len(unit)))
	return unit
}

// finish sends the answer, nil for a greeting, and records the call.
func (c *call) finish(resp *epp.Response, out *[]byte) error {
	s := c.session
	unit := c.unit
	if unit == nil {
		unit = c.encode(resp, *out)
	}
	*out = unit
	err := s.write(unit)
	c.written = len(unit)
	s.answered = time.Now()
	took := s.answered.Sub(c.started)
	s.srv.cfg.Metrics.received.Add(float64(c.bytesIn))
	s.counted(c.name, c.code).add(took)
	if c.stack != nil {
		s.srv.cfg.Metrics.panics.Inc()
	}
	c.log(took, err)
	return err
}

// log writes the one line of a command. It never holds a password, authInfo or a frame.
func (c *call) log(took time.Duration, sendErr error) {
	level := zap.InfoLevel
	if c.fault != nil {
		level = zap.ErrorLevel
	}
	// Not Logger.Check: it reads the clock again.
	log := c.session.srv.cfg.Log
	entry := zapcore.Entry{Level: level, Time: c.session.answered, LoggerName: log.Name(), Message: "epp"}
	if checked := log.Core().Check(entry, nil); checked != nil {
		c.registrar, c.took, c.sendErr = c.session.registrar, took, sendErr
		checked.Write(zap.Inline(c))
	}
}

// MarshalLogObject writes the fields of the log line: zapcore.ObjectMarshaler.
func (c *call) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	object, count := subject(c.command)
	enc.AddString("registrar", c.registrar)
	enc.AddString("session", c.session.id)
	enc.AddString("command", c.name)
	enc.AddString("object", object)
	enc.AddInt("objects", count)
	enc.AddInt("code", int(c.code))
	enc.AddString("clTRID", c.clTRID)
	enc.AddString("svTRID", c.svTRID)
	enc.AddDuration("latency", c.took)
	enc.AddInt("bytes_in", c.bytesIn)
	enc.AddInt("bytes_out", c.written)
	enc.AddString("remote", c.session.remote)
	if op := preapprovalOp(c.command); op != "" {
		enc.AddString("op", op)
	}
	if c.first != "" {
		enc.AddString("repeats", c.first)
	}
	if len(c.applications) > 0 {
		zap.Strings("applications", c.applications).AddTo(enc)
	}
	if c.reason != "" {
		enc.AddString("reason", c.reason)
	}
	if c.sendErr != nil {
		zap.NamedError("send", c.sendErr).AddTo(enc)
	}
	if c.fault != nil {
		zap.NamedError("fault", c.fault).AddTo(enc)
	}
	if c.stack != nil {
		enc.AddByteString("stack", c.stack)
	}
	return nil
}
