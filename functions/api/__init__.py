"""JSON under /api/v1, for machines, described by OpenAPI."""
