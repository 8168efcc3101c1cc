"""What a release is made of: the static site and one zip for each function."""
