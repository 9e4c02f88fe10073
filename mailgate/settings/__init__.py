"""The configuration: a folder of YAML files, read with positions, typed, and checked."""
