"""The simulator: the very engine of the hotline on virtual time, fed by a workload from a file."""
