"""What runs on the operator's machine: the command line, the local stack, the builds."""
