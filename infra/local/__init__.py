"""The local stack: an AWS of one's own on loopback, and Kith running on it."""
