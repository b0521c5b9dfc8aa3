"""Members: terms and sectors, the roster, the ledger of performance, the dossier."""
