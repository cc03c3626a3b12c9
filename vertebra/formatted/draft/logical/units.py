"""Units of measure in headers: `temp_c`, `Energie [kWh]`, `flow (m3/h)`."""

from __future__ import annotations

import re

from vertebra.formatted.draft.logical.words import spaced

UNITS = {
    **{
        unit: unit
        for unit in spaced("m cm mm km nm µm kg g mg t s ms min h d l ml hl V mV kV A mA W kW MW GW J kJ MJ GJ")
    },
    **{
        unit: unit
        for unit in spaced("Wh kWh MWh GWh Pa hPa kPa MPa bar mbar Hz kHz MHz GHz K °C °F % ‰ ppm ppb dB lx lm")
    },
    **{
        unit: unit
        for unit in spaced("m² m³ km² ha m/s km/h m³/h l/s l/min l/h kg/m³ µg/m³ W/m² kWh/m² kg/h t/h rad ° VA kVA")
    },
    "m2": "m²",
    "m3": "m³",
    "km2": "km²",
    "m3/h": "m³/h",
    "m^2": "m²",
    "m^3": "m³",
    "ug/m3": "µg/m³",
    "W/m2": "W/m²",
    "kWh/m2": "kWh/m²",
    "kg/m3": "kg/m³",
    "deg C": "°C",
    "degC": "°C",
    "C": "°C",
    "F": "°F",
    "celsius": "°C",
    "percent": "%",
    "pct": "%",
    "Celsius": "°C",
    "kmh": "km/h",
    "mps": "m/s",
    "μg/m3": "µg/m³",
    "μm": "µm",
    "EUR": "EUR",
    "USD": "USD",
    "GBP": "GBP",
    "CHF": "CHF",
    "PLN": "PLN",
    "RSD": "RSD",
    "€": "EUR",
    "$": "USD",
}
"""From a spelling to the unit as it is stated."""
_BRACKETS = re.compile(r"[\[(<{]\s*([^\])>}]{1,12}?)\s*[\])>}]\s*$")
_AT_END = {
    "kwh": "kWh",
    "mwh": "MWh",
    "wh": "Wh",
    "kw": "kW",
    "mw": "MW",
    "hpa": "hPa",
    "kpa": "kPa",
    "mbar": "mbar",
    "celsius": "°C",
    "percent": "%",
    "pct": "%",
    "km": "km",
    "cm": "cm",
    "mm": "mm",
    "kg": "kg",
    "kmh": "km/h",
    "ms": "ms",
    "eur": "EUR",
    "usd": "USD",
    "gbp": "GBP",
    "chf": "CHF",
    "pln": "PLN",
    "m2": "m²",
    "m3": "m³",
    "m3h": "m³/h",
    "hz": "Hz",
    "khz": "kHz",
    "volt": "V",
    "ampere": "A",
}
_TEMPERATURE = frozenset(spaced("temp temperature temperatur t tmp tamb outdoor indoor supply return ambient dewpoint"))
_SURE, _LIKELY = 0.97, 0.8


def unit_of(name: str, words: tuple[str, ...]) -> tuple[str, float, str] | None:
    """The unit that a header states, how sure that is, and why; None where it states none.

    Examples
    --------
    >>> unit_of("Energie [kWh]", ("energie", "kwh"))[0], unit_of("flow (m3/h)", ("flow", "m3", "h"))[0]
    ('kWh', 'm³/h')
    >>> unit_of("temp_c", ("temp", "c"))[:2], unit_of("vitamin_c", ("vitamin", "c"))
    (('°C', 0.8), None)
    """
    if (found := _BRACKETS.search(name)) and (unit := UNITS.get(found[1])):
        return unit, _SURE, f"the header says {found[0].strip()}"
    if len(words) < 2:
        return None
    if words[-1] in _AT_END:
        return _AT_END[words[-1]], _LIKELY, f"the header ends with {words[-1]}"
    if words[-1] in ("c", "f") and not _TEMPERATURE.isdisjoint(words[:-1]):
        return f"°{words[-1].upper()}", _LIKELY, f"the header ends with {words[-1]}"
    return None
