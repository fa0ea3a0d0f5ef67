package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"cadastre/registry"
)

// checkCurrency refuses what is no currency code of ISO 4217.
func checkCurrency(code string) error {
	ok := len(code) == 3
	for _, c := range code {
		ok = ok && c >= 'A' && c <= 'Z'
	}
	if !ok {
		return registry.Errorf(registry.KindValue, "--currency", code, "a currency is three capital letters (ISO 4217), such as USD")
	}
	return nil
}

// parseAmount reads a decimal amount such as 1000, 1000.5 or 1000.50 exactly, as
// minor units. More digits than the currency has are refused, signs too.
func parseAmount(amount, currency, flag string) (int64, error) {
	digits := registry.MinorDigits(currency)
	bad := func(why string) (int64, error) {
		return 0, registry.Errorf(registry.KindValue, flag, amount, "not an amount in %s: %s", currency, why)
	}
	whole, fraction, point := strings.Cut(amount, ".")
	if whole == "" || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return bad("write it like " + plainAmount(100050, digits))
	}
	if len(fraction) > digits {
		return bad(fmt.Sprintf("at most %d digits may follow the point", digits))
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
	if err != nil || n > math.MaxInt64/1000 { // room for sums of many
		return bad("it is too large")
	}
	return n, nil
}

// money writes an amount in minor units for people: 1234.56 USD.
func money(minor int64, currency string) string {
	return plainAmount(minor, registry.MinorDigits(currency)) + " " + currency
}

func plainAmount(minor int64, digits int) string {
	sign, n := "", uint64(minor)
	if minor < 0 {
		sign, n = "-", -n
	}
	text := strconv.FormatUint(n, 10)
	if digits == 0 {
		return sign + text
	}
	if pad := digits + 1 - len(text); pad > 0 {
		text = strings.Repeat("0", pad) + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}
