"""`./kith bench`: what was promised of Kith's speed, size and exactness, measured beside other libraries.

Nothing here is a test: it measures, says what was promised beside it, and exits with 0 whatever it
found; `before-and-after` alone exits with 1 when the engine became slower or makes other pairs.
The baselines' own environments import from here, too, so nothing is imported here.
"""
