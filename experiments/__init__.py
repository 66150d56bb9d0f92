"""Studies, statistics, reports, benchmarks, and the command line that joins them to `qa`."""
