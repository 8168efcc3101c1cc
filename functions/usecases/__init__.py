"""One verb a module: what a person or a schedule asks of the programme."""
