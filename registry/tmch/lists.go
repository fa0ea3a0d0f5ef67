package tmch

// Lists are the lists in force; one that was never read is nil.
type Lists struct {
	DNL   *DNL
	SURL  *SURL
	SMDRL *SMDRL
}
