"""Every colour of Receptive by its meaning, for a dark and a light surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from PySide6.QtGui import QColor


def _alpha(color: str, share: float) -> QColor:
    result = QColor(color)
    result.setAlphaF(share)
    return result


@dataclass(frozen=True, eq=False)
class Theme:
    """A set of colours. Roles (input … error) mean one thing each, everywhere: frames, lines, text and legends.

    `stops` holds the value maps by name as five "#RRGGBB" stops at |v|/max = 0, .25, .5, .75, 1 (two stops: 0 and 1).
    Treat the QColors as constants: copy one before changing it.
    """

    name: str
    is_dark: bool

    # surfaces and ink
    window: QColor
    stage: QColor
    panel: QColor
    raised: QColor
    segment_on: QColor
    track: QColor
    tooltip: QColor
    border: QColor
    border_strong: QColor
    text_1: QColor
    text_2: QColor
    text_3: QColor
    accent: QColor
    on_accent: QColor
    ground: QColor  # one step below the stage: the inside of an opened module
    shadow: QColor

    # roles
    input: QColor
    kernel: QColor
    output: QColor
    bias: QColor
    padding: QColor
    gradient: QColor
    error: QColor

    confusion_right: QColor
    classes: tuple[QColor, ...] = ()
    stops: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def target(self) -> QColor:
        """The colour of a target: the same as that of an error."""
        return self.error


DARK = Theme(
    name="dark",
    is_dark=True,
    window=QColor("#0E1013"),
    stage=QColor("#131519"),
    panel=QColor("#16181C"),
    raised=QColor("#1D2025"),
    segment_on=QColor("#2B2F36"),
    track=QColor("#23272D"),
    tooltip=QColor("#20242A"),
    border=QColor("#24282E"),
    border_strong=QColor("#383D45"),
    text_1=QColor("#E9EBEE"),
    text_2=QColor("#A4AAB4"),
    text_3=QColor("#7E858F"),
    accent=QColor("#2CBDB2"),
    on_accent=QColor("#04211F"),
    ground=QColor("#0F1114"),
    shadow=_alpha("#000000", 0.45),
    input=QColor("#5BA6FF"),
    kernel=QColor("#FF7AA2"),
    output=QColor("#63CB74"),
    bias=QColor("#F0B442"),
    padding=QColor("#868D98"),
    gradient=QColor("#B490FF"),
    error=QColor("#FF6358"),
    confusion_right=QColor("#22482B"),
    classes=(QColor("#D9CE62"), QColor("#5FB0CF"), QColor("#A8508F")),
    stops=MappingProxyType(
        {
            "ember": ("#0D0E11", "#5C280D", "#A54E04", "#DA8C38", "#F4D397"),
            "slate": ("#0D0E11", "#2D3856", "#556A96", "#8AA1C9", "#CCD9EC"),
            "rose": ("#131417", "#6A1D2D", "#BA2F54", "#F36A8A", "#FDC2CE"),
            "azure": ("#131417", "#12415E", "#1D74A1", "#42ABD8", "#A1DFF5"),
            "input": ("#0D0E11", "#F2F3F5"),
            "confusion_wrong": ("#16181C", "#4A1D1E", "#8E2F2B", "#CC453C", "#FF6358"),
        }
    ),
)

LIGHT = Theme(
    name="light",
    is_dark=False,
    window=QColor("#ECEEF1"),
    stage=QColor("#F7F8F9"),
    panel=QColor("#FFFFFF"),
    raised=QColor("#FFFFFF"),
    segment_on=QColor("#E6E9ED"),
    track=QColor("#E6E9ED"),
    tooltip=QColor("#FFFFFF"),
    border=QColor("#DDE0E4"),
    border_strong=QColor("#C3C8CF"),
    text_1=QColor("#16181D"),
    text_2=QColor("#545B66"),
    text_3=QColor("#636A75"),
    accent=QColor("#0B7F78"),
    on_accent=QColor("#FFFFFF"),
    ground=QColor("#F0F2F4"),
    shadow=_alpha("#141820", 0.18),
    input=QColor("#1B68D2"),
    kernel=QColor("#CF2B66"),
    output=QColor("#23803A"),
    bias=QColor("#9A5B00"),
    padding=QColor("#767D88"),
    gradient=QColor("#7443D4"),
    error=QColor("#C9281C"),
    confusion_right=QColor("#B7DDBE"),
    classes=(QColor("#B09C12"), QColor("#2585A8"), QColor("#7D2A6C")),
    stops=MappingProxyType(
        {
            "ember": ("#FEFDFC", "#EDC793", "#DD812F", "#AC4B00", "#69290C"),
            "slate": ("#FDFDFF", "#C0CEE7", "#859BC8", "#556A9D", "#2E3C6C"),
            "rose": ("#FBF9FA", "#FDBDCA", "#F0738F", "#CA3058", "#8A0E30"),
            "azure": ("#F9FAFB", "#A7DAEF", "#4FADDA", "#187DAF", "#0E4F77"),
            "input": ("#FEFDFC", "#16181D"),
            "confusion_wrong": ("#FFFFFF", "#F9D3CF", "#EE9B93", "#DE5F54", "#C9281C"),
        }
    ),
)


class Density(StrEnum):
    """The two columns of sizes: large applies to windows of at least 1440x920, small below."""

    LARGE = "large"
    SMALL = "small"

    @staticmethod
    def of(width: int, height: int) -> Density:
        """The density for a window of this size in logical pixels."""
        return Density.LARGE if width >= 1440 and height >= 920 else Density.SMALL
