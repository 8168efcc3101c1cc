"""What is read off a cohort or a result: who is unmatched and why, what is short, how groups fare."""
