"""The data manager: which files of data sets are there, and how to get, check and remove them."""
