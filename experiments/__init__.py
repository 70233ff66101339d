"""What the course claims of its own rule, tried on stars that no chapter has seen."""
