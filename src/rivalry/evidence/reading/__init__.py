"""Reading a report: repaired text, and suggestions for a ledger that people accept or refuse."""
