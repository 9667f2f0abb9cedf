"""How fast gcbulk is, held against the leanest way of doing the same in the same run.

``make bench`` measures and prints; it never fails for a figure that misses its limit, because a busy machine is no
defect. Not part of the package, and no test: seconds differ from machine to machine, so what counts is the ratio of two
measurements taken in turns. The virtual service of the pacing is that of the tests.

    measuring   taking turns, wall and CPU time, and the line that comes of it
    inputs      the files and frames that are worked on, the same at every run
    server      a bare HTTP server, in a process of its own
    child       one command line in a process of its own, and the memory that it took
    every other module is a stage, or several that belong together
"""
