"""The one engine for every sheet: finds tables, reads their cells, and judges them by what a kind declares."""
