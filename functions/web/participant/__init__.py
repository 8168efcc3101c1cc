"""Pages for mentors and mentees, opened from the site or from a mail."""
