"""The engine: people and a policy in, the best pairings and their reasons out.

`policy.parse` reads a policy, `engine.match` is the front door, and between them stand score, solve,
verify and explain. All of it is pure: no cloud, no clock, no chance, no environment. The same people
and policy give the same bytes, on any machine and whatever order the people come in.

This file imports nothing: a door that reads a policy alone must not load numpy.
"""
