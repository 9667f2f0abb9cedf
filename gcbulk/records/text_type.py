"""The dtype of every text column in gcbulk's frames, named once."""

import pandas as pd

TEXT_TYPE = pd.StringDtype("pyarrow", na_value=float("nan"))
"""Text kept by Arrow, gaps as NaN. This is what pandas 3 means by ``"str"``; to pandas 2 that name means objects, so
it is never asked for by its name, and never left to what pandas infers from a list of texts."""
