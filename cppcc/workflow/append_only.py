"""Movements are never edited: the database itself refuses UPDATE and DELETE."""

from django.db import migrations

MOVEMENTS = migrations.RunSQL(
    sql="""
    CREATE FUNCTION workflow_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'movements are never edited or deleted' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER workflow_movement_append_only BEFORE UPDATE OR DELETE ON workflow_movement
        FOR EACH ROW EXECUTE FUNCTION workflow_refuse_rewrite();
    """,
    reverse_sql="""
    DROP TRIGGER workflow_movement_append_only ON workflow_movement;
    DROP FUNCTION workflow_refuse_rewrite();
    """,
)
