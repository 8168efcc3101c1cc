"""The matching engine: people and a policy in, the best pairings with reasons and a proof out.

All of it is pure: no cloud, no clock, no chance, no environment. The same people and policy give the same
bytes, on any machine and whatever order the people come in. This file imports nothing: a door that reads
a policy alone must not load numpy.

| to read                                        | look in                                                  |
|------------------------------------------------|----------------------------------------------------------|
| the front door, the words of its result        | engine, outcome, people, cohort                          |
| what counts, and every mistake in saying so    | policy                                                   |
| how good a pairing is                          | score: reading, formulas, lists, texts, timetable, tiles |
| which pairs are worth a look in a large cohort | grid, candidates, pricing                                |
| the best pairings of two sides                 | solve: network, levels, lots                             |
| other kinds: one pool, groups, stable          | peers, pool; groups; stability                           |
| whether it is what it says                     | verify, verify_…: shares nothing with what it verifies   |
| why, why not, what would help, in any language | explain, speech, phrases…, refusing, left_over, no_group |
| what a wish would have cost                    | wishes, forcing                                          |
| reports                                        | fairness, aggregates, rematch, shortage, whatif          |
"""
