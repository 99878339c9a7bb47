"""The tools that can be read, in the order in which they are offered."""

from __future__ import annotations

from dataclasses import dataclass

from aire_web.importing import grafana_oncall, mlflow, opsgenie, pagerduty
from aire_web.importing.converted import Converter
from aire_web.importing.mlflow_remote import read_mlflow
from aire_web.importing.remote import (
    Reader,
    read_grafana_oncall,
    read_opsgenie,
    read_pagerduty,
)


@dataclass(frozen=True, slots=True)
class Product:
    name: str
    title: str
    convert: Converter
    read: Reader


PRODUCTS = {
    product.name: product
    for product in (
        Product("pagerduty", "PagerDuty", pagerduty.convert, read_pagerduty),
        Product("opsgenie", "Opsgenie", opsgenie.convert, read_opsgenie),
        Product("grafana-oncall", "Grafana OnCall", grafana_oncall.convert, read_grafana_oncall),
        Product("mlflow", "MLflow's model registry", mlflow.convert, read_mlflow),
    )
}
