"""The finance data sets explored with Hugging Face Datasets: what the library costs, and what the data are like.

`python -m experiments.data_analysis` measures and writes `experiments/reports/data.html` and `data.md`.
"""
