"""Surveys and the cohort's report."""
