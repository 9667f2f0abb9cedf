"""The engine that reads every sheet: it finds tables, reads their cells and judges them by what a kind declares."""
