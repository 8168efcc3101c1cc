"""How answers are read before anything is compared: codes, weeks in time zones, runs of letters. No numpy."""
