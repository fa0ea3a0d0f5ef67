package epp

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	genAmount = pick("0", "5.00", "0.5", "100", "1234567.891")
	genFee    = rapid.Custom(func(t *rapid.T) Fee {
		return Fee{
			Amount: genAmount.Draw(t, "fee"), Description: maybe(word(1, 20)).Draw(t, "description"), Lang: genLang.Draw(t, "lang"),
			Refundable: ptr(t, "refundable", rapid.Bool()), GracePeriod: pick("", "P5D", "PT1.5S", "-P1Y2M").Draw(t, "grace"),
			Applied: pick("", FeeImmediate, FeeDelayed).Draw(t, "applied"),
		}
	})
	genCredit = rapid.Custom(func(t *rapid.T) FeeCredit {
		return FeeCredit{pick("0", "-5.00", "-0.5").Draw(t, "credit"), maybe(word(1, 20)).Draw(t, "description"), genLang.Draw(t, "lang")}
	})
	genCurrency   = pick("", "USD", "EUR")
	genFeeCommand = rapid.Custom(func(t *rapid.T) FeeCommand {
		return FeeCommand{
			Name:       pick(VerbCreate, VerbDelete, VerbRenew, VerbUpdate, VerbTransfer, FeeRestore, FeeCustom).Draw(t, "name"),
			CustomName: maybe(word(1, 9)).Draw(t, "custom"), Phase: maybe(word(1, 9)).Draw(t, "phase"),
			Subphase: maybe(word(1, 9)).Draw(t, "subphase"), Period: ptr(t, "period", genPeriod),
		}
	})
)

// genFees makes what the extension adds to a command, nil where it adds nothing.
func genFees(t *rapid.T, b Body) []Extension {
	if op := transferOp(b); op != "" && op != TransferRequest { // RFC 8748, section 5.2.4
		return nil
	}
	if b.Object() != NSDomain || !rapid.Bool().Draw(t, "fee") {
		return nil
	}
	switch b.Verb() {
	case VerbCheck:
		return []Extension{&FeeCheck{genCurrency.Draw(t, "currency"), list(t, "commands", genFeeCommand, 1, 3)}}
	case VerbCreate, VerbRenew, VerbTransfer, VerbUpdate:
		return []Extension{&FeeTransform{
			b.Verb(), genCurrency.Draw(t, "currency"), list(t, "fees", genFee, 1, 3), list(t, "credits", genCredit, 0, 2),
		}}
	}
	return nil
}

// genFeeData makes what the extension adds to a response.
func genFeeData(t *rapid.T) Extension {
	if rapid.Bool().Draw(t, "check") {
		return &FeeCheckData{"USD", list(t, "results", rapid.Custom(func(t *rapid.T) FeeCheckResult {
			r := FeeCheckResult{
				Object: genLabel.Draw(t, "name"), Element: pick("", "name", "id").Draw(t, "element"), Avail: rapid.Bool().Draw(t, "avail"),
				Class: pick("", "premium").Draw(t, "class"), Commands: list(t, "commands", rapid.Custom(genFeeCommandData), 0, 3),
			}
			if r.Reason = maybe(word(1, 40)).Draw(t, "reason"); r.Reason != "" {
				r.Lang = genLang.Draw(t, "lang")
			}
			return r
		}), 1, 3)}
	}
	return &FeeTransformData{
		Verb: pick(VerbCreate, VerbRenew, VerbTransfer, VerbUpdate, VerbDelete).Draw(t, "verb"), Currency: genCurrency.Draw(t, "currency"),
		Period: ptr(t, "period", genPeriod), Fees: list(t, "fees", genFee, 0, 2), Credits: list(t, "credits", genCredit, 0, 2),
		Balance: maybe(pick("-5.00", "1000")).Draw(t, "balance"), CreditLimit: maybe(genAmount).Draw(t, "limit"),
	}
}

func genFeeCommandData(t *rapid.T) FeeCommandData {
	c := FeeCommandData{
		FeeCommand: genFeeCommand.Draw(t, "command"), Standard: rapid.Bool().Draw(t, "standard"),
		Fees: list(t, "fees", genFee, 0, 2), Credits: list(t, "credits", genCredit, 0, 2),
	}
	if c.Reason = maybe(word(1, 40)).Draw(t, "reason"); c.Reason != "" {
		c.Lang = genLang.Draw(t, "lang")
	}
	return c
}

// sampleFees are frames a server sends.
func sampleFees(add func(string, *Response), day time.Time) {
	yes := true
	check := Success(&DomainCheckData{[]CheckResult{{Name: "miami.example", Avail: true}, {Name: "a.b.example"}}})
	check.Extensions = []Extension{&FeeCheckData{"USD", []FeeCheckResult{
		{Object: "miami.example", Avail: true, Class: "premium", Commands: []FeeCommandData{
			{
				FeeCommand: FeeCommand{Name: VerbCreate, Phase: "sunrise", Period: &Period{2, "y"}},
				Fees:       []Fee{{Amount: "10.00", Description: "Registration Fee", Refundable: &yes, GracePeriod: "P5D"}, {Amount: "500.00"}},
			},
			{FeeCommand: FeeCommand{Name: FeeRestore}, Standard: true, Fees: []Fee{{Amount: "80.00", Applied: FeeImmediate}}},
			{FeeCommand: FeeCommand{Name: FeeCustom, CustomName: "lock"}, Reason: "no such command"},
		}},
		{Object: "a.b.example", Element: "name", Reason: "not below this zone", Lang: "en"},
	}}}
	add("domain-check-fee", check)
	create := Success(&DomainCreateData{"miami.example", day, day})
	create.Extensions = []Extension{&FeeTransformData{
		Verb: VerbCreate, Currency: "USD", Period: &Period{1, "y"}, Fees: []Fee{{Amount: "5.00", Refundable: &yes, GracePeriod: "P5D"}},
		Balance: "-5.00", CreditLimit: "1000.00",
	}}
	add("domain-create-fee", create)
	deleted := Success(nil)
	deleted.Extensions = []Extension{&FeeTransformData{Verb: VerbDelete, Currency: "USD", Credits: []FeeCredit{{"-5.00", "Grace period refund", "en"}}}}
	add("domain-delete-fee", deleted)
}

func TestDecodeFees(t *testing.T) {
	golden := goldenFrames(t, "commands")
	yes, no := true, false
	for name, want := range map[string]Extension{
		"domain-check-fee": &FeeCheck{"USD", []FeeCommand{
			{Name: VerbCreate, Period: &Period{2, "y"}},
			{Name: FeeRestore},
			{Name: FeeCustom, CustomName: "lock", Phase: "custom", Subphase: "founders"},
		}},
		"domain-create-fee": &FeeTransform{
			VerbCreate, "USD",
			[]Fee{{"5.00", "Registration & more", "en", &yes, "P5D", FeeImmediate}, {Amount: "100", Refundable: &no, Applied: FeeDelayed}},
			[]FeeCredit{{"-1.50", "Rabatt", "de"}},
		},
		"domain-renew-fee":  &FeeTransform{Verb: VerbRenew, Fees: []Fee{{Amount: "5.00"}}},
		"domain-update-fee": &FeeTransform{Verb: VerbUpdate, Currency: "USD", Fees: []Fee{{Amount: "0.5", GracePeriod: "P1Y2M3DT4H5M6.7S"}}},
	} {
		cmd, err := DecodeCommand(golden[name+".xml"])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff([]Extension{want}, cmd.Extensions); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]string{
		"5": "5", "+5.00": "5.00", "005.": "5", ".5": "0.5", "-0.0": "0.0", "-00.50": "-0.50", "0": "0",
	} {
		if got, ok := normalDecimal(text); !ok || got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
	for _, text := range []string{"", ".", "-", "+-5", "5,00", "1e3", "0x5", "5.0.0", "INF"} {
		if got, ok := normalDecimal(text); ok {
			t.Errorf("%s: %q", text, got)
		}
	}
	for text, want := range map[string]Code{
		"5.00": 0, "0": 0, "-0": 0, "-0.01": CodeRangeError, "five": CodeValueSyntaxError,
		"12345678901234567890123456789012345678901": CodeValueSyntaxError,
	} {
		if _, code, _ := typeNonNegative.parse(text); code != want {
			t.Errorf("fee %s: %v", text, code)
		}
	}
	for text, want := range map[string]Code{"-5.00": 0, "0": 0, "-0": 0, "0.01": CodeRangeError} {
		if _, code, _ := typeNonPositive.parse(text); code != want {
			t.Errorf("credit %s: %v", text, code)
		}
	}
}

func TestDurations(t *testing.T) {
	for _, text := range []string{"P5D", "-P1Y2M3DT4H5M6.7S", "PT1S", "P0M"} {
		if code, _ := checkDuration(text); code != 0 {
			t.Errorf("%s refused", text)
		}
	}
	for _, text := range []string{"", "P", "PT", "P5DT", "5D", "P5", "P1S", "PT1D", "P1D2M", "P1.5D", "PT.5S", "PT5.S", "P-5D", "P5D5D", "p5d"} {
		if code, _ := checkDuration(text); code == 0 {
			t.Errorf("%s accepted", text)
		}
	}
}
