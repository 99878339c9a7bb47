"""Forms of the slos room's pages. They read input; the services decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.text import slugify

from accounts.forms import ZoneField
from accounts.models import User
from catalog.models import System
from slos.burn import standard_rules
from slos.definition import STANDARD_POLICY, Definition, Method, NoData, PolicyRule
from slos.definition_checks import UNITS
from slos.models import Correction, Series, Sli, Slo
from slos.planner import DEFAULT_RISE, planned_rule
from slos.rule_text import parse_rules, write_rules
from slos.windows import Window
from taxonomy.selectors import failure_class_choices

SLUG_HELP = "Used in addresses and files. Empty: made of the name. It cannot be changed later."
RULES_HELP = (
    "One a line: “name: 2% budget in 1h/5m, sev2, page” fires when so much of the budget goes "
    "within the first window and the second still burns. “30% bad in …” looks at the ratio itself."
)
_DAYS = (7, 14, 28, 30, 90)
WINDOWS = [
    *((f"{days}d", f"The last {days} days") for days in _DAYS),
    *((unit, f"Each {unit}") for unit in UNITS),
]
SLICES = [(60, "1 min"), (300, "5 min"), (600, "10 min"), (900, "15 min"), (3600, "1 h")]


class RulesField(forms.CharField):
    """Burn rules as lines of text; cleans to a tuple of rules."""

    def __init__(self, **options: Any) -> None:
        attributes = {"rows": 6, "spellcheck": "false", "class": "mono"}
        super().__init__(
            required=False,
            widget=forms.Textarea(attrs=attributes),
            max_length=4000,
            label="Burn rules",
            help_text=RULES_HELP,
            **options,
        )

    def clean(self, value: Any) -> Any:
        found = parse_rules(super().clean(value) or "")
        if found.problems:
            raise forms.ValidationError(list(found.problems))
        return found.rules


class PercentField(forms.DecimalField):
    """A percentage between two bounds; cleans to a share."""

    def __init__(self, *, least: float = 0, most: float = 100, **options: Any) -> None:
        options.setdefault("widget", forms.NumberInput(attrs={"step": "any"}))
        super().__init__(min_value=least, max_value=most, decimal_places=6, **options)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else round(float(found) / 100, 12)


class DefinitionForm(forms.Form):
    """What an objective promises, of whom, and when it alerts."""

    name = forms.CharField(max_length=120, help_text="For example “Answers are grounded”.")
    slug = forms.CharField(max_length=63, required=False, label="Short name", help_text=SLUG_HELP)
    system = forms.ChoiceField()
    description = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whom it serves, and why this target.",
    )
    failure_class = forms.ChoiceField(
        required=False,
        label="Stands for the failure",
        help_text="What has gone wrong when it burns: its alerts point at this in triage.",
    )
    target = PercentField(least=0.000001, most=99.999999, label="Target in percent", initial=98)
    window = forms.ChoiceField(choices=WINDOWS, initial="28d", label="Over")
    time_zone = ZoneField(initial="UTC", help_text="Of a calendar window.")
    method = forms.ChoiceField(choices=Series.Method.choices, label="Count")
    slice_seconds = forms.TypedChoiceField(choices=SLICES, coerce=int, initial=300, label="Slice")
    slice_target = PercentField(
        least=0.000001, initial=100, required=False, label="A slice is good from, in percent"
    )
    rules = RulesField()
    no_data = forms.ChoiceField(
        required=False,
        label="When nothing is measured",
        initial="sev3",
        choices=[
            ("sev3", "Raise SEV3"),
            ("sev2", "Raise SEV2"),
            ("sev4", "Raise SEV4"),
            ("sev1", "Raise SEV1"),
            ("", "Raise nothing"),
        ],
    )
    no_data_pages = forms.BooleanField(required=False, label="Silence pages somebody")
    freeze = forms.BooleanField(
        required=False, initial=True, label="Freeze promotion of models and prompts"
    )
    freeze_below = PercentField(
        least=-1000, initial=0, required=False, label="while so much of the budget is left, percent"
    )
    postmortem_above = PercentField(
        initial=20,
        required=False,
        label="Require a postmortem above, percent",
        help_text="Of the budget, spent by one incident. Empty: never.",
    )
    per_hour = forms.FloatField(
        required=False,
        min_value=0,
        label="Evaluations an hour",
        help_text="How many are expected. Says what so many can promise, and adds the rule for it.",
        widget=forms.NumberInput(attrs={"step": "any"}),
    )

    def __init__(
        self, *args: Any, user: User, slo: Slo | None, given: Definition | None, **options: Any
    ) -> None:
        if slo is not None and given is not None:
            options["initial"] = _initial(slo, given)
        super().__init__(*args, **options)
        self._given = given
        if slo is not None:
            del self.fields["slug"]
        elif not self.is_bound:
            self.initial.setdefault("rules", write_rules(standard_rules(timedelta(days=28))))
        systems = System.objects.visible_to(user).order_by("name").values_list("slug", "name")
        _choose(self, "system", list(systems))
        chosen = slo.failure_class if slo else ""
        _choose(self, "failure_class", [("", "None in particular"), *failure_class_choices(chosen)])
        _keep_length(self, given)

    def chosen_slug(self) -> str:
        made = self.cleaned_data["slug"] or slugify(self.cleaned_data["name"])[:63]
        return str(made).replace("_", "-").strip("-")

    def definition(self) -> Definition:
        """What the form says. What it does not show stays as it was."""
        data = self.cleaned_data
        window = _window(data["window"], data["time_zone"], self._given)
        given = self._given or Definition(target=data["target"])
        rules = data["rules"]
        if data["per_hour"] and self._given is None:
            planned = planned_rule(
                target=data["target"], window=window.length, per_hour=data["per_hour"]
            )
            if planned is not None and planned.name not in {rule.name for rule in rules}:
                rules = (*rules, planned)
        return Definition(
            target=data["target"],
            window=window,
            method=_method(data),
            rules=rules,
            no_data=NoData(given.no_data.after_seconds, data["no_data"], data["no_data_pages"]),
            policy=_policy(data, given.policy),
            at_risk_below=given.at_risk_below,
        )


class IndicatorForm(forms.Form):
    """What is measured: the unit event, what makes it good, where the numbers come from."""

    sli_name = forms.CharField(max_length=120, label="Name of the indicator")
    kind = forms.ChoiceField(choices=Sli.Kind.choices, label="Measured as")
    unit_event = forms.CharField(max_length=120, help_text="What is counted: “evaluated answer”.")
    signal = forms.CharField(
        max_length=200,
        required=False,
        help_text="The name under which inputs find it, for example "
        'gen_ai.evaluation.result{gen_ai.evaluation.name="groundedness"}. Behind it good{…} or '
        "bad{…} may say which ones are. Empty: counts are sent to its address.",
    )
    op = forms.ChoiceField(
        choices=[("", "is said by the sender"), *Sli.Op.choices],
        required=False,
        label="Good when the value is",
    )
    value = forms.FloatField(required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    unit = forms.CharField(max_length=40, required=False)
    sample_rate = PercentField(
        least=0.000001,
        initial=100,
        label="Share that is evaluated, in percent",
        help_text="Below 100 its burn rules are guarded against small samples.",
    )
    evaluator = forms.CharField(
        max_length=200, required=False, label="Judge", help_text="name@version; empty: none."
    )
    true_positive_rate = PercentField(required=False, label="Of bad ones it calls bad, percent")
    bad_items = forms.IntegerField(
        required=False, min_value=0, max_value=10**9, label="measured on (bad items)"
    )
    false_positive_rate = PercentField(required=False, label="Of good ones it calls bad, percent")
    good_items = forms.IntegerField(
        required=False, min_value=0, max_value=10**9, label="measured on (good items)"
    )

    def fields_of_sli(self) -> dict[str, Any]:
        """The keyword arguments of `save_sli` that the form is about."""
        data = self.cleaned_data
        plain = ("kind", "unit_event", "signal", "op", "value", "unit", "sample_rate")
        return {
            "name": data["sli_name"],
            **{name: data[name] for name in plain},
            "evaluators": self._judges(),
        }

    def _judges(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        if not data["evaluator"]:
            return []
        rates = ("true_positive_rate", "false_positive_rate", "bad_items", "good_items")
        return [{"name": data["evaluator"], **{name: data[name] for name in rates}}]


class PlannerForm(forms.Form):
    """A question to the sampling planner."""

    target = PercentField(least=0.000001, most=99.999999, label="Target in percent", initial=98)
    per_hour = forms.FloatField(
        min_value=0, max_value=1e6, initial=50, label="Evaluations an hour",
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    rise = forms.FloatField(
        min_value=1.1, max_value=1000, initial=DEFAULT_RISE, label="Rise to notice, times",
        help_text="How many times the allowed bad ratio.",
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    hours = forms.FloatField(
        min_value=0.1, max_value=8784, initial=24, label="Within, hours",
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    false_pages = PercentField(
        least=0.0001, most=50, initial=1, label="False pages a month, percent",
        help_text="The chance of a page in a month that is exactly at the objective.",
    )  # fmt: skip


class SimulatorForm(forms.Form):
    """Rules to play through on the past."""

    days = forms.TypedChoiceField(
        choices=[(7, "7 days"), (28, "28 days"), (90, "90 days")], coerce=int, initial=90
    )
    target = PercentField(least=0.000001, most=99.999999, label="Target in percent")
    rules = RulesField()


class CorrectionForm(forms.Form):
    """A stretch of time that is not to count. Times are in the reader's zone."""

    kind = forms.ChoiceField(choices=Correction.Kind.choices)
    start = forms.DateTimeField(
        label="From", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    end = forms.DateTimeField(
        label="To", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    reason = forms.CharField(max_length=1000, help_text="Kept for the audit.")


class OpenSloForm(forms.Form):
    """OpenSLO documents, pasted or as a file."""

    text = forms.CharField(
        required=False,
        max_length=1_000_000,
        strip=False,
        label="OpenSLO documents",
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "mono"}),
        help_text="YAML, several documents with --- between them.",
    )
    file = forms.FileField(required=False, label="Or a file")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        upload = data.get("file")
        if not upload and not (data.get("text") or "").strip():
            raise forms.ValidationError("Paste documents or choose a file.")
        if upload and upload.size > 1_000_000:
            raise forms.ValidationError("The file is larger than a megabyte.")
        return data

    def content(self) -> tuple[bytes, str]:
        """The bytes, and what to call them in findings. A file comes before pasted text."""
        upload = self.cleaned_data.get("file")
        if upload:
            return upload.read(), str(upload.name)[:80]
        return self.cleaned_data["text"].encode("utf-8", "replace"), "pasted"


def sli_initial(sli: Sli) -> dict[str, Any]:
    judge = sli.evaluators.filter(until=None).first()
    plain = ("kind", "unit_event", "signal", "op", "value", "unit")
    found: dict[str, Any] = {"sli_name": sli.name, **{name: getattr(sli, name) for name in plain}}
    found["sample_rate"] = _shown(sli.sample_rate)
    found["evaluator"] = sli.evaluator
    if judge is not None:
        found |= {"bad_items": judge.bad_items, "good_items": judge.good_items}
        for name in ("true_positive_rate", "false_positive_rate"):
            rate = getattr(judge, name)
            found[name] = None if rate is None else _shown(rate)
    return found


def _initial(slo: Slo, given: Definition) -> dict[str, Any]:
    freeze = next((rule for rule in given.policy if rule.kind == "freeze"), None)
    costly = next((rule for rule in given.policy if rule.when == "incident_cost"), None)
    return {
        "name": slo.name,
        "system": slo.system.slug,
        "description": slo.description,
        "failure_class": slo.failure_class,
        "target": _shown(given.target),
        "window": _window_choice(given.window),
        "time_zone": given.window.zone,
        "method": given.method.name,
        "slice_seconds": given.method.slice_seconds or 300,
        "slice_target": _shown(given.method.slice_target or 1),
        "rules": write_rules(given.rules),
        "no_data": given.no_data.severity,
        "no_data_pages": given.no_data.pages,
        "freeze": freeze is not None,
        "freeze_below": _shown(freeze.threshold) if freeze else 0,
        "postmortem_above": _shown(costly.threshold) if costly else None,
    }


def _window_choice(window: Window) -> str:
    return window.unit or f"{window.seconds / 86_400:g}d"


def _window(choice: str, zone: str, given: Definition | None) -> Window:
    if given is not None and choice == _window_choice(given.window):
        return Window(given.window.kind, given.window.seconds, given.window.unit, zone)
    if choice in UNITS:
        return Window("calendar", UNITS[choice], choice, zone)
    return Window(seconds=round(float(choice.removesuffix("d")) * 86_400))


def _keep_length(form: forms.Form, given: Definition | None) -> None:
    """A window or slice that the lists leave out stays choosable."""
    if given is None:
        return
    choice = _window_choice(given.window)
    if choice not in dict(WINDOWS):
        _choose(form, "window", [*WINDOWS, (choice, f"The last {choice.removesuffix('d')} days")])
    seconds = given.method.slice_seconds
    if seconds and seconds not in dict(SLICES):
        _choose(form, "slice_seconds", [*SLICES, (seconds, f"{seconds} s")])


def _method(data: dict[str, Any]) -> Method:
    name = data["method"]
    if name == "occurrences":
        return Method()
    least = data["slice_target"] or 1.0
    return Method(name, data["slice_seconds"], least if name == "timeslices" else 0.0)


def _policy(data: dict[str, Any], before: tuple[PolicyRule, ...]) -> tuple[PolicyRule, ...]:
    """The freeze and the postmortem as the form says; rules of other kinds stay."""
    known = (*before, *STANDARD_POLICY)
    freeze = next(rule for rule in known if rule.kind == "freeze")
    costly = next(rule for rule in known if rule.when == "incident_cost")
    kept = [rule for rule in before if rule.name not in (freeze.name, costly.name)]
    found: list[PolicyRule] = []
    if data["freeze"]:
        below = data["freeze_below"] or 0.0
        found.append(PolicyRule(freeze.name, "freeze", below, changes=freeze.changes))
    if data["postmortem_above"] is not None:
        above = data["postmortem_above"]
        found.append(PolicyRule(costly.name, costly.kind, above, "incident_cost", costly.changes))
    return (*found, *kept)


def _shown(share: float) -> str:
    return f"{share * 100:.10g}"


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    field: Any = form.fields[name]
    field.choices = choices
