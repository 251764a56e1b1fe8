"""The case: the folder that proves what was looked for, in what, with what result."""
