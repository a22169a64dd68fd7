"""What arrived, as received and for ever: content-addressed files and the hash-chained ledger."""
