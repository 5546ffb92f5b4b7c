"""What mends findings: edits of the models, new migrations."""
