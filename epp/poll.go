package epp

import "time"

// PollRequest asks for the oldest queued message (RFC 5730, section 2.9.2.3).
type PollRequest struct{}

// PollAck removes a message from the queue (RFC 5730, section 2.9.2.3).
type PollAck struct {
	MsgID string // never empty
}

func (*PollRequest) Verb() string   { return VerbPoll }
func (*PollRequest) Object() string { return "" }
func (*PollAck) Verb() string       { return VerbPoll }
func (*PollAck) Object() string     { return "" }

// MsgQ is the state of the client's message queue in a response
// (RFC 5730, section 2.6).
type MsgQ struct {
	Count uint64    // messages in the queue
	ID    string    // of the message at its head; never empty
	QDate time.Time // when it was queued; zero unless a poll request is answered
	Msg   string    // its text; "" unless a poll request is answered
	Lang  string    // of Msg, "" for "en"
}
