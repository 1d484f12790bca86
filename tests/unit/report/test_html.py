"""The page a runner opens: self-contained, honest about what is not known, and safe with hostile names."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from formcheck.records.report import Finding, Measure, Quality, Report
from formcheck.records.skeleton import Side
from formcheck.report.page.html import render_html
from formcheck.report.schema import report_from_json, report_to_json
from formcheck.words.catalogue import ENGLISH
from formcheck.words.numbers import title_of
from formcheck.words.reasons import reason
from sample_report import NOT_SIDE_ON, TILTED, good_report, sample_pictures, withheld_report

VOID = {"meta", "img", "br", "link", "input", "hr"}
HOSTILE = "<script>alert(1)</script>\"'onerror=x.mp4"


class Page(HTMLParser):
    """The elements of a page; an element that is not closed in its place fails."""

    def __init__(self, html):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title", "desc"):
            self.texts.append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))


@pytest.fixture(scope="module")
def good_html():
    report = good_report()
    return render_html(report, pictures=sample_pictures(report), overlay="overlay.mp4")


@pytest.fixture(scope="module")
def withheld_html():
    return render_html(withheld_report(), pictures={})


@pytest.fixture(scope="module", params=["good", "withheld", "from_json"])
def any_html(request, good_html, withheld_html):
    read_back = report_from_json(report_to_json(good_report()))
    pages = {"good": good_html, "withheld": withheld_html, "from_json": render_html(read_back, pictures={})}
    return pages[request.param]


def test_the_page_is_well_formed_with_one_first_heading_and_unique_ids(any_html):
    page = Page(any_html)
    assert len(page.of("h1")) == 1
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_headings_never_skip_a_level(any_html):
    levels = [int(tag[1]) for tag, _ in Page(any_html).elements if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_nothing_on_the_page_is_fetched_from_elsewhere(any_html):
    fetched = [
        value
        for _, attributes in Page(any_html).elements
        for name, value in attributes.items()
        if name in ("src", "href", "poster", "srcset", "data", "action")
    ]
    assert all(value.startswith(("data:image/jpeg;base64,", "#", "./")) for value in fetched)
    assert "@import" not in any_html
    assert "url(" not in any_html
    assert "<script" not in any_html


def test_links_lead_to_places_on_the_page(any_html):
    page = Page(any_html)
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert all(link["href"].removeprefix("#") in ids for link in page.of("a"))


def test_a_number_that_is_not_known_is_never_printed_as_nan(any_html):
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b", Page(any_html).text)


def test_the_result_is_the_most_urgent_finding(good_html):
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", good_html).group(1)
    assert heading == "Your feet land further ahead of the hips than usual at this speed"


def test_a_headline_number_comes_with_interval_unit_centimetres_and_reference(good_html):
    text = Page(good_html).text
    assert "29 % of leg 25 cm" in text
    assert "95 % interval 27 to 31 % of leg, 22 to 28 cm." in text
    assert "Experienced runners at 10.9 km/h: 20 to 31 % of leg." in text


def test_without_a_scale_no_centimetre_is_claimed():
    report = good_report()
    unscaled = replace(report, scene=replace(report.scene, scale=withheld_report().scene.scale))
    html = render_html(unscaled, pictures={})
    assert not [card for card in Page(html).of("span") if card.get("class") == "cm"]


def test_an_older_report_that_does_not_know_its_scales_error_claims_no_interval_in_centimetres():
    document = report_to_json(good_report())
    del document["scene"]["scale"]["spread_frac"]
    text = Page(render_html(report_from_json(document), pictures={})).text
    assert "29 % of leg 25 cm" in text
    assert "95 % interval 27 to 31 % of leg. Experienced" in text


def test_what_could_not_be_measured_and_how_to_film_better_come_first(withheld_html):
    text = Page(withheld_html).text
    order = [
        ENGLISH.say("reason.not_side_view.title"),
        NOT_SIDE_ON.message,
        NOT_SIDE_ON.advice,
        "Your cadence is what runners at this speed have",
        ENGLISH.say("glance.numbers"),
        TILTED.message,
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def silent(code: str, variant: str = "message") -> Report:
    """A clip that shows nothing at all, for one reason."""
    report, why = withheld_report(), reason(code, variant)
    nothing = replace(report.measures["trunk_lean"].headline, withheld=why)
    measures = {name: replace(one, headline=nothing, left=None, right=None) for name, one in report.measures.items()}
    return replace(report, measures=measures, quality=Quality("poor", (why,)), findings=())


def test_a_refusal_is_headed_by_its_reason_which_is_said_once():
    html = render_html(silent("nobody_seen"), pictures={})
    assert "<h1>We found no runner in this clip</h1>" in html
    assert Page(html).text.count("We found no runner") == 1
    assert "<table" not in html


@pytest.mark.parametrize(
    ("variant", "heading"),
    [("message", "This is a walk, not a run"), ("standing", "This looks like walking or standing")],
)
def test_a_walk_is_called_one_and_drawn(variant, heading):
    html = render_html(silent("walking", variant), pictures={})
    assert f"<h1>{heading}</h1>" in html
    assert html.count('class="mend"') == 1
    assert ENGLISH.say("report.nothing_withheld") not in html


def test_a_withheld_headline_comes_before_what_was_measured():
    report = good_report()
    measures = {**report.measures, "trunk_lean": withheld_report().measures["trunk_lean"]}
    html = render_html(replace(report, measures=measures), pictures={})
    assert "<h1>Not measured in this clip: Trunk lean</h1>" in html
    text = Page(html).text
    assert text.index(TILTED.message) < text.index("Your feet land further ahead")
    assert "29 % of leg" in text


def test_a_withheld_side_has_its_reason_though_the_headline_is_measured():
    report = good_report()
    shank = report.measures["shank_angle"]
    hidden = withheld_report().measures["trunk_lean"].headline
    measures = {**report.measures, "shank_angle": Measure("deg", shank.headline, shank.left, hidden)}
    text = Page(render_html(replace(report, measures=measures), pictures={})).text
    assert "Shank angle (right)" in text
    assert TILTED.message in text


def test_a_clip_without_findings_or_reasons_is_not_called_a_failure():
    report = replace(good_report(), findings=(), reference=())
    html = render_html(report, pictures={})
    assert ENGLISH.say("glance.why") not in unescape(html)
    assert ENGLISH.say("glance.keep") in unescape(html)
    assert "experienced runners" not in Page(html).text.lower()


def test_both_legs_have_their_number_under_left_and_right(good_html):
    text = Page(good_html).text
    assert "Left leg, near the camera: 29 % of leg (27 to 31 % of leg); 13 steps, high confidence" in text
    assert "Right leg, far from the camera: 27 % of leg (23 to 30 % of leg)" in text


def test_a_rear_view_shows_its_own_headlines():
    report = good_report()
    measures = {name: report.measures[name] for name in ("cadence", "contact_time")}
    measures["step_width"] = report.measures["head_forward"]
    rear = replace(report, measures=measures, scene=replace(report.scene, view="rear", near_side=None), frames=())
    html = render_html(rear, pictures={})
    assert "<h1>Filmed from behind" in html
    assert re.findall(r'<h2 id="gauge-\d">(.*?)</h2>', html) == ["Cadence", "Step width"]


def test_pictures_are_inside_near_leg_first_with_words_for_those_who_cannot_see_them(good_html):
    images = Page(good_html).of("img")
    assert len(images) == 1 + 6  # the first screen's, then both legs'
    assert all(image["src"].startswith("data:image/jpeg;base64,/9j/") for image in images)
    assert images[0]["alt"].startswith("Left foot strike at 3.09 s. Foot ahead of hip 32\N{NO-BREAK SPACE}% of leg")
    right_first = replace(good_report(), scene=replace(good_report().scene, near_side=Side.RIGHT))
    images = Page(render_html(right_first, pictures=sample_pictures(good_report()))).of("img")
    assert images[0]["alt"].startswith("Right foot strike")


def test_a_frame_without_its_picture_is_left_out_and_so_are_links_to_it():
    report = good_report()
    pictures = sample_pictures(report)
    pictures.pop(report.frames[0].file)
    page = Page(render_html(report, pictures=pictures))
    assert len(page.of("img")) == 5
    assert "#frame-1" not in [link["href"] for link in page.of("a")]


def test_every_measure_has_its_row_with_interval_steps_and_confidence(good_html):
    report, page = good_report(), Page(good_html)
    assert sum(row.get("scope") == "row" for row in page.of("th")) == len(report.measures)
    assert all(title_of(name) in page.text for name in report.measures)
    assert "266 ms 257 to 275 266 ms 257 to 275 271 ms 257 to 285 220 to 306 ms 13 high" in page.text


def test_a_hostile_clip_name_is_only_ever_text():
    report = good_report()
    finding = Finding(HOSTILE, "act", HOSTILE, HOSTILE, (HOSTILE,), HOSTILE, (HOSTILE,), (HOSTILE,))
    frames = (replace(report.frames[0], file=HOSTILE),)
    hostile = replace(
        report,
        clip=replace(report.clip, name=HOSTILE),
        findings=(finding,),
        frames=frames,
        measures={**report.measures, HOSTILE: report.measures["cadence"]},
        settings={HOSTILE: HOSTILE},
        created=HOSTILE,
    )
    html = render_html(hostile, pictures={HOSTILE: b"\xff\xd8"}, overlay="//elsewhere/" + HOSTILE)
    page = Page(html)
    assert not page.of("script")
    assert not any("onerror" in attributes for _, attributes in page.elements)
    assert page.of("video")[0]["src"].startswith(".///elsewhere/")
    assert HOSTILE in page.text


def test_a_clip_name_that_is_no_text_does_not_stop_the_page():
    report = good_report()
    html = render_html(replace(report, clip=replace(report.clip, name="caf\udce9.mp4")), pictures={})
    assert "caf?.mp4" in html
    assert html.encode("utf-8")


def test_the_overlay_is_offered_only_where_there_is_one(good_html, withheld_html):
    assert Page(good_html).of("video")[0]["src"] == "./overlay.mp4"
    assert not Page(withheld_html).of("video")


def test_the_disclaimer_and_how_it_was_measured_are_always_there(any_html):
    text = Page(any_html).text
    assert ENGLISH.say("view.disclaimer") in text
    assert "pose_landmarker_full" in text
    assert "formcheck 0.1.0" in text
