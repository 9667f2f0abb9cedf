"""The campaign: every fault of the list, as often as the list says, held against what the service truly applied."""
