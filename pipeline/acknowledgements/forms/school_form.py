"""The school's own form for "I have read", where nobody reaches a server: how to make it, and its link in a letter.

``policy form recipe`` writes the steps. What is filled in comes back through ``export``.
"""

from urllib.parse import quote

from pipeline.config import Config

PLACEHOLDER = "{code}"
"""Stands in ``[web] form_url`` where each reader's code goes."""
_ASK = "I have read the policy named in my letter"
_CODE = "Code"


def form_link(config: Config, code: str) -> str:
    """Return the address of the school's form with one request's code filled in; empty without ``[web] form_url``.

    An address without the placeholder is returned as it is.
    """
    return config.web.form_url.replace(PLACEHOLDER, quote(code, safe=""))


def form_recipe(config: Config) -> str:
    """Return the steps for Microsoft Forms and for Google Forms, as plain text."""
    name = config.school.name or "our school"
    stands = config.web.form_url
    now = f'It is set now: form_url = "{stands}"' if stands else "It is not set yet."
    if stands and PLACEHOLDER not in stands:
        now += f"\nThere is no {PLACEHOLDER} in it, so readers have to type their code: see “The link” below."
    return _RECIPE.format(school=name, code=_CODE, ask=_ASK, placeholder=PLACEHOLDER, now=now)


_RECIPE = """\
A FORM OF YOUR OWN FOR “I HAVE READ”

Where staff cannot reach this program's pages, they answer with a form in your own Microsoft 365 or Google
account. Each letter then has a link a policy, with the reader's code filled in. It takes ten minutes, once.

Choose the one that your staff sign in to. Menus are renamed now and then: take what comes nearest. Either way the
form asks two questions and nothing else:

  1. {code}      a short text. The letter fills it in; the reader leaves it as it is.
  2. {ask}
             one choice: Yes.

Sign-in is what makes an answer worth something: the form notes who sent it, so nobody signs for anybody else.


MICROSOFT FORMS

  1. Open forms.office.com with your school account. New Form. Title: Policies read at {school}.
  2. Add new question, Text. Question: {code}. Switch on Required.
  3. Add new question, Choice. Question: {ask}.
     One option: Yes. Switch on Required.
  4. Settings (the three dots or “Collect responses”), Who can fill out this form:
       choose “Only people in my organisation can respond”, and tick “Record name”.
       Leave “One response per person” unticked: everybody has several policies to read.
  5. The link: three dots, “Get prefilled URL” (in some accounts “Prefill answers”). Switch it on, type
     CODEHERE as the answer to {code}, and press “Get prefilled link”. Copy the address.

GOOGLE FORMS

  1. Open forms.google.com with your school account. Blank form. Title: Policies read at {school}.
  2. First question, Short answer: {code}. Switch on Required.
  3. Second question, Multiple choice: {ask}.
     One option: Yes. Switch on Required.
  4. Settings, Responses: “Collect email addresses” to Verified; “Limit to 1 response” off.
     Restrict it to your organisation: there, or at “Publish” under Responders. Then publish it.
  5. The link: three dots, “Get pre-filled link”. Type CODEHERE as the answer to {code}, press “Get link”,
     then “Copy link”.


THE LINK

  In config.toml, in [web], paste the address you copied, and write {placeholder} in place of CODEHERE:

    form_url = "https://forms.example/…&r1234={placeholder}"

  {now}

  Then make a letter for yourself (`policy run` with route = "folder" writes them as files), open its link, and
  look whether the code stands in the form and whether you are asked to sign in.


EVERY WEEK, OR WHEN YOU WANT TO KNOW

  Microsoft: Responses, “Open in Excel” (or “Download a copy”). Google: Responses, three dots, “Download
  responses (.csv)”. Take the file as it is; do not sort it or change its headings.

    policy acknowledge import FILE --preview     what would be recorded, and what does not match
    policy acknowledge import FILE               records it; what was recorded before is not recorded twice

  A row counts by the address of whoever signed in, else by the code. Where the two are two people's, or where
  somebody filled it in without signing in, nothing is recorded and you are shown who it probably was.
"""
