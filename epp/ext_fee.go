package epp

// The fee extension of RFC 8748: what commands on domains cost. Amounts are decimal
// numbers as text, without leading zeros or a plus sign: "5.00". How many digits may
// follow the point is a matter of the currency, and so the registry's.

// Commands that a fee check asks about (RFC 8748, section 3.1). The others are VerbCreate,
// VerbDelete, VerbRenew, VerbTransfer and VerbUpdate.
const (
	FeeRestore = "restore" // RFC 3915
	FeeCustom  = "custom"  // see FeeCommand.CustomName
)

// When a fee is taken from the account (RFC 8748, section 3.4.4).
const (
	FeeImmediate = "immediate"
	FeeDelayed   = "delayed"
)

// FeeCheck extends DomainCheck (RFC 8748, section 5.1.1).
type FeeCheck struct {
	Currency string // three capital letters, "" if absent
	Commands []FeeCommand
}

// FeeCommand is a command whose price is asked for.
type FeeCommand struct {
	Name       string // VerbCreate, ..., FeeRestore or FeeCustom
	CustomName string // of FeeCustom; "" if absent
	Phase      string // of a launch (RFC 8334), "" if absent
	Subphase   string
	Period     *Period // nil if absent
}

// FeeTransform extends the domain command of the same name: the fees the client agrees to
// (RFC 8748, sections 5.2.1 and 5.2.3 to 5.2.5).
type FeeTransform struct {
	Verb     string // VerbCreate, VerbRenew, VerbTransfer or VerbUpdate
	Currency string // "" if absent
	Fees     []Fee  // at least one
	Credits  []FeeCredit
}

// Fee is a debit (RFC 8748, section 3.4).
type Fee struct {
	Amount      string // zero or more
	Description string
	Lang        string // of Description, "" for "en"
	Refundable  *bool  // nil if not said
	GracePeriod string // how long it is refundable, an xs:duration such as "P5D"; "" if not said
	Applied     string // FeeImmediate, FeeDelayed or "" if not said
}

// FeeCredit is money for the client (RFC 8748, section 3.4).
type FeeCredit struct {
	Amount      string // zero or less, "-5.00"
	Description string
	Lang        string // of Description, "" for "en"
}

// FeeCheckData extends DomainCheckData (RFC 8748, section 5.1.1).
type FeeCheckData struct {
	Currency string
	Results  []FeeCheckResult // at least one
}

// FeeCheckResult is what the commands on one object cost.
type FeeCheckResult struct {
	Object   string // name of the domain
	Element  string // which element of the object's mapping Object is, "" for "name"
	Avail    bool   // false with a reason where the fees cannot be told
	Class    string // "premium", "standard", ...; "" if absent
	Commands []FeeCommandData
	Reason   string
	Lang     string // of Reason, "" for "en"
}

// FeeCommandData is what one command costs.
type FeeCommandData struct {
	FeeCommand
	Standard bool // the fee is that of objects without a class of their own
	Fees     []Fee
	Credits  []FeeCredit
	Reason   string // why there is no fee
	Lang     string // of Reason, "" for "en"
}

// FeeTransformData extends the answer to a command of the same name, and that to a
// transfer query (RFC 8748, sections 5.1.2 and 5.2).
type FeeTransformData struct {
	Verb        string // VerbCreate, VerbRenew, VerbTransfer, VerbUpdate or VerbDelete
	Currency    string // "" if absent
	Period      *Period
	Fees        []Fee
	Credits     []FeeCredit
	Balance     string // of the account, "" if absent; may be negative
	CreditLimit string // "" if absent
}

// ExtensionURI is NSFee.
func (*FeeCheck) ExtensionURI() string { return NSFee }

// ExtensionURI is NSFee.
func (*FeeTransform) ExtensionURI() string { return NSFee }

// ExtensionURI is NSFee.
func (*FeeCheckData) ExtensionURI() string { return NSFee }

// ExtensionURI is NSFee.
func (*FeeTransformData) ExtensionURI() string { return NSFee }

var (
	feeCurrency = simple(&simpleType{keepBlanks: true, check: checkCurrency})

	feeFee = simple(
		typeNonNegative, implied("description", typeText), implied("lang", typeLang), implied("refundable", typeBoolean),
		implied("grace-period", typeDuration), implied("applied", &simpleType{enum: []string{FeeImmediate, FeeDelayed}}),
	)
	feeCredit = simple(typeNonPositive, implied("description", typeText), implied("lang", typeLang))

	feeCheckType = sequence(
		optional("currency", feeCurrency),
		many("command", &elementType{
			attrs: []attribute{
				required("name", &simpleType{enum: []string{
					VerbCreate, VerbDelete, VerbRenew, VerbUpdate, VerbTransfer, FeeRestore, FeeCustom,
				}}),
				implied("customName", typeToken), implied("phase", typeToken), implied("subphase", typeToken),
			},
			content: []particle{optional("period", domainPeriod)},
		}),
	)

	feeTransformType = sequence(
		optional("currency", feeCurrency),
		many("fee", feeFee),
		anyNumber("credit", feeCredit),
	)
)

// checkCurrency is the pattern [A-Z]{3} of currencyType.
func checkCurrency(v string) (Code, string) {
	ok := len(v) == 3
	for _, c := range []byte(v) {
		ok = ok && c >= 'A' && c <= 'Z'
	}
	if !ok {
		return CodeValueSyntaxError, "must be the three capital letters of a currency, as in USD"
	}
	return 0, ""
}
