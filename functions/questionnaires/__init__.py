"""Questionnaires, programmes and policies as they ship, and the rules of what people type into them."""
