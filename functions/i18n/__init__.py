"""Languages: translations, dates, and sentences made of facts."""
