"""Which address of the desk shows which page."""

from starlette.routing import Route

from pipeline.web.desk.contacts.contact_forms import (
    CONTACT_ADD,
    CONTACT_CHECK,
    CONTACT_STEP,
    show_change,
)
from pipeline.web.desk.contacts.contacts import show_contacts
from pipeline.web.desk.contacts.unknown_forms import WHO
from pipeline.web.desk.declared import declared_forms
from pipeline.web.desk.downloads import download_route
from pipeline.web.desk.figures_page import show_figures
from pipeline.web.desk.forms import DeskForms, Form
from pipeline.web.desk.help import help_routes
from pipeline.web.desk.home import show_home
from pipeline.web.desk.mail.coming_mail import show_ahead
from pipeline.web.desk.mail.mail_route import show_mail_route
from pipeline.web.desk.mail.mailing_forms import MAILING_FORMS
from pipeline.web.desk.mail.mailings import show_mail, show_mailing, show_mailings, show_mails, show_returned
from pipeline.web.desk.opening import needed
from pipeline.web.desk.people.erase_forms import ERASE_FORMS, show_held
from pipeline.web.desk.people.handover_forms import HANDOVER
from pipeline.web.desk.people.list_questions import LIST_QUESTION_FORMS
from pipeline.web.desk.people.people import show_people, show_person
from pipeline.web.desk.people.staff_list_forms import STAFF_LIST_FORMS
from pipeline.web.desk.policies.copies import show_copies, show_copy
from pipeline.web.desk.policies.evidence_forms import EVIDENCE_FORMS
from pipeline.web.desk.policies.inspector import show_inspector
from pipeline.web.desk.policies.issue_forms import APPROVE, ISSUE
from pipeline.web.desk.policies.meeting_forms import MEETING
from pipeline.web.desk.policies.owner_pages import show_owners
from pipeline.web.desk.policies.places import place_route
from pipeline.web.desk.policies.policies import show_policies, show_policy, show_readers
from pipeline.web.desk.policies.question_forms import QUESTION
from pipeline.web.desk.policies.questions import show_questions
from pipeline.web.desk.policies.reviews import calendar_route, show_reviews, show_statutory, show_summary
from pipeline.web.desk.policies.upload_forms import UPLOAD
from pipeline.web.desk.policies.website_forms import WEBSITE_FORMS, show_website
from pipeline.web.desk.problems import show_problem, show_problems
from pipeline.web.desk.readings.declarations import show_declarations
from pipeline.web.desk.readings.paper_forms import PAPER_FORMS
from pipeline.web.desk.readings.reading_forms import READING_FORMS
from pipeline.web.desk.readings.readings import show_readings
from pipeline.web.desk.readings.report_forms import REPORT_FORMS
from pipeline.web.desk.readings.reports import show_reports
from pipeline.web.desk.readings.slide import show_slide
from pipeline.web.desk.running_forms import RUNNING_FORMS, show_piece, show_pieces
from pipeline.web.desk.search import show_search
from pipeline.web.desk.settings.settings import show_settings, show_table
from pipeline.web.desk.settings.settings_forms import ROUTE_SETTING, SETTING
from pipeline.web.desk.view import DeskPages, ShowPage

PAGES: dict[str, ShowPage] = {
    "/": show_home,
    "/policies": show_policies,
    "/policies/{slug}": show_policy,
    "/policies/{slug}/readers": show_readers,
    "/owners": show_owners,
    "/people": show_people,
    "/people/{person}": show_person,
    "/held": show_held,
    "/readings": show_readings,
    "/readings/slide": show_slide,
    "/readings/declarations": show_declarations,
    "/figures": show_figures,
    "/ahead": show_ahead,
    "/reports": show_reports,
    "/reviews": show_reviews,
    "/reviews/summary": show_summary,
    "/statutory": show_statutory,
    "/mailings": show_mailings,
    "/mailings/mails": show_mails,
    "/mailings/returned": show_returned,
    "/mailings/{mailing}": show_mailing,
    "/mail/{mail}": show_mail,
    "/mail-route": show_mail_route,
    "/copies": show_copies,
    "/copies/{code}": show_copy,
    "/questions": show_questions,
    "/problems": show_problems,
    "/problems/{slug}/{name}": show_problem,
    "/website": show_website,
    "/contacts": show_contacts,
    "/contacts/change": show_change,
    "/inspector": show_inspector,
    "/settings": show_settings,
    "/settings/{table}": show_table,
    "/search": show_search,
    "/work": show_pieces,
}
"""In the order in which addresses are held against them."""


PASSING: dict[str, ShowPage] = {"/work/{number}": show_piece}
"""Pages of what goes on just now, which no register knows of."""


FORMS: dict[str, Form] = {
    **declared_forms(),
    "/upload": UPLOAD,
    "/policies/{slug}/upload": UPLOAD,
    "/policies/{slug}/issue": ISSUE,
    "/policies/{slug}/approve": APPROVE,
    "/policies/{slug}/questions/{question}": QUESTION,
    "/questions/who/{who}": WHO,
    "/meetings/{body}/{day}": MEETING,
    "/handover": HANDOVER,
    "/contacts/change/{role}/{number}/{step}": CONTACT_STEP,
    "/contacts/add": CONTACT_ADD,
    "/contacts/check/{looked}": CONTACT_CHECK,
    "/settings/route/{table}/{entry}": ROUTE_SETTING,
    "/settings/{table}/{entry}": SETTING,
    **STAFF_LIST_FORMS,
    **LIST_QUESTION_FORMS,
    **ERASE_FORMS,
    **READING_FORMS,
    **PAPER_FORMS,
    **REPORT_FORMS,
    **MAILING_FORMS,
    **RUNNING_FORMS,
    **EVIDENCE_FORMS,
    **WEBSITE_FORMS,
}
"""What is done from the desk; each at an address of its own, held against before the pages."""


def desk_routes(pages: DeskPages) -> list[Route]:
    """Return the routes of every form and page of the desk."""
    forms = DeskForms(pages)
    return [
        download_route(pages),
        calendar_route(pages),
        place_route(pages),
        *(route for path, form in FORMS.items() for route in forms.routes(path, form)),
        *(pages.route(path, show, needed(path)) for path, show in (PAGES | PASSING).items()),
        *help_routes(pages),
    ]
