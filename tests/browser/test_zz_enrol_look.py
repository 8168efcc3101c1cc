import re
import pytest
from functions.storage import enrolments, cohorts
from functions.programme.people import EnrolmentState, Role
from tests.browser.test_accessibility import by_day, by_night, NIGHT, DAY
from tests.browser.conftest import EVERYTHING, SEEN
from tests.town import text_of
pytestmark = pytest.mark.browser

def test_look(by_day, by_night, life):
    office = life.stack.office
    table = office.table
    cohort, person = next((c, p) for c in cohorts.every(table) for p in enrolments.in_cohort(table, c.id) if p.state is EnrolmentState.CONFIRMED and p.role is Role.MENTEE)
    found = {}
    bad = {}
    def look(visit, name, path=None):
        if path: visit.to(path)
        v = visit.violations(EVERYTHING if visit is by_day else SEEN) + (["wide"] if visit.too_wide else [])
        visit.page.screenshot(path=f"/tmp/lab/e/{name}.png", full_page=True)
        if v: bad[name] = v
    look(by_day, "place", "/my/place/")
    look(by_night, "place-n", "/my/place/")
    by_night.page.get_by_role("button").last.click()
    look(by_night, "place-faults-n")
    look(by_day, "place-ar", "/ar/my/place/")
    for do in ("change", "withdraw", "export", "erase"):
        if do == "erase": life.clock.now = life.clock.now
        by_day.to("/my/place/")
        by_day.page.locator(f"[name=do][value={do}]").check()
        by_day.page.locator(f"[name=role][value={person.role}]").check()
        by_day.page.locator("[name=email]").fill(person.email)
        by_day.page.get_by_role("button", name="Mail me the link").click()
        look(by_day, "place-sent")
        life.stack.drain()
        texts = [text_of(m) for m in life.stack.outbox() if m["To"] == person.email]
        hits = [h for t in texts for h in re.findall(rf"http\S+?(/my/{do}/[\w-]{{43}})", t)]
        if not hits: bad[do] = ["no mail"]; continue
        look(by_day, do, hits[-1]); look(by_night, do + "-n", hits[-1])
        if do == "export":
            by_day.page.get_by_role("button").first.click(); look(by_day, "exported")
            by_night.page.get_by_role("button").first.click(); look(by_night, "exported-n")
    tr = [h for m in life.stack.outbox() for h in re.findall(r"http\S+?(/my/training/[\w-]{43})", text_of(m))]
    if tr: look(by_day, "training", tr[-1]); look(by_night, "training-n", tr[-1])
    print(bad)
    assert not bad
