// Package logline writes log lines as zap's JSON encoder does, to the octet, and cheaper: a
// registry writes one for every command, and at 50 000 commands a second zap's own encoder
// is a tenth of what a command costs. What is rare is left to it.
package logline

import (
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
)

// NewEncoder gives an encoder whose lines begin with level, ts (RFC 3339 with nanoseconds),
// logger and msg. Durations are in seconds.
func NewEncoder() zapcore.Encoder {
	cfg := zap.NewProductionEncoderConfig()
	cfg.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	cfg.EncodeDuration = zapcore.SecondsDurationEncoder
	return &encoder{zapcore.NewJSONEncoder(cfg)}
}

// encoder is zap's, but for the lines of loggers that carry no fields of their own: what
// logger.With gives is made with Clone, which is zap's.
type encoder struct{ zapcore.Encoder }

var buffers = buffer.NewPool()

// EncodeEntry implements zapcore.Encoder.
func (e *encoder) EncodeEntry(entry zapcore.Entry, fields []zapcore.Field) (*buffer.Buffer, error) {
	if entry.Caller.Defined || entry.Stack != "" || !plain(entry.LoggerName) || !plain(entry.Message) {
		return e.Encoder.EncodeEntry(entry, fields)
	}
	l := lines.Get().(*line)
	defer lines.Put(l)
	l.text = append(append(l.text[:0], `{"level":"`...), entry.Level.String()...)
	l.text = append(l.text, `","ts":"`...)
	l.text = entry.Time.AppendFormat(l.text, time.RFC3339Nano)
	if entry.LoggerName != "" {
		l.text = append(append(l.text, `","logger":"`...), entry.LoggerName...)
	}
	l.text = append(append(l.text, `","msg":"`...), entry.Message...)
	l.text = append(l.text, '"')
	for i := range fields {
		fields[i].AddTo(l)
	}
	if l.strange || len(l.Fields) > 0 {
		l.strange, l.MapObjectEncoder = false, zapcore.NewMapObjectEncoder()
		return e.Encoder.EncodeEntry(entry, fields)
	}
	out := buffers.Get()
	out.Write(append(l.text, '}', '\n')) //nolint:errcheck // never fails
	return out, nil
}

var lines = sync.Pool{New: func() any { return &line{MapObjectEncoder: zapcore.NewMapObjectEncoder()} }}

// line gathers the fields of one line. Those of types it has no method for end up in the
// map, and then the line is zap's to write.
type line struct {
	*zapcore.MapObjectEncoder
	text    []byte
	strange bool // it holds what zap may write in another way
}

func (l *line) key(key string) {
	l.strange = l.strange || !plain(key)
	l.text = append(append(append(l.text, ',', '"'), key...), '"', ':')
}

// AddString implements zapcore.ObjectEncoder.
func (l *line) AddString(key, value string) {
	l.key(key)
	l.strange = l.strange || !plain(value)
	l.text = append(append(append(l.text, '"'), value...), '"')
}

// AddInt implements zapcore.ObjectEncoder.
func (l *line) AddInt(key string, value int) { l.AddInt64(key, int64(value)) }

// AddInt64 implements zapcore.ObjectEncoder.
func (l *line) AddInt64(key string, value int64) {
	l.key(key)
	l.text = strconv.AppendInt(l.text, value, 10)
}

// exactNanos is the length from which on seconds with nine decimals have more digits than
// every float64 tells apart.
const exactNanos = 1e15

// AddDuration implements zapcore.ObjectEncoder.
func (l *line) AddDuration(key string, value time.Duration) {
	if value < 0 || value >= exactNanos {
		l.strange = true
		return
	}
	l.key(key)
	l.text = strconv.AppendInt(l.text, int64(value/time.Second), 10)
	rest := int64(value % time.Second)
	if rest == 0 {
		return
	}
	point := len(l.text)
	l.text = strconv.AppendInt(l.text, int64(time.Second)+rest, 10) // 1 and nine decimals
	l.text[point] = '.'
	for l.text[len(l.text)-1] == '0' {
		l.text = l.text[:len(l.text)-1]
	}
}

// plain reports whether a text stands in JSON as it is, in ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c-' ' > '~'-' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
