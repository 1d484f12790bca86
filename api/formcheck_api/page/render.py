"""Pages out of templates. Jinja2 escapes everything: clip names and labels come from strangers."""

from functools import cache
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from formcheck.report import glance, measure_view
from formcheck.report import view as report_view
from formcheck.report.charts import figures
from formcheck.words.capture import DISTANCE_M, tips
from formcheck.words.catalogue import ENGLISH, Voice, catalogue, languages
from formcheck.words.numbers import physical_span
from formcheck.words.reasons import advice_on_page
from formcheck_api.page.fields import limits
from formcheck_api.page.language import language_for

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:{files}; "
    "media-src 'self' blob:{files}; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Everything comes from this service; blob: is the clip that the runner has chosen and not uploaded yet, and pictures
and video may lie in a storage that has an address of its own."""


def voice_for(request: Request) -> Voice:
    """The language that a request asks for, and both systems of units: the page lets its reader switch."""
    language = language_for(request.query_params.get("lang"), request.headers.get("accept-language"), languages())
    return Voice(language, "both")


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The response that shows a template, in the language that the request asks for."""
    voice = voice_for(request)
    language = voice.language
    metric, imperial = Voice(language, "metric"), Voice(language, "imperial")
    shown = {
        "voice": voice,
        "t": voice.section("page"),
        "r": voice.section("report"),
        "g": voice.section("glance"),
        "levels": voice.section("level"),
        "grades": voice.section("grade"),
        "script_texts": catalogue(language)["page"]["script"],
        "stages": {ENGLISH.say(f"stage.{name}"): voice.say(f"page.stage.{name}") for name in catalogue()["stage"]},
        "tips": tips(voice),
        "metric_distance": physical_span("distance", *DISTANCE_M, metric),
        "imperial_distance": physical_span("distance", *DISTANCE_M, imperial),
    }
    says_the_same: dict[str, object] = {
        "view": report_view,
        "measures": measure_view,
        "figures": figures,
        "glance": glance,
        "advice_on_page": advice_on_page,
        "limits": limits,
    }
    html = _environment().get_template(template).render(**shown, **says_the_same, **values)
    return HTMLResponse(html, status, {"Content-Security-Policy": POLICY.format(files=request.app.state.files)})


@cache
def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader("formcheck_api.page"), PackageLoader("formcheck.report", "page")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
