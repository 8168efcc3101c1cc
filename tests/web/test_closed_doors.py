from tests.web.conftest import Site


def test_a_form_with_a_part_that_has_no_name_is_refused_and_keeps_nothing(site: Site) -> None:
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--\r\n"
    answer = site.client.post(
        f"/c/{site.harness.cohort.id}/mentor", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400
    assert site.harness.people() == []


def test_nobody_is_asked_to_repair_answers_that_are_not_taken_any_more(site: Site) -> None:
    site.harness.clock.pass_by(days=400)
    answer = site.client.post(f"/c/{site.harness.cohort.id}/mentor", data={})
    assert answer.status_code == 409
