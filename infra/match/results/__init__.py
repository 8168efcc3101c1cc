"""What a match made: the facts, the words, and the files that are written."""
