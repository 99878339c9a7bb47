"""The examples without a server: their configuration is planned and can be asked, their programs
run where their libraries are installed."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO

import pytest
import yaml
from django.core.management import call_command

from slos.models import DataSource, Slo
from tests.clients.loading import EXAMPLES, example

CONFIGURED = ["objectives.yaml", "vllm/aire.yaml", "triton/aire.yaml"]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("name", CONFIGURED)
def test_the_configuration_is_planned_and_then_unchanged(name: str) -> None:
    path = str(EXAMPLES / name)
    wanted = len(list(yaml.safe_load_all((EXAMPLES / name).read_text())))
    assert f"nothing was changed: {wanted} create." in run("apply", "--dry-run", path)
    assert not Slo.objects.exists()
    said = run("apply", path)
    assert f"Applied: {wanted} create." in said
    assert "warning" not in said.lower()
    assert f"Applied: {wanted} unchanged." in run("apply", path)
    assert Slo.objects.exists()
    assert DataSource.objects.exists() == (name != "objectives.yaml")


@pytest.mark.parametrize("folder", ["vllm", "triton"])
def test_prometheus_scrapes_what_the_objectives_ask_for(folder: str) -> None:
    scraped = yaml.safe_load((EXAMPLES / folder / "prometheus.yml").read_text())
    (job,) = scraped["scrape_configs"]
    assert job["job_name"] == folder
    prefix = {"vllm": "vllm:", "triton": "nv_inference_"}[folder]
    documents = yaml.safe_load_all((EXAMPLES / folder / "aire.yaml").read_text())
    queries = re.findall(r"'query': (['\"])(.+?)\1}", str([d["spec"] for d in documents]))
    assert queries
    assert all(prefix in query for _, query in queries)


FOLDERS = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_example_says_how_to_run_it(folder: str) -> None:
    said = (EXAMPLES / folder / "README.md").read_text()
    files = [path for path in (EXAMPLES / folder).iterdir() if path.suffix in (".py", ".yaml")]
    assert files
    assert "```sh" in said
    assert f"({folder})" in (EXAMPLES / "README.md").read_text()
    named = set(re.findall(r"examples/[\w/.-]+", said))
    assert all((EXAMPLES.parent / path).exists() for path in named), named


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_example_is_run_by_make_examples(folder: str) -> None:
    assert f'    "{folder}": ' in (EXAMPLES.parent / "deploy/examples.py").read_text()


def test_the_lock_of_the_examples_names_what_they_use() -> None:
    """Evidently asks for an extra, whose hash pip wants under that name."""
    lock = (EXAMPLES / "requirements.txt").read_text()
    pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==", lock, re.MULTILINE))
    assert {"evidently", "fairlearn", "shap", "deepeval", "fastapi", "uvicorn"} <= pinned
    assert "pandas[parquet]==2." in lock
    assert "--hash=sha256:" in lock


@pytest.mark.parametrize(
    ("library", "name", "made", "holds"),
    [
        ("evidently", "evidently/send_drift", "drift_report", lambda r: "metrics" in r),
        ("fairlearn", "fairlearn/send_parity", "rates_by_group", lambda r: min(r.values()) >= 0),
        ("shap", "shap/send_attributions", "attributions", lambda r: len(r[1]) == len(r[2])),
        ("fastapi", "fastapi/service", "app", lambda r: bool(r.routes)),
    ],
)
def test_the_library_gives_what_is_sent(
    library: str,
    name: str,
    made: str,
    holds: Callable[[object], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip(library)
    monkeypatch.setenv("AIRE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AIRE_SOURCE_KEY", "key")
    monkeypatch.setenv("AIRE_API_KEY", "key")
    assert holds(getattr(example(name), made)())
