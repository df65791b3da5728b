"""The two faces of the interface: text and fixed-width numbers, with the system's own where ours are not installed."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

UI_FAMILIES = ("Inter", "Inter Variable", "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", "Noto Sans", "Cantarell")
MONO_FAMILIES = ("JetBrains Mono", "SF Mono", "Cascadia Mono", "Menlo", "Consolas", "DejaVu Sans Mono")


@lru_cache(maxsize=2)
def _family(fixed: bool) -> str:
    """The first of our faces that is installed, else the system's own."""
    installed = set(QFontDatabase.families())
    for family in MONO_FAMILIES if fixed else UI_FAMILIES:
        if family in installed:
            return family
    if fixed:
        return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return QGuiApplication.font().family()


@lru_cache(maxsize=128)
def _font(fixed: bool, px: float, weight: int) -> QFont:
    font = QFont(_family(fixed))
    font.setStyleHint(QFont.StyleHint.Monospace if fixed else QFont.StyleHint.SansSerif)
    font.setPixelSize(max(1, round(px)))  # Qt takes whole sizes alone
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    if fixed:
        font.setFixedPitch(True)
        _feature(font, "calt", 0)  # no ligatures: "->" and "!=" are two signs each
    else:
        _feature(font, "tnum", 1)  # tabular figures: numbers that change don't shake
        _feature(font, "cv11", 1)  # Inter's single-storey a
    return font


def _feature(font: QFont, tag: str, value: int) -> None:
    if hasattr(QFont, "setFeature"):  # since Qt 6.7
        font.setFeature(QFont.Tag(tag), value)


def ui(px: float, weight: int = 400) -> QFont:
    """The interface face at a size in pixels (rounded), weight 400 or 600. A shared font: copy before changing it."""
    return _font(False, px, weight)


def mono(px: float, weight: int = 400) -> QFont:
    """The fixed-width face for numbers and code, as `ui`."""
    return _font(True, px, weight)
