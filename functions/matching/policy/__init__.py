"""The policy: what a run compares, how much each criterion counts, and which rules it keeps."""
