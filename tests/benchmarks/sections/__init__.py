"""The sections of `./kith bench match`: each yields tables, and what was found of its goals."""
