"""What a measurement comes to, and the tables of them."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.bench.fixtures import Fixtures

SIZES: Final = (100, 1_000, 10_000, 100_000)
MANY: Final = SIZES[-1]

# What a figure is measured on: the clients and services, and how many rounds to take.
Measure = Callable[[Fixtures, int], float]


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    says: str
    target: float
    measure: Measure
    unit: str = ""
    below: bool = False
    """Whether reaching the target itself is a miss already."""
    at_least: bool = False
    """Whether more is better."""

    def meets(self, value: float) -> bool:
        """Whether the target is met."""
        if self.at_least:
            return value >= self.target
        return value < self.target if self.below else value <= self.target

    def shown(self, value: float) -> str:
        """A value with its unit."""
        number = f"{value:,.0f}" if self.unit in {"", "bytes", "ms"} and value >= 10 else f"{value:.2f}"
        return f"{number.removesuffix('.00')}{' ' if self.unit else ''}{self.unit}"


@dataclass(frozen=True)
class Growth:
    """A figure at each size, for the second table: no target, but it shows what more clients cost."""

    says: str
    unit: str
    measure: Callable[[Fixtures, int], Sequence[float]]
    """At each of SIZES."""


@dataclass
class Results:
    """What was measured."""

    figures: list[tuple[Figure, float]] = field(default_factory=list)
    growth: list[tuple[Growth, Sequence[float]]] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """The figures that missed their targets."""
        return [figure.name for figure, value in self.figures if not figure.meets(value)]

    def table(self) -> str:
        """Both tables, in Markdown."""
        rows = [
            f"| {figure.says} | {_sign(figure)}{figure.shown(figure.target)} | "
            f"{figure.shown(value)}{'' if figure.meets(value) else ' ✗'} |"
            for figure, value in self.figures
        ]
        text = "\n".join(["| figure | target | measured |", "| --- | --- | --- |", *rows])
        if self.growth:
            heads = " | ".join(f"{size:,}" for size in SIZES)
            rows = [
                f"| {cost.says} | {' | '.join(f'{_short(value)} {cost.unit}' for value in values)} |"
                for cost, values in self.growth
            ]
            text += "\n\n" + "\n".join([f"| at so many clients | {heads} |", "| --- " * 5 + "|", *rows])
        return text

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "figures": {
                figure.name: {"target": figure.target, "measured": value, "met": figure.meets(value)}
                for figure, value in self.figures
            },
            "growth": {
                cost.says: dict(zip(map(str, SIZES), values, strict=True)) for cost, values in self.growth
            },
        }


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _sign(figure: Figure) -> str:
    if figure.below:
        return "< "
    if figure.at_least:
        return "≥ "
    return "≤ " if figure.target else ""
