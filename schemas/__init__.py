"""What may cross the wire, as marshmallow schemas; beside them the definitions that ship, as data."""
