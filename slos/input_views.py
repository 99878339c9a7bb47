"""The page of an objective's inputs, with the upload of a CSV file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.permissions import current_user, require_role, web_actor
from core import clock
from slos.csv_reader import MAX_BYTES, CsvRead, read_csv
from slos.models import Sli
from slos.selectors.inputs import inputs_page
from slos.services.uploads import upload_points
from slos.upload_form import UploadForm

SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
def slo_inputs(request: HttpRequest, slug: str) -> HttpResponse:
    """A POST with `action=check` reads the file and records nothing."""
    user = current_user(request)
    page = inputs_page(user, slug)
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    context = {"page": page, "slo": page.slo, "form": form}
    if posted:
        require_role(user, Role.RESPONDER)
    if posted and form.is_valid():
        # One byte too many is enough to say that it is too large.
        read = read_csv(form.cleaned_data["file"].read(MAX_BYTES + 1), now=clock.now())
        checked = request.POST.get("action") == "check"
        if not checked and read.points:
            _record(request, page.slo.sli, read)
            if not read.error_count:
                return redirect("slos:inputs", slug=slug)
            context["page"] = inputs_page(user, slug)
        context |= {
            "read": read,
            "checked": checked,
            "shown": read.points[:SHOWN],
            "left_out": read.error_count - len(read.errors),
        }
    return render(request, "slos/inputs.html", context)


def _record(request: HttpRequest, sli: Sli, read: CsvRead) -> None:
    result = upload_points(sli=sli, read=read, actor=web_actor(request))
    for refused in result.refused:
        read.refuse(refused.index, refused.field, refused.message)
    messages.success(
        request,
        f"Recorded {result.created:,} new measurements, replaced {result.replaced:,}; "
        f"{result.unchanged:,} were there already.",
    )
