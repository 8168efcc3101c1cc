"""What people entrusted to an environment: copies of the table, and the keys that protect it."""
