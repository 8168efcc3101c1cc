"""Everybody's best candidates from many processes or machines, for cohorts that one machine would wait for.

    prepared ─→ blocks ─→ each on any worker: scored, the best kept ─→ merged ─→ solved on one machine

Nobody's answers are sent, only the codes that they were read as: no id, name or address leaves this process.
The candidates are the same bytes as the engine's `best_candidates` gives, whatever the number of workers,
the order in which they finish, and those who die on the way.

    from functions.matching import assign, prepare
    from infra.match.spread.drivers import candidates
    from infra.match.spread.on_dask import OnDask

    prepared = prepare(mentors, mentees, policy)
    found = candidates(prepared, 16, OnDask(workers=8))
    answer = assign(found, of_mentors, of_mentees)

`Threads` is the driver for this process alone; `OnDask(scheduler="tcp://…")` for a cluster of machines that
runs already, whose workers have this version of Kith on their path. For one process, `./kith match` is all
that anybody needs.
"""
