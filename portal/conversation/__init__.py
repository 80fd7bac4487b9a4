"""Questions, answers and comments on a case: beside the decision, never a part of it."""
