"""The report as one self-contained page: no script, no outside link, pictures inside.

The template and its style sheet lie beside it. Jinja2 escapes everything: clip names come from strangers.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from formcheck.records.report import Report
from formcheck.report import measure_view
from formcheck.report import view as report_view
from formcheck.report.charts.figures import figures
from formcheck.report.glance import glance, said, sources
from formcheck.report.schema import report_to_json
from formcheck.words.catalogue import ENGLISH, Voice


def render_html(
    report: Report, *, pictures: Mapping[str, bytes], overlay: str | None = None, voice: Voice = ENGLISH
) -> str:
    """The page of one report.

    Parameters
    ----------
    report
        Charts over the stride need its ``evidence``; without it they say so.
    pictures
        JPEG bytes of the annotated frames by ``KeyFrame.file``; a frame without a picture is left out.
    overlay
        Path of the overlay video relative to the page, or None. It is the only thing the page does not hold.
    """
    report = report_view.report_in(report, voice)
    albums = report_view.albums(report, pictures, voice)
    shown = [picture for album in albums for picture in album.pictures]
    page = template("report.html.jinja").render(
        report=report,
        voice=voice,
        t=voice.section("report"),
        g=voice.section("glance"),
        seen=glance(report, voice, report_view.advice),
        found=said(report),
        cards=measure_view.cards(report, voice),
        rows=measure_view.rows(report, voice),
        not_measured=measure_view.not_measured(report, voice),
        basis=report_view.basis(report, voice),
        better=report_view.film_better(report, voice, report_view.advice),
        sources=sources(report),
        method=report_view.method(report, voice),
        disclaimer=voice.say("view.disclaimer"),
        style=Markup(style("report.css")),
        albums=albums,
        images={picture.file: data_uri(pictures[picture.file]) for picture in shown},
        charts=figures(report, voice),
        settings=json.dumps(report_to_json(report)["settings"], indent=2, ensure_ascii=False),
        overlay=f"./{quote(overlay)}" if overlay else None,
    )
    return page.encode("utf-8", "replace").decode("utf-8")  # a file name may hold bytes that are no text


def data_uri(jpeg: bytes) -> str:
    """A picture within a page."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode('ascii')}"


@cache
def template(name: str) -> Template:
    """A page's template, which escapes everything."""
    environment = Environment(
        loader=PackageLoader("formcheck.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


@cache
def style(name: str) -> str:
    """A style sheet."""
    return files("formcheck.report").joinpath(f"page/style/{name}").read_text(encoding="utf-8")
