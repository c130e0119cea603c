"""Each letter has a code of its own in its subject and at its foot, by which what comes back is known."""

from pathlib import Path

from pipeline.acknowledgements.codes import mail_code, mails_named
from tests.school import SECRET, School


def test_every_letter_has_its_own_code_in_subject_text_and_html_and_shares_its_body(tmp_path: Path) -> None:
    with School(tmp_path) as school:
        school.add_policy("Confidentiality")
        for name in ("Lee", "Kay", "Roy"):
            school.add_person(name)
        school.plan()
        mails = school.messages()
        with school.register.reading() as tx:
            bodies = tx.exec_driver_sql("SELECT count(*) FROM letter_body").scalar()
    assert len(mails) == 3
    assert bodies == 1
    codes = {mail_code(SECRET, school.key, mail.id, mail.message_id): mail for mail in mails}
    assert len(codes) == 3
    for code, mail in codes.items():
        for words in (mail.subject, mail.text, mail.html):
            assert mails_named(SECRET, school.key, words) == {mail.id: code}
        assert mail.subject.endswith(f" [Ref {code}]")


def test_the_code_is_whole_where_a_subject_is_cut(tmp_path: Path) -> None:
    with School(tmp_path) as school:
        (tmp_path / "templates").mkdir()
        (tmp_path / "templates" / "reading.subject.txt").write_text("Read me " * 60, encoding="utf-8")
        school.add_policy("Confidentiality")
        school.add_person("Lee")
        school.plan()
        [mail] = school.messages()
    assert len(mail.subject) <= 200
    assert mails_named(SECRET, school.key, mail.subject) == {
        mail.id: mail_code(SECRET, school.key, mail.id, mail.message_id)
    }


def test_every_mail_has_the_schools_name_in_its_colour_and_a_pale_one_is_set_aside(tmp_path: Path) -> None:
    with School(tmp_path) as school:
        school.add_policy("Confidentiality")
        look = school.config.templates / "copies" / "look.toml"
        look.parent.mkdir(parents=True)
        for number, (colour, shown) in enumerate((("#5b2c6f", "#5b2c6f"), ("#ffd700", "#1b4f72"))):
            look.write_text(f'colour = "{colour}"\n', encoding="utf-8")
            school.add_person(f"Lee{number}")
            school.plan()
            html = school.messages()[-1].html
            assert f"background:{shown};color:#ffffff;font-weight:bold;" in html
            assert html.index("Test Primary School") < html.index("about a child")
