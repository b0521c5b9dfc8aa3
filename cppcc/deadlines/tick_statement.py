"""The one statement of the tick: due reminders become notices, mail and telephone calls, and are marked.

Parts, in their order: the due rows under lock; the seats that somebody holds today; their holders and stand-ins (as
`cppcc.office.acting`); where each can be reached and how he wants it; the notices, the outbox rows, the mark.
Digests: a day's digest that already went out takes nothing more, so what comes later is for the next day.
"""


def valid(alias: str) -> str:
    """SQL: the row holds today (as `cppcc.office.validity`)."""
    begun = f"({alias}.valid_from IS NULL OR {alias}.valid_from <= %(today)s)"
    return f"{begun} AND ({alias}.valid_to IS NULL OR {alias}.valid_to >= %(today)s)"


def clock_time(day: str, clock: str) -> str:
    """SQL: the moment of a day and a clock time of the office."""
    return f"(({day} + {clock}) AT TIME ZONE %(zone)s)"


QUIET_END = f"""
    CASE
        WHEN quiet_from < quiet_to AND %(clock)s::time >= quiet_from AND %(clock)s::time < quiet_to
            THEN {clock_time("%(today)s::date", "quiet_to")}
        WHEN quiet_from > quiet_to AND %(clock)s::time >= quiet_from
            THEN {clock_time("%(today)s::date + 1", "quiet_to")}
        WHEN quiet_from > quiet_to AND %(clock)s::time < quiet_to
            THEN {clock_time("%(today)s::date", "quiet_to")}
        ELSE %(now)s
    END
"""

# A title and a link, nothing else: mail about a matter carries no internal content.
BODY = """
    due.title || E'\\n\\n' || CASE WHEN due.url = '' THEN '详情请登录系统查看：' || %(site)s
    ELSE '请登录系统办理：' || %(site)s || due.url END || E'\\n\\n（系统自动发送，请勿直接回复。）'
"""

OUTBOX_COLUMNS = """
    key, channel, formal, person_id, organization_id, address, subject, body, digest_on, status, claims, tries,
    not_before, message_id, error, created_at, note
"""

STATEMENT = f"""
WITH due AS MATERIALIZED (
    SELECT id, key, organization_id, role, title, body, url, rule FROM deadlines_reminder
    WHERE status = 'pending' AND due_at <= %(now)s AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), seat AS (
    SELECT due.id AS reminder, post.id AS post FROM due
    JOIN office_organization org ON org.id = due.organization_id AND {valid("org")}
    JOIN office_post post ON post.organization_id = org.id AND due.role IN ('', post.role) AND {valid("post")}
    WHERE EXISTS (SELECT 1 FROM office_tenure t WHERE t.post_id = post.id AND {valid("t")})
), holder AS (
    SELECT seat.reminder, t.person_id AS person FROM seat
    JOIN office_tenure t ON t.post_id = seat.post AND {valid("t")}
    UNION
    SELECT seat.reminder, d.person_id FROM seat JOIN office_delegation d ON d.post_id = seat.post AND {valid("d")}
), reached AS MATERIALIZED (
    SELECT holder.reminder, person.id AS person, account.id AS account, person.email, person.phone, person.name,
        COALESCE(wish.mail, 'each') AS mail,
        CASE WHEN wish.quiet_from IS NULL OR wish.quiet_to IS NULL THEN %(quiet_from)s::time ELSE wish.quiet_from END
            AS quiet_from,
        CASE WHEN wish.quiet_from IS NULL OR wish.quiet_to IS NULL THEN %(quiet_to)s::time ELSE wish.quiet_to END
            AS quiet_to
    FROM holder
    JOIN office_person person ON person.id = holder.person
    LEFT JOIN office_user account ON account.person_id = person.id AND account.is_active
    LEFT JOIN deadlines_noticewish wish ON wish.user_id = account.id
), digest AS MATERIALIZED (
    SELECT DISTINCT account, person, email, 'digest:' || account || ':' || %(digest_on)s::date AS key FROM reached
    WHERE account IS NOT NULL AND email <> '' AND mail = 'digest'
), still_open AS MATERIALIZED (
    SELECT box.key FROM deadlines_outbox box
    WHERE box.status = 'pending' AND box.key IN (SELECT key FROM digest) ORDER BY box.key FOR UPDATE
), digest_day AS MATERIALIZED (
    SELECT account, person, email, %(digest_on)s::date + CASE
        WHEN EXISTS (SELECT 1 FROM deadlines_outbox box WHERE box.key = digest.key)
            AND NOT EXISTS (SELECT 1 FROM still_open WHERE still_open.key = digest.key) THEN 1 ELSE 0 END AS day
    FROM digest
), told AS (
    INSERT INTO deadlines_notice (key, user_id, title, body, url, rule, urgent, created_at, digest_on)
    SELECT due.key || ':' || reached.account, reached.account, due.title, due.body, due.url, due.rule, FALSE, %(now)s,
        digest_day.day
    FROM reached JOIN due ON due.id = reached.reminder LEFT JOIN digest_day ON digest_day.account = reached.account
    WHERE reached.account IS NOT NULL
    ON CONFLICT (key) DO NOTHING
), put_out AS (
    INSERT INTO deadlines_outbox ({OUTBOX_COLUMNS})
    SELECT due.key || ':' || person || ':email', 'email', FALSE, person, due.organization_id, email, due.title, {BODY},
        NULL::date, 'pending', 0, 0, {QUIET_END}, '', '', %(now)s, ''
    FROM reached JOIN due ON due.id = reached.reminder
    WHERE email <> '' AND mail = 'each'
    UNION ALL
    SELECT due.key || ':' || person || ':phone', 'phone', FALSE, person, due.organization_id, phone, due.title, {BODY},
        NULL, 'by_hand', 0, 0, %(now)s, '', '没有账号，也没有电子邮箱，请电话通知。', %(now)s, ''
    FROM reached JOIN due ON due.id = reached.reminder
    WHERE account IS NULL AND email = ''
    UNION ALL
    SELECT due.key || ':phone', 'phone', FALSE, NULL, due.organization_id, '', due.title, {BODY},
        NULL, 'by_hand', 0, 0, %(now)s, '', '这个岗位目前无人任职，请电话通知该单位。', %(now)s, ''
    FROM due WHERE NOT EXISTS (SELECT 1 FROM holder WHERE holder.reminder = due.id)
    UNION ALL
    SELECT 'digest:' || account || ':' || day, 'email', FALSE, person, NULL, email,
        '提醒汇总（' || to_char(day, 'FMYYYY年FMMM月FMDD日') || '）', '',
        day, 'pending', 0, 0, {clock_time("day", "%(digest_at)s::time")}, '', '', %(now)s, ''
    FROM digest_day
    ORDER BY 1
    ON CONFLICT (key) DO NOTHING
), marked AS (
    UPDATE deadlines_reminder reminder SET handed_at = %(now)s, status = CASE
        WHEN EXISTS (SELECT 1 FROM holder WHERE holder.reminder = due.id) THEN 'sent' ELSE 'nobody' END
    FROM due WHERE reminder.id = due.id RETURNING 1
)
SELECT count(*) FROM marked
"""  # noqa: S608 - put together from constants of this file; all values are parameters
