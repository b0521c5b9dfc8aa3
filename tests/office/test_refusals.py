"""A refusal loses nothing: what was typed stands on its page."""

from django.urls import reverse


def test_what_was_typed_into_a_round_that_has_closed_is_shown(world, login):
    solicitation = world.solicitation(world.plan(), state="closed")
    address = reverse("consultation:suggestion_create", args=[solicitation.pk])
    text = "群众对老旧小区加装电梯的意见集中，建议尽早协商。"
    answer = login("dept1").post(address, {"title": "加装电梯", "reason": text})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "本次征集已截止" in page
    assert text in page
    assert not solicitation.suggestions.exists()


def test_what_was_typed_without_the_right_is_shown(world, login):
    plan = world.plan(state="issued")
    text = "按照党委会议要求补充的说明文字，共二十余字。"
    answer = login("dept1").post(reverse("consultation:plan_edit", args=[plan.year]), {"remark": text})
    assert answer.status_code == 403
    assert text in answer.content.decode()


def test_a_refusal_without_text_goes_back_with_its_sentence(world, login):
    solicitation = world.solicitation(world.plan())
    answer = login("clerk").post(reverse("consultation:addressee_sent", args=[solicitation.pk]), follow=True)
    assert "请先勾选已发函的单位" in answer.content.decode()
