package main

import (
	"fmt"
	"io"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"cadastre/internal/logline"
)

// newLogger makes the process's logger. Lines are gathered for a moment, since
// there is one for every command; flush writes what is left.
func newLogger(w io.Writer, level, format string) (log *zap.Logger, flush func(), err error) {
	lvl, err := zapcore.ParseLevel(level)
	if err != nil {
		return nil, nil, fmt.Errorf("log level: %w", err)
	}
	enc := logline.NewEncoder()
	if format == "console" {
		cfg := zap.NewProductionEncoderConfig()
		cfg.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05.000")
		cfg.EncodeDuration = zapcore.SecondsDurationEncoder
		enc = zapcore.NewConsoleEncoder(cfg)
	}
	// What AddSync makes of a plain writer never syncs: a flush to the disk ten times a
	// second would be paid by the commits beside it.
	plain := struct{ io.Writer }{w}
	out := &zapcore.BufferedWriteSyncer{WS: zapcore.AddSync(plain), FlushInterval: 100 * time.Millisecond}
	log = zap.New(zapcore.NewCore(enc, out, lvl), zap.AddStacktrace(zapcore.DPanicLevel))
	return log, func() { out.Stop() }, nil //nolint:errcheck // standard error may be gone
}
