"""The scripts that exercises begin with; what is left to write is a line of three dots."""
