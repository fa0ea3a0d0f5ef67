package desk

import (
	"context"

	"go.uber.org/zap"
)

// askTarget asks the target registries about one name, outside any transaction.
func (d *Desk) askTarget(ctx context.Context, target string) (answer, error) {
	answers, err := d.askTargets(ctx, []string{target})
	return answers[target], err
}

// askTargets asks about several. Whoever does not answer is logged; the names are
// unknown then. An error means that ctx ended.
func (d *Desk) askTargets(ctx context.Context, targets []string) (map[string]answer, error) {
	out := make(map[string]answer, len(targets))
	if len(targets) == 0 {
		return out, nil
	}
	said, err := d.cfg.Targets.Registered(ctx, targets)
	if err != nil {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		d.log.Warn("target registries could not be asked about every name", zap.Int("names", len(targets)), zap.Int("answered", len(said)), zap.Error(err))
	}
	for name, is := range said {
		out[name] = free
		if is {
			out[name] = taken
		}
	}
	return out, nil
}
