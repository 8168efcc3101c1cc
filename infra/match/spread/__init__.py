"""Everybody's best candidates from many processes or machines, for cohorts that one machine would wait for.

    prepared ─→ blocks ─→ each on any worker: scored, the best kept ─→ merged ─→ solved on one machine

Nobody's answers are sent, only the codes that they were read as: no id, name or address leaves this process.
What comes back are the same bytes as one process finds, whatever the number of workers, the order in which
they finish, and those who die on the way.

`./kith match --dask tcp://HOST:PORT` does so on a cluster that runs already, whose workers have this version
of Kith on their path. In Python, `drivers.survey` takes any driver: `Threads` for this process alone,
`DaskDriver` for processes here or for a cluster.
"""
