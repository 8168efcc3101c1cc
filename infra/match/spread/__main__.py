"""The process of Dask, in Dask's environment; `on_dask` starts it and speaks with it."""

from infra.match.spread.cluster import answer

if __name__ == "__main__":
    answer()
