"""Pages out of templates. Jinja2 escapes everything: clip names and labels come from strangers."""

from functools import cache
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from formcheck.report import measure_view
from formcheck.report import view as report_view
from formcheck_api.page.catalogue import ORIGINAL, catalogue, language_for, languages, sections
from formcheck_api.page.units import both_units

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Everything comes from this service; blob: is the clip that the runner has chosen and that was not sent yet."""


def page(request: Request, template: str, status: int = 200, **told: Any) -> HTMLResponse:
    """The answer that shows a template, in the language that the request asks for."""
    language = language_for(request.query_params.get("lang"), request.headers.get("accept-language"), languages())
    shown = {"t": sections(language), "script_texts": catalogue(language)["script"], "language": language}
    says_the_same = {"view": report_view, "measures": measure_view}
    html = _environment().get_template(template).render(**shown, **says_the_same, **told)
    return HTMLResponse(html, status, {"Content-Security-Policy": POLICY})


def in_page_words(text: str, tag: str = "span") -> Markup:
    """A sentence of a report with both units, and with the page's fields for the options of the command line."""
    field = f'"{catalogue(ORIGINAL)["film"]["capture_label"]}"'  # reports are in the original language
    text = text.replace("with --capture-fps", f"in the field {field}").replace("--capture-fps", field)
    return both_units(text, tag)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("formcheck_api.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["units"] = in_page_words
    return environment
