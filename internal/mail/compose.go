package mail

import (
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// compose makes the message: plain text in UTF-8, marked as sent by a program
// (RFC 3834, Section 5), so that nothing answers it by itself.
func compose(from string, m Mail) (*gomail.Msg, error) {
	if err := check(m); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(
		gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent(),
	)
	msg.FromMailAddress(&mail.Address{Address: from})
	msg.ToMailAddress(&mail.Address{Address: m.Recipient})
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.QueuedAt.UTC())
	msg.SetMessageIDWithValue(messageID(from, m))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	return msg, nil
}

// messageID is the same for every try, so that a receiver knows a mail it was sent
// twice (RFC 5322, Section 3.6.4). The instant tells databases apart.
func messageID(from string, m Mail) string {
	return fmt.Sprintf("%d.%d@%s", m.ID, m.QueuedAt.UnixMicro(), from[strings.LastIndexByte(from, '@')+1:])
}
