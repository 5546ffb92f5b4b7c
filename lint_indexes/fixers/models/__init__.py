"""Edits of model files. It imports libcst, which takes its time: only what runs a fix imports this."""

from lint_indexes.fixers.models.edit import Declined, Edited, ModelEdit, edit_models

__all__ = ["Declined", "Edited", "ModelEdit", "edit_models"]
