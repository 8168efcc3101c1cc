"""DynamoDB. `keys.py` is the map of the table; one module per kind of record."""
