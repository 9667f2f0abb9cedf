"""The verbs as the command line has them, one module each: arguments in, a call of `gcbulk.runs`, text out.

Each has a function ``run`` that takes the arguments and returns the exit code.
"""
