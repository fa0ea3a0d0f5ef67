package main

import (
	"fmt"
	"time"
)

// cells are a row of the printed table.
func (x row) cells() []string {
	c := []string{x.Name, amount(x.Value, x.Unit), "", "", "", "", seconds(x.ServerCPU), seconds(x.DBCPU), seconds(x.LimitCPU), "", "", ""}
	if x.Limit > 0 {
		c[2], c[3] = amount(x.Limit, x.Unit), percent(x.Ratio)
	}
	if t := x.Target; t != nil {
		switch {
		case t.Ratio > 0:
			c[4] = ">= " + percent(t.Ratio)
		case t.MostRatio > 0:
			c[4] = "<= " + percent(t.MostRatio)
		default:
			c[4] = "<= " + amount(t.Most, x.Unit)
		}
		c[5] = "missed"
		if *x.Met {
			c[5] = "met"
		}
	}
	for i, v := range []float64{x.P50, x.P99, x.Max} {
		if v > 0 {
			c[9+i] = amount(v, "s")
		}
	}
	return c
}

func seconds(v *float64) string {
	if v == nil {
		return ""
	}
	return amount(*v, "s")
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

// amount writes a value with its unit for people.
func amount(v float64, unit string) string {
	switch unit {
	case "s":
		return duration(time.Duration(v * float64(time.Second)))
	case "B":
		return size(v)
	}
	return fmt.Sprintf("%.0f%s", v, unit)
}

func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.0f us", float64(d)/float64(time.Microsecond))
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func size(v float64) string {
	switch {
	case v < 10_000:
		return fmt.Sprintf("%.0f B", v)
	case v < 10_000_000:
		return fmt.Sprintf("%.1f KB", v/1e3)
	}
	return fmt.Sprintf("%.1f MB", v/1e6)
}
