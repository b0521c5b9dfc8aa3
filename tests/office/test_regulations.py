"""The regulation registry: which article carries a rule here and today, and the pages that show it. R148."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cppcc.office.models import Article, Regulation, RegulationVersion, RuleBasis
from cppcc.office.regulations import article_text, bases
from tests.reading import words


@pytest.fixture
def article(db):
    regulation = Regulation.objects.create(
        key="linking", title="联动办法", adopting_body="试验市政协", number="试政协〔2022〕5号"
    )
    version = RegulationVersion.objects.create(regulation=regulation, label="2022年版", valid_from=date(2022, 3, 1))
    return Article.objects.create(version=version, code="第三条", summary="联接议题约占七成")


def test_a_rule_shows_its_article(article):
    RuleBasis.objects.create(rule="R001", article=article)
    assert article_text("R001") == "《联动办法》第三条"


def test_a_rule_without_a_basis_shows_none(article):
    assert article_text("R001") == "" and bases() == {}


def test_a_rule_may_rest_on_several_articles_and_only_on_those_of_today(article):
    second = Article.objects.create(version=article.version, code="第九条", summary="报党委审定", order=9)
    RuleBasis.objects.create(rule="R001", article=second)
    RuleBasis.objects.create(rule="R001", article=article)
    past = Article.objects.create(version=article.version, code="第一条", summary="旧")
    RuleBasis.objects.create(rule="R001", article=past, valid_to=timezone.localdate() - timedelta(days=1))
    assert article_text("R001") == "《联动办法》第三条；《联动办法》第九条"


def test_all_rules_are_asked_in_one_query(article, django_assert_num_queries):
    for number in range(1, 9):
        RuleBasis.objects.create(rule=f"R00{number}", article=article)
    with django_assert_num_queries(1):
        known = bases()
        assert all(article_text(f"R00{number}", known) for number in range(1, 9))


def test_a_rule_rests_on_an_article_once_and_a_version_has_a_code_once(article):
    RuleBasis.objects.create(rule="R001", article=article)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleBasis.objects.create(rule="R001", article=article)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(version=article.version, code="第三条", summary="又")


def test_the_pages_show_versions_articles_and_rules(world, login, article):
    RuleBasis.objects.create(rule="R001", article=article)
    client = login("dept1")
    assert "联动办法" in words(client.get(reverse("office:regulation_list")))
    page = words(client.get(reverse("office:regulation_detail", args=["linking"])))
    assert "第三条" in page and "联接议题约占七成" in page and "2022年版" in page
    assert client.get(reverse("office:regulation_detail", args=["none"])).status_code == 404


def test_the_plan_links_its_measures_to_their_articles(world, login, article):
    RuleBasis.objects.create(rule="R013", article=article)
    page = words(login("clerk").get(reverse("consultation:plan_detail", args=[world.plan(topics=5).year])))
    assert "还差1个监督性议题" in page and "第三条" in page
