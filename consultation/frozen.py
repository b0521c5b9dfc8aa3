"""What is before a body is frozen: the database refuses any change of such a plan's topics, by whatever way it comes.

The trigger takes a share lock on the plan's row, so a change and the plan's submission never pass each other.
"""

from django.db import migrations

FROZEN_STATES = "('in_approval', 'approved', 'closed')"

PART_GUARD = """
    CREATE OR REPLACE FUNCTION consultation_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'DELETE' THEN
            PERFORM consultation_refuse_frozen((SELECT plan_id FROM consultation_topic WHERE id = NEW.topic_id));
        END IF;
        IF TG_OP <> 'INSERT' THEN
            PERFORM consultation_refuse_frozen((SELECT plan_id FROM consultation_topic WHERE id = OLD.topic_id));
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    """

TOPICS = migrations.RunSQL(
    sql=f"""
    CREATE FUNCTION consultation_refuse_frozen(plan bigint) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        found text;
    BEGIN
        SELECT state INTO found FROM consultation_annualplan WHERE id = plan FOR SHARE;
        IF found IN {FROZEN_STATES} THEN
            RAISE EXCEPTION 'the topics of plan % are frozen (%)', plan, found USING ERRCODE = 'check_violation';
        END IF;
    END $$;
    CREATE FUNCTION consultation_topic_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'DELETE' THEN PERFORM consultation_refuse_frozen(NEW.plan_id); END IF;
        IF TG_OP <> 'INSERT' THEN PERFORM consultation_refuse_frozen(OLD.plan_id); END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    {PART_GUARD}
    CREATE TRIGGER consultation_topic_frozen BEFORE INSERT OR UPDATE OR DELETE ON consultation_topic
        FOR EACH ROW EXECUTE FUNCTION consultation_topic_guard();
    CREATE TRIGGER consultation_topicunit_frozen BEFORE INSERT OR UPDATE OR DELETE ON consultation_topicunit
        FOR EACH ROW EXECUTE FUNCTION consultation_part_guard();
    CREATE TRIGGER consultation_topicform_frozen BEFORE INSERT OR UPDATE OR DELETE ON consultation_topicform
        FOR EACH ROW EXECUTE FUNCTION consultation_part_guard();
    """,  # noqa: S608 - a constant of this file, no input
    reverse_sql="""
    DROP TRIGGER consultation_topic_frozen ON consultation_topic;
    DROP TRIGGER consultation_topicunit_frozen ON consultation_topicunit;
    DROP TRIGGER consultation_topicform_frozen ON consultation_topicform;
    DROP FUNCTION consultation_topic_guard();
    DROP FUNCTION consultation_part_guard();
    DROP FUNCTION consultation_refuse_frozen(bigint);
    """,
)
