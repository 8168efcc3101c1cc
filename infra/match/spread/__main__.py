"""The process of Dask, in Dask's environment; `dask_driver` starts it and speaks with it."""

from infra.match.spread.dask_process import answer

if __name__ == "__main__":
    answer()
