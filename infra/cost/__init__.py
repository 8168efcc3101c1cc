"""`./kith cost`: what a cohort costs in AWS, from counted requests and a table of prices."""
