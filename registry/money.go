package registry

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// MinorDigits is how many decimal digits a currency's minor unit has (ISO 4217);
// two for those that are not listed.
func MinorDigits(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// ParseAmount reads a decimal amount such as 1000, 1000.5 or 1000.50 exactly, as
// minor units. More digits than the currency has are refused with 2005, signs too;
// field names it in errors.
func ParseAmount(amount, currency, field string) (int64, error) {
	digits := MinorDigits(currency)
	bad := func(why string) (int64, error) {
		return 0, Errorf(KindValue, field, amount, "not an amount in %s: %s", currency, why)
	}
	whole, fraction, point := strings.Cut(amount, ".")
	if whole == "" || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return bad("write it like " + AmountText(100050, digits))
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

// AmountText writes an amount in minor units as a decimal with so many digits
// after the point.
func AmountText(minor int64, digits int) string {
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
