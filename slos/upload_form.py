"""The form under which a CSV file of measurements is uploaded."""

from __future__ import annotations

from django import forms

from slos.csv_reader import MAX_BYTES


class UploadForm(forms.Form):
    """Only the file: what is wrong inside it is said line by line."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        help_text=(
            "The first line names the columns: start, end, good, total, and if wanted evaluator, "
            "sample_rate and cohort. Times with their zone, numbers with a point. At most "
            f"{MAX_BYTES // 1024 // 1024} MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
