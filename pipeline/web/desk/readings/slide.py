"""A slide for a training session: a code that leads each who scans it to the link to their own page."""

from pipeline.pages.codes import qr_svg
from pipeline.web.desk.readings.readings import READINGS
from pipeline.web.desk.view import DESK, Answer, View


def show_slide(view: View) -> Answer:
    """Show the code to scan, large enough for the back row; what it leads to sends each the link to their own page."""
    base_url = view.config.web.base_url.rstrip("/")
    address = f"{base_url}/new-link" if base_url else ""
    fields = {"address": address, "code": qr_svg(address) if address else ""}
    return Answer("slide.html", "A slide for a training session", fields, (DESK, READINGS), at="/readings")
