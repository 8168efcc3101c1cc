"""The engine, pure: policy, score, solve, verify, explain."""
