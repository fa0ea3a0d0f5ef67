package main

import "cadastre/registry"

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

// money writes an amount in minor units for people: 1234.56 USD.
func money(minor int64, currency string) string {
	return registry.AmountText(minor, registry.MinorDigits(currency)) + " " + currency
}
