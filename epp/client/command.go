package client

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cadastre/epp"
)

// Reply is a decoded answer beside the frame it came in.
type Reply struct {
	Response *epp.Response
	Frame    []byte // the XML instance as received
}

// Do sends a command and gives the response, whatever its result code: an error means
// that there is no response, see Raw. Failure makes an error of a response. A command
// without ClTRID gets one; the caller's command is not changed.
func (c *Conn) Do(ctx context.Context, cmd *epp.Command) (*epp.Response, error) {
	reply, err := c.Send(ctx, cmd)
	if err != nil {
		return nil, err
	}
	return reply.Response, nil
}

// Send is Do for callers that want the frame of the response too.
func (c *Conn) Send(ctx context.Context, cmd *epp.Command) (*Reply, error) {
	switch cmd.Body.(type) {
	case nil:
		return nil, errors.New("epp client: a command without a body")
	case *epp.Hello:
		return nil, errors.New("epp client: hello has no response; use Hello")
	}
	numbered := *cmd
	if numbered.ClTRID == "" {
		numbered.ClTRID = c.nextID()
	}
	release, err := c.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	answer, err := c.exchange(ctx, epp.EncodeCommand(&numbered))
	if err != nil {
		return nil, err
	}
	resp, err := epp.DecodeResponse(answer)
	if err != nil {
		return nil, fmt.Errorf("epp client: answer to %s: %w", numbered.Name(), err)
	}
	// RFC 5730, section 2.6: the server returns the identifier of the command. Another one
	// means that answers and commands no longer belong together.
	if resp.ClTRID != "" && resp.ClTRID != numbered.ClTRID {
		c.die(ErrClosed)
		return nil, fmt.Errorf("epp client: answer to %q instead of %q", resp.ClTRID, numbered.ClTRID)
	}
	if resp.Code().Closing() {
		c.die(ErrClosed)
	}
	return &Reply{Response: resp, Frame: answer}, nil
}

// nextID makes a client transaction identifier (RFC 5730, section 2.5: 3 to 64 characters).
func (c *Conn) nextID() string { return fmt.Sprintf("%s-%06d", c.prefix, c.last.Add(1)) }

// ResultError is a response whose result code is 2000 or above.
type ResultError struct{ Response *epp.Response }

// Error is each code with its message and what the server says about the values at fault.
func (e *ResultError) Error() string {
	if len(e.Response.Results) == 0 {
		return "a response without a result"
	}
	var b strings.Builder
	for i, r := range e.Response.Results {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(r.Code.String() + " " + Message(r))
		for _, v := range r.Values {
			if v.Element.Local != "" {
				fmt.Fprintf(&b, ": %s %q", v.Element, v.Text)
			}
			if v.Reason != "" {
				b.WriteString(": " + v.Reason)
			}
		}
	}
	return b.String()
}

// Message is what the server says of a result, or what RFC 5730 says of its code.
func Message(r epp.Result) string {
	if r.Msg == "" {
		return r.Code.Text()
	}
	return r.Msg
}

// Failure is nil for a success, else a *ResultError.
func Failure(resp *epp.Response) error {
	if resp.Code().Success() {
		return nil
	}
	return &ResultError{Response: resp}
}
