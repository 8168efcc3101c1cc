"""Evaluation: surveys and when they are asked, questions about equality, success, the report."""
