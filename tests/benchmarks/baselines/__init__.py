"""How each peer is called, run by its own environment's Python; nothing of Kith's engine is imported here."""
