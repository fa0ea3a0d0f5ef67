package logline

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"pgregory.net/rapid"
)

// fieldGen draws fields of every kind the program logs.
var fieldGen = rapid.Custom(func(t *rapid.T) zap.Field {
	key := rapid.OneOf(rapid.StringMatching(`[a-zA-Z_]{1,12}`), rapid.String()).Draw(t, "key")
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0, 1:
		return zap.String(key, rapid.String().Draw(t, "text"))
	case 2, 3:
		return zap.String(key, rapid.StringMatching(`[ -~]{0,30}`).Draw(t, "text"))
	case 4:
		return zap.Int(key, rapid.Int().Draw(t, "number"))
	case 5:
		return zap.Duration(key, time.Duration(rapid.Int64().Draw(t, "nanoseconds")))
	case 6:
		return zap.Duration(key, time.Duration(rapid.Int64Range(0, 1e10).Draw(t, "nanoseconds")))
	case 7:
		return zap.Error(errors.New(rapid.String().Draw(t, "error")))
	case 8:
		return zap.Strings(key, rapid.SliceOf(rapid.String()).Draw(t, "texts"))
	}
	return zap.Inline(inline{rapid.Int64().Draw(t, "number"), rapid.StringMatching(`[ -~]{0,30}`).Draw(t, "text")})
})

type inline struct {
	number int64
	text   string
}

func (i inline) MarshalLogObject(enc zapcore.ObjectEncoder) error {
	enc.AddInt64("number", i.number)
	enc.AddString("text", i.text)
	return nil
}

// TestAsZap holds the lines against those of zap's own encoder.
func TestAsZap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entry := zapcore.Entry{
			Level:   rapid.SampledFrom([]zapcore.Level{zap.DebugLevel, zap.InfoLevel, zap.ErrorLevel}).Draw(t, "level"),
			Time:    time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")),
			Message: rapid.String().Draw(t, "message"), LoggerName: rapid.SampledFrom([]string{"", "name", "na\"me"}).Draw(t, "name"),
			Stack: rapid.SampledFrom([]string{"", "", "stack\n"}).Draw(t, "stack"),
		}
		if rapid.Bool().Draw(t, "plain message") {
			entry.Message = "epp"
		}
		fields := rapid.SliceOfN(fieldGen, 0, 8).Draw(t, "fields")
		ours := NewEncoder()
		zaps := ours.(*encoder).Encoder
		for range 2 { // the second time with what the first left behind
			got, err := ours.EncodeEntry(entry, fields)
			if err != nil {
				t.Fatal(err)
			}
			want, err := zaps.EncodeEntry(entry, fields)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != want.String() {
				t.Fatalf("a line is\n%s not\n%s", got, want)
			}
			got.Free()
			want.Free()
		}
	})
}

// TestWith sees that a logger's own fields are not lost.
func TestWith(t *testing.T) {
	var out strings.Builder
	log := zap.New(zapcore.NewCore(NewEncoder(), zapcore.AddSync(&out), zap.InfoLevel))
	log.With(zap.String("part", "a")).Info("m", zap.Int("n", 1))
	if !strings.HasSuffix(out.String(), `"msg":"m","part":"a","n":1}`+"\n") {
		t.Errorf("the line is %s", &out)
	}
}

func BenchmarkLine(b *testing.B) {
	enc := NewEncoder()
	entry := zapcore.Entry{Time: time.Now(), Message: "epp"}
	fields := []zap.Field{
		zap.String("registrar", "registrar-a"), zap.String("session", "0F1KQ2J3A4B5C6D7-12"), zap.String("command", "domain:check"),
		zap.String("object", "abcdefghij.example"), zap.Int("objects", 1), zap.Int("code", 1000), zap.String("clTRID", "ABC-12345"),
		zap.String("svTRID", "0F1KQ2J3A4B5C6D7-123456"), zap.Duration("latency", 123456), zap.Int("bytes_in", 500),
		zap.Int("bytes_out", 600), zap.String("remote", "192.0.2.1:54321"),
	}
	for name, enc := range map[string]zapcore.Encoder{"ours": enc, "zap": enc.(*encoder).Encoder} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				line, err := enc.EncodeEntry(entry, fields)
				if err != nil {
					b.Fatal(err)
				}
				line.Free()
			}
		})
	}
}
