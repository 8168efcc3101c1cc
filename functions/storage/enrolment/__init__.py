"""Cohorts, enrolments and supply forecasts."""
