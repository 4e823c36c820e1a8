"""What `scripts/bench.py` measures: one module for each kind of work, each function one or more rows of the table."""
