"""Pages: public ones are frozen into the static site, live ones answer here."""
