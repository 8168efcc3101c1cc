"""From people and a policy to scores: how good each eligible pairing is."""
