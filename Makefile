# The two commands: `make run` and `make test`. Everything either needs is installed on the way.
