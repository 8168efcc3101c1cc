"""`./kith match`: a whole batch match from files, without any cloud."""
